"""Series of sessions: which of their days are drawn up ahead, and what becomes of days that are changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, takewhile

from bot.domain.series import SeriesRule, occurrence_at, occurrences
from bot.domain.session_drafts import SessionSketch

AHEAD = timedelta(weeks=8)
"""How far ahead the sessions of a series are drawn up."""
MOST_AHEAD = 4
"""How many sessions of a series that are still to come are drawn up at most."""
_LOOKED_AT = 60
"""Days that are looked at together. More are looked at the next time."""


@dataclass(frozen=True, slots=True)
class SessionSeries:
    """A recurring session as stored. `template` is what its sessions begin as; its own time is not looked at.
    `drawn_until` is the last day that was drawn up, None while none was. Once it has `ended_at`, none is any more.
    `organiser` is the member who made it."""

    id: int
    community_id: int
    uid: str
    rule: SeriesRule
    template: SessionSketch
    drawn_until: date | None = None
    ended_at: datetime | None = None
    version: int = 1
    organiser: int | None = None


def days_to_draw_up(series: SessionSeries, coming: int, now: datetime) -> list[date]:
    """The days whose sessions are to be drawn up now, in order: those within AHEAD, and so many that MOST_AHEAD are
    still to come, of which there are `coming` already. Days that are over when it is looked are left out for good."""
    if series.ended_at is not None or coming >= MOST_AHEAD:
        return []
    days = occurrences(series.rule, series.drawn_until, _LOOKED_AT)
    near = takewhile(lambda day: occurrence_at(series.rule, day) <= now + AHEAD, days)
    ahead = (day for day in near if now < occurrence_at(series.rule, day))
    return list(islice(ahead, MOST_AHEAD - coming))
