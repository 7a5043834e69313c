variable "text" { default = "default" }
variable "strict" {
  default  = "strict"
  nullable = false
}
variable "settings" {
  type = object({
    size   = optional(number, 3)
    labels = optional(map(string), { none = "yes" })
    deep   = optional(object({ on = optional(bool, true) }), {})
    bare   = optional(list(string))
  })
  default = {}
}
variable "items" {
  type    = list(string)
  default = []
}
output "all" { value = [var.text, var.strict, var.settings, var.items] }
