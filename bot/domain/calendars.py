"""Calendars: what calendar programs are told of sessions, before any format. All moments are aware UTC.

An event names the zone by whose wall clock it goes. A series is one event with a rule; each of its sessions that is
drawn up takes the place of the occurrence that the rule gives (`occurrence`), wherever it was moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from bot.domain.summary import shortened

REFRESH = timedelta(hours=1)
"""How often calendar programs are asked to look again."""
KEPT_FOR = timedelta(days=365)
"""How long a session stays in the calendars that people subscribe to once it is over."""
TOKEN_BYTES = 32
"""What an address holds that nobody guesses: as many random bytes as make trying hopeless."""
_GOOGLE = "https://calendar.google.com/calendar/render"
_OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"
_GOOGLE_SUBSCRIBE = "https://calendar.google.com/calendar/r"
_OUTLOOK_SUBSCRIBE = "https://outlook.live.com/calendar/0/addfromweb"
LONGEST_LINK = 900
"""Characters of a link that adds an event elsewhere: two of them are a small part of a message on either platform."""
_LONGEST_TITLE = 100


class EventState(StrEnum):
    """How sure an event is."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event. `uid` and `sequence` tell programs which event they know is meant, and whether this is newer.

    `zone` is IANA's; `created_at` and `changed_at` are given where they are known; `alarms` are how long before the
    start to remind. `rule` makes it a series (RFC 5545's RRULE), but for the moments `left_out`. An event that takes
    the place of one of a series has its `uid` and says which: `occurrence`, with `occurrence_zone`, the series' own.
    """

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    length: timedelta
    zone: str
    created_at: datetime | None = None
    changed_at: datetime | None = None
    state: EventState = EventState.CONFIRMED
    description: str = ""
    place: str = ""
    url: str = ""
    alarms: tuple[timedelta, ...] = ()
    rule: str = ""
    left_out: tuple[datetime, ...] = ()
    occurrence: datetime | None = None
    occurrence_zone: str = ""

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.length


@dataclass(frozen=True, slots=True)
class Calendar:
    """Events under a name. `zone` is the one that the calendar as a whole lives by; `subscribed`: programs look again
    for changes; otherwise it is a file that somebody takes along."""

    name: str
    zone: str
    events: tuple[CalendarEvent, ...]
    subscribed: bool = False


@dataclass(frozen=True, slots=True)
class CommunityCalendar:
    """The calendar of a club: every session of it, as everybody may see it."""

    community_id: int


@dataclass(frozen=True, slots=True)
class MemberCalendar:
    """The calendar of one person: what they come to, in whichever club."""

    member_id: int


Owner = CommunityCalendar | MemberCalendar


def google_link(event: CalendarEvent) -> str:
    """Opens Google's calendar with the event filled in."""
    query = {
        "action": "TEMPLATE",
        "text": shortened(event.title, _LONGEST_TITLE),
        "dates": f"{event.starts_at:%Y%m%dT%H%M%SZ}/{event.ends_at:%Y%m%dT%H%M%SZ}",
        "ctz": event.zone,
        "details": _details(event),
        "location": shortened(event.place, _LONGEST_TITLE),
    }
    return _link(_GOOGLE, query, "details", "location")


def outlook_link(event: CalendarEvent) -> str:
    """Opens Outlook on the web with the event filled in."""
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": shortened(event.title, _LONGEST_TITLE),
        "startdt": f"{event.starts_at:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{event.ends_at:%Y-%m-%dT%H:%M:%SZ}",
        "body": _details(event),
        "location": shortened(event.place, _LONGEST_TITLE),
    }
    return _link(_OUTLOOK, query, "body", "location")


def google_subscription(address: str) -> str:
    """Opens Google's calendar and subscribes to the calendar at an address."""
    return f"{_GOOGLE_SUBSCRIBE}?{urlencode({'cid': _webcal(address)})}"


def outlook_subscription(address: str, name: str) -> str:
    """Opens Outlook on the web and subscribes to the calendar at an address."""
    return f"{_OUTLOOK_SUBSCRIBE}?{urlencode({'url': address, 'name': name})}"


def _details(event: CalendarEvent) -> str:
    return "\n\n".join(part for part in (event.description, event.url) if part)


def _link(base: str, query: dict[str, str], *least: str) -> str:
    """The link with what is not empty; what matters least is left out first where it would become too long."""
    link = f"{base}?{urlencode({name: value for name, value in query.items() if value})}"
    if len(link) <= LONGEST_LINK or not least:
        return link
    return _link(base, {**query, least[0]: ""}, *least[1:])


def _webcal(address: str) -> str:
    return f"webcal://{address.partition('://')[2]}"
