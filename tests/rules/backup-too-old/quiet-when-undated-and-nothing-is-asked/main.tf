resource "aws_efs_file_system" "documents" {
  creation_token = "documents-prod"
}
