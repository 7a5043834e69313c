# What GitHub Actions may do: deploy the shop, from the protected environment only. Nothing here
# deletes a database, a bucket, an object version or a backup.
data "aws_iam_policy_document" "ci" {
  statement {
    sid       = "SeeDatabases"
    actions   = ["rds:DescribeDBInstances", "rds:ListTagsForResource"]
    resources = [for environment in module.environment : environment.database_arn]
  }

  statement {
    sid       = "PublishAssets"
    actions   = ["s3:PutObject"]
    resources = [for environment in module.environment : "${environment.bucket_arn}/assets/*"]
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
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:${var.github_repository}:environment:production"]
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
