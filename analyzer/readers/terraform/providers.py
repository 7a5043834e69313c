"""Provider configurations: which account and region a resource lives in, through aliases."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.readers.terraform.blocks import attributes
from analyzer.readers.terraform.data import Data
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
from graph.resource import ProviderConfig
from graph.values import Text, Unknown, Value, Why


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


def configured(evaluator: Evaluator, module: Module, name: str) -> ProviderConfig:
    """The configuration that `name` stands for in a module, inherited where it is not passed."""
    local = name.split(".", 1)[0]
    while name not in module.config.providers and module.parent is not None:
        name = module.providers.get(name, name)
        module = module.parent
    declared = module.config.providers.get(name)
    alias = name.split(".", 1)[1] if "." in name else ""
    owner = f"{module.stack.id}|{name if alias else local}"
    if declared is None:
        return ProviderConfig(
            local,
            alias,
            account=_hole("account", owner),
            region=_hole("region", owner),
        )
    found = attributes(evaluator, declared.block.body, Scope(module, declared.file)).values
    values = {key: export(value, key) for key, value in found.items()}
    return ProviderConfig(
        local,
        alias,
        account=_account(values, owner),
        region=_region(values, owner),
        attributes=values,
        location=declared.location,
    )


def _hole(what: str, owner: str) -> Unknown:
    return Unknown(
        Why.COMPUTED, f"the {what} of provider {owner.split('|')[1]}", symbol=f"{what}:{owner}"
    )


def _account(values: Mapping[str, Value], owner: str) -> str | Unknown:
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
        return Unknown(
            Why.COMPUTED, f"the account of profile {profile}", symbol=f"account:{profile}"
        )
    return _hole("account", owner)


def _from_arn(arn: Text | Unknown) -> str | Unknown:
    """The account of a role ARN with holes: the text between the fourth and the fifth colon."""
    if isinstance(arn, Unknown):
        return Unknown(
            arn.why,
            f"the account of {arn.detail}",
            arn.location,
            f"account:{arn.symbol or arn.detail}",
        )
    colons, inside = 0, []
    for part in arn.parts:
        if not isinstance(part, str):
            if colons == 4:
                inside.append(part)
            continue
        for char in part:
            colons += char == ":"
            if colons == 4 and char != ":":
                inside.append(char)
    if inside and all(isinstance(item, str) for item in inside):
        return "".join(str(item) for item in inside)
    hole = next((item for item in inside if isinstance(item, Unknown)), None)
    key = str(arn.parts)
    detail = f"the account of {hole.detail}" if hole else "an account"
    symbol = (
        hole.symbol
        if hole and len(inside) == 1 and hole.symbol
        else f"account:{hole.detail if hole else key}"
    )
    return Unknown(Why.VARIABLE, detail, hole.location if hole else None, symbol)


def _region(values: Mapping[str, Value], owner: str) -> str | Unknown:
    region = values.get("region")
    if isinstance(region, str):
        return region
    if isinstance(region, Unknown):
        return Unknown(
            region.why, region.detail, region.location, region.symbol or f"region:{owner}"
        )
    return _hole("region", owner)


def _first(value: Value) -> Value:
    return value[0] if isinstance(value, tuple) and value else value


def default_tags(config: ProviderConfig) -> dict[str, Data]:
    """The tags a provider adds to all of its resources."""
    block = _first(config.attributes.get("default_tags"))
    tags = block.get("tags") if isinstance(block, Mapping) else None
    return dict(tags) if isinstance(tags, Mapping) else {}
