# Whether the condition holds when it matters, nobody knows: possible.
resource "aws_dynamodb_table" "ledger" {
  name         = "ledger-prod"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
