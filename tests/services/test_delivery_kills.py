"""The promise of the outbox, tried with the real process: it is killed at random points, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

from bot.domain.subscriptions import UnknownPolicy
from tests.delivery_kills import kill_and_count


async def test_a_process_that_is_killed_loses_no_part_and_repeats_none_but_those_in_flight(tmp_path: Path) -> None:
    tally = await kill_and_count(tmp_path, kills=200, seed=1)
    assert tally.kills == 200
    assert tally.broken == []
    assert tally.doubts <= tally.most_in_flight
    assert tally.doubts > 0, "no kill hit a part on its way: the test tries nothing"


async def test_on_discord_nothing_is_repeated_and_most_doubts_are_closed_without_asking(tmp_path: Path) -> None:
    tally = await kill_and_count(tmp_path, kills=40, seed=3, platform="discord", policies=[UnknownPolicy.ASK])
    assert tally.kills == 40
    assert tally.broken == []
    assert tally.repeated == 0
    assert tally.asked < tally.doubts <= tally.most_in_flight
