# c
/* block
 comment */ locals { a = 1 } // end
output "a" { value = local.a }
output "b" {
  value = {
    a = 1 # one
    # two
    b = [
      1, // c
      2
    ]
  }
}
output "c" {
  value = (
    true
    ? 1
    : 2
  )
}
output "d" {
  value = [for x in [1]
    : x
    if x > 0]
}
