"""What Terraform would refuse: raised where known data cannot be evaluated."""

from __future__ import annotations

from graph.values import Why


class EvaluationError(Exception):
    """An error Terraform itself would report; the message never quotes a sensitive value."""


class LimitError(Exception):
    """The work asked for is larger than the analyzer does; the value becomes unknown."""

    why = Why.LIMIT


class ConversionError(EvaluationError):
    """A value does not fit the type asked for; `path` leads to the part that does not."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.message = message
        self.path = path

    def below(self, step: str) -> ConversionError:
        """Say the same error as seen from one level further out."""
        return ConversionError(self.message, step + self.path)
