"""The words that come along with an item are those that would be taken of it where it is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import item_words
from bot.domain.documents import ParsedSource
from bot.domain.ingest import storable
from bot.domain.item_words import add_words, link_keys, words_of
from bot.domain.items import ItemWords, Link, ParsedItem
from bot.domain.papers import PaperId
from storage.stemming import analyser
from tests.factories import make_document, make_parsed_item, make_parsed_source

OTHERS: dict[str, Any] = {
    "title": "Toads",
    "text": "They wait.",
    "original_text": "Toads wait.",
    "language": "ru",
    "authors": ("Bo",),
    "papers": (PaperId("arxiv", "2005.14165"),),
    "url": "https://toads.example.org/",
    "links": (Link("https://github.com/toads/pond"),),
    "code": "https://gitlab.com/toads/pond",
}


def worded(**facts: Any) -> ParsedItem:
    """An item that brings its words."""
    source = add_words(analyser(), make_parsed_source(make_document(make_parsed_item("Frogs", "They jump.", **facts))))
    return only_item(source)


def only_item(source: ParsedSource) -> ParsedItem:
    return source.documents[0].items[0]


def taken_now(item: ParsedItem) -> ItemWords:
    return words_of(analyser(), replace(item, words=None))


@pytest.mark.parametrize("facts", [{}, *({name: value} for name, value in OTHERS.items()), OTHERS])
def test_what_comes_along_is_what_would_be_taken(facts: dict[str, Any]) -> None:
    item = replace(worded(), **facts)
    assert words_of(analyser(), item) == taken_now(item)
    assert link_keys(item) == link_keys(replace(item, words=None))


def test_words_that_came_along_are_not_taken_again() -> None:
    item = worded()
    assert words_of(analyser(), item) is item.words


def test_words_of_another_version_of_the_analyser_are_taken_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    item = worded()
    monkeypatch.setattr(item_words, "VERSION", item_words.VERSION + 1)
    assert words_of(analyser(), item).version == item_words.VERSION


def test_an_item_is_the_same_with_and_without_its_words() -> None:
    item = worded()
    assert item == replace(item, words=None)
    assert hash(item) == hash(replace(item, words=None))


def test_words_of_what_no_database_takes_are_taken_anew() -> None:
    broken = add_words(analyser(), make_parsed_source(make_document(make_parsed_item("Fro\0gs", "half \ud83d of it"))))
    item = only_item(storable(broken))
    assert (item.title, item.text) == ("Frogs", "half ? of it")
    assert words_of(analyser(), item) == taken_now(item)


@pytest.mark.parametrize("typed", ["parl.ai", "parl", "blog.parl.ai", "parlai"])
def test_an_item_is_found_by_the_hosts_of_its_links(typed: str) -> None:
    names = taken_now(worded(links=(Link("https://blog.parl.ai/frogs"),))).names
    (piece,) = analyser().pieces(typed)
    assert any(f" {' '.join(way)} " in names for way in piece.ways)


def test_an_item_is_not_about_what_the_last_part_of_a_host_is_called() -> None:
    names = taken_now(worded(links=(Link("https://parl.ai/frogs"), Link("https://frogs.example.org/")))).names
    assert not {"ai", "org"} & set(names.split())
