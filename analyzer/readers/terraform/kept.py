"""Results that are kept between runs, as long as nothing that they rest on changes.

Kept are a folder's outline and a root module's evaluation, never a file's text: what stands in an
entry has passed the readers' removal of secrets, and could as well stand in a report. An entry is
named by the code of blastwall, the options and the content of the folder; and it is used only if
every question that was asked of the tree when it was made has the same answer still.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeVar

from analyzer.cache import Cache, fingerprint
from analyzer.encoding import UnencodableError, decode, encode
from analyzer.secrets import may_show_secret
from analyzer.watching import Questions, WatchedTree

T = TypeVar("T")


@dataclass
class Kept:
    """The results of earlier runs over a tree; without a cache there are none."""

    tree: WatchedTree
    cache: Cache | None = None

    def get(
        self,
        key: Callable[[], tuple[object, ...]],
        compute: Callable[[], T],
        pack: Callable[[T], tuple[Any, ...] | None],
        unpack: Callable[..., T],
    ) -> T:
        """The result that an earlier run kept at `key`, else a computed one, kept for later ones.

        `pack` gives a result's parts, of which `unpack` makes it again; `None` keeps nothing.
        """
        if self.cache is None:
            return compute()
        name = sha256(json.dumps([self._code, *key()]).encode()).hexdigest()
        found = self._read(self.cache, name)
        if found is not None:
            return unpack(*found)
        result, questions = self.tree.watch(compute)
        parts = pack(result)
        if parts is not None:
            self._write(self.cache, name, questions, parts)
        return result

    @cached_property
    def _code(self) -> str:
        return fingerprint()

    def _read(self, cache: Cache, name: str) -> Any:
        text = cache.get(name)
        if text is None:
            return None
        head, _, body = text.partition("\n")
        try:
            answers, asked = json.loads(head)
            questions: Questions = dict.fromkeys((kind, path) for kind, path in asked)
            if self.tree.answers(questions) != answers:
                return None
            self.tree.rests_on(questions)
            return decode(body)
        except (ValueError, TypeError, LookupError):
            return None

    def _write(self, cache: Cache, name: str, questions: Questions, parts: Any) -> None:
        try:
            body = encode(parts)
        except UnencodableError:
            return
        if may_show_secret(body):
            return
        head = json.dumps([self.tree.answers(questions), list(questions)])
        cache.put(name, f"{head}\n{body}")
