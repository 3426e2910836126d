"""What of a session stands in calendars: its words, and who may see where it takes place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.calendars import CalendarEvent, EventState
from bot.domain.club import ClubSession, SessionPaper, SessionState
from bot.domain.links import find_urls
from bot.domain.reminders import sees_place
from bot.domain.roster import Seat
from bot.domain.series import occurrence_at
from bot.domain.session_series import SessionSeries
from bot.domain.summary import shortened
from bot.locales import Translator
from bot.services.session_message import session_title

TITLE_LIMIT = 250
DESCRIPTION_LIMIT = 4_000


def event_of(
    session: ClubSession,
    say: Translator,
    *,
    club: str,
    speakers: Sequence[str],
    leads: tuple[timedelta, ...],
    seat: Seat | None = None,
) -> CalendarEvent:
    """A session as an event. `seat` is what the one whose calendar it is has said, None where everybody reads it;
    `club` is what the club is called, `leads` are how long before the start to remind."""
    plan = session.plan
    place = plan.place if sees_place(session, seat) else ""
    return CalendarEvent(
        uid=session.uid,
        sequence=session.schedule_version,
        title=shortened(session_title(session, say), TITLE_LIMIT),
        starts_at=plan.starts_at,
        length=plan.length,
        zone=plan.zone,
        created_at=session.created_at,
        changed_at=session.changed_at or session.created_at,
        state=_state(session, seat),
        description=shortened(_description(session, say, club, speakers), DESCRIPTION_LIMIT),
        place=shortened(place, TITLE_LIMIT * 2),
        url=_address(place, plan.papers),
        alarms=leads,
    )


def series_event(series: SessionSeries, club: str, leads: tuple[timedelta, ...]) -> CalendarEvent:
    """What is said of those sessions of a series that are not drawn up yet; `club` is what it is called, `leads` as in
    `event_of`."""
    template = series.template
    return CalendarEvent(
        uid=series.uid,
        sequence=0,
        title=shortened(template.title or club, TITLE_LIMIT),
        starts_at=occurrence_at(series.rule, series.rule.start),
        length=template.length,
        zone=series.rule.zone,
        description=shortened(template.notes, DESCRIPTION_LIMIT),
        place="" if template.place_for_going else shortened(template.place, TITLE_LIMIT * 2),
        alarms=leads,
    )


def _state(session: ClubSession, seat: Seat | None) -> EventState:
    if session.state is SessionState.CANCELLED:
        return EventState.CANCELLED
    return EventState.CONFIRMED if seat in (None, Seat.GOING) else EventState.TENTATIVE


def _description(session: ClubSession, say: Translator, club: str, speakers: Sequence[str]) -> str:
    _ = say.gettext
    about = [_("Session {number}", number=session.number), club]
    parts = [" · ".join(part for part in about if part), *(_paper(paper) for paper in session.plan.papers)]
    speaking = (*session.plan.speaker_names, *speakers)
    if speaking:
        parts.append(_("Speaking: {names}", names=say.listing(speaking)))
    return "\n\n".join(part for part in (*parts, session.plan.notes) if part)


def _paper(paper: SessionPaper) -> str:
    return "\n".join(part for part in (paper.title, ", ".join(paper.authors[:10]), paper.address) if part)


def _address(place: str, papers: Sequence[SessionPaper]) -> str:
    """Where somebody goes who opens the event: the call, else the paper."""
    return next(iter(find_urls(place)), "") or next((paper.address for paper in papers if paper.address), "")
