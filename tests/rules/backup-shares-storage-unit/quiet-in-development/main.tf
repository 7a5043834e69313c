resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads-dev" }

resource "aws_s3_bucket_versioning" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  versioning_configuration { status = "Enabled" }
}
