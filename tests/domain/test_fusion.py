from __future__ import annotations

import pytest

from bot.domain.fusion import fused


def names(*rankings: list[str], k: int = 60) -> list[str]:
    return [name for name, _score in fused(rankings, k)]


def test_what_several_rankings_name_leads() -> None:
    assert names(["a", "b", "c"], ["d", "b"]) == ["b", "a", "d", "c"]


def test_one_ranking_stays_as_it_is() -> None:
    assert names(["c", "a", "b"]) == ["c", "a", "b"]


def test_among_equals_the_one_that_came_first_leads() -> None:
    assert names(["a"], ["b"]) == ["a", "b"]


def test_what_comes_twice_counts_once() -> None:
    assert fused([["a", "a", "b"]]) == fused([["a", "b"]])


def test_a_small_constant_makes_first_places_count_for_more() -> None:
    rankings = (["a", "b"], ["c", "b"])
    assert names(*rankings, k=60)[0] == "b"
    assert names(*rankings, k=0)[0] == "a"


def test_scores_are_sums_of_reciprocal_places() -> None:
    assert fused([["a"], ["b", "a"]]) == [("a", pytest.approx(1 / 61 + 1 / 62)), ("b", pytest.approx(1 / 61))]


def test_nothing_makes_nothing() -> None:
    assert fused([]) == fused([[], []]) == []
