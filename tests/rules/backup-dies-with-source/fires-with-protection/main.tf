# Deletion protection is one more call, and no copy.
resource "aws_db_instance" "orders" { # expect: backup-dies-with-source
  identifier              = "orders-prod"
  engine                  = "postgres"
  instance_class          = "db.t4g.medium"
  allocated_storage       = 50
  backup_retention_period = 7
  deletion_protection     = true
}
