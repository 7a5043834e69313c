# S3 replication keeps versions on both sides and does not repeat the deletion of a version.
resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads-prod" }

resource "aws_s3_bucket_versioning" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_s3_bucket_replication_configuration" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  role   = "arn:aws:iam::111111111111:role/replication"
  rule {
    id     = "all"
    status = "Enabled"
    destination { bucket = "arn:aws:s3:::acme-uploads-copy" }
  }
}
