# for expressions, splats, indexes.
output "list_of_a_tuple" { value = [for w in local.words : upper(w)] }
output "list_with_index" { value = [for i, w in local.words : "${i}${w}"] }
output "list_of_a_map" { value = [for k, v in local.map : "${k}=${v}"] }
output "list_of_a_map_values_only" { value = [for v in local.map : v] }
output "list_of_an_object" { value = [for k, v in local.object : k if v != null] }
output "list_of_a_set" { value = [for x in local.set : x] }
output "list_of_a_set_with_keys" { value = [for k, v in local.set : k == v] }
output "list_of_numbers_in_a_set" { value = [for x in toset([10, 9, 1, 100, -1, 0.5]) : x] }
output "list_of_strings_in_a_set" { value = [for x in toset(["10", "9", "B", "a", "é", "Z", ""]) : x] }
output "list_of_bools_in_a_set" { value = [for x in toset([true, false]) : x] }
output "list_of_lists_in_a_set" { value = [for x in toset([["b"], ["a"], ["a", "c"], []]) : x] }
output "list_of_objects_in_a_set" { value = [for x in toset([{ a = 2, b = "x" }, { a = 10, b = "w" }]) : x.a] }
output "list_filtered" { value = [for w in local.words : w if w != "a"] }
output "list_filtered_by_index" { value = [for i, w in local.words : w if i % 2 == 0] }
output "list_of_lists" { value = [for a in [1, 2] : [for b in [3, 4] : a * b]] }
output "list_hides_a_name" { value = [for x in [1, 2] : [for x in ["a"] : x]] }
output "list_of_different_types" { value = [for x in [1, "a", true, null, [2]] : x] }
output "list_over_nothing" { value = [for x in [] : x.y.z] }
output "object_of_a_list" { value = { for w in toset(local.words) : w => upper(w) } }
output "object_of_an_index" { value = { for i, w in local.words : i => w } }
output "object_turned_round" { value = { for k, v in { a = "x", b = "y" } : v => k } }
output "object_filtered" { value = { for k, v in local.object : k => v if k != "tags" } }
output "object_of_numbers_and_bools" { value = { for k in [1, true, "x"] : k => k } }
output "object_of_objects" { value = { for p in local.people : p.name => { age = p.age, old = p.age > 35 } } }
output "object_over_nothing" { value = { for k, v in {} : k => v } }
output "grouped" { value = { for w in local.words : w => length(w)... } }
output "grouped_of_people" { value = { for p in concat(local.people, [{ name = "ann", age = 1 }]) : p.name => p.age... } }
output "grouped_and_filtered" { value = { for i, w in local.words : w => i... if i > 0 } }
output "grouped_over_nothing" { value = { for w in [] : w => w... } }
output "flattened" { value = flatten([for p in local.people : [for w in ["x", "y"] : "${p.name}-${w}"]]) }
output "flattened_to_an_object" { value = { for x in flatten([for k, v in { a = ["1", "2"], b = ["3"] } : [for i in v : { key = "${k}/${i}", value = i }]]) : x.key => x.value } }
output "merged_of_objects" { value = merge([for p in local.people : { (p.name) = p.age }]...) }
output "merged_of_nothing" { value = merge([]...) }
output "concat_expanded" { value = concat([["a"], ["b", "c"]]...) }
output "max_expanded" { value = max([for p in local.people : p.age]...) }
output "splat_full" { value = local.people[*].name }
output "splat_legacy" { value = local.people.*.name }
output "splat_of_a_single_value" { value = local.object[*].name }
output "splat_of_a_string" { value = "x"[*] }
output "splat_of_null" { value = local.nothing[*] }
output "splat_of_null_attribute" { value = local.nothing[*].a.b }
output "splat_of_an_empty_list" { value = [][*].a }
output "splat_of_a_set" { value = toset([{ a = "x" }, { a = "w" }])[*].a }
output "splat_of_a_list" { value = tolist([{ a = "x" }, { a = "w" }])[*].a }
output "splat_of_a_map" { value = tomap({ k = "v" })[*] }
output "splat_with_an_index" { value = [["a", "b"], ["c", "d"]][*][1] }
output "splat_legacy_with_an_index" { value = [["a", "b"], ["c", "d"]].*.1 }
output "splat_legacy_then_index" { value = local.people.*.name[0] }
output "splat_full_then_index_each" { value = [{ a = ["x", "y"] }, { a = ["z", "w"] }][*].a[0] }
output "splat_in_parentheses_then_index" { value = (local.people[*].name)[0] }
output "splat_of_a_splat" { value = [{ a = [{ b = 1 }, { b = 2 }] }, { a = [] }][*].a[*].b }
output "splat_of_nested_attributes" { value = [{ a = { b = { c = 1 } } }][*].a.b.c }
output "index_of_a_tuple" { value = [local.words[0], local.words["1"], local.words[1 + 1]] }
output "index_by_dot" { value = local.words.0 }
output "index_of_an_object" { value = [local.object["name"], local.object.tags["a"], local.object["tags"].b] }
output "index_of_a_map" { value = [local.map["one"], local.map.two] }
output "index_by_a_number_of_a_map" { value = tomap({ "1" = "x" })[1] }
output "index_of_a_literal" { value = [{ a = 1 }["a"], { a = 1 }.a, [1, 2][1], "${[3]}"[0]] }
output "index_deep" { value = local.deep.a[0].b.c[2].d }
output "index_by_a_bool" { value = try({ "true" = 1 }[true], "refused") }
output "attribute_of_each" { value = [for p in local.people : p["name"]] }
output "fails_two_items_with_one_key" { value = { for w in local.words : w => 1 } }
output "fails_condition_over_nothing" { value = [for x in [] : x if 5] }
output "fails_condition_of_null" { value = [for x in [1] : x if null] }
output "fails_key_of_null" { value = { for x in [null] : x => 1 } }
output "fails_key_of_a_list" { value = { for x in [[1]] : x => 1 } }
output "fails_over_a_number" { value = [for x in 5 : x] }
output "fails_over_null" { value = [for x in null : x] }
output "fails_index_outside" { value = local.words[4] }
output "fails_index_below_zero" { value = local.words[-1] }
output "fails_index_of_a_set" { value = local.set["x"] }
output "fails_missing_attribute" { value = local.object.missing }
output "fails_missing_key" { value = local.map["missing"] }
output "fails_splat_of_a_missing_attribute" { value = local.people[*].missing }
output "fails_expanding_text" { value = max("abc"...) }
