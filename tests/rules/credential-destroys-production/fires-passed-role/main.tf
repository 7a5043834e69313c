provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}

resource "aws_db_instance" "prod" {
  identifier = "shop-production"
  tags       = { Environment = "production" }
}

resource "aws_iam_role" "migrations" {
  name = "migrations"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "migrations" {
  role = aws_iam_role.migrations.name
  policy = jsonencode({ # expect: credential-destroys-production
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "rds:*", Resource = "*" }]
  })
}

resource "aws_iam_user" "developer" { name = "developer" }

resource "aws_iam_user_policy" "developer" {
  user = aws_iam_user.developer.name
  policy = jsonencode({ # expect: credential-destroys-production
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["iam:PassRole", "lambda:*"], Resource = "*" }]
  })
}
