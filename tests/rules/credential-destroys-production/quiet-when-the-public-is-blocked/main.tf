# The same policy, switched off by the public access block.
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}

resource "aws_s3_bucket" "media" { bucket = "acme-media-prod" }

resource "aws_s3_bucket_policy" "media" {
  bucket = aws_s3_bucket.media.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = ["s3:GetObject", "s3:DeleteObject"]
      Resource  = "${aws_s3_bucket.media.arn}/*"
    }]
  })
}

resource "aws_s3_bucket_public_access_block" "media" {
  bucket                  = aws_s3_bucket.media.id
  block_public_policy     = true
  restrict_public_buckets = true
}

# An account that is looked up is one account, not everybody.
data "aws_ssm_parameter" "account" { name = "account" }

resource "aws_s3_bucket" "exports" { bucket = "acme-exports-prod" }

resource "aws_s3_bucket_policy" "exports" {
  bucket = aws_s3_bucket.exports.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${jsondecode(data.aws_ssm_parameter.account.value)[0]}:root" }
      Action    = "s3:*"
      Resource  = "${aws_s3_bucket.exports.arn}/*"
    }]
  })
}
