# Neither key takes everything, yet each copy falls to a key that also deletes the table.
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}

provider "aws" {
  alias  = "backup"
  region = "eu-central-1"
  assume_role { role_arn = "arn:aws:iam::222222222222:role/backup-admin" }
}

resource "aws_dynamodb_table" "ledger" { # expect: backup-shares-credential
  name         = "ledger-prod"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_s3_bucket" "exports" {
  provider = aws.backup
  bucket   = "acme-ledger-exports"
}

resource "aws_efs_file_system" "archive" {
  provider       = aws.backup
  creation_token = "ledger-archive"
}
