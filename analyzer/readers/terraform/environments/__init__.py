"""Environments: one root module analysed several times, each time with other inputs."""

from __future__ import annotations

from analyzer.readers.terraform.environments.choice import Choice
from analyzer.readers.terraform.environments.model import Declaration, Environment

__all__ = ["Choice", "Declaration", "Environment"]
