# The type that both branches have in common, and what becomes of the chosen one.
output "numbers_and_strings" { value = [true ? 1 : "a", false ? 1 : "a", true ? "1" : 1] }
output "bools_and_strings" { value = [true ? true : "x", false ? "x" : false] }
output "null_branch" { value = [true ? null : 1, false ? null : 1, true ? "a" : null] }
output "both_null" { value = true ? null : null }
output "fails_tuples_of_one_length" { value = [true ? [1, 2] : ["a", true], false ? [1, 2] : ["a", true]] }
output "tuples_of_two_lengths" { value = [true ? [1] : [2, 3], false ? [1] : ["a", "b"]] }
output "tuple_and_list" { value = [true ? [1] : tolist(["a"]), false ? ["x"] : tolist([1])] }
output "empty_tuple_and_list" { value = [true ? [] : tolist(["a"]), length(true ? [] : ["a", "b"])] }
output "list_and_set" { value = true ? tolist(["b", "a"]) : toset(["c"]) }
output "set_and_tuple" { value = true ? toset(["b", "a"]) : ["x"] }
output "objects_alike" { value = true ? { a = 1, b = "x" } : { a = "2", b = "y" } }
output "objects_of_other_keys" { value = true ? { a = 1 } : { b = 2 } }
output "objects_of_other_keys_and_types" { value = true ? { a = 1 } : { b = "x", c = true } }
output "object_and_map" { value = true ? { a = 1 } : tomap({ b = "x" }) }
output "empty_object_and_map" { value = [true ? {} : tomap({ b = "x" }), false ? {} : { b = "x" }] }
output "nested_objects" { value = true ? { a = { b = 1 } } : { a = { b = "x" } } }
output "nested_tuples" { value = true ? { a = [1] } : { a = ["x"] } }
output "nested_null" { value = true ? { a = null } : { a = "x" } }
output "list_of_objects_or_nothing" { value = true ? [{ a = 1 }, { a = "2" }] : [] }
output "nested_conditionals" { value = [for x in [1, 2, 3] : x == 1 ? "one" : x == 2 ? "two" : "many"] }
output "condition_as_text" { value = ["true" ? 1 : 2, "false" ? 1 : 2, "1" ? 1 : 2, "0" ? 1 : 2] }
output "condition_of_null_test" { value = local.nothing == null ? "null" : "not" }
output "condition_is_sensitive" { value = nonsensitive(sensitive(true) ? 1 : 2) }
output "branch_in_a_list" { value = [true ? 1 : "x", 2] }
output "branch_in_a_call" { value = join(",", true ? ["a"] : []) }
output "branch_with_a_splat" { value = (true ? local.people : [])[*].name }
output "merge_of_a_branch" { value = merge({ a = 1 }, true ? { b = "x" } : {}, false ? { c = 3 } : {}) }
output "concat_of_branches" { value = concat([1], true ? ["x"] : [], false ? [2] : []) }
output "null_of_an_object" { value = (true ? { a = 1, b = null } : { a = 2, b = "x" }).b == null }
output "untaken_branch_with_an_error" { value = try(true ? 1 : local.words[9], "refused") }
output "logic_short_cut_left" { value = [false && local.words[9] == "x", true || local.words[9] == "x"] }
output "logic_short_cut_right" { value = [local.words[9] == "x" && false, local.words[9] == "x" || true] }
output "logic_short_cut_null" { value = [null || true, null && false] }
output "logic_of_text" { value = ["true" && true, "false" || "0", !"false"] }
output "fails_tuple_or_string" { value = true ? [1] : "x" }
output "fails_object_or_list" { value = true ? { a = 1 } : ["x"] }
output "fails_object_or_string" { value = true ? { a = 1 } : "x" }
output "fails_nested_types" { value = true ? { a = [1] } : { a = { b = 1 } } }
output "fails_set_or_object" { value = false ? toset(["a"]) : { a = 1 } }
output "fails_condition_of_a_number" { value = 1 ? "a" : "b" }
output "fails_condition_of_a_list" { value = [true] ? "a" : "b" }
output "fails_condition_of_text" { value = "yes" ? "a" : "b" }
output "fails_or_without_a_decision" { value = local.words[9] == "x" || false }
output "and_with_null" { value = [true && null, null && true] }
