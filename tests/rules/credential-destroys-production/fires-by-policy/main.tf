# An access key whose policy allows more than uploads.
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}

resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads-prod" }

resource "aws_iam_user" "uploader" { name = "uploader" }

resource "aws_iam_access_key" "uploader" { user = aws_iam_user.uploader.name }

resource "aws_iam_user_policy" "uploader" {
  name = "uploads"
  user = aws_iam_user.uploader.name
  policy = jsonencode({ # expect: credential-destroys-production
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "s3:*"
      Resource = [aws_s3_bucket.uploads.arn, "${aws_s3_bucket.uploads.arn}/*"]
    }]
  })
}
