"""The result of an earlier run, as long as nothing that it rests on has changed.

A file's text is never kept: what stands in an entry has passed the readers' removal of secrets, and
could as well stand in a report. An entry is named by the code of blastwall, the options and the
content of all Terraform files; and it is used only if every question that was asked of the tree
when it was made has the same answer still.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import chain
from typing import Any

from analyzer.cache import Cache, fingerprint
from analyzer.encoding import UnencodableError, decode, encode
from analyzer.readers.terraform.watched import WatchedTree
from analyzer.secrets import may_show_secret


@dataclass
class Kept:
    """The entry of one run: `options` are what the result rests on besides the tree, `records`
    the dataclasses in it that are not of `graph`.
    """

    cache: Cache
    tree: WatchedTree
    options: tuple[object, ...]
    records: tuple[type, ...] = ()

    def find(self) -> Any:
        """What an earlier run kept, `None` where there is nothing, or it counts no more."""
        text = self.cache.get(self._name)
        if text is None:
            return None
        head, _, body = text.partition("\n")
        try:
            answers, asked = json.loads(head)
            same = self.tree.answers((kind, path) for kind, path in asked) == answers
            return decode(body, self.records) if same else None
        except (ValueError, TypeError, LookupError):
            return None

    def keep(self, result: object) -> None:
        """Keep a result for later runs, if it can be encoded and shows nothing like a secret."""
        asked = self.tree.asked
        head = json.dumps([self.tree.answers(asked), asked])
        with suppress(UnencodableError):
            pieces = _without_secrets(encode(result, self.records))
            self.cache.put(self._name, chain((head, "\n"), pieces))
            self.cache.trim()

    @cached_property
    def _name(self) -> str:
        content = self.tree.answers(
            [("files", ""), *(("read", name) for name in self.tree.files())]
        )
        return sha256(json.dumps([fingerprint(), *self.options, content]).encode()).hexdigest()


def _without_secrets(pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        if may_show_secret(piece):
            raise UnencodableError("it may show a secret")
        yield piece
