"""Search inside the service, at 100,000 and 1,000,000 items of newsletters in eight languages.

Each question is answered by `find` in a reading transaction, as it is for a chat, one after another; the file is held
in memory where there is room.
Of each sort the median and the 99th percentile; beside it, at 100,000, the package `reader` on the same items.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from operator import itemgetter
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.archive import archive
from benchmarks.figures import FOLDER, Figure, run_script
from benchmarks.ingest import reader_python
from benchmarks.library import NAME
from benchmarks.newsletters import NOW
from benchmarks.search import percentile
from benchmarks.search_index import SIZE_WANTED, size_of_index
from benchmarks.search_questions import SORTS, Asker
from bot.services.search import PAGE_SIZE, Asked, find
from storage.database import Database

SIZES, QUESTIONS = (100_000, 1_000_000), 100
LIMIT, TWO_WORDS_LIMIT = 100.0, 40.0
_WARM_UP = 10
_MEMORY = Path("/dev/shm")  # a file system in memory, on Linux
_READERS_SORTS = ("one word", "a top-50 word", "two words")
_PATIENCE = 3_600  # seconds that `reader` may take to read and index the entries
_STORIES = 0.66  # of items: some have several editions


def measure(
    *,
    sizes: Sequence[int] = SIZES,
    questions: int = QUESTIONS,
    sorts: Sequence[str] = tuple(SORTS),
    folder: Path = FOLDER,
    beside_reader: bool = True,
) -> list[Figure]:
    """All figures. `questions`: of each sort. `beside_reader`: some of them are put to the package `reader` as well."""
    figures = []
    for items in sizes:
        with _in_memory(archive(items, folder=folder)) as data:
            seconds = _asked(data, items, questions, sorts)
            size = _size(data)
        figures += _figures(items, seconds, wanted=items >= max(SIZES))
        figures.append(Figure.at_most(f"size of the index against the text, {items} items", size, SIZE_WANTED))
        if beside_reader and items == min(sizes):
            figures += _beside_reader(archive(items, folder=folder), items, questions)
    return figures


def _asked(data: Path, items: int, questions: int, sorts: Sequence[str]) -> dict[str, list[tuple[float, float, str]]]:
    """By sort of question, how long each took in seconds, how many of these the processor worked, and its words."""
    asker = Asker(int(items * _STORIES), "measured")
    rounds = [(sort, asker.ask(sort)) for _ in range(questions) for sort in sorts]
    warm_up = [Asker(int(items * _STORIES), "warm").ask(sort) for sort in sorts for _ in range(_WARM_UP)]
    database = Database(f"sqlite:///{data / NAME}")
    seconds: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
    for words in warm_up:
        _seconds(database, words)
    for sort, words in rounds:
        seconds[sort].append((*_seconds(database, words), words))
    database.close()
    return seconds


@contextmanager
def _in_memory(data: Path) -> Iterator[Path]:
    """A data directory whose file waits for no disk, as one that has been asked for a while on a machine with enough
    memory: the system may forget pages of any other."""
    size = (data / NAME).stat().st_size
    if not _MEMORY.is_dir() or shutil.disk_usage(_MEMORY).free < 2 * size:
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="paper-round-bench-", dir=_MEMORY) as folder:
        shutil.copy(data / NAME, folder)
        yield Path(folder)


def _seconds(database: Database, words: str) -> tuple[float, float]:
    """The seconds that an answer takes, and those of them that the processor worked."""
    started, worked = time.perf_counter(), time.thread_time()
    with database.read() as uow:
        find(uow, Asked(words, NOW), 1, PAGE_SIZE)
    return time.perf_counter() - started, time.thread_time() - worked


def _figures(items: int, seconds: dict[str, list[tuple[float, float, str]]], *, wanted: bool) -> list[Figure]:
    figures = []
    for sort, times in seconds.items():
        taken = [one * 1000 for one, _worked, _words in times]
        p50, p99 = percentile(taken, 50), percentile(taken, 99)
        worked = percentile([one * 1000 for _taken, one, _words in times], 99)
        limit = TWO_WORDS_LIMIT if sort == "two words" else LIMIT
        name = f"search at {items} items, {sort}: p50, p99 (processor)"
        shown = f"{p50:.1f}, {p99:.1f} ({worked:.1f}) ms"
        figures.append(Figure(name, shown, f"p99 ≤ {limit:.0f} ms", p99 <= limit) if wanted else Figure(name, shown))
        if "--slowest" in sys.argv:
            for _taken, one, words in sorted(times, key=itemgetter(1), reverse=True)[:3]:
                print(f"{one * 1000:.0f} ms, {sort}: {words}", file=sys.stderr)
    return figures


def _size(data: Path) -> float:
    """How often the bytes of the texts go into those of the index."""
    database = Database(f"sqlite:///{data / NAME}")
    texts = "SELECT sum(length(CAST(coalesce(title, '') AS BLOB)) + length(CAST(text AS BLOB))) FROM items"
    with closing(sqlite3.connect(database.path)) as connection:
        (text_bytes,) = connection.execute(texts).fetchone()
    size = size_of_index(database) / text_bytes
    database.close()
    return float(size)


def _beside_reader(data: Path, items: int, questions: int) -> list[Figure]:
    """How long `reader` takes for the first five entries that fit, with the same texts, in the same run."""
    asker = Asker(int(items * _STORIES), "measured")
    with tempfile.TemporaryDirectory(prefix="paper-round-bench-") as folder:
        _write_feeds(data / NAME, Path(folder))
        asked = [{"sort": sort, "words": asker.ask(sort)} for _ in range(questions) for sort in _READERS_SORTS]
        Path(folder, "questions").write_text("\n".join(map(json.dumps, asked)))
        script = Path(__file__).with_name("search_reader.py")
        command = [str(reader_python()), str(script), folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PATIENCE)
    told = json.loads(done.stdout)
    assert told["entries"] == items, told["entries"]
    return [
        Figure(
            f"reader, {items} entries, {sort}",
            f"p50 {percentile(times, 50) * 1000:.0f} ms, p99 {percentile(times, 99) * 1000:.0f} ms",
        )
        for sort, times in told["seconds"].items()
    ]


def _write_feeds(database: Path, folder: Path) -> None:
    """The items as feeds of 1,000 entries each."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    rows = connection.execute("SELECT id, coalesce(title, ''), text FROM items ORDER BY id")
    number = 0
    while some := rows.fetchmany(1_000):
        entries = "".join(
            f"<item><guid isPermaLink='false'>{one}</guid><title>{escape(title)}</title>"
            f"<description>{escape(text)}</description></item>"
            for one, title, text in some
        )
        feed = f"<rss version='2.0'><channel><title>Feed {number}</title>{entries}</channel></rss>"
        (folder / f"{number:05}.xml").write_text(feed, encoding="utf-8")
        number += 1
    connection.close()


if __name__ == "__main__":
    run_script(measure)
