# The backup plan selects by the tag Backup = daily; the table says Backup = Daily.
provider "aws" {
  region = "eu-west-1"
}

resource "aws_dynamodb_table" "carts" { # expect: backup-missing
  name         = "carts-prod"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  tags = { Backup = "Daily" }
}

resource "aws_backup_vault" "main" { name = "main" }

resource "aws_backup_plan" "daily" {
  name = "daily"
  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.main.name
    schedule          = "cron(0 3 * * ? *)"
  }
}

resource "aws_backup_selection" "daily" {
  name         = "tagged"
  plan_id      = aws_backup_plan.daily.id
  iam_role_arn = "arn:aws:iam::111111111111:role/backup"
  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = "daily"
  }
}
