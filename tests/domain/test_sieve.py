"""Many questions of few items: a sieve finds of them what an engine would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fitting import fitter
from bot.domain.matching import EVERYTHING, NOTHING, AllOf, AnyOf, Expression, Field, OneOf, Tokens, Without
from bot.domain.sieve import Sieve
from tests.factories import make_stored_document

_WORDS = st.lists(st.sampled_from("abc"), max_size=4)
_FIELDS = st.sampled_from([(), (Field.TITLE,), (Field.BODY, Field.FORMS), (Field.NAMES,)])
_ROWS = st.builds(Tokens, st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(tuple), _FIELDS)
EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(_ROWS, st.sampled_from([EVERYTHING, NOTHING, OneOf(frozenset((1, 3, 9)))])),
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Without, inner, inner),
    ),
    max_leaves=8,
)


@given(st.lists(st.tuples(_WORDS, _WORDS), max_size=5), EXPRESSIONS)
def test_a_sieve_finds_exactly_what_fits(texts: list[tuple[list[str], list[str]]], asked: Expression) -> None:
    documents = [
        make_stored_document(body, item_id=number, title=f" {' '.join(title)} " if title else "", forms=" b ")
        for number, (title, body) in enumerate(texts)
    ]
    assert Sieve(documents).fitting(asked) == {one.item_id for one in documents if fitter(asked)(one)}
