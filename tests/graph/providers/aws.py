"""Estates of Terraform as a user writes it → graph, through the real reader."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from analyzer.readers.terraform import read_terraform
from analyzer.sources import Tree
from graph.build import build
from graph.estate import Estate
from graph.grants import Grants
from graph.model import Edge, EdgeKind, Verb
from graph.store import Graph

EXAMPLES = Path(__file__).parents[3] / "examples"
TODAY = date(2026, 11, 24)
PROVIDER = 'provider "aws" {\n  region = "eu-west-1"\n  allowed_account_ids = ["111111111111"]\n}\n'


def graph_of(folder: Path, grants: Grants | None = None) -> Graph:
    found = read_terraform(Tree(folder))
    return build(Estate(found.resources, grants or Grants(), TODAY))


def estate_from(tmp_path: Path, text: str) -> Estate:
    (tmp_path / "main.tf").write_text(PROVIDER + text)
    return Estate(read_terraform(Tree(tmp_path)).resources, Grants(), TODAY)


def graph_from(tmp_path: Path, text: str, grants: Grants | None = None) -> Graph:
    (tmp_path / "main.tf").write_text(PROVIDER + text)
    return graph_of(tmp_path, grants)


def access(graph: Graph, source: str, verb: Verb | None = None) -> dict[str, Edge]:
    """The access edges of an identity by target; with `verb`, those of that verb."""
    return {
        edge.target: edge
        for edge in graph.outgoing.get(source, ())
        if edge.kind is EdgeKind.ACCESS and (verb is None or edge.verb is verb)
    }
