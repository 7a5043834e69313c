resource "aws_s3_bucket" "prod" { bucket = "acme-uploads-prod" }

resource "aws_s3_bucket" "blue" { bucket = "acme-uploads-blue" }
