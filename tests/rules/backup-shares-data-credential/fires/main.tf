# Ransomware with the application's key overwrites the table and last night's export.
resource "aws_dynamodb_table" "ledger" { # expect: backup-shares-data-credential
  name         = "ledger-prod"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_s3_bucket" "exports" { bucket = "acme-ledger-exports" }
