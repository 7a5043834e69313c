variable "v" {
  type    = string
  default = "main"
}
variable "typed" {
  default = "1"
}
locals {
  a = "main"
  b = "main"
}
resource "terraform_data" "r" {
  count = 1
  input = "main"
}
resource "terraform_data" "untouched" { input = "main" }
module "m" {
  source = "./m"
  value  = "main"
  other  = "main"
}
output "v" { value = var.v }
output "typed" { value = var.typed }
output "locals" { value = [local.a, local.b, local.c] }
output "resource" { value = terraform_data.r[*].input }
output "untouched" { value = terraform_data.untouched.input }
output "module" { value = module.m.all }
output "output" { value = "main" }
