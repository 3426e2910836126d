"""Calendars as iCalendar writes them (RFC 5545, hints for refreshing from RFC 7986)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Event, vDuration, vRecur, vText
from icalendar import Calendar as Document

from bot.domain.calendars import REFRESH, Calendar, CalendarEvent, EventState
from bot.domain.files import File
from bot.platforms.calendar.zones import timezone_of

PRODUCT = "-//Paper Round//Reading club//EN"
MEDIA_TYPE = "text/calendar"
LOOKED_AHEAD = timedelta(days=3 * 366)
"""How far beyond the last event zones are described: series go on."""
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def written(calendar: Calendar, *, now: datetime) -> bytes:
    """The calendar as a document. Takes milliseconds an event: call it off the loop."""
    document = Document()
    document.add("prodid", PRODUCT)
    document.add("version", "2.0")
    document.add("calscale", "GREGORIAN")
    document.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        document.add(
            name, vText(_plain(" ".join(calendar.name.split())))
        )  # the library escapes no names it does not know
    document.add("x-wr-timezone", calendar.zone)
    if calendar.subscribed:
        document.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
        document.add("x-published-ttl", vDuration(REFRESH))
    for name in sorted({zone for event in calendar.events for zone in (event.zone, event.occurrence_zone) if zone}):
        if not _is_utc(name):
            document.add_component(timezone_of(ZoneInfo(name), *_years(calendar)))
    for event in calendar.events:
        document.add_component(_event(event, now))
    return bytes(document.to_ical())


def file_of(calendar: Calendar, *, now: datetime, name: str) -> File:
    """The calendar as a file to take along; `name` is ASCII, without its ending. Raises UserError where it is too
    large."""
    return File(f"{name}.ics", MEDIA_TYPE, written(calendar, now=now))


def _event(event: CalendarEvent, now: datetime) -> Event:
    entry = Event()
    entry.add("uid", event.uid)
    entry.add("dtstamp", now)
    for name, moment in (("created", event.created_at), ("last-modified", event.changed_at)):
        if moment is not None:
            entry.add(name, moment)
    entry.add("sequence", event.sequence)
    entry.add("dtstart", _wall(event.starts_at, event.zone))
    entry.add("dtend", _wall(event.ends_at, event.zone))
    if event.occurrence is not None:
        entry.add("recurrence-id", _wall(event.occurrence, event.occurrence_zone))
    if event.rule:
        entry.add("rrule", vRecur.from_ical(event.rule))
        if event.left_out:
            entry.add("exdate", [_wall(moment, event.zone) for moment in event.left_out])
    entry.add("summary", _plain(event.title))
    for name, value in (("description", event.description), ("location", event.place)):
        if value:
            entry.add(name, _plain(value))
    if event.url:
        entry.add("url", _UNSEEN.sub("", event.url).replace("\n", ""))
    entry.add("status", event.state.value.upper())
    entry.add("transp", "OPAQUE" if event.state is EventState.CONFIRMED else "TRANSPARENT")
    if event.state is not EventState.CANCELLED:
        for lead in event.alarms:
            entry.add_component(_alarm(event, lead))
    return entry


def _alarm(event: CalendarEvent, lead: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _plain(event.title))
    alarm.add("trigger", -lead)
    return alarm


def _wall(moment: datetime, zone: str) -> datetime:
    """The moment by the clock of its zone. A clock that shows it twice is read the first time; the second time has no
    way to be written but as UTC."""
    local = moment.astimezone(ZoneInfo("UTC" if _is_utc(zone) else zone))
    return moment.astimezone(ZoneInfo("UTC")) if local.fold else local


def _years(calendar: Calendar) -> tuple[datetime, datetime]:
    """The time that zones are described for: from before the first event to long after the last."""
    moments = [one for event in calendar.events for one in (event.starts_at, event.occurrence) if one]
    return min(moments) - timedelta(days=366), max(moments) + LOOKED_AHEAD


def _is_utc(zone: str) -> bool:
    return zone in ("UTC", "Etc/UTC")


def _plain(value: str) -> str:
    """The words without what calendars may not hold: controls, and half of a pair of surrogates. Lines stay.

    A backslash before an N is parted from it by a character that nobody sees: the library would make it a new line.
    """
    return _UNSEEN.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).replace("\\N", "\\\u2060N")
