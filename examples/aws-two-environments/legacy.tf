# From before the CI role. Nobody remembers who has the key.
resource "aws_iam_group" "deployers" {
  name = "deployers"
}

resource "aws_iam_group_policy_attachment" "deployers" {
  group      = aws_iam_group.deployers.name
  policy_arn = aws_iam_policy.ci.arn
}

resource "aws_iam_user" "deploy_bot" {
  name = "deploy-bot"
}

resource "aws_iam_user_group_membership" "deploy_bot" {
  user   = aws_iam_user.deploy_bot.name
  groups = [aws_iam_group.deployers.name]
}

resource "aws_iam_access_key" "deploy_bot" {
  user = aws_iam_user.deploy_bot.name
}
