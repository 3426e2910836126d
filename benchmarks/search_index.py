"""The index of words by itself: how fast items get into it, how large it is, and how fast it finds the newest that fit.

Items are made up: as long as those of real newsletters are on average, with words as frequent as words are. They are
stored through the storage layer, so that what is measured is all that storing an item takes.
"""

from __future__ import annotations

import itertools
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

from rich.progress import track

from benchmarks.figures import Figure, run_script
from benchmarks.search import percentile
from benchmarks.texts import NEWEST, spelled
from bot.domain.documents import ParsedDocument
from bot.domain.indexed_items import IndexedItem
from bot.domain.ingest import DocumentPlan, NewItem
from bot.domain.item_words import words_of
from bot.domain.items import Link, ParsedItem
from bot.domain.matching import EVERYTHING, Expression, Field, Tokens, Without, all_of, any_of, facet
from bot.domain.papers import PaperId
from bot.domain.sections import Section
from bot.domain.sources import SourceSpec
from storage.database import Database
from storage.search_index import SearchIndex
from storage.stemming import analyser
from storage.unit_of_work import UnitOfWork

ITEMS, SINGLE, TIMES = 100_000, 300, 30
BULK_WANTED, SINGLE_WANTED, SIZE_WANTED, SECONDS_WANTED = 5_000.0, 300.0, 1.5, 0.040
_LIMIT = 400  # items that are found at once to be ranked
_VOCABULARY = 60_000
_ALONE = 10_000  # items that are indexed and nothing else
_AT_ONCE, _A_DOCUMENT, _DOCUMENTS_A_SOURCE = 1_000, 10, 500
_LANGUAGES = ("en", "en", "en", "en", "pt", "fr", "es")
_ENDINGS = ("", "", "", "s", "ing", "ed")
_OWN = ("search_tokens", "search_documents", "search_leavers", "search_marks")
_OWN += ("search_words", "search_endings", "search_pairs")


def measure(*, items: int = ITEMS, single: int = SINGLE, times: int = TIMES) -> list[Figure]:
    """All figures of the index."""
    writer = _Writer()
    with tempfile.TemporaryDirectory(prefix="paper-round-bench-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'index.db'}")
        database.migrate()
        text_bytes, stored = _fill(database, writer, items)
        taken, alone = _index_alone(database, writer, min(items, _ALONE))
        singles = [writer.item(number) for number in range(items, items + single)]
        one_by_one = _seconds(lambda: _add_one_by_one(database, items, singles))
        counted = _seconds(lambda: _repeat(database, SearchIndex.count_words))
        tidied = _seconds(lambda: _repeat(database, SearchIndex.tidy))
        size = size_of_index(database) / text_bytes
        speeds = list(_speeds(database, writer, items, times))
        database.close()
    return [
        Figure.at_least(
            "indexing in bulk, words taken by readers, items a second", min(items, _ALONE) / alone, BULK_WANTED
        ),
        Figure("… taking the words, items a second and reader", f"{min(items, _ALONE) / taken:.0f}"),
        Figure("storing in bulk with all that it takes, words as well, items a second", f"{items / stored:.0f}"),
        Figure.at_least("storing in single transactions, items a second", single / one_by_one, SINGLE_WANTED),
        Figure("words into the vocabulary, items a second", f"{(items + single) / counted:.0f}"),
        Figure("putting the index together, items a second", f"{(items + single) / tidied:.0f}"),
        Figure.at_most("size of the index against the text", size, SIZE_WANTED),
        *speeds,
    ]


class _Writer:
    """Makes up items, always the same ones: the n-th commonest word is n times rarer than the commonest."""

    def __init__(self) -> None:
        self._rng = Random("index")
        self._words = [spelled("", number) for number in range(_VOCABULARY)]
        self._weights = list(itertools.accumulate(1 / (number + 2.7) for number in range(_VOCABULARY)))

    def stem(self, number: int) -> str:
        """The token of a word, as an index of English texts has it."""
        return analyser().text(self._words[number], "en").stems[0]

    def item(self, number: int) -> ParsedItem:
        """About 75 words, 500 bytes, in a title and a text."""
        rng = self._rng
        stems = rng.choices(self._words, cum_weights=self._weights, k=rng.randint(35, 115))
        words = [stem + rng.choice(_ENDINGS) for stem in stems]  # a third of them in other forms
        return ParsedItem(
            title=" ".join(words[: rng.randint(3, 8)]).capitalize(),
            text=" ".join(words).capitalize() + ".",
            section=rng.choice(list(Section)),
            language=rng.choice(_LANGUAGES),
            links=(Link(f"https://github.com/{words[0]}/{words[1]}"), Link(f"https://{words[2]}.org/{number}")),
            papers=(PaperId("arxiv", f"2005.{number % 100_000:05}"),) if number % 2 else (),
        )


def _fill(database: Database, writer: _Writer, items: int) -> tuple[int, float]:
    """The bytes of text that were stored, and the seconds that it took."""
    text_bytes, seconds = 0, 0.0
    for first in track(range(0, items, _AT_ONCE), f"Making {items} items", disable=items <= _AT_ONCE):
        made = [writer.item(number) for number in range(first, min(first + _AT_ONCE, items))]
        text_bytes += sum(len(f"{one.title}{one.text}".encode()) for one in made)
        begun = time.perf_counter()
        with database.write() as uow:
            _store(uow, first, made)
        seconds += time.perf_counter() - begun
    return text_bytes, seconds


def _store(uow: UnitOfWork, first: int, items: Sequence[ParsedItem]) -> None:
    for at in range(0, len(items), _A_DOCUMENT):
        number = (first + at) // _A_DOCUMENT
        source = uow.sources.add(_spec(number // _DOCUMENTS_A_SOURCE), now=NEWEST)
        guid = f"document {number}"
        published = NEWEST - timedelta(days=3_000) + timedelta(minutes=40 * number)
        document = ParsedDocument(guid, None, None, None, published, ())
        (document_id,) = uow.documents.add(
            source.id, [DocumentPlan(None, guid, None, document, facts_changed=False)], NEWEST
        )
        part = items[at : at + _A_DOCUMENT]
        new = [(document_id, NewItem(f"{number}.{position}", position, one)) for position, one in enumerate(part)]
        uow.items.add(source.id, new, NEWEST)


def _spec(number: int) -> SourceSpec:
    return SourceSpec(f"https://blog.example.org/{number}", title=f"Letters {number}", interval=timedelta(days=1))


def _index_alone(database: Database, writer: _Writer, items: int) -> tuple[float, float]:
    """The seconds that readers take for the words of items, which they do in processes of their own, and the seconds
    that indexing takes of the seconds that storing does."""
    found = [writer.item(number) for number in range(1, items + 1)]
    begun = time.perf_counter()
    read = [replace(item, words=words_of(analyser(), item)) for item in found]
    taken, seconds = time.perf_counter() - begun, 0.0
    made = [IndexedItem(number, item, 1, "Letters 0", 1, NEWEST) for number, item in enumerate(read, 1)]
    for at in range(0, items, _AT_ONCE):
        part = made[at : at + _AT_ONCE]
        with database.write() as uow:
            uow.search_index.remove([one.item_id for one in part])
        begun = time.perf_counter()
        with database.write() as uow:
            uow.search_index.add(part)
        seconds += time.perf_counter() - begun
    return taken, seconds


def _add_one_by_one(database: Database, first: int, items: Sequence[ParsedItem]) -> None:
    for number, item in enumerate(items, first):
        with database.write() as uow:
            _store(uow, number * _A_DOCUMENT, [item])


def _repeat(database: Database, work: Callable[[SearchIndex], bool]) -> None:
    """What the bot does in the background, until nothing is left to be done."""
    more = True
    while more:
        with database.write() as uow:
            more = work(uow.search_index)


def size_of_index(database: Database) -> int:
    """The bytes of all tables of the index, and of what belongs to them."""
    with closing(sqlite3.connect(database.path)) as connection:
        sizes = connection.execute("SELECT name, sum(pgsize - unused) FROM dbstat GROUP BY name").fetchall()
    return sum(size for name, size in sizes if any(own in name for own in _OWN))


def _speeds(database: Database, writer: _Writer, items: int, times: int) -> Iterator[Figure]:
    """The slowest of so many looks for the newest items of each sort, and for what they hold."""
    rng = Random("asked")
    for sort, ask in _asked(writer, rng).items():
        seconds = [_seconds(partial(_look, database, ask())) for _ in range(times)]
        yield Figure.at_most(
            f"{sort}, p99 of {times} at {items}", percentile(seconds, 99) * 1000, 1000 * SECONDS_WANTED, "{:.1f} ms"
        )


def _asked(writer: _Writer, rng: Random) -> dict[str, Callable[[], Expression]]:
    def common() -> Tokens:
        return Tokens((writer.stem(rng.randrange(50)),))

    def usual() -> Tokens:
        return Tokens((writer.stem(rng.randrange(100, 2_000)),))

    def rare() -> Tokens:
        return Tokens((writer.stem(rng.randrange(2_000, _VOCABULARY)),))

    return {
        "one word": usual,
        "one of the 50 commonest words": common,
        "two words": lambda: all_of(common(), usual()),
        "two words that seldom meet": lambda: all_of(usual(), usual()),
        "a common word and a rare one": lambda: all_of(common(), rare()),
        "one of thirty words": lambda: any_of(*(usual() for _ in range(30))),
        "two things with thirty names each": lambda: all_of(*(any_of(*(usual() for _ in range(30))) for _ in range(2))),
        "a phrase of common words": lambda: Tokens(common().tokens + common().tokens),
        "a word in titles": lambda: replace(usual(), fields=(Field.TITLE,)),
        "a word in a language, a section and a year": lambda: all_of(
            usual(), facet("lang", "pt"), facet("section", rng.choice(list(Section))), facet("year", 2020)
        ),
        "everything without a common word": lambda: Without(EVERYTHING, common()),
    }


def _look(database: Database, expression: Expression) -> None:
    with database.read() as uow:
        uow.search_index.newest(expression, limit=_LIMIT)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    run_script(measure)
