resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads-prod" }

resource "aws_s3_bucket" "scratch" { bucket = "acme-scratch-dev" }
