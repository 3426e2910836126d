"""A series in the calendar of a club, read again by another library: the same instants, whatever the clocks do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core import Core
from bot.domain.calendars import Calendar, EventState
from bot.domain.club import SessionPlan, SessionState
from bot.domain.series import Repeat, SeriesRule, occurrence_at, occurrences
from bot.domain.session_drafts import SessionSketch
from bot.platforms.calendar.render import written
from tests.calendar_reader import instants, read
from tests.handlers.test_calendars import SERVED, own_and_club
from tests.talks import CHIEF, ask
from tests.world import bot_with

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
UNTIL = datetime(2027, 11, 30, tzinfo=UTC)
LENGTH = timedelta(minutes=90)
RULES = {
    "Berlin, every week": SeriesRule(Repeat.WEEKLY, 2, time(19), "Europe/Berlin", date(2026, 9, 2)),
    "New York, every second week": SeriesRule(
        Repeat.FORTNIGHTLY, 5, time(10, 30), "America/New_York", date(2026, 9, 1), last_day=date(2027, 10, 1)
    ),
    "New York, the last Sunday of a month": SeriesRule(
        Repeat.MONTHLY, 6, time(20), "America/New_York", date(2026, 9, 1), nth=-1, count=14
    ),
    "Berlin, skipped": SeriesRule(
        Repeat.WEEKLY, 6, time(18), "Europe/Berlin", date(2026, 9, 6), skipped=frozenset({date(2026, 10, 25)})
    ),
    "Moscow": SeriesRule(Repeat.MONTHLY, 5, time(18), "Europe/Moscow", date(2026, 9, 1), nth=1),
}


async def calendar_of(core: Core, rule: SeriesRule, change: Any = None, *, drawn: int = 4) -> Calendar:
    """The calendar of a club in Moscow with a series, of which some sessions are drawn up; `change` does something
    about them."""
    _, club = own_and_club(await ask(core, CHIEF, "club calendar"))

    def work(uow: Any) -> None:
        sketch = SessionSketch(title="Weekly", zone=rule.zone, length=LENGTH)
        series = uow.series.add(1, rule, sketch, uid="series", organiser=None, now=NOW)
        sessions = []
        for day in occurrences(rule, None, drawn):
            plan = SessionPlan(f"On {day}", occurrence_at(rule, day), rule.zone, LENGTH)
            facts = {"uid": f"uid-{day}", "now": NOW, "series_id": series.id, "occurrence": day}
            sessions.append(uow.club_sessions.add(1, plan, **facts))
            uow.series.drawn_up(series.id, day)
        if change:
            change(uow, sessions)

    await core.database.run(work)
    found = await core.clubhouse.calendars.calendar(club)
    assert found is not None
    return found


def save(uow: Any, session: Any, **changes: Any) -> None:
    plan = replace(session.plan, **{name: one for name, one in changes.items() if name != "state"})
    new = replace(session, plan=plan, state=changes.get("state", session.state), schedule_version=1)
    assert uow.club_sessions.save(new, expected=session.version)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
async def test_an_import_gives_the_same_instants_over_both_changes_of_the_clock(
    rule: SeriesRule, tmp_path: Path
) -> None:
    async with bot_with(tmp_path, now=NOW, default_timezone="Europe/Moscow", **SERVED) as core:
        calendar = await calendar_of(core, rule)
    expected = [at for day in occurrences(rule, None, 100) if (at := occurrence_at(rule, day)) <= UNTIL]
    again = instants(written(calendar, now=NOW), until=UNTIL)
    assert [begin for begin, _, _ in again] == expected
    assert all(end - begin == LENGTH for begin, end, _ in again)
    assert [title for _, _, title in again] == [
        *(f"On {day}" for day in occurrences(rule, None, 4)),
        *["Weekly"] * (len(expected) - 4),
    ]


async def test_what_is_moved_cancelled_and_left_out_is_so_in_the_calendar(tmp_path: Path) -> None:
    rule = RULES["Berlin, every week"]

    def change(uow: Any, sessions: list[Any]) -> None:
        save(uow, sessions[1], starts_at=sessions[1].plan.starts_at + timedelta(days=1, hours=1))
        save(uow, sessions[2], state=SessionState.CANCELLED)
        series = uow.series.of_community(1)[0]
        later = occurrences(rule, sessions[3].occurrence, 2)
        uow.series.save(replace(series, rule=replace(rule, skipped=frozenset({later[0]}))))

    async with bot_with(tmp_path, now=NOW, **SERVED) as core:
        calendar = await calendar_of(core, rule, change)
    days = occurrences(rule, None, 6)
    expected = [occurrence_at(rule, days[at]) for at in (0, 1, 3, 5)]
    expected[1] += timedelta(days=1, hours=1)
    document = written(calendar, now=NOW)
    again = instants(document, until=occurrence_at(rule, days[5]))
    assert [begin for begin, _, _ in again] == expected
    sequences = {event.summary.value: event.sequence.value for event in read(document).vevent_list}
    assert sequences[f"On {days[1]}"] == "1"
    assert sequences["Weekly"] == "1"  # the series was changed, too
    assert {one.state for one in calendar.events} == {EventState.CONFIRMED, EventState.CANCELLED}


async def test_a_day_that_the_rule_no_longer_gives_stands_for_itself(tmp_path: Path) -> None:
    rule = RULES["Berlin, every week"]

    def change(uow: Any, sessions: list[Any]) -> None:
        series = uow.series.of_community(1)[0]
        uow.series.save(replace(series, rule=replace(rule, weekday=4)))

    async with bot_with(tmp_path, now=NOW, **SERVED) as core:
        calendar = await calendar_of(core, rule, change, drawn=2)
    uids = [one.uid for one in calendar.events]
    assert uids[0] == "series"
    assert set(uids[1:]) == {f"uid-{day}" for day in occurrences(rule, None, 2)}
    first = [begin for begin, _, _ in instants(written(calendar, now=NOW), until=NOW + timedelta(days=10))]
    assert [begin.weekday() for begin in first] == [2, 2]


async def test_a_series_that_has_ended_leaves_its_sessions(tmp_path: Path) -> None:
    rule = RULES["Moscow"]

    def change(uow: Any, sessions: list[Any]) -> None:
        series = uow.series.of_community(1)[0]
        uow.series.save(replace(series, ended_at=NOW))

    async with bot_with(tmp_path, now=NOW, **SERVED) as core:
        calendar = await calendar_of(core, rule, change)
    assert [begin for begin, _, _ in instants(written(calendar, now=NOW), until=UNTIL)] == [
        occurrence_at(rule, day) for day in occurrences(rule, None, 4)
    ]
