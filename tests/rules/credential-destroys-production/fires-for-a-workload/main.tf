# The application deletes uploads, which is its work; hourly copies lie beyond its reach.
resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads-prod" }
