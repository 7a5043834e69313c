# Automated backups and backtrack: both go with the cluster.
resource "aws_rds_cluster" "orders" { # expect: backup-dies-with-source
  cluster_identifier      = "orders-prod"
  engine                  = "aurora-mysql"
  backup_retention_period = 14
  backtrack_window        = 86400
}
