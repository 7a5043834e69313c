variable "plain" {
  type    = string
  default = "plain"
}
variable "strict" {
  type     = any
  default  = "strict"
  nullable = false
}
variable "object" {
  type     = object({ a = number, b = optional(bool, true) })
  default  = { a = 0 }
  nullable = false
}
variable "required" {
  type    = list(string)
  default = null
}
output "all" { value = [var.plain, var.strict, var.object, var.required] }
