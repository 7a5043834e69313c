"""Provider configurations: which account and region a resource lives in, through aliases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from analyzer.readers.terraform.assumed import Written, assumed
from analyzer.readers.terraform.blocks import attributes
from analyzer.readers.terraform.evaluate import Evaluator
from analyzer.readers.terraform.export import export
from analyzer.readers.terraform.scope import Module, Scope
from analyzer.readers.terraform.syntax import (
    Attribute,
    Block,
    Expression,
    Literal,
    Object,
    Variable,
)
from graph.identities import identity
from graph.resource import ProviderConfig
from graph.values import Unknown, Value, Why

# Arguments that choose no credentials. A configuration with nothing else uses those that Terraform
# runs with, as its sisters do: one account, however many regions and aliases.
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration
_NEUTRAL = re.compile(
    "alias|version|region|zone|features|default_tags|ignore_tags|default_labels|max_retries"
    "|retry_mode|skip_.*|use_fips_endpoint|use_dualstack_endpoint|s3_.*|sts_region"
)


def reference(node: Expression | None) -> str | None:
    """`aws.replica` or `aws` as written; `None` for anything else."""
    match node:
        case Variable(name=name):
            return name
        case Attribute(source=Variable(name=source), name=name):
            return f"{source}.{name}"
        case Literal(value=str() as name):
            return name
    return None


def passed(block: Block) -> dict[str, str]:
    """The `providers` argument of a module call: inner name → outer name."""
    argument = block.body.arguments.get("providers")
    if argument is None or not isinstance(argument.value, Object):
        return {}
    pairs = ((reference(_bare(key)), reference(value)) for key, value in argument.value.items)
    return {inner: outer for inner, outer in pairs if inner and outer}


def _bare(key: Expression) -> Expression:
    return (
        Variable(key.value, key.span)
        if isinstance(key, Literal) and isinstance(key.value, str)
        else key
    )


def wanted(block: Block) -> str:
    """The provider that a resource uses: its argument, else its type's first word."""
    argument = block.body.arguments.get("provider")
    named = reference(argument.value) if argument else None
    return named or block.labels[0].split("_", 1)[0]


def owner(module: Module, name: str) -> tuple[Module, str]:
    """The module that configures what a module calls `name`, and its name there."""
    while name not in module.config.providers and module.parent is not None:
        name = module.providers.get(name, name)
        module = module.parent
    return module, name


def undeclared(module: Module, name: str) -> ProviderConfig:
    """A configuration of which nothing is known but that it is one."""
    local, _, alias = name.partition(".")
    scope = f"{module.stack.id}|{name}"
    account, region = _hole("account", scope), _hole("region", scope)
    type_ = module.config.provider_types.get(local, local)
    return ProviderConfig(type_, alias, account=account, region=region)


def configured(evaluator: Evaluator, module: Module, name: str) -> ProviderConfig:
    """What a module's provider block says; `owner` gives the module and the name."""
    declared = module.config.providers.get(name)
    if declared is None:
        return undeclared(module, name)
    found = attributes(evaluator, declared.block.body, Scope(module, declared.file)).values
    values = {key: export(value, key) for key, value in found.items()}
    local, _, alias = name.partition(".")
    type_ = module.config.provider_types.get(local, local)
    written = Written(declared, f"{module.stack.id}|{module.path}")
    return configured_by(type_, alias, values, module.stack.id, written)


def configured_by(
    type_: str,
    alias: str,
    values: Mapping[str, Value],
    stack: str = "",
    written: Written | None = None,
) -> ProviderConfig:
    """What the arguments of a provider block choose."""
    ambient = f"{stack}|{type_}"
    scope = f"{ambient}.{alias}" if alias else ambient
    return ProviderConfig(
        type_,
        alias,
        account=_owner(type_, values, scope, ambient, written),
        region=_region(values, scope),
        attributes=values,
        location=written.declared.location if written else None,
    )


def _hole(what: str, scope: str) -> Unknown:
    name = scope.split("|", 1)[1]
    return Unknown(Why.COMPUTED, f"the {what} of provider {name}", symbol=f"{what}:{scope}")


def _owner(
    type_: str, values: Mapping[str, Value], scope: str, ambient: str, written: Written | None
) -> str | Unknown:
    """What the resources belong to: an AWS account, or what the provider's table says stands for
    one (a project, a subscription).
    """
    argument = identity(type_, "account")
    if argument is None:
        return assumed(values, scope, written) or _unsaid(values, scope, ambient)
    given = values.get(argument.strip("{}"))
    if isinstance(given, str):
        return given
    if isinstance(given, Unknown):
        return replace(given, symbol=given.symbol or f"account:{scope}")
    return _unsaid(values, scope, ambient)


def _unsaid(values: Mapping[str, Value], scope: str, ambient: str) -> Unknown:
    """One account for all configurations of a provider that choose no credentials."""
    given = (name for name, value in values.items() if value not in (None, "", ()))
    return _hole("account", ambient if all(map(_NEUTRAL.fullmatch, given)) else scope)


def _region(values: Mapping[str, Value], scope: str) -> str | Unknown:
    region = values.get("region")
    if isinstance(region, str):
        return region
    if isinstance(region, Unknown):
        return replace(region, symbol=region.symbol or f"region:{scope}")
    return _hole("region", scope)


def _first(value: Value) -> Value:
    return value[0] if isinstance(value, tuple) and value else value


def default_tags(config: ProviderConfig) -> Mapping[str, Value]:
    """The tags a provider adds to all of its resources."""
    block = _first(config.attributes.get("default_tags"))
    tags = block.get("tags") if isinstance(block, Mapping) else None
    return tags if isinstance(tags, Mapping) else {}
