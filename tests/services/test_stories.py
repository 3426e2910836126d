from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.domain.documents import ParsedDocument
from bot.domain.errors import DatabaseBusy, UserError
from bot.domain.items import Link, ParsedItem
from bot.domain.papers import find_papers
from bot.domain.story_evidence import Evidence, Reason, StoryItem, compare
from bot.services.stories import Stories, assign_stories
from storage.database import Database
from tests.factories import NOW, make_database, make_document, make_parsed_item, store
from tests.fakes import FakeClock

PAPERS = {"frogs": "https://arxiv.org/abs/2101.00001", "newts": "https://arxiv.org/abs/2101.00002"}


def about(animal: str, title: str | None = None, words: str = "paper") -> ParsedItem:
    """An item that is there for the paper on an animal."""
    url = PAPERS[animal]
    return make_parsed_item(
        title or f"On {animal}", f"About {animal}.", links=(Link(url, words),), papers=find_papers("", [url])
    )


def issue(*items: ParsedItem, guid: str = "1", language: str = "en") -> ParsedDocument:
    return make_document(*items, guid=guid, language=language)


def put(database: Database, source: str, *documents: ParsedDocument, days: int = 0) -> None:
    with database.write() as uow:
        store(uow, *documents, address=f"https://{source}.example/feed", now=NOW + timedelta(days=days))
        assign_stories(uow, uow.stories.unassigned(after=0, limit=100), NOW)


def told(database: Database) -> set[frozenset[str]]:
    """The stories, each as "source: title" of its items."""
    with database.read() as uow:
        return {
            frozenset(f"{item.source_address[8:10]}: {item.title}" for item in uow.items.many(story.item_ids))
            for story in uow.stories.all()
        }


def number_of(database: Database, title: str) -> int:
    """The story of the item with this title."""
    with database.read() as uow:
        found = [item for story in uow.stories.all() for item in uow.items.many(story.item_ids) if item.title == title]
        return uow.stories.of_items([found[0].id])[found[0].id]


@pytest.fixture
def stories(database: Database) -> Stories:
    return Stories(database, FakeClock(NOW))


def test_items_join_the_story_of_their_paper(database: Database) -> None:
    put(database, "en", issue(about("frogs"), about("newts")))
    put(database, "ru", issue(about("frogs", "О лягушках", "статья")), days=40)
    assert told(database) == {frozenset({"en: On frogs", "ru: О лягушках"}), frozenset({"en: On newts"})}


def test_reading_a_source_again_changes_no_story(database: Database) -> None:
    put(database, "en", issue(about("frogs")))
    put(database, "ru", issue(about("frogs", "О лягушках")))
    before = number_of(database, "О лягушках")
    put(database, "ru", issue(about("frogs", "О лягушках")), days=1)
    assert number_of(database, "О лягушках") == number_of(database, "On frogs") == before


def test_an_item_that_is_edited_goes_to_the_story_that_it_is_about_now(database: Database) -> None:
    put(database, "en", issue(about("frogs"), about("newts")))
    put(database, "pt", issue(about("frogs", "Anfíbios")))
    put(database, "pt", issue(about("newts", "Anfíbios")), days=1)
    assert told(database) == {frozenset({"en: On frogs"}), frozenset({"en: On newts", "pt: Anfíbios"})}


def test_a_withdrawn_item_is_told_no_more_and_its_story_goes_on(database: Database) -> None:
    put(database, "en", issue(about("frogs"), about("newts")))
    put(database, "pt", issue(about("frogs", "Sobre rãs")))
    number = number_of(database, "Sobre rãs")
    put(database, "en", issue(about("newts")), days=1)
    assert told(database) == {frozenset({"pt: Sobre rãs"}), frozenset({"en: On newts"})}
    put(database, "en", issue(about("frogs"), about("newts")), days=2)
    assert number_of(database, "On frogs") == number_of(database, "Sobre rãs") == number


async def test_a_split_holds_when_items_are_read_again_edited_and_joined_by_others(
    database: Database, stories: Stories
) -> None:
    put(database, "en", issue(about("frogs")))
    put(database, "ru", issue(about("frogs", "О лягушках")))
    number = number_of(database, "On frogs")
    with database.read() as uow:
        (second,) = [item.id for item in uow.items.many([1, 2]) if item.title == "О лягушках"]
    left, new = await stories.split(number, [second], made_by="me")
    assert (left, number_of(database, "О лягушках")) == (number, new)
    put(database, "ru", issue(about("frogs", "О лягушках", "текст статьи")), days=1)
    put(database, "pt", issue(about("frogs", "Sobre rãs")), days=2)
    await stories.rebuild()
    assert number_of(database, "On frogs") != number_of(database, "О лягушках")


async def test_a_merge_holds_and_the_old_number_leads_to_the_story(database: Database, stories: Stories) -> None:
    put(database, "en", issue(about("frogs"), about("newts")))
    frogs, newts = number_of(database, "On frogs"), number_of(database, "On newts")
    assert await stories.merge([newts, frogs], made_by="me") == frogs
    await stories.rebuild()
    story = await stories.get(None, newts)
    assert story is not None
    assert (story.story.id, {item.title for item in story.items}) == (frogs, {"On frogs", "On newts"})


async def test_the_last_correction_counts(database: Database, stories: Stories) -> None:
    put(database, "en", issue(about("frogs"), about("newts")))
    number = await stories.merge([number_of(database, "On frogs"), number_of(database, "On newts")], made_by="me")
    left, new = await stories.split(number, [2], made_by="me")
    assert left != new
    assert await stories.merge([left, new], made_by="me") == left


async def test_a_correction_that_makes_no_sense_is_refused(database: Database, stories: Stories) -> None:
    put(database, "en", issue(about("frogs")))
    number = number_of(database, "On frogs")
    for nonsense in (stories.split(number, [], made_by="me"), stories.split(number, [1], made_by="me")):
        with pytest.raises(UserError):
            await nonsense
    for nonsense in (stories.merge([number, number], made_by="me"), stories.merge([number, 99], made_by="me")):
        with pytest.raises(UserError):
            await nonsense


async def test_why_two_items_are_one_story_is_kept_and_why_not_can_be_asked(
    database: Database, stories: Stories
) -> None:
    put(database, "en", issue(about("frogs"), about("newts")))
    put(database, "ru", issue(about("frogs", "О лягушках")))
    story = await stories.get(None, number_of(database, "On frogs"))
    assert story is not None
    (evidence,) = story.evidence.values()
    assert evidence.reasons[0] == (Reason.PAPER, "arxiv:2101.00001")
    apart = await stories.explain(2, 3)
    assert apart is not None
    assert not apart.is_enough
    assert await stories.explain(1, 99) is None


async def test_items_from_before_there_were_stories_get_theirs(database: Database, stories: Stories) -> None:
    put(database, "en", issue(about("frogs")))
    put(database, "ru", issue(about("frogs", "О лягушках")))
    wanted = told(database)
    forget_stories(database)
    assert (await stories.catch_up(), told(database)) == (2, wanted)
    assert await stories.catch_up() == 0


def test_the_order_in_which_items_arrive_makes_no_difference(tmp_path: Path) -> None:
    editions = [
        (f"{name}{number}", issue(about("frogs", f"{name} {number}"), about("newts", f"{number} {name}")))
        for number, name in enumerate(("aa", "bb", "cc", "dd"))
    ]
    results = []
    for seed in range(4):
        (tmp_path / str(seed)).mkdir()
        database = make_database(tmp_path / str(seed))
        for source, document in shuffled(editions, seed):
            put(database, source, document)
        results.append(told(database))
        database.close()
    assert all(result == results[0] for result in results)
    assert len(results[0]) == 2


def shuffled(editions: Iterable[tuple[str, ParsedDocument]], seed: int) -> list[tuple[str, ParsedDocument]]:
    mixed = list(editions)
    Random(seed).shuffle(mixed)
    return mixed


def forget_stories(database: Database) -> None:
    """Leaves the database as one that was made before there were stories."""
    import sqlite3

    connection = sqlite3.connect(database.path)
    for table in ("story_items", "story_keys", "story_evidence", "stories"):
        connection.execute(f"DELETE FROM {table}")
    connection.commit()
    connection.close()


async def test_what_was_stored_is_in_a_story_as_soon_as_somebody_has_caught_up(
    database: Database, stories: Stories
) -> None:
    with database.write() as uow:
        store(uow, issue(about("frogs")), address="https://en.example/feed", now=NOW)
    assert told(database) == set()
    assert await stories.catch_up() == 1
    with database.write() as uow:
        store(uow, issue(about("frogs", "О лягушках")), address="https://ru.example/feed", now=NOW)
    assert await stories.catch_up() == 1
    assert told(database) == {frozenset({"en: On frogs", "ru: О лягушках"})}


async def test_who_catches_up_at_the_same_time_waits_and_finds_it_done(database: Database, stories: Stories) -> None:
    with database.write() as uow:
        for number in range(250):
            store(uow, issue(about("frogs", f"Frogs {number}")), address=f"https://{number}.example/feed", now=NOW)
    done = await asyncio.gather(*(stories.catch_up() for _ in range(3)))
    assert sorted(done) == [0, 0, 250]


async def test_an_item_that_is_edited_before_its_story_was_found_is_in_one_story(
    database: Database, stories: Stories
) -> None:
    with database.write() as uow:
        store(uow, issue(about("frogs")), address="https://en.example/feed", now=NOW)
        store(uow, issue(about("newts")), address="https://en.example/feed", now=NOW)
    await stories.catch_up()
    with database.read() as uow:
        assert [len(story.item_ids) for story in uow.stories.all()] == [1]


async def test_an_item_that_cannot_be_compared_gets_a_story_of_its_own_and_keeps_no_other_back(
    database: Database, stories: Stories, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(one: StoryItem, other: StoryItem) -> Evidence:
        if "poison" in (one.content.title, other.content.title):
            raise RecursionError
        return compare(one, other)

    monkeypatch.setattr("bot.services.stories.compare", faulty)
    with database.write() as uow:
        store(uow, issue(about("frogs")), address="https://en.example/feed", now=NOW)
        store(uow, issue(about("frogs", "poison")), address="https://xx.example/feed", now=NOW)
        store(uow, issue(about("frogs", "О лягушках")), address="https://ru.example/feed", now=NOW)
    assert await stories.catch_up() == 3
    assert {frozenset({"en: On frogs"}), frozenset({"xx: poison"})} & told(database) == {frozenset({"xx: poison"})}
    assert len(told(database)) == 2


async def test_a_database_that_is_busy_leaves_items_for_the_next_time_and_parts_no_story(
    database: Database, stories: Stories, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise DatabaseBusy("the database is busy")

    with database.write() as uow:
        store(uow, issue(about("frogs")), address="https://en.example/feed", now=NOW)
        store(uow, issue(about("frogs", "О лягушках")), address="https://ru.example/feed", now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr("bot.services.stories.assign_stories", busy)
        with pytest.raises(DatabaseBusy):
            await stories.catch_up()
    assert told(database) == set()
    assert await stories.catch_up() == 2
    assert told(database) == {frozenset({"en: On frogs", "ru: О лягушках"})}
