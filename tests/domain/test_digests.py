"""Which moments belong to a digest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.digests import DigestWindow, Period, window_of

NOW = datetime(2026, 3, 5, 22, 30, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")


def test_today_is_the_calendar_day_of_the_zone() -> None:
    window = window_of(Period.TODAY, now=NOW, zone=MOSCOW)  # 01:30 on 6 March there
    assert window == DigestWindow(datetime(2026, 3, 5, 21, tzinfo=UTC), datetime(2026, 3, 6, 21, tzinfo=UTC))


def test_yesterday_ends_where_today_begins() -> None:
    yesterday, today = (window_of(p, now=NOW, zone=MOSCOW) for p in (Period.YESTERDAY, Period.TODAY))
    assert yesterday.end == today.start


def test_a_week_is_seven_days_with_today() -> None:
    window = window_of(Period.WEEK, now=NOW, zone=UTC)
    assert window.end - window.start == timedelta(days=7)
    assert window.start < NOW < window.end


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_on_which_the_clock_changes_is_as_long_as_it_is(day: date, hours: int) -> None:
    window = window_of(day, now=NOW, zone=ZoneInfo("Europe/Berlin"))
    assert window.end - window.start == timedelta(hours=hours)
