variable "name" { type = string }
variable "region" { type = string }
output "zone" {
  value = { name = "${var.region}-${var.name}", path = path.module }
}
