"""Which nodes a name of the grants file means, as far as backups need it."""

from __future__ import annotations

from fnmatch import fnmatchcase

from graph.model import Node
from graph.store import Graph


def named(graph: Graph, name: str) -> list[Node]:
    """Nodes by exact id or path, by `tf:` address, else by pattern over ids and paths."""
    wanted = name.removeprefix("tf:")
    exact = graph.nodes.get(wanted) or graph.nodes.get(name)
    if exact is not None:
        return [exact]
    pattern = wanted.replace("[", "[[]")
    return [
        node
        for node in graph.nodes.values()
        if wanted in node.paths
        or node.id.endswith(f":{wanted}")
        or any(fnmatchcase(path, pattern) for path in (node.id, *node.paths))
    ]
