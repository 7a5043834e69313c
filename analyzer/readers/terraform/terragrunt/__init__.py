"""Terragrunt: each unit (`terragrunt.hcl`) is a root module with inputs of its own, one stack."""

from __future__ import annotations

from analyzer.readers.terraform.terragrunt.build import Units

__all__ = ["Units"]
