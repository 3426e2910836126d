"""Series of sessions: drawn up ahead at one wall time, changed from one on, left out, ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core import Core
from bot.domain.club import ClubSession, SessionState
from tests.club_chats import action, ask, found, labels, posted, press, sessions
from tests.talks import seen
from tests.world import NOW, bot_with


async def a_series(core: Core, words: str = "every Saturday 18:00 Journal club") -> list[ClubSession]:
    await posted(core, words)
    return await sessions(core)


def walls(found: list[ClubSession]) -> list[str]:
    return [f"{one.plan.starts_at:%m-%d %H:%M}" for one in found]


@pytest.mark.parametrize(
    ("city", "begun", "utc"),
    [
        ("Berlin", NOW, ["03-14 17:00", "03-21 17:00", "03-28 17:00", "04-04 16:00"]),
        ("Berlin", datetime(2026, 10, 12, tzinfo=UTC), ["10-17 16:00", "10-24 16:00", "10-31 17:00", "11-07 17:00"]),
        ("New York", datetime(2026, 3, 2, tzinfo=UTC), ["03-07 23:00", "03-14 22:00", "03-21 22:00", "03-28 22:00"]),
        ("New York", datetime(2026, 10, 19, tzinfo=UTC), ["10-24 22:00", "10-31 22:00", "11-07 23:00", "11-14 23:00"]),
        ("Moscow", NOW, ["03-14 15:00", "03-21 15:00", "03-28 15:00", "04-04 15:00"]),
    ],
)
async def test_a_series_keeps_its_wall_time_over_changes_of_the_clock_wherever_the_club_is(
    city: str, begun: datetime, utc: list[str], tmp_path: Path
) -> None:
    async with bot_with(tmp_path, now=begun) as core:
        await found(core, zone="Europe/Moscow")
        drawn = await a_series(core, f"every Saturday 18:00 {city} time Journal club")
        shown = seen(await ask(core, "club sessions"))
        card = seen(await ask(core, "club"))
    assert walls([one for one in drawn if one.plan.starts_at > begun]) == utc
    assert shown.count(f", 18:00 {city}") == 4
    assert f"Journal club: every Saturday at 18:00 ({city})" in shown
    assert f"18:00 {city}" in card


async def test_a_series_is_drawn_up_ahead_once_however_often_it_is_looked(tmp_path: Path) -> None:
    now = [NOW]
    async with bot_with(tmp_path, clock=lambda: now[0]) as core:
        await found(core)
        await a_series(core)
        again = [await core.clubhouse.series.draw_up_due() for _ in range(3)]
        now[0] += timedelta(days=8)
        later = [await core.clubhouse.series.draw_up_due() for _ in range(3)]
        drawn = await sessions(core)
    assert again == [0, 0, 0]
    assert later == [1, 0, 0]
    assert [one.number for one in drawn] == [1, 2, 3, 4, 5]
    assert len({(one.series_id, one.occurrence) for one in drawn}) == 5


async def test_a_bot_that_was_down_for_weeks_draws_up_no_day_that_is_over(tmp_path: Path) -> None:
    now = [NOW]
    async with bot_with(tmp_path, clock=lambda: now[0]) as core:
        await found(core)
        await a_series(core)
        now[0] += timedelta(days=70)
        await core.clubhouse.series.draw_up_due()
        drawn = await sessions(core)
    assert walls(drawn)[4:] == ["05-23 15:00", "05-30 15:00", "06-06 15:00", "06-13 15:00"]


async def test_one_of_a_series_that_was_moved_or_cancelled_stays_so(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        drawn = await a_series(core)
        draft = await ask(core, "club move", f"{drawn[1].number} Sunday 22 March 20:00")
        await press(core, action(draft, "Save"))
        await press(core, f"cs:s:{drawn[2].id}:off")
        await core.clubhouse.series.draw_up_due()
        changed = await sessions(core)
        following = await press(core, f"cs:s:{drawn[0].id}:all")
        draft = await press(core, action(following, "When"), when="Saturday 14 March 19:00")
        await press(core, action(draft, "Save"))
        later = await sessions(core)
    assert walls(changed) == ["03-14 15:00", "03-22 17:00", "03-28 15:00", "04-04 15:00"]
    assert [one.state for one in changed][2] is SessionState.CANCELLED
    assert walls(later) == ["03-14 16:00", "03-22 17:00", "03-28 16:00", "04-04 16:00"]
    assert [one.state for one in later][2] is SessionState.CANCELLED
    assert [one.id for one in later] == [one.id for one in drawn]  # nobody has to answer anew


async def test_a_change_of_one_and_all_that_follow_leaves_those_before_alone(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        drawn = await a_series(core)
        await press(core, f"cs:s:{drawn[1].id}:all")
        await press(core, "cs:d:2:place", place="Room 5")
        await press(core, "cs:d:2:topic", title="Journal club", names="Anna")
        await press(core, "cs:d:2:post")
        changed = await sessions(core)
        await press(core, f"cs:s:{drawn[3].id}:edit")
        await press(core, "cs:d:3:place", place="Room 7")
        await press(core, "cs:d:3:post")
        alone = await sessions(core)
    assert [one.plan.place for one in changed] == ["", "Room 5", "Room 5", "Room 5"]
    assert [one.plan.speaker_names for one in changed] == [(), ("Anna",), (), ()]
    assert [one.plan.place for one in alone] == ["", "Room 5", "Room 5", "Room 7"]


async def test_a_series_at_another_time_from_one_on_is_another_series(tmp_path: Path) -> None:
    now = [NOW]
    async with bot_with(tmp_path, clock=lambda: now[0]) as core:
        await found(core)
        drawn = await a_series(core)
        following = await press(core, f"cs:s:{drawn[2].id}:all")
        draft = await press(core, action(following, "When"), when="Tuesday 31 March 19:30")
        await press(core, action(draft, "Save"))
        changed = await sessions(core)
        now[0] += timedelta(days=30)
        await core.clubhouse.series.draw_up_due()
        later = await sessions(core)
    assert walls(changed) == ["03-14 15:00", "03-21 15:00", "03-31 16:30", "04-07 16:30"]
    assert [one.id for one in changed] == [one.id for one in drawn]
    assert len({one.series_id for one in changed}) == 2
    assert walls(later)[4:] == ["04-14 16:30", "04-21 16:30", "04-28 16:30", "05-05 16:30"]


async def test_a_day_that_is_left_out_of_a_series_has_no_session(tmp_path: Path) -> None:
    now = [NOW]
    async with bot_with(tmp_path, clock=lambda: now[0]) as core:
        await found(core)
        asked = await ask(core, "club new", "every Saturday 18:00")
        await press(core, "cs:d:1:repeat", skipped="2026-03-21, 28.03.2026")
        await press(core, action(asked, "Post it"))
        drawn = await sessions(core)
        skipped = await press(core, f"cs:r:{drawn[0].id}:skip", day="2026-04-11")
        await press(core, f"cs:r:{drawn[0].id}:skip", day="2026-04-25")
        unclear = await press(core, f"cs:r:{drawn[0].id}:skip", day="some day")
        now[0] += timedelta(days=30)
        await core.clubhouse.series.draw_up_due()
        later = await sessions(core)
    assert walls(drawn) == ["03-14 15:00", "04-04 15:00", "04-11 15:00", "04-18 15:00"]
    assert "April 11, 2026 is left out." in seen(skipped)
    assert "I do not understand “some day” as a day" in seen(unclear)
    assert [one.state for one in later if one.occurrence and one.occurrence.day == 11] == [SessionState.CANCELLED]
    assert "04-25 15:00" not in walls(later)
    assert "05-02 15:00" in walls(later)


async def test_a_series_that_has_ended_keeps_what_people_have_seen_of_it(tmp_path: Path) -> None:
    now = [NOW]
    async with bot_with(tmp_path, clock=lambda: now[0]) as core:
        await found(core)
        drawn = await a_series(core)
        asked = await press(core, f"cs:r:{drawn[0].id}:end")
        ended = await press(core, action(asked, "End it"))
        now[0] += timedelta(days=60)
        await core.clubhouse.series.draw_up_due()
        after = await sessions(core)
    assert "End the series “Journal club: every Saturday at 18:00 (Moscow)”?" in seen(asked)
    assert "The series has ended" in seen(ended)
    assert "End the series" not in str(labels(ended))
    assert [one.state for one in after] == [SessionState.PLANNED, *[SessionState.CANCELLED] * 3]


async def test_only_the_next_one_of_a_series_is_shown_in_chats(tmp_path: Path) -> None:
    now = [NOW]
    async with bot_with(tmp_path, clock=lambda: now[0]) as core:
        await found(core)
        drawn = await a_series(core)

        async def shown() -> list[int]:
            at = [await core.clubhouse.planned.shown_in(one) for one in await sessions(core)]
            return [number for number, chats in enumerate(at, 1) if chats]

        first = await shown()
        now[0] = drawn[0].plan.ends_at
        await core.clubhouse.series.draw_up_due()
        assert first == [1]
        assert await shown() == [1, 2]
