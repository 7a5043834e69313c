"""Terraform's functions: exact on known arguments, sound and structured on unknown ones."""

from analyzer.readers.terraform.functions import (
    collection,
    dates,
    digests,
    encoding,
    filesystem,
    formatting,
    network,
    numeric,
    patterns,
    sequence,
    set_theory,
    strings,
    type_conversion,
    yaml_text,
)
from analyzer.readers.terraform.functions.registry import (
    FUNCTIONS,
    Context,
    FunctionError,
    call,
)

__all__ = ["MODULES", "Context", "FunctionError", "call", "names"]

MODULES = (
    collection,
    dates,
    digests,
    encoding,
    filesystem,
    formatting,
    network,
    numeric,
    patterns,
    sequence,
    set_theory,
    strings,
    type_conversion,
    yaml_text,
)


def names() -> frozenset[str]:
    """Every function of Terraform's core that is known here."""
    return frozenset(FUNCTIONS)
