# An export every night to another company.
resource "aws_dynamodb_table" "carts" {
  name         = "carts-prod"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
