# A key of the backup account.
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
  default_tags { tags = { Environment = "production" } }
}

provider "aws" {
  alias  = "backup"
  region = "eu-west-1"
  assume_role { role_arn = "arn:aws:iam::222222222222:role/backup-admin" }
}

resource "aws_kms_key" "data" { description = "data" }

resource "aws_kms_key" "copies" {
  provider    = aws.backup
  description = "copies"
}

resource "aws_db_instance" "orders" {
  identifier        = "orders"
  engine            = "postgres"
  instance_class    = "db.t4g.medium"
  allocated_storage = 50
  storage_encrypted = true
  kms_key_id        = aws_kms_key.data.arn
}

resource "aws_db_snapshot" "orders" {
  db_instance_identifier = aws_db_instance.orders.identifier
  db_snapshot_identifier = "orders"
}

resource "aws_db_snapshot_copy" "orders" {
  provider                      = aws.backup
  source_db_snapshot_identifier = aws_db_snapshot.orders.db_snapshot_arn
  target_db_snapshot_identifier = "orders-copy"
  kms_key_id                    = aws_kms_key.copies.arn
}
