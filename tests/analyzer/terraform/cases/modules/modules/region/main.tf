variable "name" {}
variable "zones" { type = list(string) }
locals {
  number = length(var.zones)
}
module "zone" {
  source = "./zone"
  count  = local.number
  name   = var.zones[count.index]
  region = var.name
}
output "label" { value = "${upper(var.name)}:${local.number}" }
output "count" { value = local.number }
output "zones" { value = module.zone[*].zone }
output "deep" { value = { for index, zone in module.zone : zone.zone.name => index } }
