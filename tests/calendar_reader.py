"""Reads calendars with another library than the one that wrote them: which instants does an import come to?"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

import vobject


def read(written: bytes) -> Any:
    """The calendar. Fails unless every line is folded as RFC 5545 wants it: at most 75 bytes, ended by CRLF."""
    assert written.endswith(b"\r\n")
    lines = written.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    vobject.icalendar.__tzidMap.clear()  # it would go by the zones of what it has read before
    return vobject.readOne(written.decode())


def instants(written: bytes, *, until: datetime) -> list[tuple[datetime, datetime, str]]:
    """When events begin and end, in UTC, and what they are called: series with their exceptions taken apart, what is
    cancelled left out."""
    events = read(written).contents.get("vevent", [])
    exceptions: dict[str, dict[datetime, Any]] = defaultdict(dict)
    for event in events:
        if "recurrence-id" in event.contents:
            exceptions[event.uid.value][_utc(event.recurrence_id.value)] = event
    found = []
    for event in events:
        if "recurrence-id" in event.contents:
            continue
        length = event.dtend.value - event.dtstart.value
        for start in _starts(event, until):
            one = exceptions[event.uid.value].get(start)
            if one is None:
                found.append((start, start + length, event.summary.value, event.status.value))
            else:
                begin, end = _utc(one.dtstart.value), _utc(one.dtend.value)
                found.append((begin, end, one.summary.value, one.status.value))
    return sorted(entry[:3] for entry in found if entry[3] != "CANCELLED")


def _starts(event: Any, until: datetime) -> list[datetime]:
    if "rrule" not in event.contents:
        return [_utc(event.dtstart.value)]
    return list(takewhile(lambda moment: moment <= until, (_utc(moment) for moment in event.getrruleset())))


def _utc(moment: datetime) -> datetime:
    assert moment.tzinfo is not None
    return moment.astimezone(UTC)
