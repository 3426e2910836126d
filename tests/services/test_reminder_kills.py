"""The promise of reminders, tried with the real process: it is killed at random points, and nobody is left out."""

from __future__ import annotations

from pathlib import Path

from tests.reminder_kills import kill_and_count


async def test_a_process_that_is_killed_reminds_everybody_and_nobody_twice_but_those_in_flight(tmp_path: Path) -> None:
    tally = await kill_and_count(tmp_path, kills=40, seed=5)
    assert tally.kills == 40
    assert tally.broken == []
    assert tally.repeated <= tally.doubts <= tally.most_in_flight
    assert tally.doubts > 0, "no kill hit a reminder on its way: the test tries nothing"
