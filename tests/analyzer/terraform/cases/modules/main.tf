variable "teams" {
  type    = map(object({ size = optional(number, 3), tags = optional(list(string), []) }))
  default = { a = {}, b = { size = 5, tags = ["x"] } }
}
module "team" {
  source   = "./modules/team"
  for_each = var.teams
  name     = each.key
  team     = each.value
}
module "counted" {
  source = "./modules/leaf"
  count  = 2
  value  = "n${count.index}"
}
module "none" {
  source = "./modules/leaf"
  count  = 0
  value  = "never"
}
output "teams" { value = { for k, m in module.team : k => m.summary } }
output "one" { value = module.team["b"].summary.leaf }
output "counted" { value = module.counted[*].value }
output "none" { value = module.none[*].value }
output "first" { value = module.counted[0] }
output "last" { value = one(module.none[*].value) }
