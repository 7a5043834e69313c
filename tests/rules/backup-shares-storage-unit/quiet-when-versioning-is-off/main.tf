# Suspended versioning keeps nothing new: that is no backup at all, another rule's case.
resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads-prod" }

resource "aws_s3_bucket_versioning" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  versioning_configuration { status = "Suspended" }
}
