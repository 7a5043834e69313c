output "strings_001" { value = "a\tb\nc\"d\\e" }
output "strings_002" { value = "\u00e9\U0001F600" }
output "strings_003" { value = "$${not} %%{if}" }
output "strings_004" { value = "$ % $x %x $$ %%" }
output "strings_005" { value = "${1}" }
output "strings_006" { value = "${true}" }
output "strings_007" { value = "x${1 + 1}y" }
output "strings_008" { value = "${"nested ${"deeper"}"}" }
output "strings_009" { value = "é" == "é" }
output "strings_010" { value = "a${"b"}${"c"}" }
output "strings_011" { value = "${local.words[0]}" }
output "strings_012" { value = "${[1, 2]}" }
output "strings_013" { value = "${{ a = 1 }}" }
output "strings_014" { value = "%{ if true }yes%{ else }no%{ endif }" }
output "strings_015" { value = "%{ if false }yes%{ endif }" }
output "strings_016" { value = "%{ for w in local.words }${w},%{ endfor }" }
output "strings_017" { value = "%{ for i, w in local.words }${i}=${w};%{ endfor }" }
output "strings_018" { value = "%{ for k, v in { b = 1, a = 2 } }${k}${v}%{ endfor }" }
output "strings_019" { value = "a ${~ "b" ~} c" }
output "strings_020" { value = "a %{~ if true ~} b %{~ endif ~} c" }
output "strings_021" {
  value = <<EOT
hello
  world ${1 + 1}
EOT
}
output "strings_022" {
  value = <<-EOT
    hello
      world
    EOT
}
output "strings_023" {
  value = <<EOT
EOT
}
output "strings_024" {
  value = <<EOT


EOT
}
output "strings_025" {
  value = <<-EOT
    a

      b
  c
  EOT
}
output "strings_026" {
  value = <<-EOT
		tab
			more
		EOT
}
output "strings_027" {
  value = <<EOT
%{ for w in local.words ~}
- ${w}
%{ endfor ~}
end
EOT
}
output "strings_028" {
  value = <<EOT
%{ for w in local.words }
- ${w}
%{ endfor }
end
EOT
}
output "strings_029" {
  value = <<-EOT
    %{ for w in local.words ~}
      ${w}
    %{ endfor ~}
    done
    EOT
}
output "strings_030" {
  value = <<EOT
%{ if true }
yes
%{ else }
no
%{ endif }
EOT
}
output "strings_031" {
  value = <<EOT
%{ if true ~}
yes
%{~ else ~}
no
%{ endif ~}
EOT
}
output "strings_032" {
  value = <<-EOT
  ${"x"}
    ${"y"}
  EOT
}
output "strings_033" {
  value = <<EOT
\n is not an escape "here" $${x}
EOT
}
output "strings_034" {
  value = <<EOT
a ${~ "b" ~}   
  c
EOT
}
output "strings_035" {
  value = trimspace(<<EOT
  x
EOT
)
}
output "strings_036" { value = "" }
output "strings_037" { value = " " }
output "strings_038" { value = "${""}" }
output "strings_039" { value = "${local.numbers[1]}${local.numbers[2]}" }
output "strings_040" { value = "1" + "${2}" }
output "strings_041" { value = "\r\n" }
output "strings_042" { value = "日本語" }
output "strings_043" { value = "a\u0301" }
output "strings_044" { value = "${null == null}" }
output "strings_045" { value = "${1.0}" }
output "strings_046" { value = "${0.5}" }
output "strings_047" { value = "${1e20}" }
output "strings_048" { value = "${1e-7}" }
output "strings_049" { value = "${12345678901234567890.123456789}" }
