variable "value" {}
variable "other" {}
output "all" { value = [var.value, var.other] }
