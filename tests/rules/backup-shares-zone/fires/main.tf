# Two accounts, one building: the dumps of the volume lie on a volume in the same zone.
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

resource "aws_ebs_volume" "pg" { # expect: backup-shares-zone
  availability_zone = "eu-west-1a"
  size              = 500
  lifecycle { prevent_destroy = true }
}

resource "aws_ebs_volume" "dumps" {
  provider          = aws.backup
  availability_zone = "eu-west-1a"
  size              = 500
}
