# Databases and recovery points. A database's key cannot be changed later without restoring it from
# a snapshot, so it is not AWS's own, whose snapshots cannot leave the account.
resource "aws_kms_key" "data" {
  description             = "databases and recovery points"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.data_key.json
}

# The backup account reads with it to copy recovery points; it cannot administer it.
data "aws_iam_policy_document" "data_key" {
  statement {
    sid       = "ThisAccountByIam"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${var.account_id}:root"]
    }
  }

  statement {
    sid       = "CopiesInTheBackupAccount"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${var.backup_account_id}:root"]
    }
  }

  statement {
    sid       = "GrantsOfTheBackupAccount"
    actions   = ["kms:CreateGrant"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${var.backup_account_id}:root"]
    }
    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }
}

# A key does not leave its region: the vault in the other one has its own.
resource "aws_kms_key" "far" {
  region                  = "eu-west-1"
  description             = "recovery points far away"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}
