"""Sessions that are being drawn up: what they begin as, what bounds them, and what differs between two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.club import DEFAULT_LENGTH, Club, SessionPlan
from bot.domain.errors import UserError
from bot.domain.series import LAST, Repeat, SeriesRule
from bot.domain.session_drafts import (
    LONGEST,
    MOST_CHATS,
    NewSession,
    Reading,
    SessionSketch,
    at_reading,
    checked,
    differences,
    moved_rule,
    sketch_of,
    with_usual,
)
from bot.domain.session_series import AHEAD, SessionSeries, days_to_draw_up
from bot.domain.zones import zones_to_compare

SATURDAY = datetime(2026, 12, 5, 15, tzinfo=UTC)
PLAN = SessionPlan("Attention", SATURDAY, "Europe/Moscow", place="Room 5", listeners=12, cutoff=timedelta(hours=2))
WEEKLY = SeriesRule(Repeat.WEEKLY, 5, time(18), "Europe/Moscow", date(2026, 12, 5))


def test_what_is_left_open_is_as_the_club_has_set_it() -> None:
    club = Club(1, length=timedelta(hours=2), place="Library", listeners=20)
    sketch = with_usual(NewSession("Attention", SATURDAY), club, PLAN, zone="Europe/Moscow")
    assert (sketch.length, sketch.place, sketch.listeners) == (timedelta(hours=2), "Library", 20)
    assert sketch.zone == "Europe/Moscow"


def test_what_the_club_has_not_set_is_as_the_last_session_had_it() -> None:
    sketch = with_usual(NewSession(starts_at=SATURDAY, zone="Asia/Tokyo"), Club(1), PLAN, zone="Europe/Moscow")
    assert (sketch.length, sketch.place, sketch.listeners) == (DEFAULT_LENGTH, "Room 5", 12)
    assert sketch.cutoff == timedelta(hours=2)
    assert sketch.zone == "Asia/Tokyo"
    assert sketch.title == ""


def test_what_somebody_wants_goes_before_what_is_usual() -> None:
    new = NewSession("T", SATURDAY, length=timedelta(minutes=45), place="Café")
    sketch = with_usual(new, Club(1, place="Library"), PLAN, zone="UTC")
    assert (sketch.length, sketch.place) == (timedelta(minutes=45), "Café")


def test_a_sketch_is_kept_within_bounds() -> None:
    wild = SessionSketch(
        title="a\n b" * 400, length=timedelta(days=9), listeners=-3, speakers=10**9, minimum=0,
        cutoff=timedelta(days=-1), speaker_names=(" ", "A  B"), chats=tuple(range(99)) * 2,
    )  # fmt: skip
    tame = checked(wild)
    assert tame.title.startswith("a ba ba b")
    assert len(tame.title) <= 200
    assert (tame.length, tame.cutoff) == (LONGEST, timedelta(0))
    assert (tame.listeners, tame.speakers, tame.minimum) == (0, 100_000, None)
    assert tame.speaker_names == ("A B",)
    assert len(tame.chats) == MOST_CHATS
    assert checked(tame) == tame


def test_a_sketch_without_a_time_is_no_plan() -> None:
    with pytest.raises(UserError):
        SessionSketch().plan()
    assert sketch_of(PLAN).plan() == PLAN


def test_only_what_differs_is_a_difference() -> None:
    old = sketch_of(PLAN)
    assert differences(old, old) == {}
    assert differences(old, replace(old, place="Room 7", minimum=3)) == {"place": "Room 7", "minimum": 3}


def test_one_that_recurs_goes_on_recurring_from_another_time() -> None:
    sketch = replace(sketch_of(PLAN), rule=WEEKLY)
    tuesday = datetime(2026, 12, 8, 16, 30, tzinfo=UTC)
    moved = at_reading(sketch, Reading(tuesday, "Europe/Moscow"))
    assert moved.rule == replace(WEEKLY, weekday=1, at=time(19, 30), start=date(2026, 12, 8))
    fortnightly = replace(WEEKLY, repeat=Repeat.FORTNIGHTLY)
    assert at_reading(sketch, Reading(tuesday, "UTC", fortnightly)).rule == fortnightly
    assert at_reading(sketch_of(PLAN), Reading(tuesday, "UTC")).rule is None


@pytest.mark.parametrize(("day", "nth"), [(8, 2), (29, LAST)])
def test_a_monthly_series_that_is_moved_keeps_to_that_weekday_of_the_month(day: int, nth: int) -> None:
    monthly = SeriesRule(Repeat.MONTHLY, 5, time(18), "UTC", date(2026, 12, 5), nth=1)
    assert moved_rule(monthly, datetime(2026, 12, day, 18, tzinfo=UTC), "UTC").nth == nth


def test_days_are_drawn_up_ahead_but_not_too_far_and_not_too_many() -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    series = SessionSeries(1, 1, "u", WEEKLY, SessionSketch())
    assert [one.day for one in days_to_draw_up(series, 0, now)] == [5, 12, 19, 26]
    assert [one.day for one in days_to_draw_up(series, 3, now)] == [5]
    assert days_to_draw_up(series, 4, now) == []
    assert days_to_draw_up(replace(series, ended_at=now), 0, now) == []
    monthly = SeriesRule(Repeat.MONTHLY, 5, time(18), "UTC", date(2026, 12, 5), nth=1)
    found = days_to_draw_up(replace(series, rule=monthly), 0, now)
    assert found == [date(2026, 12, 5), date(2027, 1, 2)]
    assert datetime(2027, 2, 6, tzinfo=UTC) > now + AHEAD


def test_days_that_are_over_are_left_out_for_good() -> None:
    series = SessionSeries(1, 1, "u", WEEKLY, SessionSketch(), drawn_until=date(2026, 12, 26))
    late = datetime(2027, 6, 1, tzinfo=UTC)
    assert days_to_draw_up(series, 0, late)[0] == date(2027, 6, 5)


def test_zones_are_compared_where_the_clock_shows_something_else() -> None:
    assert zones_to_compare("Europe/Moscow", [], SATURDAY) == ["Europe/Berlin", "America/New_York", "Asia/Shanghai"]
    mine = ["Europe/Minsk", "Asia/Tokyo", "Asia/Seoul"]  # Minsk has Moscow's time, Seoul Tokyo's
    assert zones_to_compare("Europe/Moscow", mine, SATURDAY)[0] == "Asia/Tokyo"
    assert "Asia/Seoul" not in zones_to_compare("Europe/Moscow", mine, SATURDAY)
