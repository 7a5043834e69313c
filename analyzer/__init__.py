"""blastwall's front door: reads infrastructure and grants, runs the rules, reports.

Only this package is public; `graph` and `rules` may move. Their names are generic, so a foreign
distribution can overwrite them: that is checked here, once, with one clear message.
"""

from __future__ import annotations

from analyzer.version import __version__

__all__ = ["__version__"]


def _check_siblings() -> None:
    import graph  # noqa: PLC0415 (checked before anything else is imported from them)
    import rules  # noqa: PLC0415

    for package in (graph, rules):
        if getattr(package, "__distribution__", None) != "blastwall":
            raise ImportError(
                f"the package `{package.__name__}` at {package.__file__} is not blastwall's:"
                " another distribution uses the same name. Install blastwall in an environment of"
                " its own (pipx or a fresh virtual environment)."
            )


_check_siblings()
