output "x" { value = local.x }
locals { x = 1 }
