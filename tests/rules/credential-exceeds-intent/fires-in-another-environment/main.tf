resource "aws_s3_bucket" "staging" { bucket = "acme-uploads-staging" }

resource "aws_s3_bucket" "dev" { bucket = "acme-uploads-dev" }
