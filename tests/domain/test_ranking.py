"""The order of results."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.indexed_items import StoredDocument, indexed
from bot.domain.question_parser import parse_question
from bot.domain.ranking import Fit, Scorer, rarity, story_score
from bot.domain.search_plan import Plan, Widening, plan_of
from storage.stemming import analyser
from tests.factories import make_indexed_item

NOW = datetime(2024, 3, 6, 12, tzinfo=UTC)
TODAY = NOW.toordinal() - datetime(1970, 1, 1, tzinfo=UTC).toordinal()


def document(title: str, text: str = "", **facts: object) -> StoredDocument:
    return indexed(analyser(), make_indexed_item(title=title, text=text, appeared_at=NOW, **facts))


def planned(words: str) -> Plan:
    return plan_of(parse_question(words, NOW, UTC), Widening(analyser()))


def scored(words: str, title: str, text: str = "", **facts: object) -> Fit:
    plan = planned(words)
    return Scorer(plan, [1.0] * len(plan.units)).fit(document(title, text, **facts), whole=False)


def total(words: str, title: str, text: str = "", **facts: object) -> float:
    return scored(words, title, text, **facts).score.total


FILLER = "Many other things are told here, one after another, and none of them matters. " * 3


@pytest.mark.parametrize(
    ("words", "better", "worse"),
    [
        ("frogs", ("Frogs", "They jump."), ("Toads", "Frogs jump.")),  # in the title
        ("frogs", ("Toads", "Frogs jump."), ("Toads", f"{FILLER} Frogs jump. {FILLER}")),  # more of the text
        ("frogs", ("Toads", "Frogs and frogs and frogs jump."), ("Toads", "Frogs and toads and newts jump.")),
        ("green frogs", ("Green frogs", ""), ("Frogs that are green", "")),  # in a row
        ("green frogs", ("Green frogs", ""), ("Green frogs and all their many relatives in ponds", "")),
        ("green frogs", ("Toads", "Green ones; frogs."), ("Frogs", "Frogs, frogs, frogs.")),  # all beats much of one
        ("frog", ("Frogs", ""), ("Frogger", "")),
    ],
)
def test_what_is_more_about_it_comes_first(words: str, better: tuple[str, str], worse: tuple[str, str]) -> None:
    assert total(words, *better) > total(words, *worse)


def test_a_name_says_more_than_a_word_of_the_text() -> None:
    assert total("lovelace", "Engines", "", authors=("Ada Lovelace",)) > total("lovelace", "Engines", "By Lovelace.")


def test_what_a_unit_is_worth_decides_between_halves() -> None:
    plan = planned("common rare")
    common, rare = document("Common"), document("Rare")
    scorer = Scorer(plan, [0.5, 5.0])
    assert scorer.fit(rare, whole=False).score.total > scorer.fit(common, whole=False).score.total


def test_an_item_that_lacks_only_what_is_everywhere_has_it_all() -> None:
    plan = planned("common rare")
    scorer = Scorer(plan, [0.5, 5.0])
    assert scorer.is_whole([scorer.fit(document("Rare"), whole=False)])
    assert not scorer.is_whole([scorer.fit(document("Common"), whole=False)])


def test_what_a_text_cannot_say_in_its_script_counts_less_against_it() -> None:
    plan = planned("лягушки frogs")
    scorer = Scorer(plan, [1.0, 1.0])
    english, russian = document("Frogs"), document("Frogs", language="ru")
    assert scorer.fit(english, whole=False).score.share > scorer.fit(russian, whole=False).score.share


def test_the_rarer_the_more_it_is_worth() -> None:
    values = [rarity(items, 1_000) for items in (0, 1, 10, 100, 999, 1_000)]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0


def test_words_in_another_field_do_not_count_where_one_is_named() -> None:
    assert scored("title:frogs", "Toads", "Frogs jump.").units == (0.0,)
    assert scored("title:frogs", "Frogs").units[0] > 0


def test_a_story_is_as_good_as_its_best_item_and_better_for_more_editions() -> None:
    good, weak = scored("green frogs", "Green frogs"), scored("green frogs", "Toads", "Green frogs.")
    alone = story_score([good], [1.0, 1.0], day=TODAY, today=TODAY)
    both = story_score([good, weak], [1.0, 1.0], day=TODAY, today=TODAY)
    assert both.total > alone.total > story_score([weak], [1.0, 1.0], day=TODAY, today=TODAY).total


def test_what_one_edition_lacks_and_another_has_counts() -> None:
    one, other = scored("green frogs", "Green"), scored("green frogs", "Frogs")
    together = story_score([one, other], [1.0, 1.0], day=TODAY, today=TODAY)
    assert together.share > one.score.share


def test_of_equally_good_stories_the_newer_the_saved_and_the_discussed_is_better() -> None:
    one = [scored("frogs", "Frogs")]
    plain = story_score(one, [1.0], day=TODAY - 900, today=TODAY)
    assert story_score(one, [1.0], day=TODAY, today=TODAY).total > plain.total
    assert story_score(one, [1.0], day=TODAY - 900, today=TODAY, saved=3).total > plain.total
    assert story_score(one, [1.0], day=TODAY - 900, today=TODAY, discussed=True).total > plain.total


def test_nothing_outweighs_that_the_words_are_in_the_title() -> None:
    told = story_score([scored("frogs", "Toads", "Frogs.")], [1.0], day=TODAY, today=TODAY, saved=9, discussed=True)
    assert story_score([scored("frogs", "Frogs")], [1.0], day=0, today=TODAY).total > told.total
