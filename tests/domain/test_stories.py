from __future__ import annotations

from itertools import combinations

import pytest

from bot.domain.stories import Correction, Tie, form, keep_names


def ties(*items: int, strength: float = 0.9) -> list[Tie]:
    return [Tie(one, other, strength) for one, other in combinations(items, 2)]


APART = {item: item for item in range(1, 8)}
"""Items of one document each."""


def test_items_that_agree_become_one_story_and_every_other_item_is_one_of_its_own() -> None:
    assert form(APART, ties(1, 3, 5)) == [(1, 3, 5), (2,), (4,), (6,), (7,)]


def test_items_of_one_document_are_different_stories() -> None:
    assert form({1: 10, 2: 10, 3: 20}, [Tie(1, 3, 0.8), Tie(2, 3, 0.9)]) == [(1,), (2, 3)]


def test_a_chain_of_half_alike_items_is_no_story() -> None:
    chain = [*ties(1, 2, 3), *ties(4, 5, 6), Tie(3, 4, 0.6)]
    assert form(APART, chain) == [(1, 2, 3), (4, 5, 6), (7,)]


def test_the_order_of_evidence_does_not_matter() -> None:
    found = [Tie(1, 2, 0.6), Tie(2, 3, 0.9), Tie(1, 3, 0.7), Tie(3, 4, 0.55)]
    assert form(APART, found) == form(APART, reversed(found))


def test_what_an_administrator_parts_no_evidence_joins() -> None:
    assert form(APART, ties(1, 2, 3), [Correction(1, 3, same=False)]) == [(1, 2), (3,), (4,), (5,), (6,), (7,)]


def test_what_an_administrator_joins_needs_no_evidence_not_even_two_documents() -> None:
    assert form({1: 10, 2: 10}, [], [Correction(1, 2, same=True)]) == [(1, 2)]


def test_items_that_are_gone_bear_on_nothing() -> None:
    assert form({1: 1}, ties(1, 2), [Correction(1, 2, same=True)]) == [(1,)]


@pytest.mark.parametrize(
    ("groups", "stories", "kept"),
    [
        ([(1, 2)], {7: {1, 2}}, {(1, 2): 7}),
        ([(1, 2, 3)], {7: {1, 2}, 8: {3}}, {(1, 2, 3): 7}),
        ([(1, 2), (3,)], {7: {1, 2, 3}}, {(1, 2): 7}),
        ([(1,), (2,)], {7: {1, 2}}, {(1,): 7}),
        ([(1,)], {}, {}),
    ],
)
def test_a_story_goes_on_where_most_of_its_items_are(
    groups: list[tuple[int, ...]], stories: dict[int, set[int]], kept: dict[tuple[int, ...], int]
) -> None:
    assert keep_names(groups, stories) == kept
