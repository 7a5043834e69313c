"""Evaluated instances → `Resource`, with what the provider adds to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from analyzer.readers.redact import hide
from analyzer.readers.terraform.blocks import lifecycle
from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.export import export, export_all
from analyzer.readers.terraform.identity import computed
from analyzer.readers.terraform.instances import Evaluated
from analyzer.readers.terraform.providers import default_tags
from analyzer.readers.terraform.scope import Module
from analyzer.readers.terraform.stack import StackEvaluator
from graph.modelled import matters
from graph.problems import Problem, ProblemKind
from graph.resource import Presence, Resource, Stack
from graph.values import Unknown, Value, Why, holes

ENVIRONMENT_NAMES = (
    "environment", "env", "stage", "environment_name", "env_name", "deployment_environment",
    "workspace", "account_name", "tier", "account_environment",
)  # fmt: skip
_FAULTS = frozenset({Why.ERROR, Why.LIMIT, Why.CYCLE})


def resources(evaluator: StackEvaluator, stack: Stack) -> Iterator[Resource]:
    """Every instance of a stack."""
    surroundings: dict[Module, Mapping[str, Value]] = {}
    for item in evaluator.resources():
        if item.module not in surroundings:
            surroundings[item.module] = _environment(evaluator, item.module)
        yield _resource(evaluator, stack, item, surroundings[item.module])


def _resource(
    evaluator: StackEvaluator, stack: Stack, item: Evaluated, environment: Mapping[str, Value]
) -> Resource:
    prefix = f"{stack.id}:" if stack.id else ""
    attributes = hide(item.type, export_all(_attributes(item)))
    references = {
        prefix + what.removeprefix("resource:")
        for what in item.touched
        if what.startswith("resource:")
    }
    references.update(name for _, hole in holes(attributes) for name in hole.references)
    scope = evaluator.scope(item.module, item.declared, item.instance)
    return Resource(
        address=item.stack_address,
        type=item.type,
        name=item.name,
        attributes=attributes,
        location=item.declared.location,
        stack=stack,
        provider=item.provider,
        mode=item.mode,
        module=item.module.path,
        presence=item.instance.presence,
        doubt=item.instance.doubt,
        places=item.places,
        variables=environment,
        references=tuple(sorted(references)),
        lifecycle=export_all(lifecycle(evaluator.evaluator, item.declared.block.body, scope)),
    )


def _attributes(item: Evaluated) -> dict[str, Data]:
    """What is set, with what the provider adds: default tags, rendered documents."""
    values = dict(item.values)
    tags = default_tags(item.provider)
    if item.mode == "managed" and item.provider.name == "aws" and (tags or "tags" in values):
        own = values.get("tags")
        added = cast("dict[str, Data]", dict(tags))
        if own is None or isinstance(own, dict):
            values["tags_all"] = {**added, **(own or {})}
        else:
            values["tags_all"] = own
    if item.mode == "data" and item.type == "aws_iam_policy_document":
        values["json"] = computed(item, "json", item.declared.location)
    return values


def _environment(evaluator: StackEvaluator, module: Module | None) -> Mapping[str, Value]:
    """Environment-like inputs of the nearest module that has one."""
    while module is not None:
        found = {
            name: export(evaluator.variable(module, name), name)
            for name in ENVIRONMENT_NAMES
            if name in module.config.variables
        }
        certain = any(isinstance(value, str) for value in found.values())
        if certain or (found and module.parent is None):
            return found
        module = module.parent
    return {}


def faults(found: Iterable[Resource]) -> Iterator[Problem]:
    """Errors and limits met while evaluating what some table speaks of, each once; other unknowns
    stay with their values.

    What exists under other settings only (`count = 0`) Terraform does not evaluate either.
    """
    seen: set[tuple[str, object]] = set()
    for resource in found:
        if resource.presence is Presence.LATENT or not matters(resource.type):
            continue
        for _, hole in holes(resource.attributes):
            key = (hole.detail, hole.location)
            if hole.why in _FAULTS and key not in seen:
                seen.add(key)
                yield _problem(resource, hole)


def _problem(resource: Resource, hole: Unknown) -> Problem:
    effect = f"values of {resource.address} are open"
    where = hole.location or resource.location
    return Problem(
        ProblemKind.UNRESOLVED, hole.detail or str(hole.why), str(hole.why), effect, where
    )
