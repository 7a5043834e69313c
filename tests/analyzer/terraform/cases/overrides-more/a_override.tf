variable "v" { default = "a" }
variable "typed" {
  type = number
}
locals {
  a = "a"
}
resource "terraform_data" "r" { count = 2 }
module "m" { value = "a" }
output "output" { value = "a" }
