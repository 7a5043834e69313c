locals {
  tags = {
    Environment = var.name
    Backup      = var.protected ? "daily" : "none"
  }
}

resource "aws_db_instance" "orders" {
  identifier                  = "orders-${var.name}"
  engine                      = "postgres"
  engine_version              = "16.4"
  instance_class              = var.instance_class
  allocated_storage           = 100
  storage_encrypted           = true
  kms_key_id                  = var.kms_key_arn
  username                    = "orders"
  manage_master_user_password = true
  backup_retention_period     = var.retention_days
  deletion_protection         = var.protected
  skip_final_snapshot         = !var.protected
  final_snapshot_identifier   = "orders-${var.name}-final"
  tags                        = local.tags
}

resource "aws_s3_bucket" "uploads" {
  bucket = "acme-uploads-${var.name}"
  tags   = local.tags
}

resource "aws_s3_bucket_versioning" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  versioning_configuration {
    status = var.protected ? "Enabled" : "Suspended"
  }
}
