variable "a" { default = "default" }
variable "b" { default = "default" }
variable "c" { default = "default" }
variable "d" { default = "default" }
variable "n" { type = number }
variable "l" { type = list(string) }
output "all" { value = [var.a, var.b, var.c, var.d, var.n, var.l] }
