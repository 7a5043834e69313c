# What GitHub Actions may do. Written for staging, then "for all environments, to keep it simple".
data "aws_iam_policy_document" "ci" {
  statement {
    sid     = "Databases"
    actions = ["rds:*"]
    resources = [
      for environment in module.environment : environment.database_arn
    ]
  }

  statement {
    sid     = "Uploads"
    actions = ["s3:*"]
    resources = flatten([
      for environment in module.environment : [
        environment.bucket_arn,
        "${environment.bucket_arn}/*",
      ]
    ])
  }

  statement {
    sid       = "Backups"
    actions   = ["backup:*"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "ci" {
  name   = "ci"
  policy = data.aws_iam_policy_document.ci.json
}

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "ci_trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringLike"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:${var.github_repository}:*"]
    }
  }
}

resource "aws_iam_role" "ci" {
  name               = "ci"
  assume_role_policy = data.aws_iam_policy_document.ci_trust.json
}

resource "aws_iam_role_policy_attachment" "ci" {
  role       = aws_iam_role.ci.name
  policy_arn = aws_iam_policy.ci.arn
}
