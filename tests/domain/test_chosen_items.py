"""Questions about items that are known: the looks that an engine can take find together what fits, each item once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chosen_items import Look, looks
from bot.domain.fitting import fitter
from bot.domain.matching import EVERYTHING, AllOf, AnyOf, Expression, OneOf, Tokens, Without
from tests.factories import make_stored_document

ITEMS = {
    number: make_stored_document(["abc"[place] for place in range(3) if number >> place & 1], item_id=number)
    for number in range(8)
}
"""Every combination of three words."""
A, B = Tokens(("a",)), Tokens(("b",))


def fits(expression: Expression, item_id: int) -> bool:
    return fitter(expression)(ITEMS[item_id])


def found(look: Look) -> list[int]:
    among = ITEMS if look.among is None else look.among
    return [one for one in among if one not in look.besides and fits(look.expression, one)]


_LEAVES = st.one_of(
    st.sampled_from([*(Tokens((letter,)) for letter in "abc"), EVERYTHING]),
    st.frozensets(st.sampled_from(sorted(ITEMS))).map(OneOf),
)
EXPRESSIONS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        st.builds(Without, inner, inner),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
def test_the_looks_find_what_fits_each_item_once(expression: Expression) -> None:
    several = [item_id for look in looks(expression) for item_id in found(look)]
    assert sorted(several) == [item_id for item_id in ITEMS if fits(expression, item_id)]


def test_what_asks_for_words_alone_is_looked_for_as_it_is() -> None:
    assert looks(AnyOf((A, B))) == [Look(AnyOf((A, B)))]


def test_what_is_among_some_items_is_looked_for_there_alone() -> None:
    assert looks(AllOf((A, OneOf(frozenset((1, 2)))))) == [Look(A, frozenset((1, 2)))]


def test_where_it_is_enough_to_be_one_of_some_items_their_words_are_not_asked_for() -> None:
    saved = frozenset((1, 2))
    assert looks(AnyOf((A, OneOf(saved)))) == [Look(A, besides=saved), Look(EVERYTHING, saved)]


def test_where_nothing_can_fit_nothing_is_looked_for() -> None:
    assert looks(AllOf((OneOf(frozenset((1,))), OneOf(frozenset((2,)))))) == []
