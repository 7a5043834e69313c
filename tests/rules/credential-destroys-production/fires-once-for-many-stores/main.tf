# Three stores, two environments: one finding for production, none for staging.
resource "aws_db_instance" "orders" {
  identifier              = "orders-prod"
  engine                  = "postgres"
  instance_class          = "db.t4g.medium"
  allocated_storage       = 50
  backup_retention_period = 14
  deletion_protection     = true
}

resource "aws_s3_bucket" "uploads" { bucket = "acme-uploads-prod" }

resource "aws_db_instance" "orders_staging" {
  identifier        = "orders-staging"
  engine            = "postgres"
  instance_class    = "db.t4g.small"
  allocated_storage = 20
}
