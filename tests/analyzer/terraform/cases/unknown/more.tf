# What Terraform knows although something in it is known only after apply, and what it does not.
locals {
  u       = terraform_data.u.id
  un      = length(local.u)
  ub      = local.u == "a"
  ul      = split(",", local.u)
  partial = { a = local.u, b = "x", c = { d = local.u, e = 1 } }
}
output "short_cut" { value = [local.ub && false, local.ub || true, false && local.ub, true || local.ub] }
output "no_short_cut" { value = [local.ub && true, local.ub || false] }
output "not" { value = !local.ub }
output "arithmetic" { value = [local.un + 1, local.un * 0, -local.un] }
output "comparison" { value = local.un > 3 }
output "attribute_beside" { value = [local.partial.b, local.partial.c.e] }
output "attribute_itself" { value = local.partial.c.d }
output "keys_of_partial" { value = keys(local.partial) }
output "values_of_partial" { value = values({ a = local.u, b = "x" }) }
output "length_of_partial" { value = length(local.partial) }
output "merge_of_partial" { value = merge(local.partial, { b = "y", z = 1 }) }
output "lookup_beside" { value = lookup({ a = local.u, b = "x" }, "b", "z") }
output "lookup_missing" { value = lookup({ a = local.u }, "b", "z") }
output "element_beside" { value = [element(["x", local.u], 0), element(["x", local.u], 1)] }
output "concat_of_partial" { value = concat(["a"], [local.u], ["b"]) }
output "reverse_of_partial" { value = reverse(["a", local.u]) }
output "slice_of_partial" { value = slice(["a", local.u, "c"], 1, 3) }
output "flatten_of_partial" { value = flatten([["a", local.u], ["b"]]) }
output "flatten_with_an_unknown_list" { value = flatten([local.ul, ["b"]]) }
output "for_of_partial" { value = [for x in ["a", local.u] : "<${x}>"] }
output "for_filtered_by_key" { value = { for k, v in local.partial : k => v if k != "a" } }
output "for_over_unknown" { value = [for x in local.ul : upper(x)] }
output "for_object_with_unknown_key" { value = { for x in [local.u] : x => 1 } }
output "object_with_unknown_key" { value = { (local.u) = 1 } }
output "splat_of_partial" { value = [{ a = local.u }, { a = "x" }][*].a }
output "splat_of_unknown" { value = local.ul[*] }
output "index_by_unknown" { value = ["a", "b"][local.un] }
output "index_of_unknown" { value = local.ul[0] }
output "conditional_on_unknown" { value = local.ub ? "x" : "y" }
output "conditional_known" { value = [true ? "x" : local.u, false ? local.u : "y"] }
output "conditional_of_unknown_numbers" { value = true ? local.un : 1 }
output "template_text" { value = "a-${local.u}-b" }
output "template_known_branch" { value = "%{if true}x%{else}${local.u}%{endif}" }
output "template_for" { value = "%{for x in ["a", local.u]}${x},%{endfor}" }
output "join_unknown" { value = join(",", ["a", local.u]) }
output "format_unknown" { value = format("%s/%s", "a", local.u) }
output "formatlist_unknown" { value = formatlist("%s/%s", ["a", "b"], local.u) }
output "formatlist_partial" { value = formatlist("<%s>", ["a", local.u]) }
output "jsonencode_unknown" { value = jsonencode([local.u]) }
output "yamlencode_unknown" { value = yamlencode([local.u]) }
output "coalesce_first_known" { value = coalesce("a", local.u) }
output "coalesce_first_unknown" { value = coalesce(local.u, "a") }
output "coalescelist_first_known" { value = coalescelist(["a"], local.ul) }
output "try_first_known" { value = try("a", local.u) }
output "try_first_unknown" { value = try(local.u, "a") }
output "can_unknown" { value = can(local.u) }
output "toset_partial" { value = toset(["a", local.u]) }
output "setunion_partial" { value = setunion(["a"], [local.u]) }
output "setproduct_partial" { value = setproduct(["a"], ["b", local.u]) }
output "contains_unknown" { value = contains(["a", local.u], "b") }
output "index_function" { value = index(["a", local.u], "a") }
output "zipmap_partial" { value = zipmap(["a", "b"], ["x", local.u]) }
output "zipmap_unknown_keys" { value = zipmap([local.u], ["x"]) }
output "chunklist_partial" { value = chunklist(["a", local.u, "c"], 2) }
output "tomap_partial" { value = tomap({ a = local.u, b = "x" }) }
output "tolist_partial" { value = tolist([local.u, "x"]) }
output "tostring_number" { value = tostring(local.un) }
output "range_unknown" { value = range(local.un) }
output "min_unknown" { value = min(1, local.un) }
output "sum_unknown" { value = sum([1, local.un]) }
output "alltrue_partial" { value = [alltrue([true, local.ub]), anytrue([true, local.ub])] }
output "one_partial" { value = one([local.u]) }
output "sort_partial" { value = sort(["b", local.u]) }
output "distinct_partial" { value = distinct(["a", "a", local.u]) }
output "equality_of_objects" { value = { a = local.u } == { a = "x" } }
output "equality_of_other_lengths" { value = [local.u] == ["a", "b"] }
output "equality_with_null" { value = [local.partial == null, [local.u] == null] }
output "equality_with_itself" { value = local.u == local.u }
output "regexall_unknown" { value = regexall("a", local.u) }
output "substr_unknown" { value = substr("abc", 0, local.un) }
output "issensitive_unknown" { value = issensitive(local.u) }
output "module_known" { value = module.m.known }
output "module_partial" { value = module.m.partial }
output "module_count" { value = length(module.n) }
output "module_ids" { value = module.n[*].partial.u }
output "input_of_data" { value = terraform_data.v.input }
output "output_of_data" { value = terraform_data.v.output }
resource "terraform_data" "v" {
  input = { a = local.u, b = "x" }
}
module "m" {
  source = "./m"
  value  = local.u
}
module "n" {
  source = "./m"
  count  = 2
  value  = "${local.u}-${count.index}"
}
output "flatten_of_a_split" { value = flatten([split("-", local.u)]) }
output "fails_condition_over_unknown" { value = [for y in local.ul : y if {}] }
output "branch_with_a_part_unknown" { value = true ? [local.ub, true] : [false, "true"] }
output "branches_without_a_common_type" { value = try(false ? { k = 1 } : [local.u], "refused") }
