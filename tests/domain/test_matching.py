from __future__ import annotations

from itertools import chain, combinations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fitting import fitter
from bot.domain.matching import AllOf, AnyOf, Tokens, all_of, any_of
from tests.factories import make_stored_document

_TOKENS = [Tokens((letter,)) for letter in "abcde"]
_DOCUMENTS = [
    make_stored_document(some) for some in chain.from_iterable(combinations("abcde", size) for size in range(6))
]


def test_what_several_parts_have_in_common_is_said_once() -> None:
    a, b, c = _TOKENS[:3]
    assert all_of(any_of(a, c), any_of(b, c)) == AnyOf((AllOf((a, b)), c))
    assert all_of(any_of(a, c), c) == c
    assert all_of(a, b) == AllOf((a, b))


@given(st.lists(st.lists(st.sampled_from(_TOKENS), min_size=1, max_size=4), min_size=1, max_size=5))
def test_said_simply_it_fits_the_same_items(parts: list[list[Tokens]]) -> None:
    said = [any_of(*some) for some in parts]
    for document in _DOCUMENTS:
        assert fitter(all_of(*said))(document) == all(fitter(part)(document) for part in said)
