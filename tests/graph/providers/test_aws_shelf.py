"""The index of targets leaves nothing out that a pattern may cover."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from graph.policy.documents import Clause
from graph.policy.globs import compiled, matches
from graph.policy.names import Hole, Name, joined
from graph.providers.aws.shelf import Shelf

parts = st.lists(
    st.one_of(
        st.text("ab:", min_size=1, max_size=3), st.sampled_from([Hole("x"), Hole("y"), Hole()])
    ),
    max_size=4,
).map(lambda found: Name(joined(found)))
ends = st.sampled_from(["", "*", "a*", "?b"])


def target(name: Name) -> SimpleNamespace:
    return SimpleNamespace(arns=(name,), policy=None)


@given(st.lists(parts, max_size=6), parts, ends)
def test_every_target_that_a_pattern_may_cover_is_a_candidate(names, pattern, end):
    targets = [target(name) for name in names]
    wanted = compiled(pattern + end)
    found = Shelf(targets).about([Clause(((wanted,),))])
    missing = [it for it in targets if matches(wanted, it.arns[0]) and it not in found]
    assert not missing


@given(st.lists(parts, max_size=6), parts)
def test_what_lies_in_a_target_is_found_by_it(names, pattern):
    targets = [target(name) for name in names]
    wanted = compiled(pattern + "/*")
    found = Shelf(targets).about([Clause(((wanted,),))])
    inside = Name(("/", Hole(anything=True)))
    assert not [it for it in targets if matches(wanted, it.arns[0] + inside) and it not in found]
