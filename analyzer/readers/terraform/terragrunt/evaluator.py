"""Terragrunt's expressions are Terraform's, with more functions."""

from __future__ import annotations

from typing import cast

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.scope import Scope
from analyzer.readers.terraform.syntax import Call
from analyzer.readers.terraform.terragrunt.functions import FUNCTIONS
from analyzer.readers.terraform.terragrunt.reading import Expressions, Reading


class TerragruntEvaluator(Expressions):
    """Evaluates the expressions of one file as it is read for one unit."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        self._reading = reading

    def _call(self, node: Call, scope: Scope) -> Data:
        own = FUNCTIONS.get(node.name)
        if own is None:
            return super()._call(node, scope)
        arguments = [self.strict(argument, scope) for argument in node.arguments]
        return cast("Data", own(self._reading, arguments, scope.place(node)))
