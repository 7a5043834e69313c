output "remainders" { value = [5 % 0.3, 2 % 0.0000001, 1e30 % 7.7, -5.5 % 2, 5.5 % -2, 0.3 % 0.1, 7 % 0.5] }
output "sums_with_minus_zero" { value = [0 * -1 + 0.5, 0 * -1 + 0, -0 - 0.25, 0 * -1 - 1.5] }
output "large_products" { value = [99999999999 * 99999999999, 1e40 * 1e40, 2 * 0.1] }
output "quotients" { value = [1 / 8, 10 / 3, -7 / 2, 1e10 / 7, 0.1 / 0.3] }
output "precedence" { value = [1 + 2 * 3 % 4 - 5, -2 * -3, 2 - 3 - 4, 100 / 10 / 5, !true || true && false] }
output "comparisons_of_large_numbers" { value = [9007199254740993 > 9007199254740992, 0.1 + 0.2 == 0.3, 1e2 == 100] }
output "yaml_of_scalars" { value = [yamlencode(null), yamlencode(5), yamlencode(true), yamlencode("x"), yamlencode(1.5)] }
output "yaml_of_empty_things" { value = [yamlencode(""), yamlencode([]), yamlencode({}), yamlencode([[], {}])] }
output "subnets" { value = cidrsubnets("10.0.0.0/8", 8, 4, 8, 1) }
output "subnets_of_nothing" { value = cidrsubnets("0.0.0.0/0") }
output "fails_subnets_from_zero" { value = cidrsubnets("0.0.0.0/0", 8) }
output "fails_remainder_of_a_list" { value = [1] % 2 }
output "minus_zero_in_functions" { value = [abs(-0), ceil(-0), floor(-0), signum(-0), max(-0, 0), min(-0, 0)] }
output "minus_zero_as_text" { value = [jsonencode(-0 % 3), jsonencode(3 % -0), format("%d %s %v %f", -0, -0, -0, -0)] }
output "minus_zero_compared" { value = [-0 < 0, -0 == 0, -0 >= 0, -0 / 3 - 0.5, -0 % 1.5 + 1] }
