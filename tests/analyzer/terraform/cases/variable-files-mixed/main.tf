# On the command line what comes last wins.
variable "a" {}
variable "b" {}
variable "c" { type = map(string) }
variable "d" { type = any }
output "a" { value = var.a }
output "b" { value = var.b }
output "c" { value = var.c }
output "d" { value = var.d }
