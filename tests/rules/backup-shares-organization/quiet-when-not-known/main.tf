# Two AWS accounts: whether they belong to one organization, nothing tells.
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}

resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads-prod" }

resource "aws_s3_bucket_replication_configuration" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  role   = "arn:aws:iam::111111111111:role/replication"
  rule {
    id     = "all"
    status = "Enabled"
    destination {
      bucket  = "arn:aws:s3:::acme-uploads-copy"
      account = "222222222222"
    }
  }
}
