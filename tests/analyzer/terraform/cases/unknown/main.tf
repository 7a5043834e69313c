# Only after apply is the id known.
resource "terraform_data" "u" {}
output "itself" { value = terraform_data.u.id }
output "text" { value = "x-${terraform_data.u.id}" }
output "in_a_list" { value = [1, terraform_data.u.id] }
output "in_an_object" { value = { a = 1, b = terraform_data.u.id } }
output "upper" { value = upper(terraform_data.u.id) }
output "length_of_a_list" { value = length([terraform_data.u.id, 2]) }
output "join" { value = join(",", ["a", terraform_data.u.id]) }
output "sum" { value = length(terraform_data.u.id) + 1 }
output "equal" { value = terraform_data.u.id == "x" }
output "merge" { value = merge({ a = 1 }, { b = terraform_data.u.id }) }
output "keys" { value = keys({ a = terraform_data.u.id }) }
output "lookup" { value = lookup({ a = 1 }, terraform_data.u.id, 2) }
output "known_branch" { value = true ? "1" : terraform_data.u.id }
output "for" { value = [for x in [terraform_data.u.id] : x] }
output "for_with_unknown_if" { value = [for x in [1, 2] : x if terraform_data.u.id == "a"] }
output "set" { value = toset([terraform_data.u.id, "a"]) }
output "length_of_a_set" { value = length(toset([terraform_data.u.id, "a"])) }
output "distinct" { value = distinct([terraform_data.u.id, "a"]) }
output "compact" { value = compact([terraform_data.u.id, "a"]) }
output "concat" { value = concat([terraform_data.u.id], [1]) }
output "split" { value = split(",", terraform_data.u.id) }
output "coalesce" { value = coalesce(terraform_data.u.id, "b") }
output "format" { value = format("%s-%s", "a", terraform_data.u.id) }
output "jsonencode" { value = jsonencode({ a = terraform_data.u.id }) }
output "contains" { value = contains(["a", terraform_data.u.id], "a") }
output "zipmap" { value = zipmap(["a"], [terraform_data.u.id]) }
output "element" { value = element([terraform_data.u.id, 2], 1) }
output "flatten" { value = flatten([[terraform_data.u.id], [1]]) }
output "slice" { value = slice([1, terraform_data.u.id], 0, 1) }
output "substr" { value = substr(terraform_data.u.id, 0, 2) }
output "conditional" { value = terraform_data.u.id == "a" ? 1 : 2 }
output "template_if" { value = "%{ if terraform_data.u.id == "a" }x%{ endif }" }
output "replace" { value = replace("a-b", "-", terraform_data.u.id) }
