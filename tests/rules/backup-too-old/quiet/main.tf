resource "aws_dynamodb_table" "bookings" {
  name         = "bookings-prod"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
