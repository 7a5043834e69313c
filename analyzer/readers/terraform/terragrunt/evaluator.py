"""Terragrunt's expressions are Terraform's, with more functions."""

from __future__ import annotations

from typing import cast

from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.evaluate import Evaluator
from analyzer.readers.terraform.scope import Scope
from analyzer.readers.terraform.syntax import Call, Expression
from analyzer.readers.terraform.terragrunt.functions import FUNCTIONS
from analyzer.readers.terraform.terragrunt.reading import Reading
from analyzer.readers.terraform.traversal import Found
from analyzer.readers.terraform.types import EvaluationError, LimitError
from graph.values import Unknown, Why


class TerragruntEvaluator(Evaluator):
    """Evaluates the expressions of one file as it is read for one unit."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        self._reading = reading

    def found(self, node: Expression, scope: Scope) -> Found:
        """As `value`, but what stands for much stays a reference."""
        try:
            return self._any(node, scope)
        except EvaluationError as error:
            return Unknown(Why.ERROR, str(error), scope.place(node))
        except LimitError as error:
            return Unknown(Why.LIMIT, str(error), scope.place(node))

    def _call(self, node: Call, scope: Scope) -> Data:
        own = FUNCTIONS.get(node.name)
        if own is None:
            return super()._call(node, scope)
        arguments = [self.strict(argument, scope) for argument in node.arguments]
        return cast("Data", own(self._reading, arguments, scope.place(node)))
