"""Random Terraform expressions: mostly well typed, over known and unknown values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

# What the pools of `calls.txt` name. What depends on `local.u` is as unknown as that is.
COMMON = r"""
locals {
  words    = ["b", "a", "c", "a"]
  list     = tolist(["x", "", "y-z"])
  numbers  = [3, 1, 2.5]
  object   = { name = "x", size = 2, tags = { a = "1", b = "2" }, none = null }
  people   = [{ name = "ann", age = 30 }, { name = "bob", age = 40 }]
  set      = toset(["x", "y", "z"])
  nset     = toset([10, 9, 1])
  map      = tomap({ one = "1", two = "2" })
  nmap     = tomap({ x = 1, y = 2 })
  lists    = tomap({ a = ["p", "q"], b = ["q"] })
  nothing  = null
  template = "<$${a}%%{ if a == \"x\" }!%%{ endif }>"
  mixed    = [1, "a", true, null, { k = "v" }, ["n"]]
  un       = length(local.u)
  ub       = local.u == "a"
  ul       = split("-", local.u)
  uo       = { a = local.u, b = "x" }
  us       = toset([local.u, "a"])
  ut       = [local.u, "k"]
  um       = tomap({ k = local.u, l = "m" })
}
"""
KINDS = ("s", "n", "b", "Ls", "Ln", "Lb", "Ms", "Mn", "Ss", "Sn", "LLs", "LLn", "MLs", "LMs", "x")
KEYS = ("a", "b", "k", "one", "x-y", "0")
ILL_TYPED = 0.02
UNKNOWN = 0.35


@dataclass(frozen=True)
class Signature:
    """One line of `calls.txt`."""

    name: str
    parameters: tuple[str, ...]


def _tables() -> tuple[dict[str, list[Signature]], dict[str, list[str]]]:
    calls: dict[str, list[Signature]] = {}
    pools: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "calls.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            name, _, constants = line[1:].partition(" ")
            pools[name] = constants.split(" | ")
        elif line and not line.startswith("#"):
            kind, _, call = line.partition(" ")
            name, _, rest = call.removesuffix(")").partition("(")
            calls.setdefault(kind, []).append(Signature(name, tuple(rest.split(", "))))
    return calls, pools


CALLS, POOLS = _tables()


class Expressions:
    """Makes expressions; the same seed makes the same ones."""

    def __init__(self, seed: int, *, unknowns: bool) -> None:
        self._random = Random(seed)
        self._unknowns = unknowns
        self._bound: list[tuple[str, str]] = []
        self._own: dict[str, tuple[Callable[[str, int], str], ...]] = {
            "s": (self._template, self._template, self._directive, self._loop_text, self._heredoc),
            "n": (self._arithmetic, self._arithmetic, self._negative),
            "b": (self._comparison, self._equality, self._logic, self._not, self._null_test),
            "L": (self._tuple, self._for_list, self._for_list, self._splat),
            "M": (self._object, self._for_map, self._for_map),
            "S": (self._to_set,),
            "x": (self._mixed_object, self._mixed_tuple, self._any_kind, self._any_kind),
        }

    def __iter__(self) -> Iterator[str]:
        while True:
            self._bound.clear()
            yield self.make(self._random.choice(KINDS), self._random.randint(2, 4))

    def make(self, kind: str, depth: int) -> str:
        """An expression of that type, seldom of another."""
        if self._random.random() < ILL_TYPED:
            kind = self._random.choice(KINDS)
        if depth <= 0:
            return self._leaf(kind)
        own = self._own[kind[0]]
        calls = (self._call,) * 3 if kind in CALLS else ()
        return self._random.choice((self._constant, self._conditional, self._item, *own, *calls))(
            kind, depth - 1
        )

    def _constant(self, kind: str, depth: int) -> str:
        del depth
        return self._leaf(kind)

    def _leaf(self, kind: str) -> str:
        names = [name for name, bound in self._bound if bound == kind]
        if names and self._random.random() < 0.6:
            return self._random.choice(names)
        unknown = self._unknowns and self._random.random() < UNKNOWN
        pool = POOLS.get(f"u:{kind}") if unknown else None
        return self._random.choice(pool or POOLS[kind])

    def _call(self, kind: str, depth: int) -> str:
        signature = self._random.choice(CALLS[kind])
        arguments = [self._argument(name, depth) for name in signature.parameters if name != "..."]
        if signature.parameters[-1] == "...":
            last = signature.parameters[-2]
            arguments += [self._argument(last, depth) for _ in range(self._random.randint(0, 2))]
        return f"{signature.name}({', '.join(arguments)})"

    def _argument(self, name: str, depth: int) -> str:
        if name in KINDS:
            return self.make(name, depth)
        if name in POOLS:
            return self._random.choice(POOLS[name])
        if "(" in name:  # a call, as it stands
            outer, _, inner = name.removesuffix(")").partition("(")
            return f"{outer}({self.make(inner, depth)})"
        return name

    def _conditional(self, kind: str, depth: int) -> str:
        other = "null" if self._random.random() < 0.1 else self.make(kind, depth)
        return f"({self.make('b', depth)} ? {self.make(kind, depth)} : {other})"

    def _item(self, kind: str, depth: int) -> str:
        if kind in {"s", "n", "Ls"} and self._random.random() < 0.5:
            found = f'({self.make("M" + kind, depth)})["{self._random.choice(KEYS)}"]'
        elif f"L{kind}" in KINDS:
            found = f"({self.make('L' + kind, depth)})[{self._random.choice(POOLS['int'])}]"
        else:
            found = self._leaf(kind)
        return found if self._random.random() < 0.4 else f"try({found}, {self._leaf(kind)})"

    # strings ---------------------------------------------------------------------------------

    def _template(self, kind: str, depth: int) -> str:
        del kind
        pieces = (self._piece(depth) for _ in range(self._random.randint(1, 3)))
        return f'"{"".join(pieces)}"'

    def _piece(self, depth: int) -> str:
        start, end = self._random.choice(("${", "${~", "${")), self._random.choice(("}", "~}", "}"))
        text = self._random.choice(
            ("", "x", " ", "-", "a b ", "\\n", "é", "$$ ", "$${", "%%{", "5")
        )
        return f"{text}{start} {self.make(self._random.choice('ssnb'), depth)} {end}"

    def _directive(self, kind: str, depth: int) -> str:
        del kind
        tilde = self._random.choice(("", "~"))
        other = f"%{{ else {tilde}}} no" if self._random.random() < 0.5 else ""
        condition, then = self.make("b", depth), self._piece(depth)
        return f'"a %{{{tilde} if {condition} }}{then}{other}%{{ endif {tilde}}} z"'

    def _loop_text(self, kind: str, depth: int) -> str:
        del kind
        source = self.make("Ls", depth)
        with self._binding("s") as name:
            return f'"<%{{ for {name} in {source} ~}} {self._piece(depth)} %{{~ endfor }}>"'

    def _heredoc(self, kind: str, depth: int) -> str:
        del kind
        flush, marker = self._random.choice((("-", "E"), ("", "END")))
        lines = (
            f"{' ' * self._random.randint(0, 4)}{self._piece(depth)}"
            for _ in range(self._random.randint(1, 3))
        )
        return f"chomp(<<{flush}{marker}\n" + "\n".join(lines) + f"\n  {marker}\n)"

    # numbers and truth -----------------------------------------------------------------------

    def _arithmetic(self, kind: str, depth: int) -> str:
        operator = self._random.choice("+-*/%+-*")
        found = f"{self.make(kind, depth)} {operator} {self.make(kind, depth)}"
        return f"({found})" if self._random.random() < 0.8 else found

    def _negative(self, kind: str, depth: int) -> str:
        return f"-{self.make(kind, depth)}"

    def _comparison(self, kind: str, depth: int) -> str:
        del kind
        operator = self._random.choice(("<", "<=", ">", ">="))
        return f"({self.make('n', depth)} {operator} {self.make('n', depth)})"

    def _equality(self, kind: str, depth: int) -> str:
        del kind
        left = self._random.choice(KINDS)
        right = left if self._random.random() < 0.8 else self._random.choice(KINDS)
        operator = self._random.choice(("==", "!="))
        return f"({self.make(left, depth)} {operator} {self.make(right, depth)})"

    def _logic(self, kind: str, depth: int) -> str:
        operator = self._random.choice(("&&", "||"))
        return f"({self.make(kind, depth)} {operator} {self.make(kind, depth)})"

    def _not(self, kind: str, depth: int) -> str:
        return f"!{self.make(kind, depth)}"

    def _null_test(self, kind: str, depth: int) -> str:
        del kind
        operator = self._random.choice(("==", "!="))
        return f"({self.make(self._random.choice(KINDS), depth)} {operator} null)"

    # collections -----------------------------------------------------------------------------

    def _tuple(self, kind: str, depth: int) -> str:
        items = (self.make(kind[1:], depth) for _ in range(self._random.randint(0, 3)))
        return f"[{', '.join(items)}]"

    def _for_list(self, kind: str, depth: int) -> str:
        source, key, value = self._source(depth)
        if self._random.random() < 0.5:
            with self._binding(value) as name:
                return f"[for {name} in {source} : {self.make(kind[1:], depth)}{self._if(depth)}]"
        with self._binding(key) as first, self._binding(value) as second:
            item = self.make(kind[1:], depth)
            return f"[for {first}, {second} in {source} : {item}{self._if(depth)}]"

    def _for_map(self, kind: str, depth: int) -> str:
        source, key, value = self._source(depth)
        with self._binding(key) as first, self._binding(value) as second:
            name = first if self._random.random() < 0.6 else self.make("s", depth)
            group = kind[1] == "L" and self._random.random() < 0.7
            item = self.make(kind[2:] if group else kind[1:], depth)
            dots = "..." if group else ""
            return (
                f"{{for {first}, {second} in {source} : {name} => {item}{dots}{self._if(depth)}}}"
            )

    def _if(self, depth: int) -> str:
        return f" if {self.make('b', depth)}" if self._random.random() < 0.3 else ""

    def _source(self, depth: int) -> tuple[str, str, str]:
        """A collection to loop over, and the types of its keys and elements."""
        kind = self._random.choice(("Ls", "Ln", "Ms", "Mn", "Ss", "Sn", "LLs", "MLs"))
        key = {"L": "n", "M": "s", "S": kind[1:]}[kind[0]]
        return self.make(kind, depth), key, kind[1:]

    @contextmanager
    def _binding(self, kind: str) -> Iterator[str]:
        name = f"v{len(self._bound)}"
        self._bound.append((name, kind))
        try:
            yield name
        finally:
            self._bound.pop()

    def _splat(self, kind: str, depth: int) -> str:
        inner = self._random.choice(("[*].k", ".*.k", "[*].k[0]", "[*]", "[*].k"))
        items = (
            f"{{ k = {self.make(kind[1:], depth)} }}" for _ in range(self._random.randint(0, 2))
        )
        return f"[{', '.join(items)}]{inner}"

    def _object(self, kind: str, depth: int) -> str:
        keys = self._random.sample(("a", "b", "k", '"x-y"', "one"), self._random.randint(0, 3))
        if self._random.random() < 0.2:
            keys.append(f"({self.make('s', depth)})")
        return f"{{ {', '.join(f'{key} = {self.make(kind[1:], depth)}' for key in keys)} }}"

    def _to_set(self, kind: str, depth: int) -> str:
        return f"toset({self.make('L' + kind[1:], depth)})"

    # anything --------------------------------------------------------------------------------

    def _any_kind(self, kind: str, depth: int) -> str:
        del kind
        return self.make(self._random.choice(KINDS), depth)

    def _mixed_tuple(self, kind: str, depth: int) -> str:
        return (
            f"[{', '.join(self._any_kind(kind, depth) for _ in range(self._random.randint(1, 3)))}]"
        )

    def _mixed_object(self, kind: str, depth: int) -> str:
        keys = self._random.sample(("a", "b", "k"), self._random.randint(1, 3))
        return f"{{ {', '.join(f'{key} = {self._any_kind(kind, depth)}' for key in keys)} }}"
