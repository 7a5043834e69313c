# s3:* without the calls that delete.
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
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject*"]
        Resource = ["${aws_s3_bucket.uploads.arn}", "${aws_s3_bucket.uploads.arn}/*"]
      },
      {
        Effect   = "Deny"
        Action   = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
        Resource = "*"
      },
    ]
  })
}
