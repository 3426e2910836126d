from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from bot.domain.club import ClubSession, SessionPlan
from bot.domain.items import Item, Link
from bot.domain.materials import Material, MaterialKind
from bot.domain.messages import Heading, ListBlock, Message, Paragraph, Text
from bot.domain.question_parser import parse_question
from bot.domain.ranking import Score
from bot.domain.search_plan import Widening, plan_of
from bot.domain.second_tries import Retry, RetryKind
from bot.locales import LANGUAGES, translator
from bot.platforms.discord import render as discord
from bot.platforms.telegram import render as telegram
from bot.services.club_findings import FoundMaterial
from bot.services.search import SearchResults, StoryHit
from bot.services.search_message import search_message
from storage.stemming import analyser
from tests.factories import NOW, make_item

WIDENING = Widening(analyser(), ("en",))


def a_hit(*items: Item, complete: bool = True) -> StoryHit:
    """A story that these items cover."""
    return StoryHit(7, items, frozenset(item.id for item in items[:1]), Score(1.0, 1.0), complete)


def message(words: str, *hits: Item | StoryHit, language: str = "en", **facts: Any) -> Message:
    """The message about these results; an item stands for a story of its own."""
    stories = tuple(hit if isinstance(hit, StoryHit) else a_hit(hit) for hit in hits)
    question = parse_question(words, NOW, UTC)
    values: dict[str, Any] = {
        "total": len(hits),
        "whole": sum(one.complete for one in stories),
        "exact": True,
        "page": 1,
        "pages": 1,
    }
    results = SearchResults(question, plan_of(question, WIDENING), stories, **values | facts)
    return search_message(results, translator(language), UTC)


def lists(message: Message) -> list[ListBlock]:
    return [block for block in message.blocks if isinstance(block, ListBlock)]


def plain(message: Message) -> str:
    lines = []
    for block in message.blocks:
        if isinstance(block, Heading | Paragraph):
            lines.append(block.line)
        elif isinstance(block, ListBlock):
            lines += [line for entry in block.entries for line in entry]
    return "\n".join("".join(run.text for run in line if isinstance(run, Text)) for line in lines)


def bold(message: Message) -> list[str]:
    (results,) = lists(message)
    runs = [run for entry in results.entries for line in entry for run in line]
    return [run.text for run in runs if isinstance(run, Text) and run.bold]


def test_matching_words_are_set_off_in_title_and_passage_and_nothing_is_lost() -> None:
    item = make_item(title="Frogs and toads", text="A frog jumps. Frogs sit; toads do not.")
    shown = message("frogs toads", item)
    assert bold(shown) == ["Frogs", "toads", "frog", "Frogs", "toads"]  # in any form
    assert "Frogs and toads\n" in plain(shown)
    assert "Frogs sit; toads do not." in plain(shown)


def test_a_title_leads_to_its_item_in_all_of_its_runs() -> None:
    item = make_item(title="Frogs and toads", url="https://news.example.org/frogs")
    (results,) = lists(message("toads", item))
    title = results.entries[0][0]
    assert {run.url for run in title if isinstance(run, Text)} == {"https://news.example.org/frogs"}


def test_a_title_leads_to_what_the_story_is_about_and_not_to_what_its_text_cites_first() -> None:
    cited, told = Link("https://arxiv.org/abs/1810.04805", "BERT"), Link("https://arxiv.org/abs/2002.12327", "Frogs")
    item = make_item(title="Frogs", url=None, text="As BERT does. A paper titled Frogs.", links=(cited, told))
    (results,) = lists(message("frogs", item))
    assert {run.url for run in results.entries[0][0] if isinstance(run, Text)} == {told.url}


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_fits_what_may_have_been_meant_is_named_with_that_it_finds_nothing_either(language: str) -> None:
    question = parse_question("ghbdtn", NOW, UTC)
    meant = Retry(RetryKind.LAYOUT, parse_question("привет", NOW, UTC), question)
    shown = plain(message("ghbdtn", language=language, suggestion=meant))
    assert "ghbdtn" in shown
    assert "привет" in shown.splitlines()[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_only_filters_find_nothing_no_other_words_are_asked_for(language: str) -> None:
    shown = plain(message("has:discussion", language=language))
    assert "has:discussion" in shown
    assert "/help search" in shown
    assert "/digest" not in shown


def test_an_item_without_a_title_shows_its_passage_once() -> None:
    assert plain(message("frogs", make_item(title=None, text="Frogs jump."))).count("Frogs jump.") == 1


def test_the_original_of_a_translated_issue_is_never_shown() -> None:
    item = make_item(title="Дистилляция", text="", original_text="Distilled nets, a draft.", language="ru")
    assert "draft" not in plain(message("distilled", item))


def test_results_of_later_pages_go_on_counting() -> None:
    (results,) = lists(message("x", make_item(), page=3, pages=4))
    assert results.start == 11


def test_long_titles_and_questions_are_cut() -> None:
    shown = plain(message("w" * 4000, make_item(title="Frogs " * 1000, source_title="News " * 1000)))
    assert len(shown) < 1000
    assert "…" in shown


def test_a_lower_bound_says_so() -> None:
    shown = plain(message("frogs", make_item(), total=1000, whole=1000, exact=False, pages=200))
    assert "More than 1,000 results · page 1 of 200" in shown


def test_where_others_follow_those_with_all_of_the_words_it_is_said_what_was_counted() -> None:
    shown = plain(message("frogs toads", make_item(), total=10, whole=1, pages=2))
    assert "1 result with all the words · page 1 of 2" in shown


def test_where_nothing_has_all_of_the_words_that_is_said() -> None:
    shown = plain(message("frogs dinosaurs", a_hit(make_item(), complete=False)))
    assert "Nothing has all of these words, but these have some\n" in shown


def test_who_has_saved_nothing_that_fits_is_told_how_to_save() -> None:
    for words in ("is:saved", "frogs is:saved"):
        assert "You have saved nothing that fits. ☆ Save" in plain(message(words))


def test_where_filters_leave_nothing_they_are_what_is_spoken_of() -> None:
    shown = plain(message("frogs lang:ar"))
    assert "Without the filters there may be more" in shown
    assert "another spelling" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_quotation_marks_stand_side_by_side(language: str) -> None:
    for words in ("“open data”", "«open data»", '"open data"', "„open data“ frogs"):
        shown = plain(message(words, language=language)).partition("\n")[2]
        assert not any(twice in shown for twice in ("““", "««", "„„", "»»"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_counted_where_nothing_has_all_of_the_words(language: str) -> None:
    say = translator(language)
    shown = plain(message("frogs dinosaurs", a_hit(make_item(), complete=False), language=language, total=37, pages=2))
    page = say.gettext("page {page} of {pages}", page=1, pages=2)
    assert f"{say.gettext('Nothing has all of these words, but these have some')} · {page}\n" in shown
    assert "37" not in shown


def test_results_with_some_of_the_words_stand_apart_behind_those_with_all_and_go_on_counting() -> None:
    shown = message("frogs toads", make_item(title="Frogs and toads"), a_hit(make_item(id=2), complete=False))
    whole, some = lists(shown)
    assert (whole.start, some.start, len(whole.entries), len(some.entries)) == (1, 2, 1, 1)
    assert "These have only some of the words:" in plain(shown)
    assert plain(shown).index("Frogs and toads") < plain(shown).index("only some") < plain(shown).index("A title")


def test_a_story_is_one_result_that_names_its_other_editions() -> None:
    first, *others = (make_item(id=number, language=tag) for number, tag in enumerate(["en", "pt", "zh"], 1))
    shown = message("frogs", a_hit(first, *others))
    (results,) = lists(shown)
    assert len(results.entries) == 1
    assert "Also covered by: News (pt, zh)" in plain(shown)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("items", [0, 1])
def test_it_speaks_every_language(language: str, items: int) -> None:
    shown = plain(message("frogs", *[make_item()] * items, language=language))
    others = {
        plain(message("frogs", *[make_item()] * items, language=other)) for other in LANGUAGES if other != language
    }
    assert shown not in others
    assert "{" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_one_message_on_telegram_whatever_is_in_it(language: str) -> None:
    """So that pages turn in place."""
    word = "🔥frogs& "
    others = [make_item(id=10 + number, source_title=f"{number} <b>{word * 30}", language="pt") for number in range(9)]
    item = make_item(title=word * 60, text=word * 400, source_title=word * 60, url="https://example.org/" + "x" * 300)
    hits = [a_hit(item, *others, complete=number < 3) for number in range(5)]
    shown = message(word * 60 + "lang:pt foo:bar after:2020", *hits, total=25, page=2, pages=5, language=language)
    assert len(telegram.render(shown)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_usual_page_is_one_message_on_discord(language: str) -> None:
    others = [make_item(id=10 + number, source_title=f"A newsletter, number {number}") for number in range(3)]
    item = make_item(title="Frogs and toads of the " + "world " * 10, text="A frog jumps over toads. " * 40)
    hits = [a_hit(item, *others) for _ in range(5)]
    shown = message("frogs toads lang:en", *hits, total=25, page=2, pages=5, language=language)
    assert len(discord.render(shown)) == 1


LONG = "https://example.org/" + "x" * 1_500


def addresses(message: Message) -> set[str]:
    (results,) = lists(message)
    runs = [run for entry in results.entries for line in entry for run in line]
    return {run.url for run in runs if isinstance(run, Text) and run.url}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_with_long_addresses_is_one_message_on_both_platforms(language: str) -> None:
    others = [make_item(id=10 + n, source_title=f"Newsletter {n}", url=f"{LONG}{n}") for n in range(3)]
    items = [
        make_item(id=n, title=f"Frogs {n} " + "world " * 30, text="Frogs jump. " * 40, url=f"{LONG}/{n}")
        for n in range(5)
    ]
    shown = message("frogs", *(a_hit(item, *others) for item in items), total=25, page=2, pages=5, language=language)
    assert len(discord.render(shown)) == 1
    assert len(telegram.render(shown)) == 1
    assert plain(shown).count("Newsletter") == 15


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_sessions_have_left_is_one_message_on_both_platforms_where_nothing_else_fits(language: str) -> None:
    session = ClubSession(1, 1, 4, "uid", SessionPlan("Frogs", NOW, "UTC", timedelta(hours=1)), NOW)
    left = [
        FoundMaterial(Material(n, 1, MaterialKind.SLIDES, f"Frogs {n}", NOW, address=f"{LONG}{n}"), session)
        for n in range(3)
    ]
    question = parse_question("frogs", NOW, UTC)
    nothing = SearchResults(question, plan_of(question, WIDENING), (), 0, 0, exact=True, page=1, pages=1)
    shown = search_message(nothing, translator(language), UTC, materials=left)
    assert len(discord.render(shown)) == 1
    assert len(telegram.render(shown)) == 1
    assert all(f"Frogs {n}" in plain(shown) for n in range(3))


def test_of_addresses_that_have_no_room_together_the_longest_are_left_out() -> None:
    items = [make_item(id=n, title=f"Frogs {n}", links=(), url=f"https://example.org/{n}") for n in range(4)]
    long = [
        make_item(id=9, title="Toads", links=(), url=LONG),
        make_item(id=8, title="Newts", links=(), url=LONG + "/"),
    ]
    assert addresses(message("frogs", *items, long[0])) == {*(item.url for item in items), LONG}
    assert addresses(message("frogs", *items, *long)) == {*(item.url for item in items), LONG}


@pytest.mark.parametrize("end", ["", " and then some more words of it " * 45])
def test_a_text_without_a_title_is_shown_once(end: str) -> None:
    words = f"Frogs jump over the toads of the pond whenever the moon is full and the night is long{end}."
    shown = plain(message("moon", make_item(title=None, text=f"{words} Newts swim.")))
    assert shown.count("Frogs jump over") == 1
    assert "Newts swim." in shown or "… " in shown


def test_a_text_that_begins_with_its_title_is_shown_without_it() -> None:
    shown = plain(message("toads", make_item(title="Frogs jump", text="Frogs jump\n\nToads sit.")))
    assert (shown.count("Frogs jump"), shown.count("Toads sit.")) == (1, 1)
    shown = plain(message("toads", make_item(title="Frogs", text="Frogs jump over toads.")))
    assert "Frogs jump over toads." in shown


@pytest.mark.parametrize("title", ["Frog and toad " * 110, "🐸" * 1_500, "青蛙" * 750])
def test_a_very_long_title_is_cut_and_its_page_is_one_message(title: str) -> None:
    shown = message("frog", *[make_item(title=title, text=f"{title}. They jump.")] * 5, total=25, page=2, pages=5)
    (results,) = lists(shown)
    heading = "".join(run.text for run in results.entries[0][0] if isinstance(run, Text))
    assert heading.endswith("…")
    assert len(heading) <= 141
    assert len(discord.render(shown)) == len(telegram.render(shown)) == 1


def test_matching_words_beside_each_other_are_set_off_together() -> None:
    assert bold(message("frogs toads", make_item(title="All frogs toads", text="None."))) == ["frogs toads"]
