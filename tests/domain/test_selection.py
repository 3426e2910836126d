from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.domain.digests import DigestWindow
from bot.domain.items import Item, ItemKey
from bot.domain.merits import Merit, MeritKind, heaviest
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.domain.sections import Section
from bot.domain.selection import (
    Candidate,
    LeftOutBy,
    Selection,
    Shelf,
    left_out,
    select,
    spokesman,
    why_not,
)
from bot.domain.subscriptions import Choices
from tests.factories import make_item

END = datetime(2026, 3, 10, 9, tzinfo=UTC)
WINDOW = DigestWindow(END - timedelta(days=1), END)
OLD = END - timedelta(days=30)


def item(id_: int, *, source: int = 1, **facts: Any) -> Item:
    values: dict[str, Any] = {"published_at": OLD, "links": (), "section": Section.PUBLICATIONS}
    return make_item(id=id_, key=ItemKey(source, str(id_)), **(values | facts))


def story(story_id: int, *items: Item, new: Iterable[int] | None = None, saved: int = 0) -> Candidate:
    items = items or (item(story_id),)
    return Candidate(story_id, items, frozenset(one.id for one in items) if new is None else frozenset(new), saved)


def choices(**facts: Any) -> Choices:
    return Choices(schedule=Schedule((time(9),), EVERY_DAY, "UTC"), **facts)


def chosen(stories: Iterable[Candidate], posted: Iterable[int] = (), **facts: Any) -> Selection:
    wanted = choices(**facts)
    shelf = Shelf(WINDOW, stories)
    return select(shelf, shelf.rank(wanted, having(shelf, wanted)), wanted.max_stories, frozenset(posted))


def having(shelf: Shelf, wanted: Choices) -> dict[str, set[int]]:
    """What fits each question, where a text that holds its words does; how that is looked up is told elsewhere."""
    return {
        asked: {
            story_id
            for story_id, one in shelf.candidates.items()
            if any(asked.strip('"').casefold() in f"{item.title} {item.text}".casefold() for item in one.items)
        }
        for asked in wanted.questions
    }


def ids(selection: Selection) -> list[int]:
    return [one.story_id for one in selection.shown]


def test_everything_that_is_new_is_shown_where_nothing_was_chosen() -> None:
    selection = chosen([story(1), story(2, item(20), item(21, source=2))])
    assert sorted(ids(selection)) == [1, 2]
    assert (selection.read, selection.stories, selection.merged, selection.beyond) == (3, 2, 1, 0)


def test_sections_come_in_the_order_of_the_subscription_and_others_are_left_out() -> None:
    stories = [
        story(1, item(1, section=Section.PUBLICATIONS)),
        story(2, item(2, section=Section.ETHICS)),
        story(3, item(3, section=Section.TOOLS_DATASETS)),
    ]
    selection = chosen(stories, sections=(Section.ETHICS, Section.PUBLICATIONS))
    assert ids(selection) == [2, 1]


def test_a_story_stands_in_the_first_of_the_sections_that_its_items_are_in() -> None:
    both = story(1, item(1, section=Section.MENTIONS), item(2, section=Section.PUBLICATIONS, source=2))
    assert chosen([both]).shown[0].section is Section.PUBLICATIONS


def test_only_the_sources_languages_and_sections_of_one_and_the_same_new_item_count() -> None:
    mixed = story(1, item(1, source=1, language="ru"), item(2, source=2, language="en"))
    assert ids(chosen([mixed], source_ids=frozenset({1}), languages=frozenset({"ru"}))) == [1]
    assert ids(chosen([mixed], source_ids=frozenset({1}), languages=frozenset({"en"}))) == []


def test_a_language_is_chosen_by_its_primary_tag() -> None:
    assert ids(chosen([story(1, item(1, language="pt-BR"))], languages=frozenset({"pt"}))) == [1]


def test_a_story_is_there_again_only_by_what_is_new_in_it() -> None:
    late = story(1, item(1, language="ru"), item(2, language="en", source=2), new=[2])
    assert ids(chosen([late], languages=frozenset({"en"}))) == [1]
    assert ids(chosen([late], languages=frozenset({"ru"}))) == []


def test_only_what_fits_the_question_and_has_no_unwanted_word_is_shown() -> None:
    stories = [
        story(1, item(1, title="Frogs sing")),
        story(2, item(2, title="Frogs and toads sing")),
        story(3, item(3, title="Toads")),
    ]
    assert ids(chosen(stories, question="frogs", exclude_words=("toads",))) == [1]
    assert sorted(ids(chosen(stories, question="sing", include_words=("toads",)))) == [2]


def test_what_no_question_fits_is_not_shown() -> None:
    assert ids(chosen([story(1)], question="wombats")) == []


def test_a_story_of_a_source_that_counts_more_comes_first_and_of_one_that_counts_less_last() -> None:
    less, usual, more = (replace(story(n, item(n, source=n)), weights={1: 0.5, 3: 2.0}) for n in (1, 2, 3))
    selection = chosen([less, usual, more])
    assert ids(selection) == [3, 2, 1]
    assert [one.score for one in selection.shown] == [3.0, 0.0, -3.0]
    assert selection.shown[1].merits == ()


def test_the_heaviest_source_of_a_story_decides() -> None:
    assert heaviest([1, 2, 3], {1: 0.5, 3: 4.0}) == 4.0
    assert heaviest([1, 2], {1: 0.5}) == 1.0


def test_more_sources_code_and_wanted_words_come_first_and_are_said() -> None:
    stories = [
        story(1),
        story(2, item(2, code="https://github.com/a/b")),
        story(3, item(3, source=1), item(30, source=2), item(31, source=3)),
        story(4, item(4, title="Frogs")),
    ]
    selection = chosen(stories, sections=(Section.PUBLICATIONS,))
    assert ids(selection) == [3, 2, 1, 4]
    assert selection.shown[0].merits == (Merit(MeritKind.SOURCES, 3),)
    assert selection.shown[1].merits == (Merit(MeritKind.CODE),)
    wanted = chosen([*stories, story(5, item(5, text="Frogs and toads"))], include_words=("frogs", "toads"))
    assert [(one.story_id, one.merits[-1].words) for one in wanted.shown] == [(5, ("frogs", "toads")), (4, ("frogs",))]


def test_translations_of_an_issue_are_no_independent_sources() -> None:
    translated = item(2, source=2, original_text="The same in English")
    assert chosen([story(1, item(1), translated)]).shown[0].merits == ()


def test_what_is_fresher_and_saved_by_more_people_comes_first() -> None:
    stories = [
        story(1, item(1, published_at=END - timedelta(days=5))),
        story(2, item(2, published_at=END - timedelta(hours=5))),
        story(3, saved=2),
    ]
    assert ids(chosen(stories)) == [3, 2, 1]


def test_equally_good_stories_stand_as_in_their_issue_and_those_of_a_newer_issue_before_them() -> None:
    old = [story(number, item(number, published_at=OLD - timedelta(days=1))) for number in (1, 2)]
    new = [story(number, item(number)) for number in (3, 4)]
    assert ids(chosen([*old, *new])) == [3, 4, 1, 2]


def test_the_best_of_all_sections_are_shown_and_the_rest_is_beyond_the_maximum() -> None:
    stories = [story(number) for number in range(1, 6)]
    stories.append(story(9, item(9, section=Section.ETHICS, code="https://github.com/a/b")))
    selection = chosen(stories, max_stories=2)
    assert ids(selection) == [1, 9]
    assert selection.beyond == 4


def test_a_story_that_was_posted_is_not_announced_again() -> None:
    selection = chosen([story(1), story(2), story(3)], posted=[1, 77], max_stories=1)
    assert ids(selection) == [2]
    assert (selection.posted, selection.beyond) == ({1}, 1)


def test_every_story_that_is_left_out_has_a_reason() -> None:
    stories = [
        story(1, item(1, source=9)),
        story(2, item(2, section=Section.ETHICS)),
        story(3, item(3, language="zh")),
        story(4, item(4, title="Crypto")),
        story(5, item(5, title="Toads")),
        story(6, item(6, title="Frogs", code="https://github.com/a/b")),
        story(7, item(7, title="Frogs")),
        story(8, item(8, title="Frogs")),
        story(9, item(9, title="Frogs", text="No more.")),
    ]
    wanted = choices(
        question="text",
        source_ids=frozenset({1}),
        sections=(Section.PUBLICATIONS,),
        languages=frozenset({"en"}),
        include_words=("frogs",),
        exclude_words=("crypto",),
        max_stories=1,
    )
    shelf = Shelf(WINDOW, stories)
    found = having(shelf, wanted)
    selection = select(shelf, shelf.rank(wanted, found), 1, {8})
    reasons = {one.story_id: (one.by, one.what) for one in left_out(shelf, wanted, selection, found)}
    assert reasons == {
        1: (LeftOutBy.SOURCE, ""),
        2: (LeftOutBy.SECTION, ""),
        3: (LeftOutBy.LANGUAGE, ""),
        4: (LeftOutBy.EXCLUDE_WORDS, "crypto"),
        5: (LeftOutBy.INCLUDE_WORDS, ""),
        7: (LeftOutBy.MAXIMUM, ""),
        8: (LeftOutBy.POSTED, ""),
        9: (LeftOutBy.QUESTION, "text"),
    }


def test_a_story_without_anything_new_is_outside_the_window() -> None:
    reason = why_not(story(1, new=[]), choices())
    assert reason is not None
    assert reason.by is LeftOutBy.WINDOW


def test_a_story_is_told_in_the_language_that_is_liked_best() -> None:
    items = [item(1, language="en"), item(2, language="ru-RU"), item(3, language="ru", title=None)]
    assert spokesman(items, choices(title_languages=("pt", "ru"))).id == 2
    assert spokesman(items, choices(title_languages=("de",))).id == 1
    assert spokesman(items, choices(languages=frozenset({"ru"}))).id == 2
