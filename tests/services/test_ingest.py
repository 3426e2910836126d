from __future__ import annotations

import os
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.documents import ParsedDocument, ParsedSource, RawDocument, Validators
from bot.domain.errors import ReadError
from bot.domain.ingest import FREE_EDITS
from bot.domain.item_words import add_words
from bot.domain.items import Link
from bot.domain.papers import PaperId
from bot.domain.sources import SourceKind, SourceSpec, SourceStatus
from bot.readers.late import read
from bot.readers.pool import LARGE, PooledReader
from bot.services.ingest import Ingest, IngestReport
from bot.services.search import find_items
from storage.database import Database
from storage.stemming import analyser
from storage.unit_of_work import UnitOfWork
from tests.factories import (
    ADDRESS,
    NOW,
    make_document,
    make_entry,
    make_parsed_item,
    make_parsed_source,
    make_spec,
)
from tests.fakes import FakeClock, FakeReader
from tests.outbox import add_delivery, add_destination, mark_sent


@pytest.fixture
def reader() -> FakeReader:
    return FakeReader({b"one": make_parsed_source(make_entry("1", "Frogs", "They jump."))})


@pytest.fixture
def ingest(database: Database, reader: FakeReader) -> Ingest:
    return Ingest(database, reader, FakeClock(NOW))


def raw(body: bytes = b"one", **facts: object) -> RawDocument:
    return replace(RawDocument(ADDRESS, body, NOW, validators=Validators('"1"', "Wed")), **facts)  # type: ignore[arg-type]


def counts(report: IngestReport) -> tuple[int, int, int]:
    return report.added, report.changed, report.unchanged


async def test_a_document_becomes_items_that_are_found(ingest: Ingest, database: Database) -> None:
    report = await ingest.ingest(raw(), make_spec())
    assert counts(report) == (1, 0, 0)
    assert (report.documents, report.source.title, report.source.status) == (1, "News", SourceStatus.ACTIVE)
    assert (report.source.etag, report.source.last_modified) == ('"1"', "Wed")
    found = await database.query(lambda uow: find_items(uow, None, "jump", limit=5, now=NOW))
    assert [item.title for item in found] == ["Frogs"]


async def test_an_item_that_brought_its_words_is_indexed_as_it_is_when_it_is_indexed_again(database: Database) -> None:
    frogs = make_parsed_item("Frogs", "They jump.", links=(Link("https://github.com/frogs/pond"),), heading="Ponds")
    reader = FakeReader({b"one": add_words(analyser(), make_parsed_source(make_document(frogs)))})
    await Ingest(database, reader, FakeClock(NOW)).ingest(raw(), make_spec())
    first = await database.query(lambda uow: uow.search_index.documents([1]))
    await database.run(lambda uow: uow.items.index_again([1]))
    assert await database.query(lambda uow: uow.search_index.documents([1])) == first != []


def die_the_first_time(document: RawDocument, **facts: Any) -> ParsedSource:
    """Ends the process that reads, unless it has done so before: then a file is at the address that it was moved to."""
    before = Path(str(document.moved_to))
    if not before.exists():
        before.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return read(document, **facts)


async def test_a_process_that_ends_while_it_reads_costs_nothing_but_another_turn(
    database: Database, tmp_path: Path
) -> None:
    body = b"# Publications\n\n***Frogs***\n\nThey [jump](https://arxiv.org/abs/2101.00001).\n\n".ljust(LARGE)
    reader = PooledReader(lambda: NOW, read=die_the_first_time)
    ingest = Ingest(database, reader, FakeClock(NOW))
    document, spec = raw(body, moved_to=str(tmp_path / "died")), make_spec(kind=SourceKind.NEWSLETTER)
    try:
        with pytest.raises(ReadError):
            await ingest.ingest(document, spec)
        report = await ingest.ingest(document, spec)
    finally:
        reader.close()
    assert counts(report) == (1, 0, 0)
    found = await database.query(lambda uow: find_items(uow, None, "jump", limit=5, now=NOW))
    assert [item.id for item in found] == [1]


async def test_words_come_along_where_all_is_new_and_not_where_most_is_known(
    ingest: Ingest, reader: FakeReader
) -> None:
    reader.documents[b"two"] = reader.documents[b"one"]
    await ingest.ingest(raw(), make_spec())
    await ingest.ingest(raw(b"two"), make_spec())
    assert reader.with_words == [True, False]


async def test_no_words_come_along_again_with_what_is_edited_so_often_that_it_waits(
    ingest: Ingest, reader: FakeReader
) -> None:
    for number in range(FREE_EDITS + 3):
        entry = make_entry(text=f"Frogs jump {number} times.")
        reader.documents[b"%d" % number] = make_parsed_source(entry)
        source = (await ingest.ingest(raw(b"%d" % number), make_spec())).source
    assert source.content_hash is None  # it is to be read again
    assert reader.with_words == [True] + [False] * (FREE_EDITS + 2)


async def test_the_same_bytes_are_not_read_again(ingest: Ingest, reader: FakeReader) -> None:
    await ingest.ingest(raw(), make_spec())
    report = await ingest.ingest(raw(), make_spec())
    assert counts(report) == (0, 0, 0)
    assert reader.read_bodies == [b"one"]


async def test_other_bytes_with_the_same_items_change_nothing(ingest: Ingest, reader: FakeReader) -> None:
    reader.documents[b"two"] = reader.documents[b"one"]
    await ingest.ingest(raw(), make_spec())
    report = await ingest.ingest(raw(b"two"), make_spec())
    assert counts(report) == (0, 0, 1)


async def test_a_source_keeps_its_settings_whoever_asks_for_it(ingest: Ingest, reader: FakeReader) -> None:
    reader.documents[b"two"] = reader.documents[b"one"]
    first = await ingest.ingest(raw(), make_spec(kind=SourceKind.FEED, title="Mine", language="ru"))
    again = await ingest.ingest(raw(b"two"), make_spec(interval=None))
    assert again.source.interval == first.source.interval
    assert (again.source.title, again.source.language) == ("Mine", "ru")
    assert reader.kinds == [SourceKind.FEED, SourceKind.FEED]


async def test_damage_is_noted_and_the_bytes_are_kept(ingest: Ingest, reader: FakeReader, database: Database) -> None:
    reader.documents[b"one"] = make_parsed_source(make_entry(), damage="It ends in the middle.")
    report = await ingest.ingest(raw(), make_spec())
    assert report.damage == "It ends in the middle."
    assert (report.source.status, report.source.problem) == (SourceStatus.DAMAGED, report.damage)
    assert [kept.body for kept in await database.query(lambda uow: uow.sources.raw(report.source.id))] == [b"one"]
    assert (await ingest.ingest(raw(), make_spec())).damage == report.damage


async def test_what_cannot_be_read_leaves_no_source_behind(ingest: Ingest, database: Database) -> None:
    with pytest.raises(ReadError):
        await ingest.ingest(raw(b"neither"), make_spec())
    assert await database.query(lambda uow: uow.sources.all()) == []


async def test_the_bytes_of_a_known_source_are_kept_where_they_cannot_be_read(
    ingest: Ingest, database: Database
) -> None:
    source = (await ingest.ingest(raw(), make_spec())).source
    with pytest.raises(ReadError):
        await ingest.ingest(raw(b"neither"), make_spec())
    kept = await database.query(lambda uow: uow.sources.raw(source.id))
    assert {document.body for document in kept} == {b"one", b"neither"}


async def test_an_edit_that_is_put_off_is_looked_for_again(database: Database, reader: FakeReader) -> None:
    clock = FakeClock(NOW)
    ingest = Ingest(database, reader, clock)
    for number in range(1, 4):
        reader.documents[b"%d" % number] = make_parsed_source(make_entry("1", "Frogs", f"There are {number}."))
    await ingest.ingest(raw(b"1"), make_spec())
    assert (await ingest.ingest(raw(b"2"), make_spec())).changed == 1
    put_off = await ingest.ingest(raw(b"3"), make_spec())
    assert (put_off.changed, put_off.source.etag, put_off.source.content_hash) == (0, None, None)
    clock.advance(days=1)
    assert (await ingest.ingest(raw(b"3"), make_spec())).changed == 1


async def test_half_a_character_anywhere_in_a_document_is_mended_and_never_stops_an_ingest(
    ingest: Ingest, reader: FakeReader, database: Database
) -> None:
    bad = "x\ud800\0"
    item = make_parsed_item(
        **dict.fromkeys(("title", "text", "heading", "language", "code", "original_text", "guid", "url"), bad),
        links=(Link(bad, bad),),
        papers=(PaperId("arxiv", bad),),
        images=(bad,),
        authors=(bad,),
    )
    document = make_document(item, guid=bad, url=bad, title=bad, language=bad)
    reader.documents[b"bad"] = make_parsed_source(document, title=bad)
    reader.documents[b"bad again"] = reader.documents[b"bad"]
    report = await ingest.ingest(raw(b"bad"), make_spec())
    assert (report.added, report.source.title) == (1, "x?")
    assert counts(await ingest.ingest(raw(b"bad again"), make_spec())) == (0, 0, 1)
    found = await database.query(lambda uow: find_items(uow, None, "x", limit=5, now=NOW))
    assert [(item.title, item.links, item.authors) for item in found] == [("x?", (Link("x?", "x?"),), ("x?",))]


async def test_a_source_that_is_read_out_of_turn_keeps_its_turn(
    ingest: Ingest, reader: FakeReader, database: Database
) -> None:
    reader.documents[b"two"] = reader.documents[b"one"]
    then = NOW + timedelta(minutes=40)
    await ingest.ingest(raw(), make_spec(), next_poll_at=then)
    for body in (b"one", b"two"):
        report = await ingest.ingest(raw(body), SourceSpec(ADDRESS))
        assert report.source.next_poll_at == then


async def test_a_retired_source_that_is_read_again_gets_a_turn(ingest: Ingest, database: Database) -> None:
    report = await ingest.ingest(raw(), make_spec(), next_poll_at=NOW)
    retired = replace(report.source, status=SourceStatus.RETIRED, next_poll_at=None)
    await database.run(lambda uow: uow.sources.save(retired))
    report = await ingest.ingest(raw(), SourceSpec(ADDRESS))
    assert report.source.next_poll_at == NOW + timedelta(hours=1)


async def test_a_file_whose_name_cannot_be_stored_is_refused_with_what_to_do(ingest: Ingest) -> None:
    with pytest.raises(ReadError, match="rename the file"):
        await ingest.ingest(raw(), SourceSpec("/papers/\udcff.md"))


async def test_digests_of_ours_are_not_read_back_from_a_channels_preview(
    ingest: Ingest, reader: FakeReader, database: Database
) -> None:
    def arrived(uow: UnitOfWork) -> None:
        destination = add_destination(uow, "-1001")
        mark_sent(uow, add_delivery(uow, destination, "<b>Digest · 6 March</b>\n\n1. A &amp; B, a result"), 5, NOW)

    def post(number: int, title: str, later: timedelta = timedelta(minutes=1)) -> ParsedDocument:
        return make_entry(f"notes/{number}", title, "1. A & B, a result", published_at=NOW - later)

    await database.run(arrived)
    digest = "Digest · 6 March"
    posts = [post(5, digest), post(6, digest), post(5, digest, timedelta(hours=1)), post(5, "Papers · 6 March")]
    added = []
    for number, one in enumerate(posts):
        body = str(number).encode()
        reader.documents[body] = make_parsed_source(one, kind=SourceKind.TELEGRAM)
        address = f"https://t.me/s/notes{number}"
        added.append((await ingest.ingest(raw(body), make_spec(address))).added)
    assert added == [0, 1, 1, 1]  # number, moment and words all have to agree
