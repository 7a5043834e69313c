"""Railway: projects, environments, services and their volumes, from Terraform and the tables.

A volume belongs to a project, not to an environment: each environment has an instance of the same
volume id, and `volumeDelete` takes that id alone.
Source: Railway's GraphQL schema and terraform-community-providers/railway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graph.environments import environment_of
from graph.estate import Estate
from graph.facts import Facts
from graph.model import Edge, EdgeKind, Environment, Evidence, Kind, Node, Place, Scope, Store
from graph.providers import Provider
from graph.resource import Presence, Resource
from graph.stores import terraform_guards, undo_of
from graph.values import Truth, Unknown, Why

DEFAULT_ENVIRONMENT = "production"


def describe(estate: Estate) -> Facts:
    """Containers, and each service's volume as a store at the service's address."""
    nodes: list[Node] = []
    edges: list[Edge] = []
    stores: list[Store] = []
    nodes.extend(
        _container(project, "railway/project", f"railway:project/{_label(project)}")
        for project in _present(estate, "railway_project")
    )
    for environment in _present(estate, "railway_environment"):
        owner = _project(estate, environment)
        path = f"railway:project/{_label(owner)}/env/{_label(environment)}"
        nodes.append(_container(environment, "railway/environment", path))
    for service in _present(estate, "railway_service"):
        parent = _project(estate, service)
        volume = _volume(service)
        if volume is None:
            continue
        node = _store_node(service, volume, parent, estate)
        nodes.append(node)
        undo = undo_of(node.type, estate.today)
        stores.append(Store(node.id, node.type, guards=terraform_guards(service), undo=undo))
        if parent is not None:
            why = Evidence(f"{service.address} is in {parent.address}", service.place("project_id"))
            edges.append(Edge(parent.address, node.id, EdgeKind.CONTAINS, (why,)))
    return Facts(tuple(nodes), tuple(edges), tuple(stores))


def _present(estate: Estate, type_: str) -> Iterator[Resource]:
    for resource in estate.of_type(type_):
        if resource.presence is not Presence.LATENT:
            yield resource


def _project(estate: Estate, resource: Resource) -> Resource | None:
    """The project a resource belongs to: by reference, or the only one there is."""
    wanted = resource.get("project_id")
    projects = list(_present(estate, "railway_project"))
    if isinstance(wanted, Unknown):
        for project in projects:
            if wanted.symbol and wanted.symbol.startswith(f"{project.address}."):
                return project
    return projects[0] if len(projects) == 1 and not isinstance(wanted, str) else None


def _label(resource: Resource | None) -> str:
    name = resource.get("name") if resource else None
    return name if isinstance(name, str) else (resource.name if resource else "*")


def _volume(service: Resource) -> Mapping[str, object] | None:
    volume = service.get("volume")
    if isinstance(volume, tuple) and volume:
        volume = volume[0]
    if isinstance(volume, Unknown):
        return {}
    return volume if isinstance(volume, Mapping) else None


def _container(resource: Resource, type_: str, path: str) -> Node:
    project = path.split("/")[1] if "/" in path else _label(resource)
    return Node(
        resource.address,
        Kind.CONTAINER,
        type_,
        _label(resource),
        Scope("railway", account=project, stack=resource.stack.id),
        resource.location,
        paths=(path,),
    )


def _store_node(
    service: Resource, volume: Mapping[str, object], project: Resource | None, estate: Estate
) -> Node:
    name = volume.get("name")
    shown = name if isinstance(name, str) else f"the volume of {_label(service)}"
    owner = _label(project)
    environments = _environments(project, estate)
    paths = [
        f"railway:project/{owner}/service/{_label(service)}/volume/{shown}",
        *(f"railway:project/{owner}/env/{each}/volume/{shown}" for each in environments),
        f"railway:workspace/{_workspace(project)}/project/{owner}/volume/{shown}",
    ]
    return Node(
        service.address,
        Kind.STORE,
        "railway/volume",
        shown,
        Scope("railway", owner, _organization(project), stack=service.stack.id),
        service.place("volume"),
        environment=_environment(environments, service),
        paths=tuple(paths),
        facts={"what": "volume", "service": _label(service)},
    )


def _organization(project: Resource | None) -> Place:
    """The workspace, whose administrators reach every project of it; unnamed, the token's own."""
    if project is None:
        return None
    found = _workspace(project)
    symbol = f"{project.stack.id}:railway:workspace"
    return found if found != "*" else Unknown(Why.VARIABLE, "workspace", symbol=symbol)


def _workspace(project: Resource | None) -> str:
    found = project.get("workspace_id") if project else None
    return found if isinstance(found, str) else "*"


def _environments(project: Resource | None, estate: Estate) -> list[str]:
    """All environments of a project, its default one first (`production` unless named)."""
    if project is None:
        return []
    default = project.get("default_environment.name")
    found = [default if isinstance(default, str) else DEFAULT_ENVIRONMENT]
    found.extend(
        _label(environment)
        for environment in _present(estate, "railway_environment")
        if _project(estate, environment) is project
    )
    return found


def _environment(environments: list[str], service: Resource) -> Environment | None:
    """The volume serves every environment of its project; one of them may be production."""
    for name in environments:
        found = environment_of(name)
        if found is not None and found[1]:
            others = tuple(other for other in environments if other != name)
            because = f"environment {name!r} of the project has an instance of this volume"
            return Environment("production", Truth.YES, 0.9, because, service.location, others)
    return None


PROVIDER = Provider("railway", ("railway_",), describe)
