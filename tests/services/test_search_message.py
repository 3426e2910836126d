from __future__ import annotations

from datetime import UTC

import pytest

from bot.domain.items import Item
from bot.domain.messages import Heading, ListBlock, Message, Paragraph, Text
from bot.domain.search import parse_query
from bot.locales import LANGUAGES, translator
from bot.services.search import SearchResults
from bot.services.search_message import search_message
from storage.search import Hit
from tests.factories import make_item


def message(words: str, *items: Item, language: str = "en", **facts: object) -> Message:
    hits = tuple(Hit(item, 1.0) for item in items)
    values = {"total": len(items), "exact": True, "loose": False, "page": 1, "pages": 1} | facts
    results = SearchResults(parse_query(words), hits, **values)  # type: ignore[arg-type]
    return search_message(results, words, translator(language), UTC)


def plain(message: Message) -> str:
    lines = [block.line for block in message.blocks if isinstance(block, Heading | Paragraph)]
    lines += [
        line for block in message.blocks if isinstance(block, ListBlock) for entry in block.entries for line in entry
    ]
    return "\n".join("".join(run.text for run in line if isinstance(run, Text)) for line in lines)


def bold(message: Message) -> list[str]:
    (results,) = (block for block in message.blocks if isinstance(block, ListBlock))
    runs = [run for entry in results.entries for line in entry for run in line]
    return [run.text for run in runs if isinstance(run, Text) and run.bold]


def test_matching_words_are_set_off_in_title_and_passage_and_nothing_is_lost() -> None:
    item = make_item(title="Frogs and toads", text="A frog jumps. Frogs sit; toads do not.")
    shown = message("frogs toads", item)
    assert bold(shown) == ["Frogs", "toads", "Frogs", "toads"]
    assert "Frogs and toads\n" in plain(shown)
    assert "Frogs sit; toads do not." in plain(shown)


def test_a_title_leads_to_its_item_in_all_of_its_runs() -> None:
    item = make_item(title="Frogs and toads", url="https://news.example.org/frogs")
    (results,) = (block for block in message("toads", item).blocks if isinstance(block, ListBlock))
    title = results.entries[0][0]
    assert {run.url for run in title if isinstance(run, Text)} == {"https://news.example.org/frogs"}


def test_an_item_without_a_title_shows_its_passage_once() -> None:
    assert plain(message("frogs", make_item(title=None, text="Frogs jump."))).count("Frogs jump.") == 1


def test_results_of_later_pages_go_on_counting() -> None:
    (results,) = (block for block in message("x", make_item(), page=3, pages=4).blocks if isinstance(block, ListBlock))
    assert results.start == 11


def test_long_titles_and_questions_are_cut() -> None:
    shown = plain(message("w" * 4000, make_item(title="Frogs " * 1000, source_title="News " * 1000)))
    assert len(shown) < 1000
    assert "…" in shown


def test_a_lower_bound_and_loose_results_say_so() -> None:
    shown = plain(message("frogs", make_item(), total=1000, exact=False, loose=True, pages=200))
    assert "more than 1,000 results · page 1 of 200" in shown
    assert "Nothing has all of these words." in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("items", [0, 1])
def test_it_speaks_every_language(language: str, items: int) -> None:
    shown = plain(message("frogs", *[make_item()] * items, language=language))
    others = {
        plain(message("frogs", *[make_item()] * items, language=other)) for other in LANGUAGES if other != language
    }
    assert shown not in others
    assert "{" not in shown
