# What the other files' expressions are about.
locals {
  words   = ["b", "a", "c", "a"]
  numbers = [3, 1, 2]
  empty   = []
  object  = { name = "x", size = 2, tags = { a = "1", b = "2" }, none = null }
  people  = [{ name = "ann", age = 30 }, { name = "bob", age = 40 }]
  set     = toset(["x", "y", "z"])
  map     = tomap({ one = 1, two = 2 })
  nothing = null
  deep    = { a = [{ b = { c = [1, 2, { d = "e" }] } }] }
}
