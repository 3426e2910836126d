"""Answers to a session: ten thousand people in a minute through both platforms, the rate that the service alone takes,
and how long one waits for an answer when there are a hundred a second."""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.club_rush import LOOK_EVERY, Outcome, rush
from benchmarks.figures import Figure, run_script
from benchmarks.search import percentile
from bot.domain.roster import Answer
from bot.domain.session_cards import EDIT_EVERY
from storage.database import Database
from tests.fakes import FakeClock
from tests.rosters import RosterWorld

RATE, PATIENCE = 1_000, 1.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is tried: `people` press within `seconds`, `leaving` of them leave; then `steady` press for so many
    seconds, a hundred a second; `answers` are given to the service alone."""

    people: int = 10_000
    seconds: float = 60.0
    capacity: int = 100
    leaving: int = 300
    steady: float = 20.0
    answers: int = 10_000


def measure(sizes: Sizes = Sizes()) -> list[Figure]:
    """All figures of answers."""
    crowd = _rushed(sizes.people, sizes.seconds, sizes.capacity, sizes.leaving)
    steady = _rushed(int(100 * sizes.steady), sizes.steady, sizes.capacity, 0)
    rate = asyncio.run(_rate(sizes.answers))
    return [
        *_truth(crowd, sizes),
        Figure.at_most(
            "p99 of an answer under 100 a second, both platforms",
            percentile(steady.latencies, 99),
            PATIENCE,
            "{:.2f} s",
        ),
        Figure("the same, median", f"{percentile(steady.latencies, 50) * 1000:.0f} ms"),
        Figure("answers a second at the service", f"{rate:,.0f}", f"≥ {RATE:,}", rate >= RATE),
    ]


def _truth(crowd: Outcome, sizes: Sizes) -> list[Figure]:
    name = f"{sizes.people:,} press Going within {sizes.seconds:.0f} s"
    told, untrue = len(crowd.told), len(crowd.untrue)
    gap = crowd.closest_edits
    return [
        Figure(f"{name}: going", f"{crowd.going}", f"{crowd.capacity}", crowd.going == crowd.capacity),
        Figure("… answers, all true in the end", f"{told - untrue:,} of {told:,}", "all", untrue == 0),
        Figure("… out of turn on the waitlist", f"{crowd.out_of_turn}", "0", crowd.out_of_turn == 0),
        Figure("… cards right in the end", str(crowd.cards_are_true), "True", crowd.cards_are_true),
        Figure(
            "… fewest seconds between two edits of a card",
            f"{gap:.1f} s",
            f"≥ {EDIT_EVERY.total_seconds():.0f} s",
            gap >= EDIT_EVERY.total_seconds() - 2 * LOOK_EVERY,  # it is known to within the time between two looks
        ),
        Figure("… until the last was answered", f"{crowd.seconds:.0f} s"),
        Figure("… p99 of an answer", f"{percentile(crowd.latencies, 99):.2f} s"),
    ]


def _rushed(people: int, seconds: float, capacity: int, leaving: int) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="paper-round-bench-") as folder:
        return asyncio.run(rush(Path(folder), people=people, seconds=seconds, capacity=capacity, leaving=leaving))


async def _rate(answers: int) -> float:
    """Answers a second of people who were never seen, given all at once."""
    with tempfile.TemporaryDirectory(prefix="paper-round-bench-") as folder:
        database = Database(f"sqlite:///{folder}/club.db")
        database.migrate()
        world = RosterWorld(database, FakeClock())
        world.open(listeners=100, starts_in=timedelta(days=3))
        began = time.perf_counter()
        await asyncio.gather(*(world.say(f"n{number}", Answer.GOING) for number in range(answers)))
        took = time.perf_counter() - began
        database.close()
    return answers / took


if __name__ == "__main__":
    run_script(measure)
