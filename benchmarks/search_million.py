"""Search inside the service, at 100,000 and 1,000,000 items of newsletters in eight languages.

Each question is answered by `find` in a reading transaction, as it is for a chat, one after another; the file is warm.
Of each sort the median and the 99th percentile; beside it, at 100,000, the package `reader` on the same items.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path

from benchmarks.archive import archive
from benchmarks.figures import FOLDER, Figure, run_script
from benchmarks.library import NAME
from benchmarks.newsletters import NOW
from benchmarks.search import percentile
from benchmarks.search_questions import SORTS, Asker
from bot.services.search import PAGE_SIZE, Asked, find
from storage.database import Database

SIZES, QUESTIONS = (100_000, 1_000_000), 100
LIMIT, TWO_WORDS_LIMIT = 100.0, 40.0
_WARM_UP = 10
_STORIES = 0.66  # of items: some have several editions


def measure(
    *,
    sizes: Sequence[int] = SIZES,
    questions: int = QUESTIONS,
    sorts: Sequence[str] = tuple(SORTS),
    folder: Path = FOLDER,
) -> list[Figure]:
    """All figures. `questions`: of each sort."""
    figures = []
    for items in sizes:
        seconds = _asked(archive(items, folder=folder), items, questions, sorts)
        figures += _figures(items, seconds, wanted=items >= max(SIZES))
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


if __name__ == "__main__":
    run_script(measure)
