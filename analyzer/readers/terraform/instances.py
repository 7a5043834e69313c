"""Evaluated instances of resource and data blocks, before they leave the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from analyzer.readers.terraform import policy_document
from analyzer.readers.terraform.config import Declared
from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.expand import Instance
from analyzer.readers.terraform.functions import Context
from analyzer.readers.terraform.scope import Module
from graph.resource import ProviderConfig
from graph.values import Location


@dataclass(frozen=True, eq=False)
class Evaluated:
    """One evaluated instance: its attributes, their places, and what they rest on."""

    module: Module
    mode: str
    type: str
    name: str
    instance: Instance
    declared: Declared
    values: Mapping[str, Data]
    places: Mapping[str, Location]
    provider: ProviderConfig
    touched: frozenset[str]
    address: str
    files: Context

    @property
    def stack_address(self) -> str:
        """The address with the stack's id before it, where a run has several stacks."""
        prefix = self.module.stack.id
        return f"{prefix}:{self.address}" if prefix else self.address

    @cached_property
    def document(self) -> Data:
        """The JSON text of an `aws_iam_policy_document`, rendered once for all who refer to it."""
        return policy_document.render(self.values)
