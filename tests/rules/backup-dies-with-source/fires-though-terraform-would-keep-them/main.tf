# An argument that Terraform passes on binds Terraform only: whoever calls the API chooses anew.
provider "aws" {
  region = "eu-west-1"
  default_tags { tags = { Environment = "production" } }
}

resource "aws_db_instance" "orders" { # expect: backup-dies-with-source
  identifier               = "orders"
  engine                   = "postgres"
  instance_class           = "db.t4g.medium"
  allocated_storage        = 50
  backup_retention_period  = 35
  delete_automated_backups = false
  skip_final_snapshot      = false
  final_snapshot_identifier = "orders-final"
}
