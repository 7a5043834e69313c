# One account, two environments, made by one module with for_each.
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
  backend "s3" {
    bucket = "acme-terraform-state"
    key    = "platform/terraform.tfstate"
    region = "eu-central-1"
  }
}

provider "aws" {
  region              = "eu-central-1"
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = { Team = "platform" }
  }
}

locals {
  environments = {
    staging = {
      instance_class = "db.t4g.small"
      retention_days = 1
      protected      = false
    }
    production = {
      instance_class = "db.r6g.large"
      retention_days = 7
      protected      = true
    }
  }
}

module "environment" {
  source   = "./modules/environment"
  for_each = local.environments

  name           = each.key
  instance_class = each.value.instance_class
  retention_days = each.value.retention_days
  protected      = each.value.protected
  kms_key_arn    = aws_kms_key.data.arn
}
