output "x" { value = "over ${local.x}" }
