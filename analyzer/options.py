"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
ORDER = "blastwall.order"
EXISTING = click.Path(exists=True, path_type=Path)
INPUTS = (
    click.option(
        "--grants", type=EXISTING, multiple=True, help="A grants file to add to those found."
    ),
    click.option(
        "--plan",
        "plans",
        type=EXISTING,
        multiple=True,
        help="A plan, written by `terraform show -json`; its values win.",
    ),
    click.option(
        "--state", "states", type=EXISTING, multiple=True, help="A state: raw, or `show -json`."
    ),
    click.option(
        "--iam",
        "exports",
        type=EXISTING,
        multiple=True,
        help="An account's IAM, by `aws iam get-account-authorization-details`.",
    ),
    click.option(
        "--var-file",
        "var_files",
        type=EXISTING,
        multiple=True,
        help="A tfvars file, as for Terraform: the last of --var-file and --var wins.",
    ),
    click.option(
        "--var",
        "variables",
        multiple=True,
        metavar="NAME=VALUE",
        help="A variable, as for Terraform.",
    ),
    click.option("--workspace", help="The Terraform workspace to analyse."),
    click.option(
        "--module-path",
        "module_paths",
        multiple=True,
        metavar="SOURCE=DIR",
        help="The folder of a module that is not in the repository, by its source.",
    ),
    click.option(
        "--config",
        type=EXISTING,
        help="Use this blastwall.yaml, and none that lies with the code.",
    ),
    click.option(
        "--parser",
        type=click.Choice(["native", "python-hcl2"]),
        default="native",
        help="What parses HCL: blastwall itself, or python-hcl2 (extra `hcl2`).",
    ),
    click.option(
        "--no-cache",
        is_flag=True,
        envvar="BLASTWALL_NO_CACHE",
        help="Neither use nor keep results in your cache folder ($BLASTWALL_NO_CACHE=1).",
    ),
    click.option(
        "--today",
        type=click.DateTime(["%Y-%m-%d"]),
        help="The day to analyse for (ages, undo windows); default today.",
    ),
    click.option(
        "--demand",
        multiple=True,
        type=click.Choice(["org", "vendor"]),
        help="Report also what nearly every estate's copies share: organization, vendor.",
    ),
    click.option(
        "--max-loss",
        metavar="DURATION",
        help="Data you can afford to lose where a store says nothing, e.g. 12h; default 2d.",
    ),
)
WHERE = click.option(
    "--in",
    "paths",
    multiple=True,
    type=EXISTING,
    help="A folder to look in; default here. Repeatable.",
)
FORM = click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the answer.",
)


class Ordered(click.Command):
    """Remembers the order of options: of `--var` and `--var-file` the last one wins."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as ever, after one look at the order."""
        if "--help" not in args and "-h" not in args:
            _, _, order = self.make_parser(ctx).parse_args(list(args))
            ctx.meta[ORDER] = [parameter.name for parameter in order]
        return super().parse_args(ctx, args)


def in_order(options: Mapping[str, Sequence[Any]], names: Sequence[str]) -> Iterator[Any]:
    """The values of several repeatable options as they stand on the command line."""
    values = {name: iter(options[name]) for name in names}
    for name in click.get_current_context().meta.get(ORDER, ()):
        if name in values:
            yield next(values[name])


def inputs(command: F) -> F:
    """The options that every analysing command shares."""
    for option in reversed(INPUTS):
        command = option(command)
    return command
