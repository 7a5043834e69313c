output "conversions_001" { value = tostring(1.50) }
output "conversions_002" { value = tostring(true) }
output "conversions_003" { value = tostring(null) }
output "conversions_004" { value = tonumber("1.5") }
output "conversions_005" { value = tonumber("-0") }
output "fails_conversions_006" { value = tonumber(" 1") }
output "conversions_007" { value = tobool("true") }
output "conversions_008" { value = tobool("1") }
output "fails_conversions_009" { value = tobool(1) }
output "fails_conversions_010" { value = tonumber(true) }
output "conversions_011" { value = tolist(["a", 1, true]) }
output "conversions_012" { value = tolist(toset(["b", "a"])) }
output "conversions_013" { value = toset([1, 2, 1, 3]) }
output "conversions_014" { value = toset(["a", 1]) }
output "conversions_015" { value = toset([]) }
output "conversions_016" { value = tomap({ a = 1, b = "x" }) }
output "conversions_017" { value = tomap({}) }
output "conversions_018" { value = tolist([[1], ["a"]]) }
output "conversions_019" { value = tomap({ a = { x = 1 }, b = { x = "s" } }) }
output "fails_conversions_020" { value = tonumber("0x10") }
output "conversions_021" { value = tonumber("1e3") }
output "fails_conversions_022" { value = tonumber("") }
output "fails_conversions_023" { value = tostring([1]) }
output "conversions_024" { value = toset([true, "x", 2]) }
output "conversions_025" { value = tolist([null, 1]) }
output "conversions_026" { value = toset([10, 9, 1.5, -1]) }
output "conversions_027" { value = toset([{ a = 2 }, { a = 1 }]) }
output "conversions_028" { value = toset([["b"], ["a"]]) }
output "conversions_029" { value = tolist([{ a = 1 }, { a = 1, b = 2 }]) }
