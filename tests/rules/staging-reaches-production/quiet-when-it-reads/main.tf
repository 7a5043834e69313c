# Staging is seeded from production: reading is no destruction.
resource "aws_s3_bucket" "prod" { bucket = "acme-uploads-prod" }
