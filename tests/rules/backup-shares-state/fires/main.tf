# Another account, and yet one `terraform destroy` of this directory takes both.
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

resource "aws_ebs_volume" "pg" { # expect: backup-shares-state
  availability_zone = "eu-west-1a"
  size              = 500
}

resource "aws_ebs_snapshot" "pg" {
  provider  = aws.backup
  volume_id = aws_ebs_volume.pg.id
}
