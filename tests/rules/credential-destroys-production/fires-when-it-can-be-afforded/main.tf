# The same power in the hands of a CI job.
resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads-prod" }
