variable "o" {
  type = object({
    a = optional(string, "x")
    b = optional(number)
    c = object({ d = optional(list(object({ e = optional(bool, true) })), [{}]) })
  })
  default = { c = {}, extra = "dropped" }
}
variable "nullable" {
  default  = "d"
  nullable = false
}
variable "s" {
  type    = set(string)
  default = ["b", "a", "b"]
}
variable "t" {
  type    = tuple([string, number])
  default = [1, "2"]
}
variable "any" {
  type    = map(any)
  default = { a = 1, b = "x" }
}
variable "lm" {
  type    = list(map(number))
  default = [{ a = "1" }]
}
output "all" { value = [var.o, var.nullable, var.s, var.t, var.any, var.lm] }
