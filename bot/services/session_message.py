"""How a session looks before any platform: its card in chats, and the lines that others say of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.club import ClubSession, SessionPaper, SessionPlan, SessionState
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
    Time,
    TimeStyle,
    text,
)
from bot.domain.text import cut
from bot.locales import Translator
from storage.rosters import RosterCounts

NAMES_SHOWN = 30
"""Names of those who are going that a card shows at most."""
SPEAKERS_SHOWN = 10
LONGEST_NAME = 24
BRIEFEST = 6
"""The level at which a card is as short as can be: it then fits on every platform."""
_NAMES_AT = (NAMES_SHOWN, 12, 4, 0)
_NOTES_AT = {4: 600, 5: 200, 6: 0}
_TITLE_AT = {6: 80}


@dataclass(frozen=True, slots=True)
class People:
    """Who answers a session, as far as its card shows it: how many there are of each kind, the first who are going, and
    who speaks."""

    counts: RosterCounts = field(default_factory=RosterCounts)
    names: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()


def session_title(session: ClubSession, say: Translator) -> str:
    """What to call a session: its title, else its first paper's, else by its number."""
    return plan_title(session.plan) or say.gettext("Session {number}", number=session.number)


def numbered_title(session: ClubSession, say: Translator) -> str:
    """The same with its number before it: "Session 4 · Attention"."""
    numbered = say.gettext("Session {number}", number=session.number)
    title = plan_title(session.plan)
    return f"{numbered} · {title}" if title else numbered


def plan_title(plan: SessionPlan) -> str:
    """The title of a plan, else that of its first paper; empty where it has none."""
    return plan.title or next((paper.title for paper in plan.papers if paper.title), "")


def when_line(plan: SessionPlan, say: Translator, *, countdown: bool = True) -> Line:
    """When a session begins: in each reader's own time, by the clock that it goes by, and how long it is till then."""
    return moment_line(plan.starts_at, plan.zone, say, countdown=countdown)


def moment_line(at: datetime, zone: str, say: Translator, *, countdown: bool = True) -> Line:
    """A moment in each reader's own time, by the clock of a zone, and how long it is till then."""
    wall = f"{say.wall_time(at, ZoneInfo(zone))} {say.city(zone)}"
    line: Line = (Time(at, say.moment(at, ZoneInfo(zone)), local_only=True), Text(" · ", local_only=True), Text(wall))
    if not countdown:
        return line
    # Where it cannot be shown, a countdown would be wrong a minute later.
    return (
        *line,
        Text(" (", local_only=True),
        Time(at, say.date(at.astimezone(ZoneInfo(zone))), TimeStyle.RELATIVE, local_only=True),
        Text(")", local_only=True),
    )


def paper_lines(papers: Sequence[SessionPaper], *, authors: bool = True) -> Iterator[Line]:
    """A line for each paper: its title, linked, and who has written it."""
    for paper in papers:
        name = paper.title or paper.address.partition("://")[2].removesuffix("/")
        title = Text(name, url=paper.address or None)
        wrote = f" – {_authors(paper.authors)}" if authors and paper.authors else ""
        yield (Text("📄 "), title, Text(wrote))


def session_card(
    session: ClubSession,
    people: People,
    say: Translator,
    *,
    now: datetime,
    level: int = 0,
    further: Sequence[Block] = (),
) -> Message:
    """What a chat shows of a session. `level` says how briefly, from 0 to BRIEFEST: names go first. `further` blocks,
    such as materials, stand below its text."""
    plan, cancelled = session.plan, session.state is SessionState.CANCELLED
    title = cut(numbered_title(session, say), _TITLE_AT.get(level, 400))
    blocks: list[Block] = [Heading((Text(title, strike=cancelled),), level=1), *_state(session, say, now)]
    papers = [_told_apart(one, plan_title(plan)) for one in plan.papers[: 1 if level == BRIEFEST else None]]
    blocks += [Paragraph(line) for line in paper_lines(papers, authors=not level)]
    blocks += [Paragraph(_joined(_facts(session, say, now=now)))]
    if not cancelled:
        blocks += [Paragraph(_joined(_people_lines(session, people, say, now=now, names=_NAMES_AT[min(level, 3)])))]
    if plan.notes and (room := _NOTES_AT.get(level, len(plan.notes))):
        blocks.append(Quote(text(cut(plan.notes, room))))
    below = further if level < BRIEFEST else ()
    return Message((*blocks, *below), card_buttons(session, say, now=now))


def taken_off_card(session: ClubSession, say: Translator) -> Message:
    """What stays of a card in a chat that the session is not shown in any more."""
    title = Heading((Text(cut(numbered_title(session, say), _TITLE_AT[BRIEFEST]), strike=True),), level=1)
    return Message((title, Paragraph(text(say.gettext("This session is no longer shown here."), italic=True))))


def card_buttons(session: ClubSession, say: Translator, *, now: datetime) -> tuple[ButtonRow, ...]:
    """What can be answered to a session now; nothing once it is over or cancelled."""
    _ = say.gettext
    if session.state is SessionState.CANCELLED or session.is_over(now):
        return ()
    cannot = Button(_("✖ Can't"), f"rsvp:{session.id}:no")
    calendar = Button(_("📅 Calendar"), f"cal:file:{session.id}")
    more = Button(_("➕ Guests and more"), f"rsvp:{session.id}:more")
    if not session.is_open(now):
        return ((cannot, calendar), (more,))
    answers: ButtonRow = (
        Button(_("✅ Going"), f"rsvp:{session.id}:going"),
        Button(_("🤔 Maybe"), f"rsvp:{session.id}:maybe"),
        cannot,
    )
    speak = Button(_("🎤 I'll speak"), f"rsvp:{session.id}:speak")
    return (answers, (speak, calendar), (more, Button(_("👥 Join the club"), "cm:join")))


def _state(session: ClubSession, say: Translator, now: datetime) -> Iterator[Block]:
    _ = say.gettext
    if session.state is SessionState.CANCELLED:
        words = _("❌ Cancelled: {reason}", reason=cut(session.reason, 300)) if session.reason else _("❌ Cancelled")
        yield Paragraph(text(words, bold=True))
    elif session.is_over(now):
        yield Paragraph(text(_("✔️ It took place."), bold=True))


def _facts(session: ClubSession, say: Translator, *, now: datetime) -> Iterator[Line]:
    _, plan = say.gettext, session.plan
    going_on = session.state is SessionState.PLANNED and not session.is_over(now)
    length = () if not plan.length else (Text(f" · {say.duration(plan.length)}"),)
    when = tuple(
        replace(one, strike=not going_on and session.state is SessionState.CANCELLED) if isinstance(one, Text) else one
        for one in when_line(plan, say, countdown=going_on)
    )
    yield (Text("🗓 "), *when, *length)
    if plan.place and going_on:
        shown = _("Those who are going see the place.") if plan.place_for_going else plan.place
        yield (Text("📍 "), Text(shown, italic=plan.place_for_going, url=_address(plan)))
    if going_on and plan.minimum:
        yield text(
            "👥 "
            + say.ngettext("At least {number} person is needed.", "At least {number} people are needed.", plan.minimum)
        )
    if going_on and plan.cutoff:
        closes = moment_line(plan.closes_at, plan.zone, say, countdown=False)
        yield (Text("⏳ " + (_("Sign-up closes: ") if session.is_open(now) else _("Sign-up has closed: "))), *closes)


def _people_lines(
    session: ClubSession, people: People, say: Translator, *, now: datetime, names: int
) -> Iterator[Line]:
    _, plan, counts = say.gettext, session.plan, people.counts
    speakers = (*plan.speaker_names, *people.speakers)
    if speakers:
        shown = [_name(one) for one in speakers[: max(names, 3)]]
        yield (
            Text("🎤 "),
            Text(say.ngettext("Speaker: ", "Speakers: ", len(speakers)), bold=True),
            Text(_listed(shown, len(speakers), say)),
        )
    places = say.number(counts.going) + (f"/{say.number(plan.listeners)}" if plan.listeners is not None else "")
    over = session.is_over(now)
    label = _("Signed up: {places}", places=places) if over else _("Going: {places}", places=places)
    first = [_first_name(one) for one in people.names[:names]]
    listed = Text(" – " + _listed(first, counts.going, say)) if first else Text("")
    yield (Text("✅ "), Text(label, bold=True), listed)
    others = []
    if counts.maybe and not over:
        others.append("🤔 " + _("Maybe: {people}", people=say.number(counts.maybe)))
    if (counts.waiting + counts.offered) and not over:
        others.append("⏳ " + _("On the waitlist: {people}", people=say.number(counts.waiting + counts.offered)))
    if others:
        yield text(" · ".join(others))


def _listed(names: Sequence[str], total: int, say: Translator) -> str:
    """Names, and how many others there are."""
    rest = total - len(names)
    if rest <= 0:
        return say.listing(names)
    more = say.ngettext("{number} more", "{number} more", rest)
    return say.listing([*names, more]) if names else more


def _told_apart(paper: SessionPaper, title: str) -> SessionPaper:
    """A paper that is called what its session is called is shown by its address."""
    same = paper.address and paper.title.casefold() == title.casefold()
    return replace(paper, title="") if same else paper


def _name(name: str) -> str:
    return cut(" ".join(name.split()), 2 * LONGEST_NAME) or "…"


def _first_name(name: str) -> str:
    """What somebody is called in short."""
    return cut(next(iter(name.split()), ""), LONGEST_NAME) or "…"


def _authors(names: Sequence[str]) -> str:
    return ", ".join(cut(name, 60) for name in names[:3]) + (" …" if len(names) > 3 else "")


def _address(plan: SessionPlan) -> str | None:
    """The place as a link, where it is nothing but an address."""
    lone = plan.place.startswith(("https://", "http://")) and not any(char.isspace() for char in plan.place)
    return plan.place if lone and not plan.place_for_going else None


def _joined(lines: Iterator[Line]) -> Line:
    """Lines below each other in one paragraph."""
    joined: Line = ()
    for line in lines:
        joined = (*joined, Text("\n"), *line) if joined else line
    return joined
