# It can destroy, but in staging only.
resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads-staging" }

resource "aws_s3_bucket" "prod" { bucket = "acme-uploads-prod" }
