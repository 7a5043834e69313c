provider "aws" {
  region              = "eu-central-1"
  allowed_account_ids = ["222222222222"]
}

resource "aws_db_snapshot" "orders" {
  db_instance_identifier = "arn:aws:rds:eu-west-1:111111111111:db:orders"
  db_snapshot_identifier = "orders"
}
