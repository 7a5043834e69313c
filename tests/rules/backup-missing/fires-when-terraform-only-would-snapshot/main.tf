# The final snapshot is an argument of the delete call: another caller leaves it out.
resource "aws_db_instance" "orders" { # expect: backup-missing
  identifier                = "orders-prod"
  engine                    = "postgres"
  instance_class            = "db.t4g.medium"
  allocated_storage         = 50
  backup_retention_period   = 0
  skip_final_snapshot       = false
  final_snapshot_identifier = "orders-final"
}
