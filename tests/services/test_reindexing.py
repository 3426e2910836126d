"""What is indexed behind: items of before an upgrade, items that are analysed otherwise today, and words."""

from __future__ import annotations

import sqlite3

import pytest
from structlog.testing import capture_logs

from bot.domain.matching import Tokens
from bot.services import reindexing
from bot.services.reindexing import Reindexing
from storage.database import Database
from tests.factories import NOW, make_document, make_entry, make_parsed_item, make_spec, store


@pytest.fixture
def behind(database: Database) -> Reindexing:
    return Reindexing(database)


def found(database: Database, word: str) -> list[int]:
    with database.read() as uow:
        return uow.search_index.newest(Tokens((word,)), limit=10)


def fill(database: Database, number: int = 5) -> None:
    with database.write() as uow:
        store(uow, *(make_entry(str(one), f"Frog {one}", language="en") for one in range(number)))


def as_before_the_upgrade(database: Database) -> None:
    """As the migration leaves a database: nothing is indexed, all is marked as missing."""
    with database.write() as uow:
        uow.search_index.clear()


async def test_what_was_there_before_the_upgrade_is_indexed_the_newest_first(
    database: Database, behind: Reindexing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "ITEMS_AT_ONCE", 2)
    fill(database)
    as_before_the_upgrade(database)
    assert found(database, "frog") == []
    assert await behind.reindex_some() == 2
    assert found(database, "frog") == [5, 4]
    assert await behind.progress() == (2, 5)
    await behind.catch_up()
    assert found(database, "frog") == [5, 4, 3, 2, 1]
    assert await behind.progress() == (5, 5)
    assert await behind.reindex_some() == 0
    assert database.check() == []


async def test_what_is_stored_or_withdrawn_meanwhile_is_right(
    database: Database, behind: Reindexing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "ITEMS_AT_ONCE", 1)
    first, second = make_parsed_item("First", "A frog."), make_parsed_item("Second", "A frog.")
    with database.write() as uow:
        store(uow, make_document(first, second))
    as_before_the_upgrade(database)
    await behind.reindex_some()
    with database.write() as uow:
        store(uow, make_document(first, make_parsed_item("Third", "A frog, too.")))
    await behind.catch_up()
    assert found(database, "frog") == [3, 1]
    assert database.check() == []


async def test_another_version_of_the_analyser_analyses_anew_and_both_are_found_meanwhile(
    database: Database, behind: Reindexing, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, 3)
    with sqlite3.connect(database.path) as connection:
        connection.execute("UPDATE search_documents SET version = 99 WHERE item_id < 3")
    monkeypatch.setattr(reindexing, "ITEMS_AT_ONCE", 1)
    with database.read() as uow:
        assert not uow.search_index.is_complete()
    await behind.reindex_some()
    assert found(database, "frog") == [3, 2, 1]
    assert await behind.progress() == (2, 3)
    await behind.catch_up()
    assert await behind.progress() == (3, 3)
    assert database.check() == []


async def test_a_renamed_source_is_found_by_its_new_title(database: Database, behind: Reindexing) -> None:
    with database.write() as uow:
        source = store(uow, make_entry(language="en"))
        uow.sources.learn_title(source, source.title)
        assert uow.search_index.is_complete()
        uow.sources.add(make_spec(title="Old pond"), now=NOW)
    await behind.catch_up()
    assert found(database, "pond") == [1]
    with database.write() as uow:
        uow.sources.add(make_spec(title="Lake"), now=NOW)
    await behind.catch_up()
    assert (found(database, "pond"), found(database, "lake")) == ([], [1])
    assert database.check() == []


async def test_what_is_behind_is_told_in_the_log_once(database: Database, behind: Reindexing) -> None:
    fill(database)
    as_before_the_upgrade(database)
    with capture_logs() as told:
        for _ in range(3):
            await behind.catch_up()
    assert [one["event"] for one in told] == ["search_index_outdated", "search_index_complete"]


async def test_words_of_new_items_are_taken_into_the_vocabulary(database: Database, behind: Reindexing) -> None:
    fill(database)
    await behind.catch_up()
    with database.read() as uow:
        assert [one.word for one in uow.search_index.words("fro", 5)] == ["frog"]
