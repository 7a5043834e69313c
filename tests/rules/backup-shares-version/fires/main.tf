# Two machines, no past: a DROP TABLE is on the replica a second later.
provider "aws" {
  region = "eu-west-1"
  default_tags { tags = { env = "prod" } }
}

resource "aws_db_instance" "main" { # expect: backup-shares-version
  identifier              = "shop"
  engine                  = "postgres"
  instance_class          = "db.r6g.large"
  allocated_storage       = 200
  backup_retention_period = 0
}

resource "aws_db_instance" "reader" {
  identifier          = "shop-reader"
  replicate_source_db = aws_db_instance.main.identifier
  instance_class      = "db.r6g.large"
}
