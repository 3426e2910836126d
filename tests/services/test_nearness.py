"""Searching with a model at hand: what means the same is found as well, and nothing else changes."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from bot.domain.question_parser import parse_question
from bot.readers.embedder import HttpEmbedder
from bot.services.embeddings import Embeddings
from bot.services.nearness import meaning_of
from bot.services.search import Search
from bot.services.stories import assign_stories
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.embedding_server import EmbeddingServer, Fault
from tests.factories import NOW, make_document, make_parsed_item, store
from tests.fakes import FakeClock


def put(database: Database, *titles: str, source: str = "en", language: str = "en") -> None:
    with database.write() as uow:
        items = [make_parsed_item(title, "", language=language) for title in titles]
        address = f"https://{source}.example/feed"
        store(uow, make_document(*items, guid=source, language=language), address=address, now=NOW)
        assign_stories(uow, uow.stories.unassigned(after=0, limit=100), NOW)


def ids(database: Database, *titles: str) -> list[int]:
    with database.read() as uow:
        items = {item.title: item.id for story in uow.stories.all() for item in uow.items.many(story.item_ids)}
    return [items[title] for title in titles]


async def search(database: Database, words: str, *near: str, **facts: Any) -> list[tuple[str | None, bool]]:
    """What a search shows where items with these titles are near to the question."""

    async def nearest(text: str) -> list[int]:
        return ids(database, *near) if text else []

    found = await Search(database, lambda: NOW, UTC, nearest=nearest).page(None, words, size=10, **facts)
    return [(hit.items[0].title, hit.complete) for hit in found.hits]


async def test_what_means_the_same_is_found_behind_what_has_the_words(database: Database) -> None:
    put(database, "Frogs in ponds", "Amphibians at night", "Herons")
    found = await search(database, "frogs ponds", "Amphibians at night", "Frogs in ponds")
    assert found == [("Frogs in ponds", True), ("Amphibians at night", False)]


async def test_what_no_word_finds_is_found_by_its_meaning_alone(database: Database) -> None:
    put(database, "Amphibians at night", "Herons")
    assert await search(database, "zwyrtek", "Amphibians at night") == [("Amphibians at night", False)]


async def test_what_has_some_of_the_words_and_is_near_comes_before_what_has_either(database: Database) -> None:
    put(database, "Ponds and lakes", "Frogs at night", "Amphibians")
    found = await search(database, "frogs ponds", "Amphibians", "Frogs at night")
    assert found[0] == ("Frogs at night", False)


async def test_filters_hold_for_what_is_near_too(database: Database) -> None:
    put(database, "Amphibians at night")
    put(database, "Rãs no lago", source="pt", language="pt")
    near = ("Amphibians at night", "Rãs no lago")
    assert await search(database, "frogs lang:pt", *near) == [("Rãs no lago", False)]
    assert await search(database, "frogs -night lang:en", *near) == []


async def test_of_hidden_sources_nothing_is_near_and_nothing_counts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database, "Herons")
    put(database, "Amphibians at night", source="secret")
    (hidden,) = ids(database, "Amphibians at night")

    async def nearest(_text: str) -> list[int]:
        return [hidden]

    monkeypatch.setattr(UnitOfWork, "hidden_from", lambda _self, _viewer: frozenset({2}))
    found = await Search(database, lambda: NOW, UTC, nearest=nearest).page(None, "zwyrtek")
    assert (found.hits, found.total) == ((), 0)


@pytest.mark.parametrize("words", ["frogs sort:new", "lang:en", "arxiv.org/abs/2005.14165", ""])
def test_questions_without_a_meaning_are_asked_of_no_model(words: str) -> None:
    assert meaning_of(parse_question(words, NOW, UTC)) == ""


def test_only_words_and_phrases_that_are_wanted_are_given_to_the_model() -> None:
    question = parse_question('frogs "in ponds" -herons lang:en title:newts', NOW, UTC)
    assert meaning_of(question).split() == ["frogs", "in", "ponds"]


async def test_a_search_answers_without_the_model_while_its_server_fails(database: Database) -> None:
    put(database, "Frogs in ponds", "Лягушки в прудах")
    async with EmbeddingServer() as server, HttpEmbedder(server.url, server.model, key=server.key) as embedder:
        server.meanings = {"amphibians": "frogs", "лягушки": "frogs"}
        embeddings = Embeddings(database, FakeClock(NOW), embedder, patience=10)
        await embeddings.embed_due()
        asking = Search(database, lambda: NOW, UTC, nearest=embeddings.nearest_items)
        found = await asking.page(None, "amphibians")
        assert {hit.items[0].title for hit in found.hits} == {"Frogs in ponds", "Лягушки в прудах"}
        server.faults.append(Fault(503))
        found = await asking.page(None, "frogs")
        assert [hit.items[0].title for hit in found.hits] == ["Frogs in ponds"]
