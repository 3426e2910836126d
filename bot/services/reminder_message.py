"""What people are told of a session as it draws near, is moved or cancelled, and when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.club import ClubSession
from bot.domain.materials import Material
from bot.domain.messages import (
    Block,
    Button,
    ButtonRow,
    Heading,
    Line,
    Message,
    Paragraph,
    Quote,
    Text,
    text,
)
from bot.domain.reminders import Phase, sees_place
from bot.domain.roster import Role, Seat
from bot.domain.text import cut
from bot.locales import Translator
from bot.services.material_message import file_buttons, on_card
from bot.services.session_message import numbered_title, paper_lines, when_line

TITLE_LIMIT = 200
REASON_LIMIT = 500
PAPERS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Hearer:
    """Who is told: somebody with this seat and role, or with None the readers of a chat."""

    seat: Seat | None = None
    role: Role | None = None


CHAT = Hearer()


def reminder(
    session: ClubSession,
    hearer: Hearer,
    say: Translator,
    *,
    phase: Phase,
    is_open: bool,
    late: bool,
    materials: Sequence[Material] = (),
) -> Message:
    """That a session is near, begins, or runs already. `is_open`: people may still sign up."""
    _ = say.gettext
    title = _title(session, say)
    head = {
        Phase.AHEAD: _("⏰ Reminder: {title}", title=title),
        Phase.BEGINNING: _("▶️ It begins: {title}", title=title),
    }.get(phase, _("▶️ It has already started, join in: {title}", title=title))
    blocks: list[Block] = [Heading(text(head), level=1)]
    blocks += _facts(session, hearer, say, countdown=phase is Phase.AHEAD)
    blocks += on_card(materials, say)
    to_come = phase is not Phase.RUNNING
    blocks += _standing(hearer, say, is_open=is_open) if to_come else []
    if late:
        blocks.append(Paragraph(text(_("This comes late: I was away when it was due."), italic=True)))
    return Message(tuple(blocks), _buttons(session, hearer, say, is_open=is_open) if to_come else ())


def moved(session: ClubSession, hearer: Hearer, say: Translator, *, was_at: datetime | None, is_open: bool) -> Message:
    """That a session has another time, which was `was_at`, or with None another place. `is_open`: people may still sign
    up."""
    _ = say.gettext
    title = _title(session, say)
    blocks: list[Block] = []
    if was_at is None:
        blocks.append(Heading(text(_("📍 The place has changed: {title}", title=title)), level=1))
    elif was_at == session.plan.starts_at:
        blocks.append(Heading(text(_("🗓 It takes place after all: {title}", title=title)), level=1))
    else:
        blocks.append(Heading(text(_("🗓 Moved to another time: {title}", title=title)), level=1))
        before = f"{say.wall_time(was_at, ZoneInfo(session.plan.zone))} {say.city(session.plan.zone)}"
        blocks.append(Paragraph((Text(_("Before: ")), Text(before, strike=True))))
    blocks += _facts(session, hearer, say)
    if hearer.seat is Seat.WAITLISTED:
        blocks.append(Paragraph(text(_("You keep your turn on the waitlist."))))
    blocks += _standing(hearer, say, is_open=is_open)
    return Message(tuple(blocks), _buttons(session, hearer, say, is_open=is_open))


def cancelled(session: ClubSession, say: Translator) -> Message:
    """That a session does not take place."""
    _ = say.gettext
    heading = Heading(text(_("❌ Cancelled: {title}", title=_title(session, say))), level=1)
    when = (Text(_("It was to begin: ")), *when_line(session.plan, say, countdown=False))
    reason = (Quote(text(cut(session.reason, REASON_LIMIT))),) if session.reason else ()
    return Message((heading, Paragraph(when), *reason))


def thanks(
    session: ClubSession, hearer: Hearer, say: Translator, *, asked: bool, materials: Sequence[Material] = ()
) -> Message:
    """Thanks to somebody who was going; with `asked` they are asked whether they came."""
    _ = say.gettext
    title = _title(session, say)
    words = _("🙏 Thank you for coming: {title}", title=title)
    if hearer.role is Role.SPEAKER:
        words = _("🙏 Thank you for speaking: {title}", title=title)
    blocks: list[Block] = [Heading(text(words), level=1)]
    later = Paragraph(text(_("Slides and notes are in /club materials once they are there.")))
    blocks += on_card(materials, say) or (later,)
    files = file_buttons(materials)
    if not asked:
        return Message(tuple(blocks), files)
    blocks.append(Paragraph(text(_("Were you there? Only the club's organisers see your answer."))))
    yes, no = Button(_("I was there"), f"cr:was:{session.id}:1"), Button(_("I was not"), f"cr:was:{session.id}:0")
    return Message(tuple(blocks), ((yes, no), *files))


def who_came(session: ClubSession, say: Translator) -> Message:
    """For organisers: that they can say who came."""
    _ = say.gettext
    heading = Heading(text(_("Who was there: {title}", title=_title(session, say))), level=1)
    words = _("Those who want it to be kept are asked themselves; you can tick them, too.")
    button = Button(_("Who was there"), f"cr:who:{session.id}:0")
    return Message((heading, Paragraph(text(words))), ((button,),))


def too_few(session: ClubSession, going: int, say: Translator) -> Message:
    """For organisers: that fewer are going than are needed."""
    _ = say.gettext
    heading = Heading(text(_("⚠️ Too few are going: {title}", title=_title(session, say))), level=1)
    words = say.ngettext(
        "{number} person is going, at least {minimum} are needed.",
        "{number} people are going, at least {minimum} are needed.",
        going,
        minimum=say.number(session.plan.minimum or 0),
    )
    hint = _("You can move or cancel the session, or let it take place as it is.")
    when = when_line(session.plan, say)
    return Message((heading, Paragraph(text(words)), Paragraph(when), Paragraph(text(hint))))


def missed(session: ClubSession, say: Translator) -> Message:
    """For organisers: that nobody was reminded, because the bot was away until the session was over."""
    _ = say.gettext
    heading = Heading(text(_("⚠️ Nobody was reminded: {title}", title=_title(session, say))), level=1)
    words = _("I was away from before the reminder was due until the session was over.")
    return Message((heading, Paragraph(text(words)), Paragraph(when_line(session.plan, say, countdown=False))))


def aloud(session: ClubSession, say: Translator) -> str:
    """What is said of a session that is near to somebody where others read."""
    when = f"{say.wall_time(session.plan.starts_at, ZoneInfo(session.plan.zone))} {say.city(session.plan.zone)}"
    return say.gettext("“{title}” begins {when}.", title=_title(session, say), when=when)


def _title(session: ClubSession, say: Translator) -> str:
    return cut(numbered_title(session, say), TITLE_LIMIT)


def _facts(session: ClubSession, hearer: Hearer, say: Translator, *, countdown: bool = True) -> Iterator[Block]:
    """When and where, and about what, a line each."""
    plan = session.plan
    lines: list[Line] = [(Text("🗓 "), *when_line(plan, say, countdown=countdown))]
    if plan.place and sees_place(session, hearer.seat):
        lines.append((Text("📍 "), Text(plan.place, url=_address(plan.place))))
    elif plan.place:
        lines.append(text("📍 " + say.gettext("Those who are going see the place.")))
    lines += paper_lines(plan.papers[:PAPERS_SHOWN], authors=False)
    joined: Line = lines[0]
    for line in lines[1:]:
        joined = (*joined, Text("\n"), *line)
    yield Paragraph(joined)


def _standing(hearer: Hearer, say: Translator, *, is_open: bool) -> Iterator[Block]:
    """What is asked of somebody: whether they come only while they can still say so."""
    _ = say.gettext
    if hearer.seat is Seat.MAYBE and is_open:
        yield Paragraph(text(_("You said maybe. Are you coming?")))
    elif hearer.seat is Seat.OFFERED:
        yield Paragraph(text(_("A place is kept for you. Do you still want it?")))
    elif hearer.role is Role.SPEAKER and hearer.seat is Seat.GOING:
        yield Paragraph(text(_("🎤 You speak in this one.")))


def _buttons(session: ClubSession, hearer: Hearer, say: Translator, *, is_open: bool) -> tuple[ButtonRow, ...]:
    _, rsvp = say.gettext, f"rsvp:{session.id}"
    going, no = Button(_("✅ Going"), f"{rsvp}:going"), Button(_("✖ Can't"), f"{rsvp}:no")
    settings = Button(_("⚙️ Reminders"), f"cr:set:{session.id}")
    answers: tuple[ButtonRow, ...] = ((going, no),) if is_open else ()
    match hearer.seat:
        case None:
            return (*answers, (Button(_("🔔 Remind me in private"), f"cr:here:{session.id}"),))
        case Seat.OFFERED:
            return ((Button(_("✅ Yes"), f"{rsvp}:keep"), Button(_("✖ No"), f"{rsvp}:drop")), (settings,))
        case Seat.MAYBE:
            return (*answers, (settings,))
        case _:
            return ((Button(_("Can't after all"), f"{rsvp}:no"), settings),)


def _address(place: str) -> str | None:
    """The place as a link, where it is nothing but an address."""
    return place if place.startswith(("https://", "http://")) and not any(map(str.isspace, place)) else None
