output "heredoc" {
  value = <<EOT
one
  two ${local.words[0]}
EOT
}
output "heredoc_flush" {
  value = <<-EOT
      four
        six

    two ${local.words[0]}
    EOT
}
output "heredoc_flush_tabs" {
  value = <<-EOT
	tab
	  tab and blanks
	EOT
}
output "heredoc_flush_starts_with_a_value" {
  value = <<-EOT
    ${local.words[0]} first
      second
    EOT
}
output "heredoc_value_at_column_zero" {
  value = <<-EOT
    a
${local.words[0]}
    b
    EOT
}
output "heredoc_empty" {
  value = <<EOT
EOT
}
output "heredoc_of_blank_lines" {
  value = <<-EOT


    EOT
}
output "heredoc_escapes" {
  value = <<-EOT
    $${a} %%{b} \n \" $$ %% $a %a $$$${x}
    EOT
}
output "heredoc_marker_inside_a_line" {
  value = <<EOT
not EOT
EOTX
EOT
}
output "heredoc_in_an_interpolation" {
  value = <<A
x${upper(<<A
inner
A
)}y
A
}
output "heredoc_in_a_list" {
  value = [<<A
1
A
    , <<-B
      2
      B
  ]
}
output "heredoc_if" {
  value = <<-EOT
    start
    %{if true}
    yes
    %{else}
    no
    %{endif}
    end
    EOT
}
output "heredoc_if_trimmed" {
  value = <<-EOT
    start
    %{~if length(local.words) > 2~}
    yes
    %{~else~}
    no
    %{~endif~}
    end
    EOT
}
output "heredoc_for" {
  value = <<-EOT
    %{for word in local.words~}
    - ${word}
    %{endfor~}
    EOT
}
output "heredoc_for_with_keys" {
  value = <<-EOT
    %{for key, value in local.map}
      ${key}=${value}
    %{endfor}
    EOT
}
output "heredoc_nested_directives" {
  value = <<-EOT
    %{for person in local.people~}
    %{if person.age > 35~}
    ${person.name} is old
    %{else~}
    ${person.name} is young
    %{endif~}
    %{endfor~}
    EOT
}
output "heredoc_trimmed_value" {
  value = <<-EOT
    a
    ${~local.words[0]~}
    b
    EOT
}
output "trim_left" { value = "a   ${~"b"}   c" }
output "trim_right" { value = "a   ${"b"~}   c" }
output "trim_both" { value = "a \n\t ${~"b"~} \n\t c" }
output "trim_escaped_newlines" { value = "a%{for x in ["1", "2"]~}\n${x}\n%{~endfor}z" }
output "trim_between_values" { value = "${"a"~}  ${~"b"}" }
output "trim_does_not_reach_values" { value = "${" a "~}${~" b "}" }
output "trim_if" { value = "a %{~if true~} b %{~endif~} c" }
output "trim_else" { value = "a %{if false~} b %{~else~} d %{~endif} c" }
output "trim_over_an_escape" { value = "a   ${"x"~}   $${y}" }
output "if_without_else" { value = "[%{if false}x%{endif}]" }
output "if_with_value" { value = "[%{if true}${1 + 1}%{else}${local.words[0]}%{endif}]" }
output "if_of_a_string" { value = "%{if "true"}t%{else}f%{endif}" }
output "for_in_a_string" { value = "%{for i, w in local.words}${i}:${w},%{endfor}" }
output "for_over_a_set" { value = "%{for x in local.set}<${x}>%{endfor}" }
output "for_over_nothing" { value = "<%{for x in []}${x}%{endfor}>" }
output "for_over_an_object" { value = "%{for k, v in { b = 1, a = 2 }}${k}${v}%{endfor}" }
output "for_nested" { value = "%{for a in [1, 2]}%{for b in ["x", "y"]}${a}${b} %{endfor}%{endfor}" }
output "only_a_value_keeps_its_type" { value = ["${1}", "${true}", "${[1]}", "${null}"] }
output "only_a_value_with_text" { value = ["${1} ", "-${true}"] }
output "only_a_directive_is_text" { value = "%{if true}${1}%{endif}" }
output "value_of_a_template" { value = "${"${"${local.words[0]}"}"}" }
output "nested_quotes" { value = "a ${join(", ", ["b", "c ${join("-", ["d", "e"])}"])} f" }
output "braces_in_a_value" { value = "x${{ a = "}" }.a}y" }
output "escapes" { value = "\n\r\t\"\\ \u00e9 \U0001F600" }
output "escaped_sequences" { value = "$${a} %%{b} $$ %% $ % $a %a" }
output "dollars_before_a_value" { value = "$ ${1} %${2} $-${3}" }
output "numbers_in_text" { value = "${1.50} ${1e3} ${0.1 + 0.2} ${1 / 3} ${-0} ${100000000000000000000}" }
output "bool_in_text" { value = "${true} ${!true}" }
output "composed_and_decomposed" { value = "e\u0301" == "é" }
output "length_of_composed" { value = [length("e\u0301"), length("👨‍👩‍👧"), length("🇩🇪")] }
output "template_of_a_sensitive_value" { value = nonsensitive("a-${sensitive("b")}") }
output "templatestring" { value = templatestring(local.greeting, { name = "x", list = ["a", "b"] }) }
output "templatefile_with_objects" { value = templatefile("data/people.tpl", { people = local.people }) }
output "templatefile_missing_branch" { value = templatefile("data/branch.tpl", { on = false }) }
output "fails_list_in_text" { value = "x${[1]}" }
output "fails_object_in_text" { value = "x${{}}" }
output "fails_null_in_text" { value = "x${null}" }
output "fails_null_directive" { value = "%{if null}x%{endif}" }
output "fails_for_over_text" { value = "%{for x in "abc"}x%{endfor}" }
output "fails_templatefile_without_its_variable" { value = templatefile("data/people.tpl", {}) }
locals {
  greeting = "hi $${name}%%{ for l in list }, $${l}%%{ endfor }!"
}
