# The copy is in another account, and unreadable without the key of this one.
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

resource "aws_ebs_volume" "pg" { # expect: backup-shares-key
  availability_zone = "eu-west-1a"
  size              = 500
  encrypted         = true
  kms_key_id        = aws_kms_key.data.arn
}

resource "aws_ebs_snapshot" "pg" {
  provider  = aws.backup
  volume_id = aws_ebs_volume.pg.id
}
