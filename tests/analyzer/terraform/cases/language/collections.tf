output "collections_001" { value = [1, "a", true, null] }
output "collections_002" { value = { a = 1, "b" = 2, ("c") = 3, 4 = 5 } }
output "collections_003" { value = { a : 1, b : 2 } }
output "collections_004" { value = { for k, v in local.map : v => k } }
output "collections_005" {
  value = {
  a = 1
  b = 2,
  c = 3
}
}
output "collections_006" {
  value = [
  1,
  2,
]
}
output "collections_007" { value = { true = 1, null = 2 } }
output "collections_008" { value = { "${"k"}x" = 1 } }
output "collections_009" { value = [for w in local.words : upper(w)] }
output "collections_010" { value = [for i, w in local.words : "${i}${w}"] }
output "collections_011" { value = [for w in local.words : w if w != "a"] }
output "collections_012" { value = { for w in toset(local.words) : w => length(w) } }
output "collections_013" { value = { for i, w in local.words : w => i... } }
output "collections_014" { value = [for k, v in local.object.tags : "${k}=${v}"] }
output "collections_015" { value = [for x in local.set : x] }
output "collections_016" { value = { for k, v in local.people : v.name => v.age if v.age > 35 } }
output "collections_017" { value = [for p in local.people : [for q in local.people : "${p.name}${q.name}" if p.name != q.name]] }
output "collections_018" { value = [for x in [] : x] }
output "collections_019" { value = { for x in [] : x => x } }
output "collections_020" { value = local.people[*].name }
output "collections_021" { value = local.people.*.age }
output "collections_022" { value = local.object[*].name }
output "collections_023" { value = local.nothing[*] }
output "collections_024" { value = local.deep.a[*].b.c[2].d }
output "collections_025" { value = local.deep.a.*.b }
output "fails_collections_026" { value = local.people[*].name[0] }
output "collections_027" { value = local.people.*.name[0] }
output "collections_028" { value = [for p in local.people : p][1].name }
output "collections_029" { value = local.set[*] }
output "collections_030" { value = toset(["b", "a"])[*] }
output "collections_031" { value = local.words[0] }
output "collections_032" { value = local.words[length(local.words) - 1] }
output "collections_033" { value = local.words.1 }
output "collections_034" { value = local.object["name"] }
output "collections_035" { value = local.object.tags.a }
output "collections_036" { value = local.map["one"] }
output "collections_037" { value = local.deep.a[0].b.c[2].d }
output "collections_038" { value = local.words["1"] }
output "collections_039" { value = local.object["tags"]["b"] }
output "collections_040" { value = ({ a = 1 }).a }
output "collections_041" { value = [[1, 2], [3]][0][1] }
output "collections_042" { value = { a = { b = { c = 1 } } }.a.b.c }
output "collections_043" { value = local.numbers[1.0] }
