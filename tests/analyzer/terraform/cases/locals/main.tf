locals {
  c     = local.b + 1
  b     = local.a + 1
  a     = 1
  list  = [for i in range(3) : { id = i, next = local.names[(i + 1) % 3] }]
  names = [for i in range(3) : format("n%02d", i)]
  tree  = { for item in local.list : item.next => merge(item, { up = try(local.tree_base[item.next], "none") }) }
  tree_base = { n01 = "base" }
}
output "c" { value = local.c }
output "tree" { value = local.tree }
output "root" { value = [path.module, path.root, terraform.workspace] }
