"""The `configuration` of a plan: which expressions stand behind a value, and what they refer to.

A plan says of an expression its constant value or its references, never its text, and nothing of
local values. https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Path = tuple[str | int, ...]
MAX_DEPTH = 40
MAX_REFERENCES = 2_000  # that one expression may lead through
_STEP = re.compile(r'\.?([A-Za-z_][\w-]*)|\[("(?:[^"\\]|\\.)*"|\d+)\]')
_LEAF = {"references", "constant_value"}


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference means: an attribute of a resource; without one, something of it."""

    address: str
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """All that an expression refers to, in the order of the code; `whole` where nothing is
    hidden behind a local value.
    """

    targets: tuple[Target, ...] = ()
    whole: bool = True

    def __add__(self, other: Meant) -> Meant:
        return Meant(self.targets + other.targets, self.whole and other.whole)


NOTHING = Meant()
HIDDEN = Meant(whole=False)


@dataclass(frozen=True, slots=True)
class Site:
    """Where an expression stands: the module instance's steps, and the instance's own key."""

    module: tuple[str, ...] = ()
    key: str = ""
    repetition: Mapping[str, Any] | None = None

    @property
    def path(self) -> str:
        """The module's address."""
        return ".".join(self.module)


class Configuration:
    """Resources, module calls and outputs of a plan's configuration, by module."""

    def __init__(self, found: Any, addresses: Sequence[str]) -> None:
        self._root = mapping(mapping(found).get("root_module"))
        self._blocks: dict[str, Mapping[str, Mapping[str, Any]]] = {}
        self._addresses = tuple(addresses)
        self._followed = 0

    def __bool__(self) -> bool:
        return bool(self._root)

    def resource(self, address: str, module: str) -> Mapping[str, Any]:
        """The block that an instance was made from, empty where the plan has none."""
        local = address.removeprefix(f"{module}.") if module else address
        folder = ".".join(bare(step) for step in steps_of_module(module))
        if folder not in self._blocks:
            rows = self._module(steps_of_module(module)).get("resources")
            self._blocks[folder] = {str(row.get("address")): row for row in maps(rows)}
        return self._blocks[folder].get(bare(local), {})

    def modules(self) -> Iterator[str]:
        """The addresses of all module calls, without keys."""
        queue = [("", self._root)]
        for path, module in queue:
            for name, call in mapping(module.get("module_calls")).items():
                address = f"{path}.module.{name}".lstrip(".")
                if len(steps_of_module(address)) <= MAX_DEPTH:
                    yield address
                    queue.append((address, mapping(mapping(call).get("module"))))

    def variables(self) -> Mapping[str, Any]:
        """What is declared of the root module's variables."""
        return mapping(self._root.get("variables"))

    def meant(self, expression: Any, site: Site, depth: int = 0) -> Meant:
        """What an expression of a block refers to."""
        if depth == 0:
            self._followed = 0
        found = NOTHING
        for reference in _longest(texts(mapping(expression).get("references"))):
            self._followed += 1
            if depth >= MAX_DEPTH or self._followed > MAX_REFERENCES:
                return found + HIDDEN
            found += self._one(reference, site, depth)
        return found

    def _one(self, reference: str, site: Site, depth: int) -> Meant:
        steps = [match.group() for match in _STEP.finditer(reference)]
        match [step.lstrip(".") for step in steps]:
            case ["var", name, *rest]:
                return _deeper(self._variable(name, site, depth), rest)
            case ["local", *_]:
                return HIDDEN
            case ["each" | "count", *rest]:
                return self._repeated(site, rest[1:], depth)
            case ["module", name, *rest]:
                return self._output(name, rest, site, depth)
            case ["path" | "terraform" | "self", *_]:
                return NOTHING
            case ["data", type_, name, *rest]:
                return self._instance(f"data.{type_}.{name}", rest, site)
            case [type_, name, *rest]:
                return self._instance(f"{type_}.{name}", rest, site)
        return HIDDEN

    def _variable(self, name: str, site: Site, depth: int) -> Meant:
        """An input: of the root module it has a value; of another it is the caller's argument."""
        if not site.module:
            return NOTHING
        caller, step = site.module[:-1], site.module[-1]
        call = self._call(caller, bare(step))
        expression = mapping(call.get("expressions")).get(name)
        return self.meant(expression, _in_call(caller, step, call), depth + 1)

    def _repeated(self, site: Site, rest: list[str], depth: int) -> Meant:
        """`each.value.x`: of what `for_each` runs over, the element with the instance's key."""
        expression = mapping(site.repetition).get("for_each_expression")
        outer = Site(site.module, site.key)
        return _deeper(self.meant(expression, outer, depth + 1), rest)

    def _output(self, name: str, rest: list[str], site: Site, depth: int) -> Meant:
        key = rest.pop(0) if rest and rest[0].startswith("[") else ""
        prefix = (*site.module, f"module.{name}")
        found = NOTHING
        for step in self._keys(".".join(prefix), key, site.key):
            inner = (*site.module, f"module.{name}{step}")
            outputs = mapping(self._module(inner).get("outputs"))
            wanted = [rest[0]] if rest else list(outputs)
            for output in wanted:
                expression = mapping(outputs.get(output)).get("expression")
                found += _deeper(self.meant(expression, Site(inner), depth + 1), rest[1:])
        return found

    def _instance(self, block: str, rest: list[str], site: Site) -> Meant:
        key = rest.pop(0) if rest and rest[0].startswith("[") else ""
        base = f"{site.path}.{block}" if site.module else block
        attribute = "".join(f".{step}" if step[0] != "[" else step for step in rest).lstrip(".")
        keys = self._keys(base, key, site.key)
        return Meant(tuple(Target(base + each, attribute) for each in keys))

    def _keys(self, base: str, key: str, own: str) -> tuple[str, ...]:
        """The instances that a name means: the one that is named, the one with the same key as
        the instance that asks (`x[each.key]` loses its key in a plan), else all.
        """
        there = self._instances.get(base, ())
        if key or there in ((), ("",)):
            return (key,)
        return (own,) if own in there else there

    @cached_property
    def _instances(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of every resource and module that has instances."""
        found: dict[str, dict[str, None]] = {}
        for address in self._addresses:
            ends = [match.end() for match in _STEP.finditer(address)]
            for start, end in zip([0, *ends], ends, strict=False):
                if address[start] == "[":
                    found.setdefault(address[:start], {})[address[start:end]] = None
        return {base: tuple(keys) for base, keys in found.items()}

    def _module(self, steps: Sequence[str]) -> Mapping[str, Any]:
        found = self._root
        for step in steps:
            call = mapping(mapping(found.get("module_calls")).get(_name(step)))
            found = mapping(call.get("module"))
        return found

    def _call(self, steps: Sequence[str], name: str) -> Mapping[str, Any]:
        calls = mapping(self._module(steps).get("module_calls"))
        return mapping(calls.get(name.removeprefix("module.")))


def expression_at(block: Mapping[str, Any], path: Path) -> tuple[Any, Path]:
    """The expression behind the value at `path`, and what of the path lies within its value."""
    node: Any = mapping(block.get("expressions"))
    for at, step in enumerate(path):
        if isinstance(node, Mapping) and node.keys() & _LEAF:
            return node, path[at:]
        if isinstance(node, list):
            if not isinstance(step, int) or step >= len(node):
                return None, ()
            node = node[step]
        elif isinstance(node, Mapping) and step in node:
            node = node[step]
        elif step != 0:
            return None, ()
    return node, ()


def expressions(block: Mapping[str, Any]) -> Iterator[Any]:
    """All expressions of a block."""
    queue: list[Any] = [block.get("expressions")]
    while queue:
        node = queue.pop()
        if isinstance(node, Mapping) and not node.keys() & _LEAF:
            queue.extend(node.values())
        elif isinstance(node, Mapping):
            yield node
        elif isinstance(node, list):
            queue.extend(node)


def steps_of_module(module: str) -> tuple[str, ...]:
    """`module.a["x"].module.b` as its two calls."""
    found: list[str] = []
    steps = [match.group().lstrip(".") for match in _STEP.finditer(module)]
    for at, step in enumerate(steps):
        if step.startswith("["):
            found[-1:] = [found[-1] + step] if found else []
        elif at and steps[at - 1] == "module" and (at == 1 or steps[at - 2] != "module"):
            found.append(f"module.{step}")
    return tuple(found)


def bare(address: str) -> str:
    """An address without the keys of instances."""
    return re.sub(r'\[("(?:[^"\\]|\\.)*"|\d+)\]', "", address)


def key_of(address: str) -> str:
    """The key of an instance with its brackets, empty where it is the only one."""
    last = [match.group() for match in _STEP.finditer(address)][-1:]
    return last[0] if last and last[0].startswith("[") else ""


def _in_call(caller: tuple[str, ...], step: str, call: Mapping[str, Any]) -> Site:
    return Site(caller, key_of(step), call)


def _name(step: str) -> str:
    return bare(step).removeprefix("module.")


def _longest(references: Sequence[str]) -> Iterator[str]:
    """Each reference once: a plan lists it whole, then each of its beginnings."""
    before = ""
    for reference in references:
        if not before.startswith((f"{reference}.", f"{reference}[")):
            yield reference
        before = reference


def _deeper(found: Meant, rest: Sequence[str]) -> Meant:
    """The same, where an expression takes a part of what another one gives: of a whole resource an
    attribute, of a list an element; of an object that was put together, what went into it.
    """
    more = "".join(f".{step}" if step[0] != "[" else step for step in rest)
    targets = (
        Target(each.address, f"{each.attribute}{more}".lstrip("."))
        if not each.attribute or more.startswith("[")
        else each
        for each in found.targets
    )
    return Meant(tuple(targets), found.whole)


def mapping(value: Any) -> Mapping[str, Any]:
    """An object, or none."""
    return value if isinstance(value, dict) else {}


def maps(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def texts(value: Any) -> list[str]:
    """The texts of a list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
