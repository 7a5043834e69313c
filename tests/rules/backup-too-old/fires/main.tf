resource "aws_dynamodb_table" "bookings" { # expect: backup-too-old
  name         = "bookings-prod"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
