"""A database with a great many items of newsletters in eight languages, kept for the next run.

They are stored as the bot stores them, but taken apart by processes beside the one that writes, and put into stories
as they were made up: to find their stories would take hours.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path
from random import Random
from types import ModuleType

from rich.progress import Progress

import storage.search_fts5
import storage.search_packing
import storage.search_tables
import storage.story_tables
import storage.tables
from benchmarks import newsletters, words
from benchmarks.figures import FOLDER
from benchmarks.library import kept
from benchmarks.newsletters import NOW, Edition, editions
from bot.domain import analysis, folding, indexed_items, item_words, vocabulary
from bot.domain.analysis import Analyser, Analysis
from bot.domain.documents import ParsedDocument
from bot.domain.ingest import DocumentPlan, NewItem
from bot.domain.sources import SourceSpec
from bot.domain.vocabulary import spellings
from storage.database import Database
from storage.items import Items
from storage.migrations import HEAD
from storage.search_fts5 import Fts5
from storage.search_index import SearchIndex
from storage.stemming import analyser
from storage.unit_of_work import UnitOfWork

SOURCES, ITEMS_A_DOCUMENT = 40, 10
_STORIES_AT_ONCE = 1_000
_PROCESSES, _AHEAD = 2, 4


def archive(items: int, *, folder: Path = FOLDER) -> Path:
    """A data directory with a database of so many items, all in stories, the vocabulary counted; made when it is not
    there yet, a million in some minutes."""
    modules: tuple[ModuleType, ...] = (newsletters, words, analysis, folding, indexed_items, item_words, vocabulary)
    modules += (
        storage.search_fts5,
        storage.search_packing,
        storage.search_tables,
        storage.story_tables,
        storage.tables,
    )
    recipe = [HEAD, *(Path(module.__file__ or "").read_text() for module in modules), Path(__file__).read_text()]
    return kept(folder, f"archive-{items}", recipe, lambda path: _make(path, items))


@dataclass(frozen=True, slots=True)
class _Part:
    """Some items in the order in which they are stored, their texts taken apart, and how their words are written."""

    editions: list[Edition]
    analysed: dict[tuple[str, str | None], Analysis]
    words: dict[str, Counter[str]]


class _Remembered(Analyser):
    """An analyser that has been through most texts already."""

    def __init__(self, analysed: Mapping[tuple[str, str | None], Analysis]) -> None:
        super().__init__({})
        self._through = analysed

    def text(self, text: str, language: str | None) -> Analysis:
        return self._through.get((text, language)) or analyser().text(text, language)

    def names(self, texts: Iterable[str]) -> Analysis:
        return analyser().names(texts)


def _make(path: Path, items: int) -> None:
    database = Database(f"sqlite:///{path}")
    database.migrate()
    with database.write() as uow:
        specs = [SourceSpec(f"https://letters.example.org/{number}") for number in range(SOURCES)]
        sources = [uow.sources.add(spec, now=NOW).id for spec in specs]
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    stored = 0
    with Progress(disable=items < 100_000) as progress:
        task = progress.add_task(f"Making {items} items", total=items)
        for part in _parts(items):
            with database.write() as uow:
                _store(uow, sources, part, first=stored)
            for word, ways in part.words.items():
                counted[word].update(ways)
            stored += len(part.editions)
            progress.update(task, completed=stored)
    with database.write() as uow:
        uow.search_index.add_words(counted, up_to=stored)
        while uow.search_index.tidy():
            pass
    database.close()


def _parts(items: int) -> Iterator[_Part]:
    """The parts, in order, made in other processes, some of them ahead."""
    waiting: deque[Future[_Part]] = deque()
    begins = count(0, _STORIES_AT_ONCE)
    with ProcessPoolExecutor(_PROCESSES) as pool:
        while items > 0:
            while len(waiting) < _AHEAD:
                waiting.append(pool.submit(_part, next(begins), items))
            part = waiting.popleft().result()
            if len(part.editions) > items:
                part = _taken_apart(part.editions[:items])
            items -= len(part.editions)
            yield part
        for future in waiting:
            future.cancel()


def _part(first: int, most: int) -> _Part:
    """Some stories, whose editions come in any order: those of one are stored in different documents."""
    some = list(islice(editions(iter(range(first, first + _STORIES_AT_ONCE))), most))
    Random(f"order {first}").shuffle(some)
    return _taken_apart(some)


def _taken_apart(some: list[Edition]) -> _Part:
    texts = {(text, one.item.language) for one in some for text in (one.item.title or "", one.item.text)}
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for one in some:
        for word, shown in spellings([one.item.title or "", one.item.text, *one.item.authors]).items():
            written[word][shown] += 1
    analysed = {(text, language): analyser().text(text, language) for text, language in sorted(texts, key=str)}
    return _Part(some, analysed, dict(written))


def _store(uow: UnitOfWork, sources: list[int], part: _Part, *, first: int) -> None:
    """Stores a part; the items before it are so many."""
    connection = uow.items._connection
    items = Items(connection, SearchIndex(connection, Fts5(connection), _Remembered(part.analysed)))
    documents = [part.editions[at : at + ITEMS_A_DOCUMENT] for at in range(0, len(part.editions), ITEMS_A_DOCUMENT)]
    for number, source in enumerate(sources):
        theirs = documents[number :: len(sources)]
        plans = [_document(some) for some in theirs]
        ids = uow.documents.add(source, plans, NOW)
        new = [
            (document, NewItem(one.guid, position, one.item))
            for document, some in zip(ids, theirs, strict=True)
            for position, one in enumerate(some)
        ]
        items.add(source, new, NOW)
    _put_into_stories(uow, sources, documents, first)


def _put_into_stories(uow: UnitOfWork, sources: list[int], documents: list[list[Edition]], first: int) -> None:
    stories: dict[int, list[int]] = defaultdict(list)
    in_order = chain.from_iterable(documents[number :: len(sources)] for number in range(len(sources)))
    for item_id, one in enumerate(chain.from_iterable(in_order), first + 1):
        stories[one.story].append(item_id)
    uow.stories.start(list(stories.values()), NOW)


def _document(some: list[Edition]) -> DocumentPlan:
    guid = f"document of {some[0].guid}"
    appeared = some[0].item.published_at
    return DocumentPlan(None, guid, None, ParsedDocument(guid, None, "Letter", None, appeared, ()), facts_changed=False)
