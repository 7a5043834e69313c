provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}

# Plans of pull requests run with the role that applies.
resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({ # expect: trust-open
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com" }
      Condition = { StringEquals = { "token.actions.githubusercontent.com:sub" = [
        "repo:acme/shop:ref:refs/heads/main",
        "repo:acme/shop:pull_request",
      ] } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "data" {
  role       = aws_iam_role.deploy.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
}

resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  tags = { Environment = "production" }
}
