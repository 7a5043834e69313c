"""`import` blocks: the id of what a resource takes over says what it is called.

https://developer.hashicorp.com/terraform/language/block/import
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from analyzer.readers.terraform.config import Declared
from analyzer.readers.terraform.data import Data
from analyzer.readers.terraform.evaluate import Evaluator
from analyzer.readers.terraform.expand import SINGLE, Expansion, Instance
from analyzer.readers.terraform.refactoring import address_of
from analyzer.readers.terraform.scope import Module, Scope
from analyzer.readers.terraform.syntax import Literal
from analyzer.readers.terraform.types.partial import known, unmark
from graph.identities import imported

Expand = Callable[[Declared], Expansion]


def import_ids(evaluator: Evaluator, root: Module, expand: Expand) -> dict[str, Data]:
    """The ids that the root module's blocks give, by address; `expand` repeats a block."""
    found: dict[str, Data] = {}
    for declared in root.config.refactored:
        if declared.block.type == "import":
            repeated = "for_each" in declared.block.body.arguments
            for instance in (expand(declared) if repeated else SINGLE).instances:
                found.update(_ids(evaluator, root, declared, instance))
    return found


def _ids(
    evaluator: Evaluator, root: Module, declared: Declared, instance: Instance
) -> Iterator[tuple[str, Data]]:
    body = declared.block.body.arguments
    if "to" in body and "id" in body:
        scope = Scope(root, declared.file, each=instance.each, repeated=instance.key is not None)
        to = body["to"].value
        if isinstance(to, Literal):  # the JSON syntax
            address: str | None = str(to.value)
        else:
            address = address_of(to, lambda key: unmark(evaluator.value(key, scope))[0])
        if address is not None:
            yield address, evaluator.value(body["id"].value, scope)


def identified(type_: str, values: Mapping[str, Data], id_: Data) -> dict[str, Data]:
    """The attributes with those that the id tells; what the code says for certain stays."""
    plain, _ = unmark(id_)
    told = imported(type_, plain) if isinstance(plain, str) else {}
    open_ = {
        name: text
        for name, text in told.items()
        if values.get(name) is None or not known(values[name])
    }
    return {**values, **open_}
