"""What is production: declared > tags > account > platform environment > variables, workspace >
directory > name; each answer with its reason and how sure it is.

The order and the guards against `pre-prod` and `non-prod` were measured on labelled namespaces:
name tokens with guards reach a precision of 0.95, substrings 0.66.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from graph.environments import TAGS, environment_of
from graph.estate import Estate
from graph.grants import DeclaredStore, EnvironmentRule, NamedResource
from graph.model import Environment, Node, NodeId
from graph.resource import Resource
from graph.selectors import selects
from graph.values import Location, Truth

Answer = tuple[str | None, Truth, float, str, Location | None]
Test = Callable[[Node, Resource | None, Estate], Answer | None]


def classified(nodes: Mapping[NodeId, Node], estate: Estate) -> dict[NodeId, Node]:
    """The nodes with their environment; one that has one already (its platform's) keeps it below
    what is declared, tagged or said by the account.
    """
    return {id_: _classified(node, estate) for id_, node in nodes.items()}


def is_production(name: str, estate: Estate) -> Truth:
    """Whether an environment of that name is production: as declared, else by its words."""
    for rule in estate.grants.environments:
        if rule.name == name:
            return Truth.of(rule.is_production)
    found = environment_of(name)
    return Truth.of(None if found is None else found[1])


def _classified(node: Node, estate: Estate) -> Node:
    resource = estate.by_address.get(node.id)
    for test in _TESTS:
        answer = test(node, resource, estate)
        if answer is not None:
            name, production, confidence, because, location = answer
            also = node.environment.also_in if node.environment else ()
            made = Environment(name, production, confidence, because, location, also)
            return replace(node, environment=made)
    return replace(node, environment=_default(estate))


def _default(estate: Estate) -> Environment:
    assumed = {"production": Truth.YES, "non-production": Truth.NO}.get(estate.grants.unknown_env)
    if estate.grants.default_env is not None:
        name = estate.grants.default_env
        production = is_production(name, estate)
        return Environment(name, production, 0.9, "the grants file's default environment")
    if assumed is not None:
        told = estate.grants.unknown_env
        because = f"nothing names an environment; the grants file takes that as {told}"
        return Environment(None, assumed, 0.5, because)
    return Environment(None, Truth.MAYBE, 0.0, "nothing names an environment")


def _declared(node: Node, resource: Resource | None, estate: Estate) -> Answer | None:
    for store in estate.grants.stores:
        if store.env is not None and selects(_without_env(store), node) is Truth.YES:
            return _said(store.env, estate, store.location)
    for named in estate.grants.resources:
        if named.id == node.id and named.env is not None:
            return _said(named.env, estate, named.location)
    for rule in estate.grants.environments:
        why = _rule_matches(rule, node, resource)
        if why and selects(rule.exceptions, node) is not Truth.YES:
            because = f"declared: {why}"
            return rule.name, Truth.of(rule.is_production), 1.0, because, rule.location
    return None


def _without_env(store: DeclaredStore | NamedResource) -> tuple[str, ...]:
    """Environments are being decided here: selectors that ask for one cannot help."""
    resources = getattr(store, "resources", ())
    return tuple(selector for selector in resources if not selector.lstrip("!").startswith("env:"))


def _said(name: str, estate: Estate, location: Location) -> Answer:
    return name, is_production(name, estate), 1.0, "declared in the grants file", location


def _rule_matches(rule: EnvironmentRule, node: Node, resource: Resource | None) -> str:
    tests: Iterator[tuple[bool, str]] = iter(
        [
            (node.scope.account in rule.accounts, f"account {node.scope.account}"),
            (any(fnmatchcase(node.name, name) for name in rule.names), f"name {node.name}"),
            (_tagged(node, rule), "its tags"),
            (
                selects([s for s in rule.resources if not s.startswith("env:")], node) is Truth.YES,
                "listed",
            ),
            (_in_paths(rule, resource), "the path of its root module"),
            (bool(resource and resource.stack.workspace in rule.workspaces), "the workspace"),
        ]
    )
    return next((why for matches, why in tests if matches), "")


def _tagged(node: Node, rule: EnvironmentRule) -> bool:
    return any(node.tags.get(key) in values for key, values in rule.tags.items())


def _in_paths(rule: EnvironmentRule, resource: Resource | None) -> bool:
    if resource is None:
        return False
    return any(fnmatchcase(resource.stack.path, path) for path in rule.paths)


def _by_tags(node: Node, resource: Resource | None, _: Estate) -> Answer | None:
    tags = {key.lower(): (key, value) for key, value in node.tags.items()}
    for wanted in TAGS:
        if wanted in tags:
            key, value = tags[wanted]
            found = environment_of(value)
            if found is not None:
                place = resource.place("tags") if resource else node.location
                return found[0], Truth.of(found[1]), 0.95, f"tag {key} = {value}", place
    return None


def _by_account(node: Node, _: Resource | None, estate: Estate) -> Answer | None:
    """Accounts by the names that `aws_organizations_account` gives them."""
    account = node.scope.account
    if not isinstance(account, str):
        return None
    for item in estate.of_type("aws_organizations_account"):
        name = item.get("name")
        if item.get("id") == account and isinstance(name, str) and (found := environment_of(name)):
            because = f"account {account} is {name}"
            return found[0], Truth.of(found[1]), 0.9, because, item.location
    return None


def _by_platform(node: Node, _: Resource | None, __: Estate) -> Answer | None:
    """What the platform itself says (Railway's environments), set by the provider."""
    given = node.environment
    if given is None or given.production is Truth.MAYBE:
        return None
    return given.name, given.production, given.confidence, given.because, given.location


def _by_variables(_: Node, resource: Resource | None, __: Estate) -> Answer | None:
    if resource is None:
        return None
    for name, value in resource.variables.items():
        if isinstance(value, str) and (found := environment_of(value)):
            because = f"variable {name} = {value}"
            return found[0], Truth.of(found[1]), 0.85, because, resource.location
    workspace = resource.stack.workspace
    if workspace and (found := environment_of(workspace)):
        return found[0], Truth.of(found[1]), 0.85, f"workspace {workspace}", None
    named = resource.stack.environment
    if found := environment_of(named):
        because = f"environment {named} of {resource.stack.path or 'the root module'}"
        return found[0], Truth.of(found[1]), 0.85, because, None
    return None


def _by_directory(_: Node, resource: Resource | None, __: Estate) -> Answer | None:
    if resource is None:
        return None
    for part in reversed(resource.stack.path.split("/")):
        if found := environment_of(part):
            because = f"the root module lies in {resource.stack.path}"
            return found[0], Truth.of(found[1]), 0.8, because, resource.location
    return None


def _by_name(node: Node, resource: Resource | None, __: Estate) -> Answer | None:
    names = [node.name]
    if resource is not None:
        keys = re.findall(r'\["([^"]*)"\]', resource.address)
        names = [node.name, *keys, resource.name]
    for name in names:
        if found := environment_of(name):
            return found[0], Truth.of(found[1]), 0.7, f"its name {name!r}", node.location
    return None


_TESTS: tuple[Test, ...] = (
    _declared,
    _by_tags,
    _by_account,
    _by_platform,
    _by_variables,
    _by_directory,
    _by_name,
)
