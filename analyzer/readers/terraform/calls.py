"""Module calls: which folder a call's source means, and whether it may be entered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from analyzer.readers.terraform.config import Config, Declared
from analyzer.readers.terraform.library import Library
from analyzer.readers.terraform.scope import Module
from graph.problems import Problem, ProblemKind

MAX_DEPTH = 30
MAX_MODULES = 10_000
_KEY = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')


@dataclass
class Calls:
    """Opens the configurations behind the calls of one stack; `problems` says what stays shut."""

    library: Library
    problems: dict[Problem, None] = field(default_factory=dict)
    opened: int = 0

    def config(self, module: Module, name: str, declared: Declared) -> Config | None:
        """The called configuration, `None` where it cannot be had."""
        source = declared.text("source")
        folder = self.library.folder(module, name, source or "", declared.text("version"))
        why, kind = "", ProblemKind.UNRESOLVED
        if source is None:
            why = "its source is not a plain string"
        elif folder is None:
            path = f"{module.path}." if module.path else ""
            call = module.stack.id, _KEY.sub("", f"{path}module.{name}")
            self.library.absent.note(source, declared.location, call)
            return None
        elif folder in module.folders():
            why, kind = f"{folder or '.'} calls itself", ProblemKind.INVALID
        elif len(module.folders()) > MAX_DEPTH:
            why, kind = f"calls are nested over {MAX_DEPTH} levels deep", ProblemKind.INVALID
        elif self.opened >= MAX_MODULES:
            why, kind = f"there are over {MAX_MODULES} module instances", ProblemKind.INVALID
        if why:
            path = f"{module.path}." if module.path and kind is ProblemKind.UNRESOLVED else ""
            effect = "what it creates was not analysed, its outputs are unknown"
            problem = Problem(kind, f"module {path}{name}", why, effect, declared.location)
            self.problems.setdefault(problem)
            return None
        assert folder is not None, "without a folder there is a reason"
        self.opened += 1
        return self.library.config(folder)
