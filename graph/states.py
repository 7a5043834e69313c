"""Terraform states as nodes: where each stack's backend keeps it, and the bucket that holds it."""

from __future__ import annotations

from collections.abc import Mapping

from graph.bucketroles import Role
from graph.estate import Estate
from graph.facts import Facts
from graph.model import Edge, EdgeKind, Evidence, Kind, Node, Scope
from graph.places import account, region, text
from graph.references import References
from graph.resource import Resource, Stack
from graph.storetypes import store_table
from graph.values import Truth


def states(estate: Estate, references: References, uses: Mapping[str, Role]) -> Facts:
    """One node a stack with a backend, and one a bucket that holds states of stacks elsewhere."""
    first = {item.stack.id: item for item in reversed(estate.resources)}
    nodes: list[Node] = []
    edges: list[Edge] = []
    for resource in first.values():
        node = _state(resource)
        if node is None:
            continue
        nodes.append(node)
        bucket = resource.stack.backend.get("bucket")
        types = [row.tf for row in store_table().types.values() if row.roles]
        for address, truth in references.resolve(bucket, types, resource).items():
            edges.append(_holds(address, node, truth))
    held = {edge.source for edge in edges}
    for address, role in uses.items():
        if role.name == "terraform-state" and address not in held:
            node = _elsewhere(estate.by_address[address], role)
            nodes.append(node)
            edges.append(_holds(address, node, Truth.YES))
    return Facts(tuple(nodes), tuple(edges))


def state_id(stack: Stack) -> str:
    """The id of a stack's state node."""
    return f"{stack.id}:terraform.state" if stack.id else "terraform.state"


def _state(resource: Resource) -> Node | None:
    stack = resource.stack
    backend = stack.backend.get("type")
    row = next((row for row in store_table().backends if row["type"] == backend), None)
    if row is None:
        return None
    parts = {name: text(value) for name, value in stack.backend.items()}
    path = row["path"]
    for name in ("bucket", "key", "prefix", "storage_account_name", "container_name"):
        path = path.replace("{" + name + "}", parts.get(name, "*"))
    vendor = row["vendor"]
    same_vendor = resource.provider.name == vendor
    return Node(
        id=state_id(stack),
        kind=Kind.STATE,
        type="terraform/state",
        name=f"Terraform state of {stack.path or '.'}",
        scope=Scope(
            vendor=vendor,
            account=account(resource) if same_vendor else None,
            region=parts.get("region") or (region(resource) if same_vendor else None),
        ),
        location=stack.location,
        paths=(path,),
        facts={"what": "Terraform state", "stack": stack.id},
    )


def _elsewhere(bucket: Resource, role: Role) -> Node:
    return Node(
        id=f"{bucket.address}#states",
        kind=Kind.STATE,
        type="terraform/state",
        name=f"Terraform states in {text(bucket.get('bucket'))}",
        scope=Scope("aws", account(bucket), region=region(bucket), stack=bucket.stack.id),
        location=bucket.location,
        facts={"what": "Terraform state", "role_because": role.because},
    )


def _holds(bucket: str, node: Node, truth: Truth) -> Edge:
    evidence = Evidence("the state lies in this bucket", node.location)
    return Edge(bucket, node.id, EdgeKind.CONTAINS, (evidence,), truth)
