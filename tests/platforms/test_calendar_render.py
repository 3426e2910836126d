"""Calendars as files, read again by another library."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendars import Calendar, CalendarEvent, EventState
from bot.platforms.calendar.render import file_of, written
from bot.platforms.calendar.zones import timezone_of
from tests.calendar_reader import instants, read

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
START = datetime(2026, 12, 5, 15, tzinfo=UTC)
ZONES = ("Europe/Moscow", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Shanghai", "Asia/Kathmandu")
FAR = datetime(2030, 1, 1, tzinfo=UTC)


def event(**facts: Any) -> CalendarEvent:
    values: dict[str, Any] = {
        "uid": "a1b2",
        "sequence": 3,
        "title": "Attention is all you need",
        "starts_at": START,
        "length": timedelta(minutes=90),
        "zone": "Europe/Moscow",
        "created_at": NOW - timedelta(days=2),
        "changed_at": NOW - timedelta(days=1),
    }
    return CalendarEvent(**(values | facts))


def document(*events: CalendarEvent, **facts: Any) -> bytes:
    return written(Calendar("Readers", "Europe/Moscow", events, **facts), now=NOW)


def test_an_event_says_what_programs_need_to_follow_it() -> None:
    alarms = (timedelta(hours=24), timedelta(hours=1), timedelta(0))
    one = event(place="Room 5", url="https://meet.example.org/x", description="Line\n\nline", alarms=alarms)
    calendar = read(document(one, subscribed=True))
    found = calendar.vevent
    assert (found.uid.value, found.sequence.value, found.status.value) == ("a1b2", "3", "CONFIRMED")
    assert (found.location.value, found.url.value) == ("Room 5", "https://meet.example.org/x")
    assert found.description.value == "Line\n\nline"
    assert found.dtstamp.value == NOW
    assert found.last_modified.value == NOW - timedelta(days=1)
    assert found.dtstart.value == START
    assert found.dtstart.params["X-VOBJ-ORIGINAL-TZID"] == ["Europe/Moscow"]
    assert [alarm.trigger.value for alarm in found.valarm_list] == [-lead for lead in alarms]
    assert calendar.refresh_interval.value == calendar.x_published_ttl.value == "PT1H"
    assert calendar.x_wr_calname.value == "Readers"


def test_a_cancelled_event_says_so_and_rings_no_more() -> None:
    found = read(document(event(state=EventState.CANCELLED, alarms=(timedelta(hours=1),)))).vevent
    assert found.status.value == "CANCELLED"
    assert "valarm" not in found.contents


def test_what_is_not_subscribed_asks_nobody_to_look_again() -> None:
    assert b"REFRESH" not in document(event())


@pytest.mark.parametrize("zone", ZONES)
def test_a_weekly_series_over_both_changes_of_the_clock_is_read_as_the_same_instants(zone: str) -> None:
    wall = datetime(2026, 9, 2, 18, 30, tzinfo=ZoneInfo(zone))
    expected = [
        (wall.replace(tzinfo=None) + timedelta(weeks=week)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for week in range(60)
    ]
    series = event(starts_at=wall.astimezone(UTC), zone=zone, rule="FREQ=WEEKLY;BYDAY=WE")
    read_again = instants(document(series), until=expected[-1])
    assert [start for start, _, _ in read_again] == expected


def test_a_series_leaves_out_moves_and_cancels_single_occurrences() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first, skipped, moved, cancelled, last = (
        datetime(2027, 3, day, 19, tzinfo=berlin).astimezone(UTC) for day in (4, 11, 18, 25, 28)
    )
    last = datetime(2027, 4, 1, 19, tzinfo=berlin).astimezone(UTC)
    series = event(
        uid="s", starts_at=first, zone="Europe/Berlin", rule="FREQ=WEEKLY;BYDAY=TH;COUNT=5", left_out=(skipped,)
    )
    other = event(uid="s", title="Moved", starts_at=moved + timedelta(days=1), occurrence=moved)
    gone = event(uid="s", starts_at=cancelled, occurrence=cancelled, state=EventState.CANCELLED)
    others = [replace(one, occurrence_zone="Europe/Berlin") for one in (other, gone)]
    read_again = instants(document(series, *others), until=FAR)
    assert [(start, title) for start, _, title in read_again] == [
        (first, "Attention is all you need"),
        (moved + timedelta(days=1), "Moved"),
        (last, "Attention is all you need"),
    ]


@pytest.mark.parametrize(
    ("zone", "year"),
    [
        *((zone, 2025) for zone in ZONES),
        ("Africa/Casablanca", 2024),  # by the moon
        ("Europe/Moscow", 2008),  # a change that was given up, and another one after it
        ("America/Sao_Paulo", 2016),
    ],
)
def test_a_zone_is_described_right_in_the_hours_around_each_change(zone: str, year: int) -> None:
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 6, 12, 30, tzinfo=UTC)
    described = timezone_of(ZoneInfo(zone), first, last)
    lines = [b"BEGIN:VCALENDAR", b"VERSION:2.0", b"PRODID:x", described.to_ical().strip(), b"END:VCALENDAR", b""]
    (info,) = (one.tzinfo for one in read(b"\r\n".join(lines)).vtimezone_list)
    wrong = []
    moment = first
    while moment < last:
        ours = moment.astimezone(ZoneInfo(zone))
        theirs = ours.replace(tzinfo=None, fold=0).replace(tzinfo=info)
        if not ours.fold and theirs.utcoffset() != ours.utcoffset():
            wrong.append(ours)
        moment += timedelta(minutes=30)
    assert not wrong


def test_the_second_time_of_an_hour_that_comes_twice_is_kept_apart() -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)  # 02:30 in Berlin, for the second time
    assert instants(document(event(starts_at=second, zone="Europe/Berlin")), until=FAR)[0][0] == second


HOSTILE = 'Evil\r\nEND:VEVENT\r\nBEGIN:VEVENT\rX:1\n\x00\x07\u2028,;:\\" \u202eabc\u202c 👨‍👩‍👧‍👦'


@pytest.mark.parametrize(
    "title", [HOSTILE, "я" * 5_000, "标题，" * 1_500, "👩‍💻" * 1_000, "\\n\\N\\,", '"quoted"; =x:y']
)
def test_a_hostile_title_stays_a_title(title: str) -> None:
    calendar = read(document(event(title=title, place=title, description=title, alarms=(timedelta(hours=1),))))
    (found,) = calendar.vevent_list
    kept = title.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in kept if letter == "\n" or (ord(letter) > 31 and letter != "\u2028"))
    assert found.summary.value == found.description.value == found.location.value
    assert found.summary.value.replace("\u2060", "") == kept
    assert "x" not in found.contents


def test_a_hostile_name_of_a_calendar_stays_a_name() -> None:
    calendar = read(written(Calendar(HOSTILE, "UTC", (event(),)), now=NOW))
    assert calendar.x_wr_calname.value.startswith("Evil END:VEVENT BEGIN:VEVENT X:1 ")
    assert len(calendar.vevent_list) == 1


def test_an_address_with_a_line_break_adds_no_line() -> None:
    found = read(document(event(url="https://example.org/\r\nX-EVIL:1"))).vevent
    assert found.url.value == "https://example.org/X-EVIL:1"


@given(st.text(), st.text())
def test_whatever_is_written_can_be_read_again(title: str, description: str) -> None:
    (found,) = read(document(event(title=title, description=description))).vevent_list
    assert found.dtstart.value == START


def test_a_calendar_without_events_can_be_read() -> None:
    assert instants(document(subscribed=True), until=FAR) == []


def test_a_file_is_called_as_asked() -> None:
    file = file_of(Calendar("Readers", "UTC", (event(zone="UTC"),)), now=NOW, name="session-4")
    assert (file.name, file.media_type) == ("session-4.ics", "text/calendar")
    assert instants(file.content, until=FAR)[0][0] == START
    assert b"VTIMEZONE" not in file.content
