# A person must approve: high, not critical.
resource "aws_dynamodb_table" "ledger" { # expect: single-credential-total-loss
  name         = "ledger-prod"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery { enabled = true }
}
