variable "account_id" {
  type    = string
  default = "111111111111"
}

variable "github_repository" {
  type    = string
  default = "acme/shop"
}
