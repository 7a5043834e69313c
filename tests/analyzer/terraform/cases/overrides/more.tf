output "y" {
  value = local.y
}
locals {
  y = "y"
}
