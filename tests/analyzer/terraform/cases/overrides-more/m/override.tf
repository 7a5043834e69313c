output "all" { value = ["over", var.value, var.other] }
