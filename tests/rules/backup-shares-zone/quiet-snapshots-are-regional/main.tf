# A volume is in a zone, its snapshot is not.
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
  default_tags { tags = { Environment = "production" } }
}

resource "aws_ebs_volume" "pg" {
  availability_zone = "eu-west-1a"
  size              = 500
}

resource "aws_ebs_snapshot" "pg" { volume_id = aws_ebs_volume.pg.id }
