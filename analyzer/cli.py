"""The command line: options → Settings → analyse → render → exit code.

Exit codes, the same for every format: 0 clean, 1 findings at or above `--fail-on`, 2 usage,
3 incomplete analysis or no inputs, 4 internal error. Everything heavy is imported inside the
commands, so that `--help` stays instant.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from analyzer.version import __version__

if TYPE_CHECKING:
    from analyzer.report import Report
    from analyzer.settings import Settings

CLEAN, FINDINGS, USAGE, INCOMPLETE, INTERNAL = range(5)
F = TypeVar("F", bound=Callable[..., Any])


class DefaultsToCheck(click.Group):
    """`blastwall PATH` is `blastwall check PATH`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `check` where the first word is not a command or a general option."""
        general = {"--help", "-h", "--version"}
        if not args or (args[0] not in self.commands and args[0] not in general):
            args = ["check", *args]
        return super().parse_args(ctx, args)


@click.group(cls=DefaultsToCheck, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="blastwall")
def cli() -> None:
    """Which credentials can destroy production, and what is left if they do.

    Reads Terraform, plans, states and a grants file; needs no network and no credentials.
    Without a command, `check` runs.
    """


def inputs(command: F) -> F:
    """The options that every analysing command shares."""
    existing = click.Path(exists=True, path_type=Path)
    options = [
        click.option(
            "--grants", type=existing, multiple=True, help="A grants file, besides those found."
        ),
        click.option(
            "--plan",
            "plans",
            type=existing,
            multiple=True,
            help="`terraform show -json` of a plan.",
        ),
        click.option(
            "--state", "states", type=existing, multiple=True, help="A state, raw or as JSON."
        ),
        click.option(
            "--var-file", "var_files", multiple=True, help="A tfvars file, as for Terraform."
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
            "--today",
            type=click.DateTime(["%Y-%m-%d"]),
            help="The day to analyse for; default today.",
        ),
        click.option(
            "--max-loss", metavar="DURATION", help="Data you can afford to lose, e.g. 1d."
        ),
        click.option(
            "--parser",
            type=click.Choice(["native", "python-hcl2"]),
            default="native",
            help="HCL parser.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "-f",
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="text (default), json …; repeatable.",
)
@click.option(
    "--fail-on",
    default="new-critical",
    help="new-critical, new-high, any-critical, any-high or never.",
)
@inputs
def check(paths: tuple[Path, ...], formats: tuple[str, ...], fail_on: str, **options: Any) -> int:
    """Analyse PATHS (default: here) and gate on what is found."""
    report = _analyze(_settings(paths, fail_on=fail_on, **options))
    _write(report, formats or ("text",))
    return _verdict(report)


@cli.command()
@click.argument("target")
@click.option(
    "--in",
    "paths",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Where to look; default here.",
)
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text")
@inputs
def who(target: str, paths: tuple[Path, ...], form: str, **options: Any) -> int:
    """Who can read, write or destroy TARGET."""
    from analyzer import queries  # noqa: PLC0415

    report = _analyze(_settings(paths, **options))
    return _answer(queries.who(report, target), form)


@cli.command()
@click.argument("credential")
@click.argument("action", required=False)
@click.argument("target", required=False)
@click.option(
    "--in",
    "paths",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Where to look; default here.",
)
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text")
@inputs
def can(
    credential: str,
    action: str | None,
    target: str | None,
    paths: tuple[Path, ...],
    form: str,
    **options: Any,
) -> int:
    """What CREDENTIAL can do; with ACTION and TARGET, whether it may."""
    from analyzer import queries  # noqa: PLC0415

    report = _analyze(_settings(paths, **options))
    return _answer(queries.can(report, credential, action, target), form)


@cli.command()
@click.argument("credential")
@click.argument("target")
@click.option(
    "--in",
    "paths",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Where to look; default here.",
)
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text")
@inputs
def path(credential: str, target: str, paths: tuple[Path, ...], form: str, **options: Any) -> int:
    """Every step by which CREDENTIAL reaches TARGET, with its evidence."""
    from analyzer import queries  # noqa: PLC0415

    report = _analyze(_settings(paths, **options))
    return _answer(queries.path(report, credential, target), form)


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text")
@inputs
def backups(paths: tuple[Path, ...], form: str, **options: Any) -> int:
    """Each data store: its copies, what they share with it, and what would be lost."""
    from analyzer import queries  # noqa: PLC0415

    report = _analyze(_settings(paths, **options))
    return _answer(queries.backups(report), form)


@cli.command()
@click.argument("root", metavar="PATH", type=click.Path(exists=True, path_type=Path))
@click.argument("address", required=False)
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text")
@inputs
def inspect(root: Path, address: str | None, form: str, **options: Any) -> int:
    """The evaluated resources and outputs of PATH, with every unknown and its reason."""
    from analyzer import inspection  # noqa: PLC0415

    answer = inspection.inspect(_settings((root,), **options), address)
    return _answer(answer, form)


@cli.command()
@click.argument("rule", required=False)
def explain(rule: str | None) -> int:
    """What a rule finds, why it matters and how to mend it; without RULE, all rules."""
    from analyzer import queries  # noqa: PLC0415

    return _answer(queries.explain(rule), "text")


@cli.command()
@click.argument("name", type=click.Choice(["report", "grants"]))
def schema(name: str) -> int:
    """The JSON Schema of the report or of the grants file."""
    from analyzer import schemas  # noqa: PLC0415

    click.echo(schemas.text(name), nl=False)
    return CLEAN


def _settings(paths: Sequence[Path], *, fail_on: str = "never", **options: Any) -> Settings:
    from analyzer.durations import parse_duration  # noqa: PLC0415
    from analyzer.settings import FailOn, Settings  # noqa: PLC0415

    try:
        variables = dict(_pair(text) for text in options["variables"])
        max_loss = options["max_loss"] and parse_duration(options["max_loss"])
        threshold = FailOn(fail_on)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    today: datetime | None = options["today"]
    return Settings(
        paths=tuple(paths) or (Path(),),
        grants=options["grants"],
        plans=options["plans"],
        states=options["states"],
        var_files=options["var_files"],
        variables=variables,
        workspace=options["workspace"],
        today=today.date() if today else date.today(),  # noqa: DTZ011 (the user's own day)
        max_loss=max_loss or None,
        fail_on=threshold,
        parser=options["parser"],
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise ValueError(f"--var takes NAME=VALUE, not {name!r}")
    return name, value


def _analyze(settings: Settings) -> Report:
    from analyzer.pipeline import analyze  # noqa: PLC0415
    from analyzer.progress import Progress  # noqa: PLC0415

    progress = Progress()
    try:
        return analyze(settings, progress)
    finally:
        progress.close()


def _write(report: Report, formats: Sequence[str]) -> None:
    from analyzer.document import document  # noqa: PLC0415
    from analyzer.render import formats as known  # noqa: PLC0415
    from analyzer.render import renderer  # noqa: PLC0415

    canonical = document(report)
    for wanted in formats:
        name, _, file = wanted.partition("=")
        try:
            text = renderer(name)(canonical)
        except KeyError:
            raise click.UsageError(f"no format {name!r}; there are {', '.join(known())}") from None
        if file:
            Path(file).write_text(text, encoding="utf-8")
        else:
            click.echo(text, nl=False)


def _answer(answer: Any, form: str) -> int:
    click.echo(answer.json() if form == "json" else answer.text(), nl=False)
    return int(answer.code)


def _verdict(report: Report) -> int:
    if report.fails():
        return FINDINGS
    return INCOMPLETE if report.incomplete else CLEAN


def run(arguments: Sequence[str]) -> int:
    """The exit code of a command line; prints a message for every way to fail."""
    try:
        code = cli.main(list(arguments), prog_name="blastwall", standalone_mode=False)
    except click.exceptions.Abort:
        return INTERNAL
    except click.ClickException as error:
        error.show()
        return USAGE
    except Exception as error:  # noqa: BLE001 (the last line of defence: no input in the message)
        _internal(error)
        return INTERNAL
    return code if isinstance(code, int) else CLEAN


def _internal(error: Exception) -> None:
    """Say where blastwall broke; never the message, which could hold a value of the input."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    sys.stderr.write(
        f"blastwall: internal error: {type(error).__name__} at {place} in {frame.name}\n"
        "This is a fault of blastwall, not of your input. Nothing was decided; please report it.\n"
    )
