output "all" { value = [var.items, var.object] }
