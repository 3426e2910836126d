"""Sessions that are being drawn up or changed: what only those see who do so, until they confirm it.

A draft is kept, so that a set-up goes on after a restart, and is confirmed once: pressing twice makes one session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.club import DEFAULT_LENGTH, Club, SessionPaper, SessionPlan
from bot.domain.errors import UserError
from bot.domain.papers import PaperFacts
from bot.domain.series import LAST, SeriesRule
from bot.domain.text import cut

DRAFT_LIFE = timedelta(days=14)
"""How long a draft that nobody confirms is kept."""
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=24)
"""How long a session may be."""
MOST_PEOPLE = 100_000
"""The greatest capacity that may be set."""
MOST_PAPERS = 5
MOST_SPEAKERS = 10
MOST_CHATS = 20
"""Chats that a session is shown in."""
LONGEST_TITLE = 200
LONGEST_NAME = 60
LONGEST_PLACE = 500
LONGEST_NOTES = 1500


@dataclass(frozen=True, slots=True)
class NewSession:
    """What a session is to begin as. What is left open is as the club has it, or as its last session had it.

    `rule`: it recurs, and `starts_at` is its first time. `speakers` are members who have said that they speak,
    `speaker_names` people of whom only the name is known.
    """

    title: str = ""
    starts_at: datetime | None = None
    zone: str | None = None
    rule: SeriesRule | None = None
    papers: tuple[SessionPaper, ...] = ()
    speakers: tuple[int, ...] = ()
    speaker_names: tuple[str, ...] = ()
    length: timedelta | None = None
    place: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class SessionSketch:
    """A session as it is being drawn up: like a plan, but its time may still be open.

    `rule`: it recurs. `speaker_ids` are members who speak from the start. `chats` are the ids of the destinations that
    it is shown in.
    """

    title: str = ""
    starts_at: datetime | None = None
    zone: str = "UTC"
    length: timedelta = DEFAULT_LENGTH
    papers: tuple[SessionPaper, ...] = ()
    place: str = ""
    place_for_going: bool = False
    listeners: int | None = None
    speakers: int | None = 1
    minimum: int | None = None
    cutoff: timedelta = timedelta(0)
    notes: str = ""
    speaker_names: tuple[str, ...] = ()
    rule: SeriesRule | None = None
    speaker_ids: tuple[int, ...] = ()
    chats: tuple[int, ...] = ()

    def plan(self) -> SessionPlan:
        """The plan that it describes. Raises UserError while nobody has said when it takes place."""
        if self.starts_at is None:
            raise UserError("Nobody has said yet when it takes place.")
        return SessionPlan(**{name: getattr(self, name) for name in _PLANNED})


@dataclass(frozen=True, slots=True)
class SessionDraft:
    """A session that is being drawn up; with a `session_id`, one that is being changed, from `version` and as it was
    then, `base`. `following`: so are all of its series that come after it.

    `readings` are the moments that somebody may have meant, of which one is to be chosen. Once it is `confirmed`,
    `session_id` is what it has become. `author` is the member who began it.
    """

    id: int
    community_id: int
    author: int
    sketch: SessionSketch
    session_id: int | None = None
    version: int = 0
    base: SessionSketch | None = None
    following: bool = False
    readings: tuple[Reading, ...] = ()
    confirmed: bool = False

    @property
    def changes(self) -> Mapping[str, Any]:
        """What differs from how the session was when it was begun to be changed, by the fields' names."""
        return differences(self.base, self.sketch) if self.base else MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the times that somebody may have meant: a moment (aware UTC) in a zone; with a rule, it recurs.
    `length` is how long it takes, if they have said that."""

    at: datetime
    zone: str
    rule: SeriesRule | None = None
    length: timedelta | None = None


_PLANNED = tuple(one.name for one in fields(SessionPlan))
SKETCHED = tuple(one.name for one in fields(SessionSketch))
"""The names of all that can be decided about a session."""


def sketch_of(plan: SessionPlan, **further: Any) -> SessionSketch:
    """A plan as it is before somebody changes it."""
    return SessionSketch(**{name: getattr(plan, name) for name in _PLANNED}, **further)


def differences(old: SessionSketch, new: SessionSketch) -> Mapping[str, Any]:
    """What the new one has otherwise than the old one, by the fields' names."""
    return {name: getattr(new, name) for name in SKETCHED if getattr(new, name) != getattr(old, name)}


def with_usual(new: NewSession, club: Club, last: SessionPlan | None, *, zone: str) -> SessionSketch:
    """A sketch of what somebody wants, the rest as usual: as the club has set it, where it has not as the last session
    had it. `zone` is the club's."""
    unset = Club(club.community_id)
    usual: dict[str, Any] = {
        name: getattr(last if last and getattr(club, name) == getattr(unset, name) else club, name)
        for name in ("length", "place", "place_for_going", "listeners", "speakers")
    }
    if last:
        usual |= {"minimum": last.minimum, "cutoff": last.cutoff}
    if new.length is not None:
        usual["length"] = new.length
    if new.place:
        usual["place"] = new.place
    return checked(
        SessionSketch(
            title=new.title,
            starts_at=new.starts_at,
            zone=(new.rule.zone if new.rule else new.zone) or zone,
            papers=new.papers,
            notes=new.notes,
            speaker_names=new.speaker_names,
            speaker_ids=new.speakers,
            rule=new.rule,
            **usual,
        )
    )


def named(papers: tuple[SessionPaper, ...], facts: Mapping[str, PaperFacts]) -> tuple[SessionPaper, ...]:
    """The papers with what is known of those without a title; `facts` by identity."""
    return tuple(
        replace(one, title=facts[one.identity].title, authors=facts[one.identity].authors)
        if not one.title and one.identity is not None and one.identity in facts
        else one
        for one in papers
    )


def unnamed(papers: tuple[SessionPaper, ...]) -> list[str]:
    """The identities of the papers without a title."""
    return [one.identity for one in papers if one.identity and not one.title]


def checked(sketch: SessionSketch) -> SessionSketch:
    """The sketch within the bounds of what a session can be, as near to what was wanted as they allow."""
    listeners, speakers, minimum = (_people(one) for one in (sketch.listeners, sketch.speakers, sketch.minimum))
    return replace(
        sketch,
        title=_line(sketch.title, LONGEST_TITLE),
        length=min(max(sketch.length, SHORTEST), LONGEST),
        papers=tuple(_paper(one) for one in sketch.papers[:MOST_PAPERS]),
        place=cut(sketch.place.strip(), LONGEST_PLACE),
        notes=cut(sketch.notes.strip(), LONGEST_NOTES),
        speaker_names=tuple(name for one in sketch.speaker_names if (name := _line(one, LONGEST_NAME)))[:MOST_SPEAKERS],
        speaker_ids=sketch.speaker_ids[:MOST_SPEAKERS],
        listeners=listeners,
        speakers=speakers,
        minimum=minimum or None,
        cutoff=min(max(sketch.cutoff, timedelta(0)), timedelta(days=30)),
        chats=tuple(dict.fromkeys(sketch.chats))[:MOST_CHATS],
    )


def _people(number: int | None) -> int | None:
    return None if number is None else min(max(number, 0), MOST_PEOPLE)


def _line(words: str, limit: int) -> str:
    return cut(" ".join(words.split()), limit)


def _paper(paper: SessionPaper) -> SessionPaper:
    return replace(paper, title=_line(paper.title, LONGEST_TITLE), authors=paper.authors[:20])


def at_reading(sketch: SessionSketch, reading: Reading) -> SessionSketch:
    """The sketch with this time. One that recurs goes on doing so, from that day on, unless the reading says how."""
    rule = reading.rule or (sketch.rule and moved_rule(sketch.rule, reading.at, reading.zone))
    length = reading.length or sketch.length
    return replace(sketch, starts_at=reading.at, zone=reading.zone, rule=rule, length=length)


def moved_rule(rule: SeriesRule, at: datetime, zone: str) -> SeriesRule:
    """The rule of a series that recurs as often as this one, but begins at that moment by the clock of a zone. On the
    fifth of a month's weekdays it becomes one on the last."""
    wall = at.astimezone(ZoneInfo(zone))
    nth = (wall.day - 1) // 7 + 1
    return replace(
        rule,
        weekday=wall.weekday(),
        at=wall.time().replace(second=0, microsecond=0),
        zone=zone,
        start=wall.date(),
        nth=None if rule.nth is None else nth if nth < 5 else LAST,
    )
