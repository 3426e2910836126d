"""Rendering: ten thousand made-up messages on each platform, of which everything must hold that `tests.rendering` says.

The messages are the same at each run. One that does not hold is printed.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context

from hypothesis import HealthCheck, given, settings

from benchmarks.figures import Figure, run_script
from bot.domain.messages import Message
from tests.rendering import MESSAGES, holds_on_discord, holds_on_telegram

EXAMPLES = 10_000


def measure(*, examples: int = EXAMPLES) -> list[Figure]:
    """All figures of rendering."""
    platforms = {"Telegram": holds_on_telegram, "Discord": holds_on_discord}
    with ProcessPoolExecutor(
        len(platforms), mp_context=get_context("spawn")
    ) as processes:  # nothing here depends on how fast it goes
        tried = processes.map(_tried, platforms.keys(), platforms.values(), repeat(examples))
        return [figure for figures in tried for figure in figures]


def _tried(name: str, holds: Callable[[Message], None], examples: int) -> list[Figure]:
    tried = 0

    def one(message: Message) -> None:
        nonlocal tried
        tried += 1
        holds(message)

    began, broken = time.perf_counter(), 0
    try:
        _examples(examples)(given(MESSAGES)(one))()
    except AssertionError:
        traceback.print_exc(file=sys.stderr)
        broken = 1
    took = time.perf_counter() - began
    name = f"rendering for {name}: messages"
    return [
        Figure(f"{name} tried", f"{tried} in {took:.0f} s", f"≥ {examples}", tried >= examples),
        Figure(f"{name} that are refused, lose something or ping", str(broken), "0", not broken),
    ]


def _examples(number: int) -> settings:
    return settings(
        max_examples=number, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )


if __name__ == "__main__":
    run_script(measure)
