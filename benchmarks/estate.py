"""Write a realistic estate of about N resources: `python benchmarks/estate.py FOLDER [N]`.

Three environments with a state each, services and databases from modules by `for_each`, roles with
policies by reference, a CI role, a leftover key, backups. The same N gives the same files.
"""

from __future__ import annotations

import sys
from pathlib import Path

RESOURCES = 2750
ENVIRONMENTS = {"production": "111111111111", "staging": "222222222222", "development": "333333333333"}
PER_SERVICE, PER_DATABASE, PER_ENVIRONMENT = 11, 6, 11
SERVICES_PER_DATABASE = 3

SERVICE = """
variable "name" { type = string }
variable "environment" { type = string }
variable "readers" {
  type    = list(string)
  default = []
}
locals {
  full = "${var.name}-${var.environment}"
  tags = { environment = var.environment, service = var.name }
}
resource "aws_s3_bucket" "files" {
  bucket = "acme-${local.full}-files"
  tags   = local.tags
}
resource "aws_s3_bucket_versioning" "files" {
  bucket = aws_s3_bucket.files.id
  versioning_configuration {
    status = var.environment == "production" ? "Enabled" : "Suspended"
  }
}
resource "aws_dynamodb_table" "state" {
  name         = "${local.full}-state"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery { enabled = var.environment == "production" }
  tags = local.tags
}
resource "aws_sqs_queue" "jobs" {
  name = "${local.full}-jobs"
  tags = local.tags
}
resource "aws_cloudwatch_log_group" "logs" {
  name              = "/app/${local.full}"
  retention_in_days = 30
}
resource "aws_iam_role" "task" {
  name               = "${local.full}-task"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}
data "aws_iam_policy_document" "task" {
  statement {
    sid       = "Files"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    resources = ["${aws_s3_bucket.files.arn}/*"]
  }
  statement {
    sid       = "State"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
    resources = [aws_dynamodb_table.state.arn]
  }
  dynamic "statement" {
    for_each = var.readers
    content {
      actions   = ["s3:GetObject"]
      resources = ["arn:aws:s3:::acme-${statement.value}-${var.environment}-files/*"]
    }
  }
}
resource "aws_iam_policy" "task" {
  name   = "${local.full}-task"
  policy = data.aws_iam_policy_document.task.json
}
resource "aws_iam_role_policy_attachment" "task" {
  role       = aws_iam_role.task.name
  policy_arn = aws_iam_policy.task.arn
}
resource "aws_iam_role_policy" "queue" {
  name = "queue"
  role = aws_iam_role.task.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["sqs:*"], Resource = aws_sqs_queue.jobs.arn },
      { Effect = "Deny", Action = "sqs:DeleteQueue", Resource = "*" },
    ]
  })
}
resource "aws_security_group" "service" {
  name = local.full
}
resource "aws_lambda_function" "worker" {
  function_name = "${local.full}-worker"
  role          = aws_iam_role.task.arn
  environment { variables = { TABLE = aws_dynamodb_table.state.name } }
}
output "task_role_arn" { value = aws_iam_role.task.arn }
"""

DATABASE = """
variable "name" { type = string }
variable "environment" { type = string }
variable "password" {
  type      = string
  sensitive = true
}
locals {
  production = var.environment == "production"
}
resource "aws_kms_key" "data" {
  description             = "${var.name} ${var.environment}"
  deletion_window_in_days = 30
}
resource "aws_kms_alias" "data" {
  name          = "alias/${var.name}-${var.environment}"
  target_key_id = aws_kms_key.data.key_id
}
resource "aws_db_subnet_group" "main" {
  name       = "${var.name}-${var.environment}"
  subnet_ids = ["subnet-1", "subnet-2"]
}
resource "aws_db_parameter_group" "main" {
  name   = "${var.name}-${var.environment}"
  family = "postgres16"
}
resource "aws_db_instance" "main" {
  identifier              = "${var.name}-${var.environment}"
  engine                  = "postgres"
  password                = var.password
  kms_key_id              = aws_kms_key.data.arn
  storage_encrypted       = true
  backup_retention_period = local.production ? 14 : 1
  deletion_protection     = local.production
  db_subnet_group_name    = aws_db_subnet_group.main.name
  parameter_group_name    = aws_db_parameter_group.main.name
  tags                    = { environment = var.environment, backup = local.production ? "daily" : "none" }
}
resource "aws_secretsmanager_secret" "login" {
  name = "${var.name}-${var.environment}-login"
}
output "arn" { value = aws_db_instance.main.arn }
"""

ENVIRONMENT = """
terraform {
  backend "s3" {
    bucket = "acme-terraform-states"
    key    = "%(name)s/terraform.tfstate"
    region = "eu-west-1"
  }
}
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["%(account)s"]
}
variable "database_password" {
  type      = string
  sensitive = true
}
locals {
  services  = { for number in range(%(services)d) : format("service%%03d", number) => number }
  databases = toset([for number in range(%(databases)d) : format("database%%03d", number)])
}
module "service" {
  source      = "../../modules/service"
  for_each    = local.services
  name        = each.key
  environment = "%(name)s"
  readers     = each.value > 0 ? [format("service%%03d", each.value - 1)] : []
}
module "database" {
  source      = "../../modules/database"
  for_each    = local.databases
  name        = each.key
  environment = "%(name)s"
  password    = var.database_password
}
resource "aws_backup_vault" "daily" {
  name = "daily-%(name)s"
}
resource "aws_backup_plan" "daily" {
  name = "daily-%(name)s"
  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.daily.name
    schedule          = "cron(0 3 * * ? *)"
    lifecycle { delete_after = 35 }
  }
}
resource "aws_backup_selection" "daily" {
  name         = "daily"
  plan_id      = aws_backup_plan.daily.id
  iam_role_arn = aws_iam_role.backup.arn
  selection_tag {
    type  = "STRINGEQUALS"
    key   = "backup"
    value = "daily"
  }
}
resource "aws_iam_role" "backup" {
  name               = "backup-%(name)s"
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "backup.amazonaws.com" } }] })
}
resource "aws_iam_role_policy_attachment" "backup" {
  role       = aws_iam_role.backup.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
}
resource "aws_iam_role" "ci" {
  name               = "ci-%(name)s"
  assume_role_policy = jsonencode({ Statement = [{
    Effect    = "Allow", Action = "sts:AssumeRoleWithWebIdentity"
    Principal = { Federated = "arn:aws:iam::%(account)s:oidc-provider/token.actions.githubusercontent.com" }
    Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme/infra:*" } }
  }] })
}
resource "aws_iam_role_policy" "ci" {
  name   = "ci"
  role   = aws_iam_role.ci.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = ["s3:*", "dynamodb:*", "ecs:*", "lambda:*"], Resource = "*" },
    { Effect = "Allow", Action = "iam:PassRole", Resource = [for one in module.service : one.task_role_arn] },
    { Effect = "Deny", Action = ["s3:DeleteBucket"], Resource = "*" },
  ] })
}
resource "aws_iam_user" "legacy" {
  name = "legacy-%(name)s"
}
resource "aws_iam_access_key" "legacy" {
  user = aws_iam_user.legacy.name
}
resource "aws_iam_user_policy" "legacy" {
  name   = "legacy"
  user   = aws_iam_user.legacy.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = ["rds:*"], Resource = [for one in module.database : one.arn] },
  ] })
}
resource "aws_ecr_repository" "images" {
  name = "images-%(name)s"
}
"""

GRANTS = """version: 1
credentials:
  - id: deploy-key
    kind: aws/access-key
    declared_as: "tf:aws_iam_access_key.legacy"
    held_in: [github:secret/AWS_SECRET_ACCESS_KEY, scripts/deploy.sh#AWS_SECRET_ACCESS_KEY]
"""


def generate(folder: Path, resources: int = RESOURCES) -> int:
    """Write the estate into a folder; the number of resources that it declares."""
    each = PER_SERVICE * SERVICES_PER_DATABASE + PER_DATABASE
    groups = max(1, (resources // len(ENVIRONMENTS) - PER_ENVIRONMENT) // each)
    services, databases = groups * SERVICES_PER_DATABASE, groups
    _write(folder / "modules/service/main.tf", SERVICE)
    _write(folder / "modules/database/main.tf", DATABASE)
    for name, account in ENVIRONMENTS.items():
        values = {"name": name, "account": account, "services": services, "databases": databases}
        _write(folder / "environments" / name / "main.tf", ENVIRONMENT % values)
    _write(folder / "scripts/deploy.sh", "aws s3 sync . s3://acme # AWS_SECRET_ACCESS_KEY\n")
    _write(folder / "grants.yaml", GRANTS)
    return len(ENVIRONMENTS) * (groups * each + PER_ENVIRONMENT)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.lstrip("\n"), encoding="utf-8")


if __name__ == "__main__":
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else RESOURCES
    print(generate(Path(sys.argv[1]), wanted), "resources")
