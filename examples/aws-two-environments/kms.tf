# Databases and recovery points. A database's key cannot be changed later without restoring it from
# a snapshot, so it is not AWS's own, whose snapshots cannot leave the account.
resource "aws_kms_key" "data" {
  description             = "databases and recovery points"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}
