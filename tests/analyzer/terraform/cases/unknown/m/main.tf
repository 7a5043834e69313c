variable "value" { type = string }
output "known" { value = "known" }
output "partial" {
  value = { u = upper(var.value), k = "k" }
}
