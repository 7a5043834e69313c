"""Which provider configuration a resource of a plan has: its alias, region and account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.readers.plan.configuration import Configuration, mapping, texts
from analyzer.readers.redact import safe
from analyzer.readers.terraform.providers import configured_by
from graph.resource import ProviderConfig
from graph.values import Unknown, Value, Why

_ARN_FIELDS = 6


class Providers:
    """The provider configurations of a plan; a state has none."""

    def __init__(
        self, configuration: Configuration | None = None, plan: Mapping[str, Any] | None = None
    ) -> None:
        self._configuration = configuration
        found = mapping(mapping(plan).get("configuration"))
        self._rows = mapping(found.get("provider_config"))
        self._variables = mapping(mapping(plan).get("variables"))
        self._known: dict[str, ProviderConfig] = {}

    def of(
        self, address: str, module: str, name: str, attributes: Mapping[str, Value]
    ) -> ProviderConfig:
        """What exists has account and region in its ARN; a planned thing has its provider's."""
        block = self._configuration.resource(address, module) if self._configuration else {}
        base = self._configured(str(block.get("provider_config_key") or name), name)
        region, account = attributes.get("region"), base.account
        arn = attributes.get("arn")
        if isinstance(arn, str) and arn.startswith("arn:") and arn.count(":") >= _ARN_FIELDS - 1:
            _, _, _, arn_region, arn_account, _ = arn.split(":", _ARN_FIELDS - 1)
            account = arn_account or account
            region = arn_region or region
        if not isinstance(region, str):
            region = base.region
        return ProviderConfig(name, base.alias, account, region, base.attributes)

    def _configured(self, key: str, name: str) -> ProviderConfig:
        if key not in self._known:
            row = mapping(self._rows.get(key) or self._rows.get(key.rpartition(":")[2]))
            self._known[key] = self._read(row, name)
        return self._known[key]

    def _read(self, row: Mapping[str, Any], name: str) -> ProviderConfig:
        if not row:
            account = Unknown(Why.COMPUTED, f"account of provider {name}", symbol="account:")
            return ProviderConfig(name, account=account)
        alias = str(row.get("alias") or "")
        values = dict(self._values(mapping(row.get("expressions"))))
        return configured_by(name, alias, values)

    def _values(self, expressions: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
        for name, expression in expressions.items():
            value = self._value(name, expression)
            if value is not None:
                yield name, safe(value, name)

    def _value(self, name: str, expression: Any) -> Value:
        if isinstance(expression, list):
            return tuple(dict(self._values(mapping(item))) for item in expression)
        found = mapping(expression)
        if "constant_value" in found:
            return plain(found["constant_value"])
        if "references" not in found:
            return None
        references = texts(found["references"])
        if len(references) == 1 and references[0].startswith("var."):
            given = mapping(self._variables.get(references[0].removeprefix("var."))).get("value")
            if given is not None:
                return plain(given)
        shown = references[0] if references else name
        return Unknown(Why.COMPUTED, shown, symbol=shown)


def plain(value: Any) -> Value:
    """JSON as a value."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(plain(item) for item in value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
