# A staging database may go without.
provider "aws" {
  region = "eu-west-1"
  default_tags { tags = { Environment = "staging" } }
}

resource "aws_db_instance" "orders" {
  identifier          = "orders"
  engine              = "postgres"
  instance_class      = "db.t4g.medium"
  allocated_storage   = 50
  skip_final_snapshot = true
}

# Locks of Terraform states: nothing that anybody would miss.
resource "aws_dynamodb_table" "locks" {
  name         = "terraform-locks-prod"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "LockID"

  attribute {
    name = "LockID"
    type = "S"
  }
}
