# Values converted to their variables' types.
variable "string_of_a_number" {
  type    = string
  default = 5
}
output "string_of_a_number" { value = var.string_of_a_number }
variable "string_of_a_bool" {
  type    = string
  default = true
}
output "string_of_a_bool" { value = var.string_of_a_bool }
variable "number_of_a_string" {
  type    = number
  default = "1.50"
}
output "number_of_a_string" { value = var.number_of_a_string }
variable "bool_of_a_string" {
  type    = bool
  default = "true"
}
output "bool_of_a_string" { value = var.bool_of_a_string }
variable "any_string" {
  type    = any
  default = "x"
}
output "any_string" { value = var.any_string }
variable "any_list" {
  type    = list(any)
  default = [1, "a", true]
}
output "any_list" { value = var.any_list }
variable "any_map" {
  type    = map(any)
  default = { a = 1, b = true, c = "x" }
}
output "any_map" { value = var.any_map }
variable "any_set" {
  type    = set(any)
  default = [1, "1", 2]
}
output "any_set" { value = var.any_set }
variable "any_list_of_objects" {
  type    = list(any)
  default = [{ a = 1 }, { a = "x" }]
}
output "any_list_of_objects" { value = var.any_list_of_objects }
variable "any_list_of_lists" {
  type    = list(any)
  default = [[1], ["a", "b"]]
}
output "any_list_of_lists" { value = var.any_list_of_lists }
variable "any_map_of_nulls" {
  type    = map(any)
  default = { a = null, b = 1 }
}
output "any_map_of_nulls" { value = var.any_map_of_nulls }
variable "any_empty" {
  type    = list(any)
  default = []
}
output "any_empty" { value = var.any_empty }
variable "list_of_a_tuple" {
  type    = list(string)
  default = [1, true, "x", null]
}
output "list_of_a_tuple" { value = var.list_of_a_tuple }
variable "list_of_numbers" {
  type    = list(number)
  default = ["1", 2, "3.5"]
}
output "list_of_numbers" { value = var.list_of_numbers }
variable "set_of_duplicates" {
  type    = set(string)
  default = ["b", "a", "b", 1, "1"]
}
output "set_of_duplicates" { value = var.set_of_duplicates }
variable "set_of_numbers" {
  type    = set(number)
  default = [10, "9", 1, "10"]
}
output "set_of_numbers" { value = var.set_of_numbers }
variable "set_of_objects" {
  type    = set(object({ a = number }))
  default = [{ a = 2 }, { a = "2" }, { a = 1 }]
}
output "set_of_objects" { value = var.set_of_objects }
variable "set_of_lists" {
  type    = set(list(string))
  default = [["b"], ["a"], ["b"]]
}
output "set_of_lists" { value = var.set_of_lists }
variable "map_of_an_object" {
  type    = map(string)
  default = { a = 1, b = true, c = null }
}
output "map_of_an_object" { value = var.map_of_an_object }
variable "map_of_lists" {
  type    = map(list(number))
  default = { a = ["1"], b = [] }
}
output "map_of_lists" { value = var.map_of_lists }
variable "map_of_numbers_as_keys" {
  type    = map(string)
  default = { 1 = "a", true = "b" }
}
output "map_of_numbers_as_keys" { value = var.map_of_numbers_as_keys }
variable "tuple_converted" {
  type    = tuple([string, number, bool])
  default = [1, "2", "true"]
}
output "tuple_converted" { value = var.tuple_converted }
variable "tuple_of_objects" {
  type    = tuple([object({ a = string }), list(number)])
  default = [{ a = 1, b = 2 }, ["1"]]
}
output "tuple_of_objects" { value = var.tuple_of_objects }
variable "object_with_more" {
  type    = object({ a = string })
  default = { a = 1, b = "dropped" }
}
output "object_with_more" { value = var.object_with_more }
variable "object_of_objects" {
  type    = object({ a = object({ b = list(string) }) })
  default = { a = { b = [1], c = 2 } }
}
output "object_of_objects" { value = var.object_of_objects }
variable "optional_left_out" {
  type    = object({ a = optional(string) })
  default = {}
}
output "optional_left_out" { value = var.optional_left_out }
variable "optional_default" {
  type    = object({ a = optional(string, "x"), b = optional(number, 1) })
  default = { b = null }
}
output "optional_default" { value = var.optional_default }
variable "optional_converted_default" {
  type    = object({ a = optional(number, "5"), b = optional(set(string), ["y", "x", "y"]) })
  default = {}
}
output "optional_converted_default" { value = var.optional_converted_default }
variable "optional_object_default" {
  type    = object({ a = optional(object({ b = optional(string, "deep"), c = optional(bool, true) }), {}) })
  default = {}
}
output "optional_object_default" { value = var.optional_object_default }
variable "optional_object_without_default" {
  type    = object({ a = optional(object({ b = optional(string, "deep") })) })
  default = {}
}
output "optional_object_without_default" { value = var.optional_object_without_default }
variable "optional_in_a_list" {
  type    = list(object({ a = optional(string, "x") }))
  default = [{}, { a = "y" }, { a = null }]
}
output "optional_in_a_list" { value = var.optional_in_a_list }
variable "optional_in_a_map" {
  type    = map(object({ a = optional(number, 3), b = optional(list(string), []) }))
  default = { k = {}, l = { a = "4" } }
}
output "optional_in_a_map" { value = var.optional_in_a_map }
variable "optional_in_a_set" {
  type    = set(object({ a = optional(string, "x") }))
  default = [{}, { a = "x" }, { a = "y" }]
}
output "optional_in_a_set" { value = var.optional_in_a_set }
variable "optional_in_a_tuple" {
  type    = tuple([object({ a = optional(string, "x") })])
  default = [{}]
}
output "optional_in_a_tuple" { value = var.optional_in_a_tuple }
variable "optional_any" {
  type    = object({ a = optional(any), b = optional(any, { c = 1 }) })
  default = {}
}
output "optional_any" { value = var.optional_any }
variable "optional_given_null_object" {
  type    = object({ a = optional(object({ b = string }), { b = "d" }) })
  default = { a = null }
}
output "optional_given_null_object" { value = var.optional_given_null_object }
variable "null_default" {
  type    = string
  default = null
}
output "null_default" { value = var.null_default }
variable "null_list" {
  type    = list(string)
  default = null
}
output "null_list" { value = var.null_list }
variable "null_in_an_object" {
  type    = object({ a = string, b = list(string) })
  default = { a = null, b = null }
}
output "null_in_an_object" { value = var.null_in_an_object }
variable "deep" {
  type    = map(list(object({ a = optional(map(number), { z = 1 }), b = tuple([string, bool]) })))
  default = { k = [{ b = [1, "true"] }, { a = { y = "2" }, b = ["x", false] }] }
}
output "deep" { value = var.deep }
variable "object_of_a_map" {
  type    = object({ a = string, b = optional(string) })
  default = { a = "x" }
}
output "object_of_a_map" { value = var.object_of_a_map }
variable "untyped_object" {
  default = { a = 1, b = [true, null], c = { d = "x" } }
}
output "untyped_object" { value = var.untyped_object }
variable "untyped_tuple" {
  default = [1, "a", null]
}
output "untyped_tuple" { value = var.untyped_tuple }
variable "untyped_null" {
  default = null
}
output "untyped_null" { value = var.untyped_null }
