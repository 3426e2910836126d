"""Values for tests, each whole and valid; a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.domain.documents import ParsedDocument, ParsedSource
from bot.domain.indexed_items import IndexedItem, StoredDocument
from bot.domain.ingest import identities, plan_changes, storable
from bot.domain.items import Item, ItemKey, ItemKind, Link, ParsedItem
from bot.domain.matching import facet_token
from bot.domain.sections import Section
from bot.domain.sources import Source, SourceKind, SourceSpec, SourceStatus
from bot.services.ingest import carry_out
from storage.database import Database
from storage.unit_of_work import UnitOfWork

NOW = datetime(2024, 3, 6, 12, tzinfo=UTC)
ADDRESS = "https://news.example.org/feed"


@cache
def _empty_database() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite3"
        database = Database(f"sqlite:///{path}")
        database.migrate()
        database.close()
        return path.read_bytes()


def make_database(folder: Path) -> Database:
    """An empty database with all tables, in a file of its own. Close it."""
    path = folder / "test.sqlite3"
    path.write_bytes(_empty_database())
    return Database(f"sqlite:///{path}")


def make_spec(address: str = ADDRESS, **facts: Any) -> SourceSpec:
    return SourceSpec(address, **({"interval": timedelta(hours=1)} | facts))


def make_source(**facts: Any) -> Source:
    values: dict[str, Any] = {
        "id": 1,
        "address": ADDRESS,
        "kind": None,
        "title": "News",
        "language": None,
        "interval": timedelta(hours=1),
        "status": SourceStatus.ACTIVE,
        "problem": None,
        "failures": 0,
        "next_poll_at": NOW,
        "last_polled_at": NOW,
        "last_changed_at": NOW,
        "etag": None,
        "last_modified": None,
        "content_hash": None,
    }
    return Source(**(values | facts))


def make_parsed_item(title: str | None = "A title", text: str = "Some text.", **facts: Any) -> ParsedItem:
    return ParsedItem(title, text, **facts)


def make_document(*items: ParsedItem, guid: str = "issue-1", **facts: Any) -> ParsedDocument:
    """An issue with these items, or with one."""
    values: dict[str, Any] = {"url": f"https://news.example.org/{guid}", "title": "Issue", "language": "en"}
    values["published_at"] = NOW - timedelta(days=1)
    return ParsedDocument(guid=guid, items=items or (make_parsed_item(),), **(values | facts))


def make_entry(guid: str = "entry-1", title: str | None = "A title", text: str = "Some text.", **facts: Any) -> Any:
    """An entry of a feed: a document with one item that has the same guid, link and title."""
    url = facts.pop("url", f"https://news.example.org/{guid}")
    published = facts.pop("published_at", NOW - timedelta(days=1))
    item = make_parsed_item(title, text, guid=guid, url=url, kind=facts.pop("kind", ItemKind.ITEM), **facts)
    return ParsedDocument(guid, url, title, "en", published, (item,))


def make_parsed_source(*documents: ParsedDocument, **facts: Any) -> ParsedSource:
    values: dict[str, Any] = {"kind": SourceKind.FEED, "title": "News", "language": "en", "damage": None}
    return ParsedSource(documents=documents, **(values | facts))


def make_item(**facts: Any) -> Item:
    """An item as stored."""
    values: dict[str, Any] = {
        "id": 1,
        "key": ItemKey(1, "issue-1#1"),
        "title": "A title",
        "text": "Some text.",
        "section": Section.OTHER,
        "heading": None,
        "kind": ItemKind.ITEM,
        "language": "en",
        "links": (Link("https://example.org/paper", "paper"),),
        "papers": (),
        "code": None,
        "images": (),
        "authors": (),
        "original_text": None,
        "position": 0,
        "url": "https://news.example.org/issue-1",
        "published_at": NOW - timedelta(days=1),
        "first_seen_at": NOW,
        "document_id": 1,
        "document_title": "Issue",
        "document_url": "https://news.example.org/issue-1",
        "source_title": "News",
        "source_address": ADDRESS,
    }
    return Item(**(values | facts))


def make_indexed_item(*, item_id: int = 1, appeared_at: datetime = NOW, **facts: Any) -> IndexedItem:
    """What is searched of an item: of what it says, these facts."""
    return IndexedItem(item_id, make_parsed_item(**({"language": "en"} | facts)), 1, "News", 1, appeared_at)


def make_stored_document(words: Iterable[str] = (), **facts: Any) -> StoredDocument:
    """What an index holds of an item with these tokens in its text."""
    tokens = list(words)
    values: dict[str, Any] = {
        "item_id": 1,
        "language": "en",
        "day": 0,
        "source_id": 1,
        "length": len(tokens),
        "title": "",
        "names": "",
        "body": f" {' '.join(tokens)} " if tokens else "",
        "original": "",
        "place": f" {facet_token('all')} ",
        "forms": "",
    }
    return StoredDocument(**(values | facts))


def store(
    uow: UnitOfWork, *documents: ParsedDocument, now: datetime = NOW, address: str = ADDRESS, **facts: Any
) -> Source:
    """Stores documents of a source, the way a fetch does."""
    source = uow.sources.by_address(address) or uow.sources.add(make_spec(address, title="News"), now=now)
    parsed = storable(make_parsed_source(*documents, **facts))
    plan = plan_changes(uow.documents.known(source.id, identities(parsed)), parsed, now)
    carry_out(uow, source, plan, now)
    return source
