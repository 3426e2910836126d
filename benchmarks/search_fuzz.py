"""A hundred thousand hostile questions to an archive: how many are errors, and how long the slowest takes."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from benchmarks.archive import archive
from benchmarks.figures import FOLDER, Figure, run_script
from benchmarks.library import NAME
from benchmarks.newsletters import NOW
from bot.domain.question import LONGEST_QUESTION
from bot.services.search import PAGE_SIZE, Asked, find
from storage.database import Database
from tests.hostile_questions import questions

ITEMS, QUESTIONS, PROCESSES = 3_000, 100_000, 2
LIMIT = 1_000.0
TOLD_EVERY = 5_000  # questions of one process; they take some minutes


class Took(NamedTuple):
    """The seconds that went by, and those of them that the processor worked for it."""

    wall: float
    processor: float


def measure(
    *, items: int = ITEMS, number: int = QUESTIONS, processes: int = PROCESSES, folder: Path = FOLDER
) -> list[Figure]:
    """All figures of hostile questions."""
    path = archive(items, folder=folder) / NAME
    with ProcessPoolExecutor(processes) as pool:
        seeds = [f"hostile {one}" for one in range(processes)]
        every = list(pool.map(_ask, [path] * processes, seeds, [number // processes] * processes))
    errors = sum(one for one, _took in every)
    wall, processor = (max(seconds) * 1000 for seconds in zip(*(took for _errors, took in every), strict=True))
    return [
        Figure(f"hostile questions that are errors, of {number}", str(errors), "0", errors == 0),
        Figure.at_most("hostile questions, slowest", wall, LIMIT, "{:.0f} ms"),
        Figure("hostile questions, most that the processor worked", f"{processor:.0f} ms"),
    ]


def _ask(path: Path, seed: str, number: int) -> tuple[int, Took]:
    """How many of the questions are errors, and the longest that one took."""
    database = Database(f"sqlite:///{path}")
    errors, longest = 0, Took(0, 0)
    _took(database, "")  # reads the glossary
    for asked, words in enumerate(questions(number, seed), start=1):
        try:
            longest = Took(*map(max, longest, _took(database, words)))
        except Exception as error:  # whatever it is, it is counted
            errors += 1
            print(f"{error!r}: {words[:200]!r}", file=sys.stderr)
        if asked % TOLD_EVERY == 0:
            told = f"{seed}: {asked} of {number} asked, {errors} errors, slowest {longest.wall:.2f} s"
            print(told, file=sys.stderr, flush=True)
    database.close()
    return errors, longest


def _took(database: Database, words: str) -> Took:
    wall, processor = time.perf_counter(), time.thread_time()
    with database.read() as uow:
        find(uow, Asked(words[:LONGEST_QUESTION], NOW), 1, PAGE_SIZE)
    return Took(time.perf_counter() - wall, time.thread_time() - processor)


if __name__ == "__main__":
    run_script(measure)
