resource "aws_dynamodb_table" "ledger" {
  name         = "ledger-prod"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery { enabled = true }
}

resource "aws_s3_bucket" "reports" { bucket = "acme-reports-prod" }
