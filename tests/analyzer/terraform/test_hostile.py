"""Bad input costs itself only: a clear problem, bounded work, and everything else analysed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analyzer.readers.terraform import TerraformResult
from graph.problems import Problem, ProblemKind
from graph.resource import Presence
from graph.values import Unknown, Value, Why, holes
from tests.analyzer.terraform.oracle import ours, write

GOOD = 'resource "aws_ebs_volume" "good" { name = "good" }\n'
MANY = 20_000


def read(folder: Path, main: str, files: dict[str, str] | None = None) -> TerraformResult:
    """The result; a good resource in a file of its own is always there."""
    result = ours(write(folder, {"main.tf": main, "good.tf": GOOD, **(files or {})}))
    good = [item for item in result.resources if item.name == "good"]
    assert [item.attributes for item in good] == [{"name": "good"}]
    return result


def problem(result: TerraformResult) -> Problem:
    """The only problem, which has place, cause and effect."""
    assert len(result.problems) == 1, result.problems
    (found,) = result.problems
    assert found.location is not None
    assert found.what
    assert found.why
    assert found.effect
    return found


def output(result: TerraformResult, name: str = "o") -> Value:
    return result.outputs[""][name]


def why(value: Value) -> set[Why]:
    return {hole.why for _, hole in holes(value)}


@pytest.mark.parametrize(
    "broken",
    [
        'resource "aws_ebs_volume" "bad" {\n  x = \n}\n',
        'resource "aws_ebs_volume" "bad" {\n  x = [1, 2\n}\n',
        'resource "aws_ebs_volume" "bad" {\n  x = "unclosed\n}\n',
        'resource "aws_ebs_volume" "bad" {\n  x = 1 2\n}\n',
        'resource "aws_ebs_volume" "bad" {\n  x = "${"\n}\n',
        'resource "aws_ebs_volume" "bad" {\n  x = "%{ if true }"\n}\n',
        'resource "aws_ebs_volume" "bad" {\n  x = <<EOT\nnever closed in this block\n}\n',
        'resource "aws_ebs_volume" "bad" [\n',
        "= 5\n",
        ")]}>\n",
        'x = "\\q"\n',
        "x = 1e999999999\n",
        'x = "\\ud800"\n',
        "y = " + "1" * 5000 + "\n",
    ],
)
def test_a_syntax_error_costs_its_block_only(tmp_path: Path, broken: str) -> None:
    result = read(tmp_path, f'locals {{ a = 1 }}\n{broken}\noutput "o" {{\n  value = local.a\n}}\n')
    found = problem(result)
    assert found.kind is ProblemKind.INVALID
    assert found.what == "main.tf"
    assert found.effect.startswith("left out: ")
    if "<<EOT" not in broken:
        assert output(result) == 1


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"\x00\x01\x02binary", "NUL"),
        (b"\x7fELF\x00", "NUL"),
        (b'locals { a = "\xff\xfe" }', "UTF-8"),
    ],
)
def test_a_file_that_is_no_text_is_a_problem(tmp_path: Path, content: bytes, cause: str) -> None:
    (tmp_path / "bad.tf").write_bytes(content)
    result = read(tmp_path, "")
    found = problem(result)
    assert found.kind is ProblemKind.UNREADABLE
    assert found.what == "bad.tf"
    assert cause in found.why


def test_a_binary_tfvars_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfvars").write_bytes(b"\x00GITCRYPT\x00\xff")
    result = read(tmp_path, 'variable "v" {}\noutput "o" { value = var.v }\n')
    assert problem(result).what == "terraform.tfvars"
    assert why(output(result)) == {Why.VARIABLE}


def test_nothing_to_read_is_no_crash(tmp_path: Path) -> None:
    assert ours(tmp_path).files == 0
    result = ours(write(tmp_path, {"terraform.tfvars": "a = 1\n"}))
    assert (result.resources, result.problems, result.stacks) == ((), (), 0)
    (tmp_path / "empty.tf").write_text("")
    assert ours(tmp_path).problems == ()


def test_modules_that_call_each_other_end(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        'module "a" { source = "./a" }\n',
        {
            "a/main.tf": 'module "b" {\n  source = "../b"\n}\nresource "aws_ebs_volume" "a" {}\n',
            "b/main.tf": 'module "a" {\n  source = "../a"\n}\nmodule "twice" {\n  source = "../a"\n}\n',
        },
    )
    assert {item.why for item in result.problems} == {"a calls itself"}
    assert len(result.resources) == 2


def test_folders_that_only_call_each_other_are_read_all_the_same(tmp_path: Path) -> None:
    result = ours(
        write(
            tmp_path,
            {
                "a/main.tf": 'module "b" { source = "../b" }\nresource "aws_ebs_volume" "a" {}\n',
                "b/main.tf": 'module "a" { source = "../a" }\nresource "aws_ebs_volume" "b" {}\n',
            },
        )
    )
    assert {item.address for item in result.resources} == {
        "aws_ebs_volume.a",
        "module.b.aws_ebs_volume.b",
    }


def test_a_module_that_calls_itself_ends(tmp_path: Path) -> None:
    result = read(tmp_path, 'module "me" {\n  source = "./"\n  count = 100\n}\n')
    assert problem(result).kind is ProblemKind.INVALID


def test_modules_that_double_at_every_level_end(tmp_path: Path) -> None:
    call = 'module "l" {{ source = "../m{0}" }}\nmodule "r" {{ source = "../m{0}" }}\n'
    files = {f"m{level}/main.tf": call.format(level + 1) for level in range(40)}
    files["m40/main.tf"] = 'resource "aws_ebs_volume" "x" {}\n'
    result = read(tmp_path, 'module "a" { source = "./m0" }\n', files)
    assert len(result.problems) < MANY
    assert any("module instances" in item.why for item in result.problems)


@pytest.mark.parametrize("source", ["../../../etc", "/etc", "..", "../outside"])
def test_a_module_source_out_of_the_repository_is_not_read(tmp_path: Path, source: str) -> None:
    write(tmp_path, {"outside/main.tf": 'output "secret" { value = "outside" }\n'})
    inside = tmp_path / "inside"
    inside.mkdir()
    result = read(
        inside, f'module "m" {{ source = "{source}" }}\noutput "o" {{ value = module.m.secret }}\n'
    )
    assert "not in this repository" in problem(result).why
    assert why(output(result)) == {Why.MODULE}


def test_symlinks_out_of_the_tree_are_not_followed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"outside/main.tf": 'resource "aws_ebs_volume" "outside" {}\n', "outside/s.txt": "x"},
    )
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.tf").symlink_to(tmp_path / "outside/main.tf")
    (inside / "mod").symlink_to(tmp_path / "outside", target_is_directory=True)
    (inside / "s.txt").symlink_to(tmp_path / "outside/s.txt")
    (inside / "dangling.tf").symlink_to(inside / "nowhere.tf")
    result = read(inside, 'module "m" { source = "./mod" }\noutput "o" { value = file("s.txt") }\n')
    assert {item.name for item in result.resources} == {"good"}
    assert why(output(result)) == {Why.LIMIT}
    assert {item.what for item in result.problems} >= {"link.tf", "module source ./mod"}


@pytest.mark.parametrize("pair", ["()", "[]", "{}"])
def test_deep_nesting_costs_its_block(tmp_path: Path, pair: str) -> None:
    inner = ("{a=" if pair == "{}" else pair[0]) * MANY + "1" + pair[1] * MANY
    result = read(tmp_path, f'locals {{\n  x = {inner}\n}}\noutput "o" {{\n  value = 1\n}}\n')
    assert "nested deeper" in problem(result).why
    assert output(result) == 1


@pytest.mark.parametrize(
    "expression",
    [
        "-" * MANY + "1",
        "!" * MANY + "true",
        '"${' * MANY + "1" + '}"' * MANY,
        "f(" * MANY + "1" + ")" * MANY,
        "true ? 1 : " * MANY + "1",
        "[for x in " * MANY + "[]" + " : x]" * MANY,
        "{ for x in [1] : x => " * MANY + "1" + "}" * MANY,
        "1 + (" * MANY + "1" + ")" * MANY,
        "true ? " * MANY + "1" + " : 2" * MANY,
        "local.a[" * MANY + "0" + "]" * MANY,
        '"' + "%{ if true }" * MANY + "x" + "%{ endif }" * MANY + '"',
        '"' + "%{ for x in [1] }" * MANY + "x" + "%{ endfor }" * MANY + '"',
    ],
)
def test_other_ways_to_nest_deep_cost_their_block(tmp_path: Path, expression: str) -> None:
    result = read(tmp_path, f"locals {{\n  x = {expression}\n}}\n")
    assert "nested deeper" in problem(result).why


@pytest.mark.parametrize(
    "expression",
    [
        "1" + " + 1" * 50_000,
        "local.a" + ".b" * 50_000,
        "local.a" + "[0]" * 50_000,
        "true" + " && true" * 20_000,
        '"' + "x" * 1_000_000 + '"',
        '"' + "${1}" * 50_000 + '"',
        "[" + "1, " * 50_000 + "]",
        "<<EOT\n" + "line\n" * 50_000 + "EOT\n",
        "# " + "x" * 1_000_000 + "\n 1",
    ],
)
def test_a_long_expression_ends(tmp_path: Path, expression: str) -> None:
    result = read(
        tmp_path,
        f'locals {{\n  a = {{}}\n  x = {expression}\n}}\noutput "o" {{\n  value = local.x\n}}\n',
    )
    assert all(item.location for item in result.problems)
    assert "o" in result.outputs[""]


@pytest.mark.parametrize("end", ["}\n", ""])
def test_blocks_in_blocks_without_end_cost_what_follows_in_their_file(
    tmp_path: Path, end: str
) -> None:
    result = read(tmp_path, "inner {\n" * MANY + end * MANY)
    assert len(result.problems) < 100
    assert "nested deeper" in result.problems[0].why
    assert result.problems[-1].effect == "left out: all that follows in the file"


def test_the_same_argument_again_and_again_is_a_bounded_number_of_problems(tmp_path: Path) -> None:
    result = read(
        tmp_path, "locals {\n" + "  a = 1\n" * MANY + '}\noutput "o" { value = local.a }\n'
    )
    assert output(result) == 1
    assert 0 < len(result.problems) < 100


def test_a_huge_file_costs_itself(tmp_path: Path) -> None:
    with (tmp_path / "huge.tf").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    found = problem(read(tmp_path, ""))
    assert (found.kind, found.what) == (ProblemKind.UNREADABLE, "huge.tf")
    assert "too large" in found.why


def test_what_depends_on_zero_with_a_sign_ends(tmp_path: Path) -> None:
    assert output(read(tmp_path, 'output "o" { value = -0 % 3 == 0 }\n')) is True


def test_deep_json_costs_its_file(tmp_path: Path) -> None:
    result = read(
        tmp_path, "", {"deep.tf.json": '{"locals":' + '{"a":' * MANY + "1" + "}" * MANY + "}"}
    )
    assert "nested deeper" in problem(result).why


@pytest.mark.parametrize(
    ("expression", "reasons"),
    [
        ("range(1e9)", {Why.ERROR}),
        ("range(0, 1, 1e-9)", {Why.ERROR}),
        ("[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]", {Why.LIMIT}),
        ('"%{ for a in range(1000) }%{ for b in range(1000) }%{ for c in range(1000) }x%{ endfor }%{ endfor }%{ endfor }"', {Why.LIMIT}),
        ('format("%999999999d", 1)', {Why.LIMIT}),
        ('indent(999999999, "a\\nb")', {Why.LIMIT}),
        ("setproduct(range(1000), range(1000), range(1000))", {Why.LIMIT}),
        ('replace(join("", [for i in range(1000) : "aaaaaaaaaa"]), "a", join("", [for i in range(1000) : "bbbbbbbbbb"]))', {Why.LIMIT}),
        ("1e3999 * 1e3999", {Why.LIMIT}),
        ("pow(10, 400)", {Why.LIMIT}),
        ("1 / 0", {Why.LIMIT}),
        ('yamldecode("a: &a [x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]")', {Why.LIMIT}),
        ('regex("(a+)+$", join("", [for i in range(100) : "aaaaaaaaaab"]))', {Why.ERROR}),
        ('regexall("(x+x+)+y", join("", [for i in range(1000) : "xxxxxxxxxx"]))', set()),
        ('regex("((a{1,100}){1,100}){1,100}", "aaa")', {Why.LIMIT}),
        ('regex("a{1001}", "a")', {Why.ERROR}),
        ('replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "/^(a|a)*$/", "")', set()),
        ('file("/etc/passwd")', {Why.LIMIT}),
        ('file("../../../../../../etc/passwd")', {Why.LIMIT}),
        ('file("~/.ssh/id_rsa")', {Why.LIMIT}),
        ('filebase64("/dev/zero")', {Why.LIMIT}),
        ('templatefile("/etc/passwd", {})', {Why.LIMIT}),
        ('templatefile("../outside.tpl", {})', {Why.LIMIT}),
        ('templatefile("loop.tpl", {})', {Why.ERROR}),
        ('file("a\\u0000b")', {Why.LIMIT, Why.ERROR}),
        ('jsondecode(join("", [for i in range(1000) : "[[[[[[[[[["]))', {Why.LIMIT, Why.ERROR}),
        ('cidrsubnets("10.0.0.0/8", [for i in range(1000) : 20]...)', set()),
        ('timeadd("9999-01-01T00:00:00Z", "99999999h")', {Why.ERROR}),
        ('parseint(join("", [for i in range(1000) : "9999999999"]), 10)', {Why.LIMIT}),
        ("local.itself", {Why.CYCLE}),
        ("local.a1", {Why.CYCLE}),
    ],
)  # fmt: skip
def test_an_expression_that_asks_for_too_much_is_unknown(
    tmp_path: Path, expression: str, reasons: set[Why]
) -> None:
    (tmp_path / "outside.tpl").write_text("secret")
    inside = tmp_path / "inside"
    inside.mkdir()
    locals_ = "locals {\n  itself = local.itself\n  a1 = local.a2\n  a2 = [local.a1]\n}\n"
    result = read(
        inside,
        f'{locals_}output "o" {{\n  value = {expression}\n}}\n',
        {"loop.tpl": '${templatefile("loop.tpl", {})}'},
    )
    found = output(result)
    assert bool(why(found)) == bool(reasons), found
    assert why(found) <= reasons


def test_the_path_that_was_asked_for_is_never_listed(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        'output "o" { value = [fileset("/etc", "*"), fileset("../..", "**"), fileexists("/etc/passwd")] }\n',
    )
    assert "passwd" not in str(output(result))
    assert output(result) != ()


def test_a_fileset_over_many_files_with_a_bad_pattern_ends(tmp_path: Path) -> None:
    files = {f"d/{'a' * 100}{number}.txt": "" for number in range(20)}
    pattern = "*a" * 40 + "b"
    result = read(tmp_path, f'output "o" {{ value = fileset("d", "{pattern}") }}\n', files)
    assert output(result) == ()


@pytest.mark.parametrize(
    ("meta", "address"),
    [
        ("count = 1000000", "aws_ebs_volume.many[?]"),
        ("count = 99999999999999999999999", "aws_ebs_volume.many[?]"),
        ("count = -1", "aws_ebs_volume.many[?]"),
        ('count = "x"', "aws_ebs_volume.many[?]"),
        (
            'for_each = toset([for i in setproduct(range(200), range(200)) : join("-", i)])',
            "aws_ebs_volume.many[?]",
        ),
        ("for_each = [1, 2]", "aws_ebs_volume.many[?]"),
        ("for_each = toset([1, 2])", "aws_ebs_volume.many[?]"),
        ("count = length(aws_ebs_volume.many)", "aws_ebs_volume.many[?]"),
    ],
)
def test_an_impossible_number_of_instances_is_one_and_a_problem(
    tmp_path: Path, meta: str, address: str
) -> None:
    result = read(tmp_path, f'resource "aws_ebs_volume" "many" {{\n  {meta}\n}}\n')
    (found,) = (item for item in result.resources if item.name == "many")
    assert (found.address, found.presence) == (address, Presence.SYMBOLIC)
    assert "aws_ebs_volume.many" in problem(result).what


def test_instances_that_multiply_over_modules_are_bounded(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        'module "a" {\n  source = "./a"\n  count = 900\n}\n',
        {
            "a/main.tf": 'module "b" {\n  source = "../b"\n  count = 900\n}\n',
            "b/main.tf": 'resource "aws_ebs_volume" "x" {\n  count = 900\n}\n',
        },
    )
    assert len(result.resources) < 10 * MANY
    assert result.problems


@pytest.mark.parametrize(
    "step",
    [
        '"${local.l%d}${local.l%d}"',
        "[local.l%d, local.l%d]",
        "{ a = local.l%d, b = local.l%d }",
        "concat(local.l%d, local.l%d)",
    ],
)
def test_locals_that_double_end(tmp_path: Path, step: str) -> None:
    first = '["x"]' if "concat" in step else '"0123456789"'
    lines = [f"  l{i} = {step % (i - 1, i - 1)}\n" for i in range(1, 61)]
    result = read(
        tmp_path,
        f'locals {{\n  l0 = {first}\n{"".join(lines)}}}\noutput "o" {{ value = jsonencode(local.l60) }}\n'
        'resource "aws_ebs_volume" "t" { x = local.l60 }\n',
    )
    assert Why.LIMIT in why(output(result))


def test_a_resource_that_refers_to_itself_or_others_in_a_circle(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        'resource "aws_ebs_volume" "a" { x = aws_ebs_volume.a.id }\n'
        'resource "aws_ebs_volume" "b" { x = aws_ebs_volume.c.x }\n'
        'resource "aws_ebs_volume" "c" { x = aws_ebs_volume.b.x }\n',
    )
    assert {item.kind for item in result.problems} == {ProblemKind.UNRESOLVED}
    assert {item.effect.removesuffix(" are open") for item in result.problems} <= {
        f"values of aws_ebs_volume.{name}" for name in "abc"
    }


def test_declared_twice_is_a_problem_and_the_first_one_counts(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        'resource "aws_ebs_volume" "t" { x = 1 }\nresource "aws_ebs_volume" "t" { x = 2 }\n'
        'variable "v" { default = 1 }\nvariable "v" { default = 2 }\n'
        'locals { a = 1 }\nlocals { a = 2 }\noutput "o" { value = [var.v, local.a] }\n'
        'resource "aws_ebs_volume" "u" {\n  y = 1\n  y = 2\n}\n',
    )
    assert output(result) == (1, 1)
    assert [item.attributes.get("x") for item in result.resources if item.name == "t"] == [1]
    assert len(result.problems) == 4
    assert all(item.kind is ProblemKind.INVALID for item in result.problems)


@pytest.mark.parametrize("length", [1000, 5000])
def test_a_long_chain_of_locals(tmp_path: Path, length: int) -> None:
    lines = "".join(f'  l{i} = "${{local.l{i - 1}}}"\n' for i in range(1, length))
    result = read(
        tmp_path,
        f'locals {{\n  l0 = "x"\n{lines}}}\noutput "o" {{ value = local.l{length - 1} }}\n',
    )
    assert output(result) == "x" if length == 1000 else isinstance(output(result), Unknown)


def test_wrong_uses_of_names_are_named(tmp_path: Path) -> None:
    names = (
        "var.nope",
        "local.nope",
        "module.nope",
        "aws_ebs_volume.nope",
        "data.aws_x.y",
        "each.key",
        "count.index",
        "nope",
        "path.nope",
    )
    blocks = "".join(f'output "o{i}" {{ value = {name} }}\n' for i, name in enumerate(names))
    result = read(tmp_path, blocks)
    for value in result.outputs[""].values():
        assert isinstance(value, Unknown)
        assert value.why is Why.ERROR
        assert value.detail
        assert value.location is not None


def test_files_of_other_kinds_are_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.tf")
    (tmp_path / "folder.tf").mkdir()
    result = read(tmp_path, "")
    assert all(item.what != "good.tf" for item in result.problems)
