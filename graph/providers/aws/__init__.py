"""AWS: IAM identities and what their policies let them do to stores, copies, keys and secrets."""

from __future__ import annotations

from collections.abc import Iterator

from graph.estate import Estate
from graph.model import Edge
from graph.problems import Problem
from graph.providers import Provider
from graph.providers.aws.access import access
from graph.providers.aws.attachments import Attachments
from graph.providers.aws.callers import callers
from graph.providers.aws.identities import describe
from graph.providers.aws.sides import Sides
from graph.providers.aws.symbols import Symbols
from graph.providers.aws.targets import targets
from graph.references import References
from graph.store import Graph
from graph.storetypes import store_table


def connect(estate: Estate, graph: Graph) -> Iterator[Edge | Problem]:
    """What every identity may do, by deciding its policies; what was not understood of them."""
    symbols = Symbols(estate)
    references = References(estate, store_table().identity)
    attachments = Attachments(estate, symbols, references)
    sides = Sides(attachments)
    principals = tuple(callers(attachments))
    yield from access(principals, tuple(targets(graph, symbols, sides)))
    yield from attachments.problems


PROVIDER = Provider("aws", ("aws_",), describe, connect)
