"""Random lives of a session: whatever happens in whatever order, the roster is what the model says."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.club_machine import ClubMachine


def test_whatever_people_organisers_and_time_do_the_roster_is_what_the_model_says() -> None:
    run_state_machine_as_test(
        ClubMachine,
        settings=settings(max_examples=60, stateful_step_count=25, suppress_health_check=list(HealthCheck)),
    )
