# Which account the destination is in, nothing tells: not proven, so not said.
variable "backup_account" { type = string }

provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
  default_tags { tags = { Environment = "production" } }
}

resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads" }

resource "aws_s3_bucket_replication_configuration" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  role   = "arn:aws:iam::111111111111:role/replication"
  rule {
    id     = "all"
    status = "Enabled"
    destination {
      bucket  = "arn:aws:s3:::acme-uploads-copy"
      account = var.backup_account
    }
  }
}
