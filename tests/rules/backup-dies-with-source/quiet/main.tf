# Automated backups die with the instance, the recovery points of AWS Backup do not.
provider "aws" {
  region = "eu-west-1"
  default_tags { tags = { Environment = "production" } }
}

resource "aws_db_instance" "orders" {
  identifier              = "orders"
  engine                  = "postgres"
  instance_class          = "db.t4g.medium"
  allocated_storage       = 50
  backup_retention_period = 14
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
  name         = "all"
  plan_id      = aws_backup_plan.daily.id
  iam_role_arn = "arn:aws:iam::111111111111:role/backup"
  resources    = [aws_db_instance.orders.arn]
}
