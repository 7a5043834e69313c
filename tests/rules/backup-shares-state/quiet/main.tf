# `prevent_destroy` stops Terraform, and that is all that this rule is about.
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
  default_tags { tags = { Environment = "production" } }
}

provider "aws" {
  alias  = "backup"
  region = "eu-central-1"
  assume_role { role_arn = "arn:aws:iam::222222222222:role/backup-admin" }
}

resource "aws_ebs_volume" "pg" {
  availability_zone = "eu-west-1a"
  size              = 500
  lifecycle { prevent_destroy = true }
}

resource "aws_ebs_snapshot" "pg" {
  provider  = aws.backup
  volume_id = aws_ebs_volume.pg.id
}
