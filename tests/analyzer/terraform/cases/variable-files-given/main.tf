# The name says which source must win: each sets itself and all that come after it.
variable "default" { default = "default" }
output "default" { value = var.default }
variable "tfvars" { default = "default" }
output "tfvars" { value = var.tfvars }
variable "tfvars_json" { default = "default" }
output "tfvars_json" { value = var.tfvars_json }
variable "auto_a" { default = "default" }
output "auto_a" { value = var.auto_a }
variable "auto_b" { default = "default" }
output "auto_b" { value = var.auto_b }
variable "auto_json" { default = "default" }
output "auto_json" { value = var.auto_json }
variable "file_one" { default = "default" }
output "file_one" { value = var.file_one }
variable "file_two" { default = "default" }
output "file_two" { value = var.file_two }
variable "var" { default = "default" }
output "var" { value = var.var }
variable "null" { default = "default" }
output "null" { value = var.null }
variable "list" { type = list(string) }
variable "object" { type = object({ a = number, b = optional(string, "b") }) }
variable "number" { type = number }
variable "text" { type = string }
variable "untyped" {}
variable "strict" {
  default  = "default"
  nullable = false
}
output "list" { value = var.list }
output "object" { value = var.object }
output "number" { value = var.number + 1 }
output "text" { value = var.text }
output "untyped" { value = var.untyped }
output "strict" { value = var.strict }
