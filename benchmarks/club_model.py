"""Random lives of a session, held against the model: whatever people, organisers, time and restarts do to it."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import structlog
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from benchmarks.figures import Figure, run_script
from tests.club_machine import ClubMachine

SEQUENCES, STEPS, PROCESSES = 2_000, 25, 2
_QUIET = tuple(HealthCheck)


def measure(*, sequences: int = SEQUENCES, processes: int = PROCESSES) -> list[Figure]:
    """The figure of the model. Raises where something is not as it says, with the steps that led there."""
    began = time.perf_counter()
    share = -(-sequences // processes)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        steps = sum(pool.map(_lived, range(processes), [share] * processes))
    took = time.perf_counter() - began
    lived = share * processes
    return [
        Figure("lives of a session that went as the model says", f"{lived:,}", f"≥ {sequences:,}", lived >= sequences),
        Figure("… steps in them, and how long they took", f"{steps:,} in {took:.0f} s"),
    ]


def _lived(number: int, sequences: int) -> int:
    """So many lives, others for each number; returns how many steps they had."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    ClubMachine.steps = 0
    chosen = settings(
        max_examples=sequences,
        stateful_step_count=STEPS,
        derandomize=False,
        database=None,
        deadline=None,
        suppress_health_check=_QUIET,
    )
    run_state_machine_as_test(seed(number)(ClubMachine), settings=chosen)
    return ClubMachine.steps


if __name__ == "__main__":
    run_script(measure)
