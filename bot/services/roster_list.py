"""Who comes to a session, as its organisers see it: a page at a time, and as a table."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain import tables
from bot.domain.club import ClubSession
from bot.domain.files import File
from bot.domain.messages import (
    Block,
    Button,
    ButtonRow,
    Heading,
    Line,
    ListBlock,
    Message,
    Paragraph,
    Text,
    page_buttons,
    text,
)
from bot.domain.pages import page_of
from bot.domain.roster import Role, Rsvp, Seat
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.session_message import numbered_title
from storage.rosters import NamedRsvp

ON_A_PAGE = 8
NAME_SHOWN = 40
HEADING = ("turn", "name", "guest_of", "role", "answer", "waits_to_speak", "attended", "answered_at")
"""The columns of the table, the same for everybody, so that a program can read them."""
STANDINGS = {
    Seat.GOING: N_("going"),
    Seat.OFFERED: N_("a place is kept for them"),
    Seat.WAITLISTED: N_("on the waitlist"),
    Seat.MAYBE: N_("maybe"),
    Seat.DECLINED: N_("not coming"),
}
_SHOWN = (Seat.GOING, Seat.OFFERED, Seat.WAITLISTED, Seat.MAYBE)


def roster_message(session: ClubSession, people: Sequence[NamedRsvp], page: int, say: Translator) -> Message:
    """A page of those who come or may come, with buttons that take them off, and that add others."""
    _ = say.gettext
    shown = sorted((one for one in people if one.rsvp.seat in _SHOWN), key=_rank)
    here = page_of(shown, page, ON_A_PAGE)
    blocks: list[Block] = [Heading(text(numbered_title(session, say)), level=1)]
    if here.shown:
        blocks.append(ListBlock(tuple((_entry(one, say),) for one in here.shown), start=here.first))
        blocks.append(
            Paragraph(text(_("✕ takes somebody off the list, 📌 keeps a guest whose host leaves."), italic=True))
        )
    else:
        blocks.append(Paragraph(text(_("Nobody has answered yet."))))
    off = tuple(
        Button(f"✕ {number}", f"rsvp:{session.id}:off:{one.rsvp.id}")
        for number, one in enumerate(here.shown, here.first)
        if one.rsvp.is_coming
    )
    kept = tuple(
        Button(f"📌 {number}", f"rsvp:{session.id}:pin:{one.rsvp.id}")
        for number, one in enumerate(here.shown, here.first)
        if one.rsvp.brought_by is not None
    )
    turn = page_buttons(f"rsvp:{session.id}:people", here.number, here.pages)
    rows = [off[:4], off[4:], kept[:5], *turn, _adding(session, bool(people), say)]
    return Message(tuple(blocks), tuple(row for row in rows if row))


def roster_file(session: ClubSession, people: Sequence[NamedRsvp]) -> File:
    """Everybody who has answered as a table for spreadsheets, in the order in which they came."""
    content = tables.as_csv(HEADING, map(_cells, people))
    return File(f"session-{session.number}.csv", tables.MEDIA_TYPE, content.encode(tables.ENCODING))


def person_name(one: NamedRsvp) -> str:
    """What somebody is called; their number where they call themselves nothing."""
    return cut(" ".join(one.name.split()), NAME_SHOWN) or f"#{one.rsvp.member_id}"


def _entry(one: NamedRsvp, say: Translator) -> Line:
    _ = say.gettext
    facts = [_("speaks") if one.rsvp.speaks else _(STANDINGS[one.rsvp.seat])]
    facts += [_("would speak")] if one.rsvp.speaker_turn is not None else []
    if one.host:
        facts.append(_("guest of {name}", name=cut(" ".join(one.host.split()), NAME_SHOWN)))
    elif one.rsvp.guest_name:
        facts.append(_("guest"))
    return (Text(person_name(one), bold=True), Text(" – " + " · ".join(facts)))


def _rank(one: NamedRsvp) -> tuple[bool, int, int]:
    return not one.rsvp.speaks, _SHOWN.index(one.rsvp.seat), one.rsvp.turn


def _adding(session: ClubSession, anybody: bool, say: Translator) -> ButtonRow:
    _ = say.gettext
    row = [
        Button(_("➕ Listener"), f"rsvp:{session.id}:add:1", opens_form=True),
        Button(_("➕ Speaker"), f"rsvp:{session.id}:add:2", opens_form=True),
    ]
    return tuple(row + ([Button("CSV", f"rsvp:{session.id}:csv")] if anybody else []))


def _cells(one: NamedRsvp) -> tuple[str, ...]:
    rsvp: Rsvp = one.rsvp
    role = Role.SPEAKER if rsvp.speaks else Role.LISTENER
    came = "" if rsvp.attended is None else str(int(rsvp.attended))
    waits = str(int(rsvp.speaker_turn is not None))
    answered = rsvp.answered_at.isoformat(timespec="seconds")
    return (str(rsvp.turn), one.name, one.host, role.value, rsvp.seat.value, waits, came, answered)
