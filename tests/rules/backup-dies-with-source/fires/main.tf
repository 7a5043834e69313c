# DeleteDBInstance takes the automated backups along unless its caller asks to keep them.
provider "aws" {
  region = "eu-west-1"
  default_tags { tags = { Environment = "production" } }
}

resource "aws_db_instance" "orders" { # expect: backup-dies-with-source
  identifier              = "orders"
  engine                  = "postgres"
  instance_class          = "db.t4g.medium"
  allocated_storage       = 50
  backup_retention_period = 14
}
