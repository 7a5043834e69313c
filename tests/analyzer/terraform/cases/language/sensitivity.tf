# What is sensitive stays so; `nonsensitive` shows what it was.
output "function_of_a_sensitive_value" { value = nonsensitive(upper(sensitive("a"))) }
output "issensitive" { value = [issensitive("a"), issensitive(sensitive("a")), issensitive(upper(sensitive("a")))] }
output "issensitive_of_a_part" { value = [issensitive([sensitive("a")]), issensitive([sensitive("a")][0]), issensitive(["a", sensitive("b")][0])] }
output "issensitive_of_an_attribute" { value = [issensitive({ a = sensitive(1) }.a), issensitive(sensitive({ a = 1 }).a)] }
output "issensitive_of_text" { value = issensitive("x-${sensitive("a")}") }
output "issensitive_of_arithmetic" { value = issensitive(sensitive(1) + 1) }
output "issensitive_of_a_comparison" { value = issensitive(sensitive(1) == 1) }
output "issensitive_of_a_conditional" { value = issensitive(sensitive(true) ? 1 : 2) }
output "issensitive_of_a_branch" { value = [issensitive(true ? sensitive(1) : 2), issensitive(false ? sensitive(1) : 2)] }
output "issensitive_of_a_for" { value = issensitive([for x in sensitive([1]) : x]) }
output "issensitive_of_a_splat" { value = issensitive(sensitive([{ a = 1 }])[*].a) }
output "issensitive_of_length" { value = [issensitive(length(sensitive([1]))), issensitive(length([sensitive(1)]))] }
output "issensitive_of_keys" { value = [issensitive(keys({ a = sensitive(1) })), issensitive(keys(sensitive({ a = 1 })))] }
output "issensitive_of_values" { value = issensitive(values({ a = sensitive(1), b = 2 })[1]) }
output "issensitive_of_merge" { value = [issensitive(merge({ a = sensitive(1) }, { b = 2 })), issensitive(merge({ a = sensitive(1) }, { b = 2 }).b)] }
output "issensitive_of_concat" { value = [issensitive(concat([sensitive(1)], [2])[1]), issensitive(concat([sensitive(1)], [2])[0])] }
output "issensitive_of_jsonencode" { value = issensitive(jsonencode({ a = sensitive(1) })) }
output "issensitive_of_toset" { value = issensitive(toset([sensitive("a"), "b"])) }
output "issensitive_of_element" { value = [issensitive(element([sensitive(1), 2], 1)), issensitive(element([sensitive(1), 2], 0))] }
output "issensitive_of_lookup" { value = [issensitive(lookup({ a = sensitive(1), b = 2 }, "b", 3)), issensitive(lookup({ a = sensitive(1) }, "a", 3))] }
output "issensitive_of_coalesce" { value = issensitive(coalesce(null, sensitive("a"))) }
output "issensitive_of_flatten" { value = issensitive(flatten([[sensitive(1)], [2]])[1]) }
output "issensitive_of_zipmap" { value = issensitive(zipmap(["a", "b"], [sensitive(1), 2]).b) }
output "issensitive_of_try" { value = [issensitive(try(sensitive("a"), "b")), issensitive(try({}.x, sensitive("b")))] }
output "issensitive_of_logic" { value = [issensitive(sensitive(true) && true), issensitive(sensitive(false) || true)] }
output "issensitive_of_a_needless_side" { value = issensitive(false && sensitive(true)) }
output "issensitive_of_tostring" { value = issensitive(tostring(sensitive(1))) }
output "issensitive_of_a_function_of_a_list" { value = issensitive(join(",", ["a", sensitive("b")])) }
output "issensitive_of_an_index" { value = issensitive(["a", "b"][sensitive(0)]) }
output "issensitive_of_nonsensitive" { value = issensitive(nonsensitive(sensitive("a"))) }
output "sensitive_of_sensitive" { value = nonsensitive(sensitive(sensitive("a"))) }
output "nonsensitive_of_plain" { value = nonsensitive("a") }
output "equality_of_sensitive_values" { value = nonsensitive(sensitive("a") == "a") }
output "ephemeralasnull" { value = ephemeralasnull({ a = 1 }) }
output "flatten_of_a_sensitive_list" { value = nonsensitive(flatten([sensitive(["a", ["b"]]), "c"])) }
output "flatten_of_a_sensitive_element" { value = [issensitive(flatten([[sensitive("a")], "b"])[1]), issensitive(flatten([sensitive(["a"]), "b"])[1])] }
