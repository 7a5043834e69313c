# Nothing says whether this is production: a possible finding, never silence.
resource "aws_efs_file_system" "shared" { # expect: backup-missing
  creation_token = "shared-files"
}
