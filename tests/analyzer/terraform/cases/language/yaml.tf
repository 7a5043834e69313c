output "yaml_001" { value = yamldecode("[y]") }
output "yaml_002" { value = yamldecode("[Yes]") }
output "yaml_003" { value = yamldecode("[YES]") }
output "yaml_004" { value = yamldecode("[n]") }
output "yaml_005" { value = yamldecode("[off]") }
output "yaml_006" { value = yamldecode("[On]") }
output "yaml_007" { value = yamldecode("[tRUE]") }
output "yaml_008" { value = yamldecode("[~]") }
output "yaml_009" { value = yamldecode("[NULL]") }
output "yaml_010" { value = yamldecode("[nULL]") }
output "yaml_011" { value = yamldecode("[0x1F]") }
output "yaml_012" { value = yamldecode("[0b11]") }
output "yaml_013" { value = yamldecode("[0o17]") }
output "yaml_014" { value = yamldecode("[017]") }
output "yaml_015" { value = yamldecode("[08]") }
output "yaml_016" { value = yamldecode("[1_000]") }
output "yaml_017" { value = yamldecode("[+5]") }
output "yaml_018" { value = yamldecode("[-0]") }
output "yaml_019" { value = yamldecode("[1.]") }
output "yaml_020" { value = yamldecode("[.5]") }
output "yaml_021" { value = yamldecode("[1e3]") }
output "yaml_022" { value = yamldecode("[1.5e+3]") }
output "yaml_023" { value = yamldecode("[1e]") }
output "yaml_024" { value = yamldecode("[0x]") }
output "yaml_025" { value = yamldecode("[2001-1-1]") }
output "yaml_026" { value = yamldecode("[2001-01-01t10:00:00+02:00]") }
output "yaml_027" { value = yamldecode("[1:30]") }
output "yaml_028" { value = yamldecode("[!!str 1]") }
output "yaml_029" { value = yamldecode("[!!bool yes]") }
output "yaml_030" { value = yamldecode("[!!null x]") }
output "yaml_031" { value = yamldecode("[<<]") }
output "yaml_032" { value = yamldecode("[=]") }
output "yaml_033" { value = yamldecode("a: 1\na: 2") }
output "yaml_034" { value = yamldecode("--- a\n...") }
output "yaml_035" { value = yamldecode("a: >\n  x\n  y\n\n  z\n") }
output "yaml_036" { value = yamldecode("{2: 3, true: x}") }
output "fails_yaml_037" { value = yamldecode("[!foo x]") }
output "fails_yaml_038" { value = yamldecode("[.inf]") }
output "fails_yaml_039" { value = yamldecode("# c") }
output "yaml_040" { value = yamlencode({ a = "l1\nl2\n\n", b = "\n", c = " x\ny", d = "x\n  y\n" }) }
output "yaml_041" { value = yamlencode(["a\nb", ["c\n"]]) }
output "yaml_042" { value = yamlencode({ "a b" = { x = "é\t<>" } }) }
output "yaml_043" { value = yamlencode({ a = join(" ", [for i in range(60) : "aa"]), b = "k: ${join(" ", range(99))} end" }) }
output "yaml_044" { value = yamlencode([{ a = [join(" ", [for i in range(60) : "é\t"])], b = { c = { d = join("  ", range(90)) } } }]) }
output "yaml_045" { value = yamlencode(join(" ", ["", join("", [for i in range(99) : "a"]), "b  c", ""])) }
output "yaml_046" { value = yamlencode([["${join("", [for i in range(76) : "x"])} a b", "${join("", [for i in range(77) : "x"])} a b"]]) }
output "yaml_047" { value = yamlencode({ (join(" ", range(40))) = "${join("", [for i in range(99) : "x"])}   y" }) }
