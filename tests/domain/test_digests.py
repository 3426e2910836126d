"""Which items a digest shows, and in which order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.digests import PAGE_SIZE, DigestWindow, Outline, Period, arrange, page_of, window_of
from bot.domain.sections import Section

NOW = datetime(2026, 3, 5, 22, 30, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")


def outline(item_id: int, section: Section = Section.OTHER, *, day: int = 1, document: int = 1, at: int = 0) -> Outline:
    return Outline(item_id, section, datetime(2026, 3, day, tzinfo=UTC), document, at)


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


def test_sections_come_in_their_order_and_the_newest_issue_first_in_each() -> None:
    old = [outline(1, Section.ETHICS, day=1, at=0), outline(2, Section.PUBLICATIONS, day=1, at=1)]
    new = [outline(3, Section.ETHICS, day=2, document=2, at=5), outline(4, Section.ETHICS, day=2, document=2, at=4)]
    assert [one.item_id for one in arrange(old + new)] == [2, 4, 3, 1]


def test_items_of_one_issue_stay_together_where_two_appeared_at_the_same_moment() -> None:
    mixed = [outline(1, document=1, at=0), outline(2, document=2, at=0), outline(3, document=1, at=1)]
    assert [one.item_id for one in arrange(mixed)] in ([1, 3, 2], [2, 1, 3])


def test_a_page_out_of_range_becomes_the_nearest_there_is() -> None:
    outlines = [outline(n) for n in range(PAGE_SIZE + 1)]
    assert page_of(outlines, 0)[1:] == (1, 2)
    assert page_of(outlines, 99)[1:] == (2, 2)
    assert len(page_of(outlines, 99)[0]) == 1


def test_nothing_is_one_empty_page() -> None:
    assert page_of([], 1) == ([], 1, 1)
