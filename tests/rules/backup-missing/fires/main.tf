# Terraform's default for backup_retention_period is 0: no automated backups.
provider "aws" {
  region = "eu-west-1"
  default_tags { tags = { Environment = "production" } }
}

resource "aws_db_instance" "orders" { # expect: backup-missing
  identifier          = "orders"
  engine              = "postgres"
  instance_class      = "db.t4g.medium"
  allocated_storage   = 50
  skip_final_snapshot = true
}
