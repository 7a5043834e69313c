# AWS Backup touches a service only once the account has opted in to it, region by region.
resource "aws_backup_region_settings" "this" {
  resource_type_opt_in_preference = {
    "Aurora"                 = false
    "CloudFormation"         = false
    "DocumentDB"             = false
    "DynamoDB"               = false
    "EBS"                    = false
    "EC2"                    = false
    "EFS"                    = false
    "FSx"                    = false
    "Neptune"                = false
    "RDS"                    = true
    "Redshift"               = false
    "S3"                     = true
    "SAP HANA on Amazon EC2" = false
    "Storage Gateway"        = false
    "Timestream"             = false
    "VirtualMachine"         = false
  }
}

resource "aws_backup_vault" "main" {
  name        = "main"
  kms_key_arn = aws_kms_key.data.arn
}

resource "aws_backup_plan" "daily" {
  name = "daily"
  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.main.name
    schedule          = "cron(0 3 * * ? *)"
    lifecycle {
      delete_after = 35
    }
  }
}

resource "aws_backup_selection" "tagged" {
  name         = "tagged"
  plan_id      = aws_backup_plan.daily.id
  iam_role_arn = aws_iam_role.backup.arn

  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = "daily"
  }
}

resource "aws_iam_role" "backup" {
  name = "backup"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "backup.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "backup" {
  for_each = toset([
    "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
  ])

  role       = aws_iam_role.backup.name
  policy_arn = each.value
}
