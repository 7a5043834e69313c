provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

# acme/shop-fork and acme/shopping are like it too, whoever may make a repository makes one.
resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({ # expect: trust-open
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme/shop*:ref:refs/heads/main" } }
    }]
  })
}

# An organization called acme-evil is soon made.
resource "aws_iam_role" "publish" {
  name = "publish"
  assume_role_policy = jsonencode({ # expect: trust-open
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme*/shop*:ref:refs/heads/main" } }
    }]
  })
}

# An environment that nobody has made yet has no rules.
resource "aws_iam_role" "environments" {
  name = "environments"
  assume_role_policy = jsonencode({ # expect: trust-open
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme@17/shop@4:environment:production*" } }
    }]
  })
}
