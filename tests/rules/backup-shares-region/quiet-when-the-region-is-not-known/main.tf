# A declared dump at a company that names no region.
resource "aws_dynamodb_table" "carts" {
  name         = "carts-prod"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
