"""What an item is about, in a few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.domain.likeness import MOST_TELLING, likeness_plan
from bot.domain.matching import FACET, AnyOf, Expression, Tokens, Way
from bot.domain.search_plan import Plan
from tests.factories import make_stored_document

FREQUENT = {"the": 0.9, "model": 0.3, "frog": 0.01, "pond": 0.02, "leap": 0.001, "leaping": 0.001, "2024": 0.001}


def plan_for(
    shares: Mapping[str, float],
    *words: str,
    title: str = "",
    named: Mapping[str, Sequence[Way]] = MappingProxyType({}),
    learned: Mapping[str, Sequence[Way]] = MappingProxyType({}),
) -> Plan:
    """`shares`: in how much of everything else tokens are."""

    def share(expression: Expression) -> float:
        alternatives = expression.parts if isinstance(expression, AnyOf) else (expression,)
        rows = (one.tokens for one in alternatives if isinstance(one, Tokens))
        return sum(shares.get(token, 0.0) for row in rows for token in row)

    return likeness_plan(make_stored_document(words, title=title), share, named, lambda _telling: learned)


def telling(shares: Mapping[str, float], *words: str, title: str = "") -> list[str]:
    return [unit.shown for unit in plan_for(shares, *words, title=title).units]


def test_the_rarer_a_word_is_the_more_it_tells() -> None:
    assert telling(FREQUENT, "model", "frog", "pond", "leap") == ["leap", "frog", "pond", "model"]


def test_a_word_in_the_title_tells_more_than_one_in_the_text() -> None:
    assert telling(FREQUENT, "frog", "pond", title=" pond ") == ["pond", "frog"]


def test_what_is_in_nothing_else_leads_to_nothing_and_is_not_looked_for() -> None:
    assert telling(FREQUENT, "frog", "zzyzx") == ["frog"]


def test_function_words_numbers_letters_and_facets_tell_nothing() -> None:
    shares = dict.fromkeys(("the", "2024", "a", "of", "ab", f"{FACET}langen"), 0.01)
    assert telling(shares, *shares) == []
    assert telling({"知": 0.01}, "知") == ["知"]


def test_forms_of_one_word_are_looked_for_once() -> None:
    shares = {"distil": 0.1, "distillation": 0.01, "frog": 0.1}
    assert telling(shares, *shares) == ["distillation", "frog"]


def test_no_more_than_some_words_are_looked_for() -> None:
    shares = {f"{letter * 5}frog": 0.01 for letter in "abcdefghijklmnopqrstuvwxyz"}
    assert len(telling(shares, *shares)) == MOST_TELLING


def test_what_has_names_in_other_languages_is_looked_for_first_and_by_these_names() -> None:
    names = {"model": (Way(("модел",), 0.5, "ru"),)}
    plan = plan_for(FREQUENT, "leap", "frog", "model", named=names)
    assert [unit.shown for unit in plan.units] == ["model", "leap", "frog"]
    assert plan.units[0].ways == (Way(("model",)), *names["model"])


def test_what_only_others_have_in_their_words_tells_too() -> None:
    plan = plan_for({"тритон": 0.01}, "newt", named={"newt": (Way(("тритон",), 0.5, "ru"),)})
    assert [unit.shown for unit in plan.units] == ["newt"]


def test_what_the_archive_has_taught_is_looked_for_as_well() -> None:
    learned = {"frog": (Way(("лягушк",), 0.3, "ru"),)}
    (unit,) = plan_for(FREQUENT, "frog", learned=learned).units
    assert unit.ways == (Way(("frog",)), *learned["frog"])
