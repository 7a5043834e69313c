# A limit is declared and nothing says how old the copy is: possible.
resource "aws_efs_file_system" "documents" { # expect: backup-too-old
  creation_token = "documents-prod"
}
