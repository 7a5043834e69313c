# Another region is no other account: who owns the account owns both.
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
  default_tags { tags = { Environment = "production" } }
}

provider "aws" {
  alias               = "far"
  region              = "eu-central-1"
  allowed_account_ids = ["111111111111"]
}

resource "aws_db_instance" "orders" { # expect: backup-shares-account
  identifier              = "orders"
  engine                  = "postgres"
  instance_class          = "db.t4g.medium"
  allocated_storage       = 50
  backup_retention_period = 14
}

resource "aws_db_instance_automated_backups_replication" "orders" {
  provider               = aws.far
  source_db_instance_arn = aws_db_instance.orders.arn
  retention_period       = 14
}
