# Modules that are repeated, nested, and made from each other's outputs.
locals {
  regions = { eu = ["a", "b"], us = ["c"], ap = [] }
}
module "region" {
  source   = "./modules/region"
  for_each = local.regions
  name     = each.key
  zones    = each.value
}
module "from_outputs" {
  source   = "./modules/leaf"
  for_each = { for name, region in module.region : name => region.label if region.count > 0 }
  value    = each.value
}
module "from_splat" {
  source = "./modules/leaf"
  count  = length(module.region["eu"].zones)
  value  = module.region["eu"].zones[count.index].name
}
module "of_a_set" {
  source   = "./modules/leaf"
  for_each = toset(flatten([for region in module.region : region.zones[*].name]))
  value    = "${each.key}=${each.value}"
}
module "maybe" {
  source = "./modules/leaf"
  count  = length(local.regions) > 2 ? 1 : 0
  value  = "made"
}
module "defaults" { source = "./modules/defaults" }
module "nulls" {
  source   = "./modules/defaults"
  text     = null
  strict   = null
  settings = { size = "7", labels = { a = 1 } }
  items    = ["1", 2, true]
}
output "labels" { value = { for name, region in module.region : name => region.label } }
output "zones" { value = { for name, region in module.region : name => region.zones } }
output "all_zones" { value = flatten(values(module.region)[*].zones) }
output "zone_names" { value = [for region in module.region : [for zone in region.zones : zone.name]] }
output "a_zone" { value = module.region["eu"].zones[1].name }
output "keys" { value = keys(module.region) }
output "number" { value = [length(module.region), length(module.from_splat), length(module.none)] }
output "deep" { value = module.region["us"].deep }
output "from_outputs" { value = { for k, m in module.from_outputs : k => m.value } }
output "from_splat" { value = module.from_splat[*].value }
output "from_splat_legacy" { value = module.from_splat.*.value }
output "of_a_set" { value = values(module.of_a_set)[*].value }
output "maybe" { value = module.maybe[0].value }
output "maybe_one" { value = one(module.maybe[*].value) }
output "maybe_try" { value = [try(module.maybe[1].value, "no"), try(module.none[0].value, "none")] }
output "whole_module" { value = module.defaults }
output "whole_instance" { value = module.maybe }
output "whole_map" { value = module.from_outputs }
output "nulls" { value = module.nulls.all }
output "resources" { value = [for r in terraform_data.counted : r.input] }
output "resource_splat" { value = terraform_data.counted[*].input.index }
output "resource_keys" { value = keys(terraform_data.keyed) }
output "resource_inputs" { value = { for k, r in terraform_data.keyed : k => r.input } }
output "resource_by_key" { value = terraform_data.keyed["b"].input.name }
output "resource_chain" { value = terraform_data.chained["b"].input }
output "resource_single_splat" { value = terraform_data.single[*].input }
output "resource_none" { value = terraform_data.nothing[*].input }
output "fails_missing_output" { value = module.defaults.missing }
output "fails_missing_instance" { value = module.region["xx"].label }
output "fails_without_an_index" { value = module.region.label }
output "fails_index_of_a_single_one" { value = module.defaults[0].all }
output "fails_index_outside" { value = module.maybe[3].value }
resource "terraform_data" "counted" {
  count = 3
  input = { index = count.index, name = local.names[count.index] }
}
resource "terraform_data" "keyed" {
  for_each = toset(["a", "b"])
  input    = { name = each.key, same = each.key == each.value }
}
resource "terraform_data" "chained" {
  for_each = terraform_data.keyed
  input    = "${each.key}: ${each.value.input.name}"
}
resource "terraform_data" "single" { input = 1 }
resource "terraform_data" "nothing" {
  count = 0
  input = 1
}
moved {
  from = terraform_data.once
  to   = terraform_data.single
}
check "sane" {
  assert {
    condition     = length(local.names) == 3
    error_message = "three names are needed"
  }
}
locals {
  names = ["x", "y", "z"]
}
