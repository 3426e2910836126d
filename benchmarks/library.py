"""A database with very many items, made through the storage layer and kept for the next run."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from rich.progress import track

import storage.search_index
import storage.tables
from benchmarks import texts
from benchmarks.figures import FOLDER
from benchmarks.texts import NEWEST, Piece, piece
from bot.domain import indexed_items
from bot.domain.documents import ParsedDocument
from bot.domain.ingest import DocumentPlan, NewItem
from bot.domain.items import Link, ParsedItem
from bot.domain.papers import PaperId
from bot.domain.sources import SourceSpec
from bot.services.stories import Stories
from storage.database import Database
from storage.migrations import HEAD
from storage.unit_of_work import UnitOfWork

ITEMS_A_DOCUMENT, DOCUMENTS_A_SOURCE, AT_ONCE = 10, 100, 1_000
NAME = "paper-round.db"
"""The file in the data directory that the bot opens by default."""


def library(items: int, *, folder: Path = FOLDER) -> Path:
    """A data directory with a database of so many items; made when it is not there yet. Items are pieces 0 to n."""
    modules = (texts, indexed_items, storage.search_index, storage.tables)
    recipe = [HEAD, *(Path(module.__file__ or "").read_text() for module in modules), Path(__file__).read_text()]
    return kept(folder, f"library-{items}", recipe, lambda path: _make(path, items))


def kept(folder: Path, name: str, recipe: Sequence[str], make: Callable[[Path], None]) -> Path:
    """A data directory with a database; made when it is not there yet, or was made after another recipe: the texts of
    everything that the content of the file depends on."""
    data = folder / f"{name}-{hashlib.sha256(chr(0).join(recipe).encode()).hexdigest()[:12]}"
    if not (data / NAME).exists():
        unfinished = data.with_name(data.name + ".part")
        for old in folder.glob(f"{name}-*"):
            shutil.rmtree(old)
        unfinished.mkdir(parents=True)
        make(unfinished / NAME)
        unfinished.rename(data)
    return data


def _make(path: Path, items: int) -> None:
    database = Database(f"sqlite:///{path}")
    database.migrate()
    numbers = iter(range(items))
    parts = list(iter(lambda: list(itertools.islice(numbers, AT_ONCE)), []))
    for part in track(parts, f"Making {items} items", disable=len(parts) < 10):
        with database.write() as uow:
            for source, documents in itertools.groupby(_documents(part), key=_source_of):
                _store(uow, source, [list(pieces) for pieces in documents])
    asyncio.run(Stories(database, lambda: NEWEST).catch_up())  # as in a bot that has been running
    database.close()


def _documents(numbers: list[int]) -> Iterator[list[Piece]]:
    pieces = (piece(number) for number in numbers)
    while document := list(itertools.islice(pieces, ITEMS_A_DOCUMENT)):
        yield document


def _source_of(document: list[Piece]) -> int:
    return document[0].number // (ITEMS_A_DOCUMENT * DOCUMENTS_A_SOURCE)


def _store(uow: UnitOfWork, number: int, documents: list[list[Piece]]) -> None:
    spec = SourceSpec(f"https://blog.example.org/{number}", title=f"Letters {number}", interval=timedelta(days=1))
    source = uow.sources.add(spec, now=NEWEST)
    ids = uow.documents.add(source.id, [_document(pieces) for pieces in documents], NEWEST)
    new = [
        (document_id, NewItem(f"item {one.number}", position, _item(one)))
        for document_id, pieces in zip(ids, documents, strict=True)
        for position, one in enumerate(pieces)
    ]
    uow.items.add(source.id, new, NEWEST)


def _document(pieces: list[Piece]) -> DocumentPlan:
    guid = f"document {pieces[0].number}"
    parsed = ParsedDocument(guid, None, f"Letter {pieces[0].number}", None, pieces[0].published_at, ())
    return DocumentPlan(None, guid, None, parsed, facts_changed=False)


def _item(of: Piece) -> ParsedItem:
    return ParsedItem(
        title=of.title,
        text="\n\n".join(of.paragraphs),
        language=of.language,
        links=tuple(Link(url, words) for url, words in of.links),
        papers=(PaperId("arxiv", of.arxiv_id),),
        published_at=of.published_at,
    )
