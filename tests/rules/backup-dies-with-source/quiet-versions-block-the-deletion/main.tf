# DeleteBucket is refused while versions remain: they are inside, but do not go by one call.
resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads-prod" }

resource "aws_s3_bucket_versioning" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  versioning_configuration { status = "Enabled" }
}
