from __future__ import annotations

from itertools import chain, combinations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.matching import AllOf, AnyOf, Expression, OneOf, Tokens, Without, all_of, any_of

_TOKENS = [Tokens((letter,)) for letter in "abcde"]
_SUBSETS = [frozenset(some) for some in chain.from_iterable(combinations("abcde", size) for size in range(6))]


def fits(expression: Expression, item: frozenset[str]) -> bool:
    match expression:
        case Tokens(tokens):
            return item.issuperset(tokens)
        case AllOf(parts):
            return all(fits(part, item) for part in parts)
        case AnyOf(parts):
            return any(fits(part, item) for part in parts)
        case Without(wanted, unwanted):
            return fits(wanted, item) and not fits(unwanted, item)
        case OneOf():
            raise NotImplementedError


def test_what_several_parts_have_in_common_is_said_once() -> None:
    a, b, c = _TOKENS[:3]
    assert all_of(any_of(a, c), any_of(b, c)) == AnyOf((AllOf((a, b)), c))
    assert all_of(any_of(a, c), c) == c
    assert all_of(a, b) == AllOf((a, b))


@given(st.lists(st.lists(st.sampled_from(_TOKENS), min_size=1, max_size=4), min_size=1, max_size=5))
def test_said_simply_it_fits_the_same_items(parts: list[list[Tokens]]) -> None:
    said = [any_of(*some) for some in parts]
    for item in _SUBSETS:
        assert fits(all_of(*said), item) == all(fits(part, item) for part in said)
