"""Provider configurations: which account and region a resource lives in, through aliases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

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
from graph.values import Location, OneOf, Text, Unknown, Value, Why

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
    return ProviderConfig(local, alias, account=account, region=region)


def configured(evaluator: Evaluator, module: Module, name: str) -> ProviderConfig:
    """What a module's provider block says; `owner` gives the module and the name."""
    declared = module.config.providers.get(name)
    if declared is None:
        return undeclared(module, name)
    found = attributes(evaluator, declared.block.body, Scope(module, declared.file)).values
    values = {key: export(value, key) for key, value in found.items()}
    local, _, alias = name.partition(".")
    return configured_by(local, alias, values, module.stack.id, declared.location)


def configured_by(
    local: str,
    alias: str,
    values: Mapping[str, Value],
    stack: str = "",
    location: Location | None = None,
) -> ProviderConfig:
    """What the arguments of a provider block choose."""
    ambient = f"{stack}|{local}"
    scope = f"{ambient}.{alias}" if alias else ambient
    return ProviderConfig(
        local,
        alias,
        account=_owner(local, values, scope, ambient),
        region=_region(values, scope),
        attributes=values,
        location=location,
    )


def _hole(what: str, scope: str) -> Unknown:
    name = scope.split("|", 1)[1]
    return Unknown(Why.COMPUTED, f"the {what} of provider {name}", symbol=f"{what}:{scope}")


def _owner(local: str, values: Mapping[str, Value], scope: str, ambient: str) -> str | Unknown:
    """What the resources belong to: an AWS account, or what the provider's table says stands for
    one (a project, a subscription).
    """
    argument = identity(local, "account")
    if argument is None:
        return _account(values, scope, ambient)
    given = values.get(argument.strip("{}"))
    if isinstance(given, str):
        return given
    if isinstance(given, Unknown):
        return replace(given, symbol=given.symbol or f"account:{scope}")
    return _unsaid(values, scope, ambient)


def _account(values: Mapping[str, Value], scope: str, ambient: str) -> str | Unknown:
    """An account number where the configuration says one, else an identity that equals itself."""
    role = _first(values.get("assume_role"))
    arn = role.get("role_arn") if isinstance(role, Mapping) else None
    if isinstance(arn, str) and arn.count(":") >= 5:
        return arn.split(":")[4]
    if isinstance(arn, Text | Unknown):
        return _from_arn(arn)
    allowed = values.get("allowed_account_ids")
    if isinstance(allowed, tuple) and len(allowed) == 1 and isinstance(allowed[0], str | int):
        return str(allowed[0])
    profile = values.get("profile")
    if isinstance(profile, str) and profile:
        what = f"the account of profile {profile}"
        return Unknown(Why.COMPUTED, what, symbol=f"account:{profile}")
    return _unsaid(values, scope, ambient)


def _unsaid(values: Mapping[str, Value], scope: str, ambient: str) -> Unknown:
    """One account for all configurations of a provider that choose no credentials."""
    given = (name for name, value in values.items() if value not in (None, "", ()))
    return _hole("account", ambient if all(map(_NEUTRAL.fullmatch, given)) else scope)


def _from_arn(arn: Text | Unknown) -> str | Unknown:
    """The account of a role ARN with holes: the text between the fourth and the fifth colon."""
    if isinstance(arn, Unknown):
        symbol = f"account:{arn.symbol or arn.detail}"
        return Unknown(arn.why, f"the account of {arn.detail}", arn.location, symbol)
    inside = _fifth_field(arn)
    if inside and all(isinstance(item, str) for item in inside):
        return "".join(str(item) for item in inside)
    hole = next((item for item in inside if isinstance(item, Unknown)), None)
    if hole is None:
        return Unknown(Why.VARIABLE, "an account", symbol=f"account:{arn.parts}")
    own = hole.symbol if len(inside) == 1 else None
    symbol = own or f"account:{inside}"
    return Unknown(hole.why, f"the account of {hole.detail}", hole.location, symbol)


def _fifth_field(arn: Text) -> list[str | Unknown | OneOf]:
    inside: list[str | Unknown | OneOf] = []
    colons = 0
    for part in arn.parts:
        if not isinstance(part, str):
            inside.extend([part] if colons == 4 else [])
            continue
        for index, piece in enumerate(part.split(":")):
            colons += index > 0
            inside.extend([piece] if colons == 4 and piece else [])
    return inside


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
