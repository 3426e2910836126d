from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.items import ItemKind, Link, ParsedItem
from bot.domain.papers import PaperId
from bot.domain.sections import Section
from storage.database import Database
from tests.factories import NOW, make_document, make_entry, make_parsed_item, store

DAY = timedelta(days=1)


def test_an_item_comes_back_as_it_was_read(database: Database) -> None:
    parsed = ParsedItem(
        title="Title",
        text="Text.\n\nMore.",
        section=Section.PUBLICATIONS,
        heading="📙 Research",
        kind=ItemKind.REVIEW,
        language="pt-BR",
        links=(Link("https://example.org/b", "b"), Link("https://example.org/a")),
        papers=(PaperId("doi", "10.1/z"), PaperId("arxiv", "2002.05715")),
        code="https://github.com/a/b",
        images=("https://example.org/i.png",),
        authors=("Ann", "Bob"),
        original_text="The original.",
        guid="post-7",
        url="https://example.org/7",
        published_at=NOW - DAY,
    )
    with database.write() as uow:
        source = store(uow, make_document(parsed))
    with database.read() as uow:
        (item,) = uow.items.many([1])
    for name in ("title", "text", "section", "heading", "kind", "language", "links", "papers", "code", "images"):
        assert getattr(item, name) == getattr(parsed, name)
    assert (item.authors, item.original_text, item.url) == (parsed.authors, parsed.original_text, parsed.url)
    assert (item.key.source_id, item.key.guid) == (source.id, "post-7")
    assert (item.document_title, item.source_title, item.position) == ("Issue", "News", 0)
    assert (item.published_at, item.first_seen_at) == (NOW - DAY, NOW)


def test_many_come_in_the_order_that_was_asked_for(database: Database) -> None:
    with database.write() as uow:
        store(uow, *(make_entry(str(number), f"Title {number}") for number in range(3)))
    with database.read() as uow:
        assert [item.id for item in uow.items.many([3, 1, 99, 2])] == [3, 1, 2]


def test_languages_are_primary_tags_and_the_most_frequent_comes_first(database: Database) -> None:
    with database.write() as uow:
        store(
            uow,
            make_document(
                make_parsed_item("A", language="pt-BR"),
                make_parsed_item("B", language="en"),
                make_parsed_item("C", language="pt"),
            ),
        )
    with database.read() as uow:
        assert uow.items.languages() == ["pt", "en"]


def test_a_withdrawn_item_is_shown_nowhere(database: Database) -> None:
    first, second = make_parsed_item("First", "Text of the first."), make_parsed_item("Second", "Other words.")
    with database.write() as uow:
        store(uow, make_document(first, second))
        store(uow, make_document(first))
    with database.read() as uow:
        assert uow.items.get(2) is None
        assert [item.title for item in uow.items.many([1, 2])] == ["First"]


@pytest.mark.parametrize(
    ("wanted", "newest"),
    [
        ({}, NOW - DAY),
        ({"language": "ru"}, NOW - 3 * DAY),
        ({"section": Section.ETHICS}, NOW - 2 * DAY),
        ({"language": "fr"}, None),
    ],
)
def test_the_newest_moment_is_that_of_the_newest_item_that_fits(
    database: Database, wanted: dict[str, object], newest: datetime | None
) -> None:
    with database.write() as uow:
        store(uow, make_entry("a", published_at=NOW - DAY))
        store(uow, make_entry("b", "Other", "Other.", published_at=None, section=Section.ETHICS), now=NOW - 2 * DAY)
        store(uow, make_entry("c", "Third", "Third.", published_at=NOW - 3 * DAY, language="ru"))
    with database.read() as uow:
        assert uow.items.newest_moment(**wanted) == newest  # type: ignore[arg-type]


def test_the_newest_items_come_by_when_they_appeared_and_within_a_document_in_its_order(database: Database) -> None:
    with database.write() as uow:
        store(uow, make_entry("a", "Old", published_at=NOW - 3 * DAY))
        store(uow, make_document(make_parsed_item("First"), make_parsed_item("Second"), published_at=NOW - DAY))
        store(uow, make_entry("b", "Undated", "Other.", published_at=None), now=NOW - 2 * DAY)
        secret = store(uow, make_entry("c", "Secret", "Third."), address="https://secret.example.org/feed")
    with database.read() as uow:
        every = uow.items.many(uow.items.newest(limit=10, hidden=frozenset({secret.id})))
        two = uow.items.many(uow.items.newest(limit=2, hidden=frozenset({secret.id})))
    assert [item.title for item in every] == ["First", "Second", "Undated", "Old"]
    assert [item.title for item in two] == ["First", "Second"]
