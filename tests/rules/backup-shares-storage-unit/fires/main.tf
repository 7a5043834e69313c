# Versions help against a wrong PutObject, not against who empties the bucket.
resource "aws_s3_bucket" "uploads" { # expect: backup-shares-storage-unit
  bucket = "acme-uploads-prod"
}

resource "aws_s3_bucket_versioning" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  versioning_configuration { status = "Enabled" }
}
