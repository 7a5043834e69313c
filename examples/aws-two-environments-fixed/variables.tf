variable "account_id" {
  type    = string
  default = "111111111111"
}

variable "github_repository" {
  type    = string
  default = "acme/shop"
}

variable "backup_account_id" {
  description = "of the same organization, in which copies across accounts are switched on"
  type        = string
  default     = "222222222222"
}

variable "copy_vault_arn" {
  description = "its vault, whose policy lets this account copy into it"
  type        = string
  default     = "arn:aws:backup:eu-central-1:222222222222:backup-vault:acme-copies"
}
