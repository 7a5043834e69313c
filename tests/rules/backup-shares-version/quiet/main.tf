# A replica and automated backups: the replica is not what one relies on.
provider "aws" {
  region = "eu-west-1"
  default_tags { tags = { env = "prod" } }
}

resource "aws_db_instance" "main" {
  identifier              = "shop"
  engine                  = "postgres"
  instance_class          = "db.r6g.large"
  allocated_storage       = 200
  backup_retention_period = 14
}

resource "aws_db_instance" "reader" {
  identifier          = "shop-reader"
  replicate_source_db = aws_db_instance.main.identifier
  instance_class      = "db.r6g.large"
}
