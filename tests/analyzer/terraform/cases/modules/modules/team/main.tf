variable "name" { type = string }
variable "team" { type = object({ size = number, tags = list(string) }) }
locals { label = upper("${var.name}-${var.team.size}") }
module "leaf" {
  source = "../leaf"
  value  = local.label
}
resource "terraform_data" "this" {
  count = var.team.size > 3 ? 1 : 0
  input = local.label
}
output "summary" {
  value = { leaf = module.leaf.value, tags = var.team.tags, made = length(terraform_data.this) }
}
