variable "kept" {
  default  = "d"
  nullable = true
}
module "given_nothing" { source = "./m" }
module "given_null" {
  source   = "./m"
  plain    = null
  strict   = null
  object   = null
  required = null
}
module "given_values" {
  source   = "./m"
  plain    = 5
  strict   = { a = 1 }
  object   = { a = "1", c = "dropped" }
  required = [1, "2"]
}
output "given_nothing" { value = module.given_nothing.all }
output "given_null" { value = module.given_null.all }
output "given_values" { value = module.given_values.all }
output "types" { value = [module.given_values.all[0] == "5", module.given_values.all[2].b == true] }
