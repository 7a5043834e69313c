resource "aws_db_instance" "prod" {
  identifier              = "orders-prod"
  engine                  = "postgres"
  instance_class          = "db.t4g.medium"
  allocated_storage       = 50
  backup_retention_period = 14
}

resource "aws_db_instance" "staging" {
  identifier        = "orders-staging"
  engine            = "postgres"
  instance_class    = "db.t4g.small"
  allocated_storage = 20
}
