# One key, one table, no backup: that nothing is left says `credential-destroys-production`.
resource "aws_dynamodb_table" "ledger" {
  name         = "ledger-prod"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
