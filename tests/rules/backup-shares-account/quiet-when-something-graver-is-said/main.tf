# The versions are in the account too; that they are in the bucket says it already.
resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads-prod" }

resource "aws_s3_bucket_versioning" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  versioning_configuration { status = "Enabled" }
}
