"""The command line: options → Settings → analyse → render → exit code.

Exit codes, the same for every format: 0 clean, 1 findings at or above `--fail-on`, 2 usage,
3 incomplete analysis or no inputs, 4 internal error. Everything heavy is imported inside the
commands, so that `--help` stays instant.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.options import EXISTING, FORM, WHERE, Ordered, in_order, inputs
from analyzer.render import Render, formats, renderer
from analyzer.version import __version__
from graph.contributions import Unusable
from graph.problems import Problem, raised_at

if TYPE_CHECKING:
    from analyzer.queries import Answer
    from analyzer.report import Report
    from analyzer.settings import Settings

CLEAN, FINDINGS, USAGE, INCOMPLETE, INTERNAL = range(5)
SAID = 10
THRESHOLDS = ("new-critical", "new-high", "any-critical", "any-high", "never")


class DefaultsToCheck(click.Group):
    """`blastwall PATH` is `blastwall check PATH`."""

    command_class = Ordered

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `check` where the first word is not a command or a general option."""
        general = {"--help", "-h", "--version"}
        if not args or (args[0] not in self.commands and args[0] not in general):
            self._refuse_mistyped(args[:1])
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def _refuse_mistyped(self, first: Sequence[str]) -> None:
        """A word that is no path and almost a command was meant as a command."""
        for word in first:
            close = get_close_matches(word, self.commands, 1, 0.7)
            if close and not Path(word).exists():
                raise click.UsageError(f"no command or path {word!r}; did you mean {close[0]!r}?")


@click.group(cls=DefaultsToCheck, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="blastwall")
def cli() -> None:
    """Which credentials can destroy production, and what is left if they do.

    Reads Terraform, plans, states and a grants file; needs no network and no credentials.
    Without a command, `check` runs.
    """


@cli.command()
@click.argument("paths", nargs=-1, type=EXISTING)
@click.option(
    "-f",
    "--format",
    "wanted",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help=f"One of {', '.join(formats())}, on stdout or into FILE; default text. Repeatable.",
)
@click.option(
    "--fail-on",
    type=click.Choice(THRESHOLDS),
    default="new-critical",
    show_default=True,
    help="From which proven findings on the run ends with 1.",
)
@inputs
def check(paths: tuple[Path, ...], wanted: tuple[str, ...], fail_on: str, **options: Any) -> int:
    """Analyse PATHS (default: here) and gate on what is found."""
    outputs = _outputs(wanted or ("text",))
    report = _analyze(_settings(paths, fail_on=fail_on, **options))
    _write(report, outputs)
    _say_incomplete(report)
    return _verdict(report)


@cli.command()
@click.argument("target")
@WHERE
@FORM
@inputs
def who(target: str, paths: tuple[Path, ...], form: str, **options: Any) -> int:
    """Who can read, write or destroy TARGET."""
    from analyzer import queries  # noqa: PLC0415

    report = _analyze(_settings(paths, **options))
    return _answer(report, lambda: queries.who(report, target), form)


@cli.command()
@click.argument("credential")
@click.argument("action", required=False)
@click.argument("target", required=False)
@WHERE
@FORM
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
    return _answer(report, lambda: queries.can(report, credential, action, target), form)


@cli.command()
@click.argument("credential")
@click.argument("target")
@WHERE
@FORM
@inputs
def path(credential: str, target: str, paths: tuple[Path, ...], form: str, **options: Any) -> int:
    """Every step by which CREDENTIAL reaches TARGET, with its evidence."""
    from analyzer import queries  # noqa: PLC0415

    report = _analyze(_settings(paths, **options))
    return _answer(report, lambda: queries.path(report, credential, target), form)


@cli.command()
@click.argument("paths", nargs=-1, type=EXISTING)
@FORM
@inputs
def backups(paths: tuple[Path, ...], form: str, **options: Any) -> int:
    """Each data store: its copies, what they share with it, and what would be lost."""
    from analyzer import queries  # noqa: PLC0415

    report = _analyze(_settings(paths, **options))
    return _answer(report, lambda: queries.backups(report), form)


@cli.command()
@click.argument("root", metavar="PATH", type=EXISTING)
@click.argument("address", required=False)
@FORM
@inputs
def inspect(root: Path, address: str | None, form: str, **options: Any) -> int:
    """The evaluated resources and outputs of PATH, with every unknown and its reason."""
    from analyzer import inspection  # noqa: PLC0415

    answer, problems = inspection.inspect(_settings((root,), **options), address)
    _print(answer, form)
    _say(problems)
    return INCOMPLETE if problems else CLEAN


@cli.command()
@click.argument("rule", required=False)
def explain(rule: str | None) -> int:
    """What a rule finds, why it matters and how to mend it; without RULE, all rules."""
    from analyzer import queries  # noqa: PLC0415

    _print(queries.explain(rule), "text")
    return CLEAN


@cli.command()
@click.argument("name", type=click.Choice(["report", "grants", "config", "verdict"]))
def schema(name: str) -> int:
    """The JSON Schema of the report, the grants file, blastwall.yaml or `can`'s verdict."""
    from analyzer import schemas  # noqa: PLC0415

    click.echo(schemas.text(name), nl=False)
    return CLEAN


def _settings(paths: Sequence[Path], *, fail_on: str = "never", **options: Any) -> Settings:
    from analyzer.durations import parse_duration  # noqa: PLC0415
    from analyzer.settings import FailOn, Settings  # noqa: PLC0415

    try:
        module_paths = dict(_module_path(text) for text in options["module_paths"])
        given = tuple(
            item if isinstance(item, Path) else _pair(item)
            for item in in_order(options, ("variables", "var_files"))
        )
        max_loss = options["max_loss"] and parse_duration(options["max_loss"])
        threshold = FailOn(fail_on)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    today: datetime | None = options["today"]
    return Settings(
        paths=tuple(map(_path, paths)) or (Path(),),
        grants=options["grants"],
        plans=options["plans"],
        states=options["states"],
        exports=options["exports"],
        config=options["config"],
        given=given,
        workspace=options["workspace"],
        parser=options["parser"],
        cache=not options["no_cache"],
        module_paths=module_paths,
        demand=frozenset(options["demand"]),
        today=today.date() if today else date.today(),  # noqa: DTZ011 (the user's own day)
        max_loss=max_loss or None,
        fail_on=threshold,
    )


def _path(path: Path) -> Path:
    """A file of code stands for its folder; a plan or state would be passed over in silence."""
    code = path.name.endswith((".tf.json", ".tofu.json"))
    if path.suffix in {".json", ".tfstate", ".tfplan"} and path.is_file() and not code:
        raise click.UsageError(
            f"{str(path)!r} is no folder; --plan reads a plan that `terraform show -json` wrote,"
            " --state a state"
        )
    return path


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise ValueError(f"--var takes NAME=VALUE, not {name!r}")
    return name, value


def _module_path(text: str) -> tuple[str, Path]:
    """`SOURCE=DIR`; a source may have a `=` of its own (`?ref=v1`)."""
    source, _, folder = text.rpartition("=")
    if not source or not folder:
        raise ValueError(f"--module-path takes SOURCE=DIR, not {text!r}")
    if not Path(folder).is_dir():
        raise ValueError(f"--module-path {source}: there is no folder {folder!r}")
    return source, Path(folder)


def _analyze(settings: Settings) -> Report:
    from analyzer.pipeline import analyze  # noqa: PLC0415
    from analyzer.progress import Progress  # noqa: PLC0415

    progress = Progress()
    try:
        return analyze(settings, progress)
    finally:
        progress.close()


def _outputs(wanted: Sequence[str]) -> list[tuple[Render, str]]:
    """Each format's renderer and file (empty: stdout); faults show before the analysis."""
    found = []
    for text in wanted:
        name, equals, file = text.partition("=")
        if equals and not file:
            raise click.UsageError(f"-f {text}: the file's name is missing")
        try:
            found.append((renderer(name), file))
        except KeyError:
            close = get_close_matches(name, formats(), 1, 0.5)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(formats())}"
            raise click.UsageError(f"no format {name!r}; {hint}") from None
        except Unusable as error:
            raise click.UsageError(str(error)) from None
    return found


def _write(report: Report, outputs: Sequence[tuple[Render, str]]) -> None:
    from analyzer.document import document  # noqa: PLC0415

    canonical = document(report)
    for render, file in outputs:
        text = render(canonical)
        if not file:
            click.echo(text, nl=False)
            continue
        try:
            Path(file).write_text(text, encoding="utf-8")
        except OSError as error:
            raise click.UsageError(f"{file} cannot be written: {error.strerror}") from None


def _answer(report: Report, ask: Callable[[], Answer], form: str) -> int:
    """The answer to a question; where nothing was read there is none."""
    if not report.inputs.files:
        _say_incomplete(report)
        return INCOMPLETE
    answer = ask()
    _print(answer, form)
    _say_incomplete(report)
    return INCOMPLETE if report.incomplete or not answer.known else CLEAN


def _print(answer: Answer, form: str) -> None:
    click.echo(answer.json() if form == "json" else answer.text(), nl=False)


def _say_incomplete(report: Report) -> None:
    _say(report.faults)


def _say(problems: Sequence[Problem]) -> None:
    """On stderr, whatever the format: that and why the analysis is incomplete."""
    from analyzer.escape import printable  # noqa: PLC0415

    if not problems:
        return
    click.echo(f"blastwall: the analysis is incomplete ({len(problems)}):", err=True)
    for problem in problems[:SAID]:
        click.echo(f"  {printable(f'{problem.what}: {problem.why}; {problem.effect}')}", err=True)
    if len(problems) > SAID:
        click.echo(f"  … and {len(problems) - SAID} more (-f json has them all)", err=True)


def _verdict(report: Report) -> int:
    if report.fails():
        return FINDINGS
    return INCOMPLETE if report.incomplete else CLEAN


def run(arguments: Sequence[str]) -> int:
    """The exit code of a command line; prints a message for every way to fail."""
    _tolerate_any_terminal()
    try:
        code = cli.main(list(arguments), prog_name="blastwall", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        return INTERNAL
    except click.ClickException as error:
        error.show()
        return USAGE
    except BrokenPipeError:
        # The reader of the output went away (`| head`); nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERNAL
    except Exception as error:  # noqa: BLE001 (the last line of defence: no input in the message)
        _internal(error)
        return INTERNAL
    return code if isinstance(code, int) else CLEAN


def _tolerate_any_terminal() -> None:
    """A character that the terminal's encoding lacks is shown as its number, not a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _internal(error: Exception) -> None:
    """Say where blastwall broke; never the message, which could hold a value of the input."""
    sys.stderr.write(
        f"blastwall: internal error: {raised_at(error)}\n"
        "This is a fault of blastwall, not of your input. Nothing was decided; please report it.\n"
    )
