# Both syntaxes in one module.
locals {
  native = "${local.a}!"
}
output "native" { value = local.native }
