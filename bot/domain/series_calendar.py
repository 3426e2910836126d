"""Series in calendars: one event with a rule, and the sessions that take the places of its occurrences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import takewhile

from bot.domain.calendars import CalendarEvent
from bot.domain.club import ClubSession
from bot.domain.series import MOST_OCCURRENCES, SeriesRule, occurrence_at, occurrences, rrule
from bot.domain.session_series import SessionSeries


def with_series(
    of_sessions: Sequence[tuple[ClubSession, CalendarEvent]], series: Iterable[tuple[SessionSeries, CalendarEvent]]
) -> tuple[CalendarEvent, ...]:
    """The events of a calendar: each series, given with an event that has its words, goes on by its rule, and its
    sessions stand in the places of their occurrences. A session whose day the rule does not give stands for itself."""
    events = {session.id: event for session, event in of_sessions}
    masters = []
    for one, words in series:
        places = {
            session.occurrence: session.id
            for session, _ in of_sessions
            if session.series_id == one.id and session.occurrence and _gives(one.rule, session.occurrence)
        }
        master = _master(one, words, places)
        if master is None:
            continue
        masters.append(master)
        for day, id_ in places.items():
            events[id_] = replace(
                events[id_], uid=one.uid, occurrence=occurrence_at(one.rule, day), occurrence_zone=one.rule.zone
            )
    return (*masters, *events.values())


def _master(series: SessionSeries, words: CalendarEvent, places: Mapping[date, int]) -> CalendarEvent | None:
    """The event with the rule; None where the rule gives no day at all."""
    rule = series.rule
    days = occurrences(_unskipped(rule), None, 1)
    if not days:
        return None
    drawn_until = series.drawn_until or days[0] - timedelta(days=1)
    drawn = takewhile(lambda day: day <= drawn_until, occurrences(_unskipped(rule), None, MOST_OCCURRENCES))
    # What was to be drawn up and is not there was left out for good, or is too long ago for the calendar.
    left_out = {day for day in drawn if day not in places} | {day for day in rule.skipped if _gives(rule, day)}
    return replace(
        words,
        uid=series.uid,
        sequence=series.version - 1,
        starts_at=occurrence_at(rule, days[0]),
        zone=rule.zone,
        rule=rrule(rule),
        left_out=tuple(occurrence_at(rule, day) for day in sorted(left_out)),
    )


def _gives(rule: SeriesRule, day: date) -> bool:
    """Whether a day is one of a series', skipped or not."""
    return occurrences(_unskipped(rule), day - timedelta(days=1), 1) == [day]


def _unskipped(rule: SeriesRule) -> SeriesRule:
    return replace(rule, skipped=frozenset())
