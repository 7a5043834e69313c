# An application user reads a secret in which another user's access key lies.
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}

resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads-prod" }

resource "aws_iam_user" "janitor" { name = "janitor" }

resource "aws_iam_access_key" "janitor" { user = aws_iam_user.janitor.name }

resource "aws_iam_user_policy" "janitor" {
  user = aws_iam_user.janitor.name
  policy = jsonencode({ # expect: credential-destroys-production
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:DeleteObject", Resource = "${aws_s3_bucket.uploads.arn}/*" }]
  })
}

resource "aws_secretsmanager_secret" "janitor" {
  name = "janitor"
}

resource "aws_secretsmanager_secret_version" "janitor" {
  secret_id = aws_secretsmanager_secret.janitor.id
  secret_string = jsonencode({
    id     = aws_iam_access_key.janitor.id
    secret = aws_iam_access_key.janitor.secret
  })
}

resource "aws_iam_user" "app" { name = "app" }

resource "aws_iam_user_policy" "app" {
  user = aws_iam_user.app.name
  policy = jsonencode({ # expect: credential-destroys-production
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = aws_secretsmanager_secret.janitor.arn }]
  })
}
