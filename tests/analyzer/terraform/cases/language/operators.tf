output "operators_001" { value = 1 + 2 * 3 - 4 / 2 }
output "operators_002" { value = (1 + 2) * 3 }
output "operators_003" { value = 7 % 3 }
output "operators_004" { value = -7 % 3 }
output "operators_005" { value = 7 % -3 }
output "operators_006" { value = 10 / 4 }
output "operators_007" { value = 1 / 3 }
output "operators_008" { value = 2 / 3 }
output "operators_009" { value = -(-3) }
output "operators_010" { value = - 3 + 5 }
output "operators_011" { value = 1 - -1 }
output "operators_012" { value = 5.5 % 2 }
output "operators_013" { value = 0.1 + 0.2 }
output "operators_014" { value = 1e3 }
output "operators_015" { value = 1.5e-3 }
output "operators_016" { value = 1E5 + 1 }
output "operators_017" { value = 0 * -1 }
output "operators_018" { value = true && false }
output "operators_019" { value = true || false }
output "operators_020" { value = !true }
output "operators_021" { value = !false && true }
output "operators_022" { value = 1 < 2 && 2 <= 2 }
output "operators_023" { value = 3 > 2 }
output "operators_024" { value = 2 >= 3 }
output "operators_025" { value = 1 == 1.0 }
output "operators_026" { value = 1 == "1" }
output "operators_027" { value = "a" == "a" }
output "operators_028" { value = "a" != "b" }
output "operators_029" { value = null == null }
output "operators_030" { value = [1] == [1] }
output "operators_031" { value = [1, 2] != [1, 3] }
output "operators_032" { value = { a = 1 } == { a = 1 } }
output "operators_033" { value = { a = 1 } == { a = "1" } }
output "operators_034" { value = tolist([1]) == [1] }
output "operators_035" { value = toset(["a", "b"]) == toset(["b", "a"]) }
output "operators_036" { value = local.nothing == null }
output "operators_037" { value = "5" + 1 }
output "operators_038" { value = "2" * "3" }
output "operators_039" { value = "10" > 9 }
output "operators_040" { value = true == "true" }
output "operators_041" { value = !"false" }
output "operators_042" { value = "true" && true }
output "operators_043" { value = 1 + 1 == 2 ? "yes" : "no" }
output "operators_044" { value = true ? 1 : "a" }
output "operators_045" { value = false ? [1] : ["a", "b"] }
output "operators_046" { value = true ? [1, 2] : [] }
output "operators_047" { value = true ? null : 1 }
output "operators_048" { value = false ? {} : { a = 1 } }
output "operators_049" { value = true ? { a = 1 } : { b = 2 } }
output "operators_050" { value = true ? { a = 1 } : { a = "x" } }
output "operators_051" { value = false ? 1 : true ? 2 : 3 }
output "operators_052" { value = "true" ? 1 : 2 }
output "operators_053" { value = true ? tolist([1]) : ["a"] }
output "operators_054" { value = [for x in true ? [1] : [2, 3] : x] }
output "operators_055" { value = 9007199254740993 + 1 }
output "operators_056" { value = 123456789012345678901234567890 * 10 }
output "operators_057" { value = 1 / 3 * 3 }
output "operators_058" { value = 100000000000000000000 / 3 }
output "operators_059" { value = (1 + 1) / 2 % 3 }
output "operators_060" { value = 1 > 2 == false }
output "operators_061" { value = 1 != 2 == true }
output "operators_062" { value = 5 - 3 - 1 }
output "operators_063" { value = 2 * 3 % 4 }
output "operators_064" { value = -2 * -3 }
output "operators_065" { value = -0 % 3 }
output "operators_066" { value = 3 % -0 }
output "operators_067" { value = -0 % 1.5 + 1 }
output "operators_068" { value = -0 / 3 - 0.5 }
output "operators_069" { value = -0 + 0.5 }
output "operators_070" { value = [abs(-0), ceil(-0), floor(-0), signum(-0), max(-0, 0), min(-0, 0)] }
output "operators_071" { value = [-0 < 0, -0 == 0, -0 >= 0] }
output "operators_072" { value = format("%d %s %v %f", -0, -0, -0, -0) }
