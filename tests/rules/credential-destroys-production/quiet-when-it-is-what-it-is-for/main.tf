# The one identity that is meant to delete, said so in the grants file.
resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads-prod" }
