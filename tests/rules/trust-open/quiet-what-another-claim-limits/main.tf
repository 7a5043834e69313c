provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_openid_connect_provider" "gitlab" {
  url            = "https://gitlab.com"
  client_id_list = ["https://gitlab.com"]
}

# Each of two issuers has its own subject; the wide one is narrowed by a claim beside it.
resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = aws_iam_openid_connect_provider.gitlab.arn }
        Condition = { StringEquals = { "gitlab.com:sub" = "project_path:acme/web/shop:ref_type:branch:ref:main" } }
      },
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
        Condition = {
          StringLike   = { "token.actions.githubusercontent.com:sub" = "repo:acme/*" }
          StringEquals = { "token.actions.githubusercontent.com:job_workflow_ref" = "acme/flows/.github/workflows/deploy.yml@refs/heads/main" }
        }
      },
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
        Condition = {
          StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme/shop:*" }
          StringEquals = {
            "token.actions.githubusercontent.com:repository" = "acme/shop"
            "token.actions.githubusercontent.com:ref"        = "refs/heads/main"
          }
        }
      },
    ]
  })
}
