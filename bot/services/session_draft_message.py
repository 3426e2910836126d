"""How a session looks that is being drawn up or changed, before any platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.messages import Block, Heading, Line, ListBlock, Message, Paragraph, Text, Time, TimeStyle, text
from bot.domain.session_drafts import Reading, SessionDraft, SessionSketch
from bot.domain.text import cut
from bot.domain.zones import zones_to_compare
from bot.locales import Translator
from bot.services.club_sessions import Conflict
from bot.services.session_words import LABELS, field_value, rule_words

VALUE_LIMIT = 300
"""Characters of a fact that are shown; all of it is on the card."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a draft is shown with: titles of chats by id, the number of the session that is changed, the club's zone and
    those of its members, and whether what only those who are going see is to be kept secret here."""

    chats: Mapping[int, str]
    zone: str
    zones: Sequence[str]
    secret: bool
    number: int | None = None


def draft_message(draft: SessionDraft, there: Surroundings, say: Translator, *, now: datetime) -> Message:
    """What was decided so far, when that is elsewhere, and that nobody sees it yet."""
    _, sketch = say.gettext, draft.sketch
    blocks: list[Block] = [Heading(text(_title(draft, there, say)), level=1), facts(draft, there, say, now=now)]
    if draft.base is None:
        blocks.append(Paragraph(text(_("Nothing is posted before you confirm."), italic=True)))
    else:
        changed = [_(LABELS[name]) for name in LABELS if name in draft.changes]
        words = (
            _("Not saved yet: {changes}.", changes=say.listing(changed)) if changed else _("Nothing is changed yet.")
        )
        blocks.append(Paragraph(text(words, italic=True)))
    if sketch.starts_at is not None and sketch.starts_at <= now and "starts_at" in draft.changes:
        blocks.append(Paragraph(text("⚠️ " + _("That is over already. When does it take place?"))))
    return Message(tuple(blocks))


def facts(draft: SessionDraft, there: Surroundings, say: Translator, *, now: datetime) -> ListBlock:
    """All that was decided, a line each; what is open is left out."""
    sketch = draft.sketch
    lines: list[Line] = []
    for name, label in LABELS.items():
        bold = Text(f"{say.gettext(label)}: ", bold=True)
        if name == "starts_at":
            lines.append((bold, *_when(sketch, say, now)))
            if sketch.starts_at is not None:
                lines.append(
                    (
                        Text(say.gettext("Elsewhere: "), bold=True),
                        Text(elsewhere(sketch.starts_at, sketch.zone, there, say)),
                    )
                )
        elif _goes_without_saying(name, sketch):
            continue
        elif value := field_value(name, sketch, say, chats=there.chats, secret=there.secret):
            lines.append((bold, Text(cut(value, VALUE_LIMIT))))
    return ListBlock(tuple((line,) for line in lines))


def elsewhere(at: datetime, zone: str, there: Surroundings, say: Translator) -> str:
    """What time it is elsewhere at a moment: where the club is, if it goes by another clock, and where members are."""
    own = at.astimezone(ZoneInfo(zone))
    return " · ".join(
        f"{_clock(at, one, own, say)} {say.city(one)}" for one in zones_to_compare(zone, [there.zone, *there.zones], at)
    )


def question_message(draft: SessionDraft, there: Surroundings, say: Translator, note: str) -> Message:
    """What is to be asked about the time before anything else."""
    words = note or (
        say.gettext("Which of these do you mean?") if draft.readings else say.gettext("When does it take place?")
    )
    about = (Paragraph(text(cut(draft.sketch.title, VALUE_LIMIT), bold=True)),) if draft.sketch.title else ()
    return Message((Heading(text(_title(draft, there, say)), level=1), *about, Paragraph(text(words))))


def reading_label(reading: Reading, say: Translator) -> str:
    """A moment on a button."""
    wall = say.wall_time(reading.at, ZoneInfo(reading.zone))
    return f"{wall}, {rule_words(reading.rule, say)}" if reading.rule else wall


def conflict_message(conflict: Conflict, there: Surroundings, say: Translator) -> Message:
    """What somebody else has changed meanwhile: how it was, how it is now, and how the draft would have it."""
    _ = say.gettext
    who = say.listing(cut(" ".join(name.split()), 40) for name in conflict.editors) or _("Somebody else")
    entries = []
    for one in conflict.differences:
        if one.name not in LABELS:
            continue
        before, theirs, mine = (
            cut(field_value(one.name, sketch, say, chats=there.chats, secret=there.secret), VALUE_LIMIT) or "–"
            for sketch in (one.before, one.theirs, one.mine)
        )
        lines: list[Line] = [(Text(f"{_(LABELS[one.name])}: ", bold=True), Text(f"{before} → {theirs}"))]
        if one.name in conflict.draft.changes:
            lines.append(text(_("yours: {value}", value=mine)))
        entries.append(tuple(lines))
    begun = Paragraph(text(_("{who} changed session {number} meanwhile:", who=who, number=conflict.session.number)))
    blocks: list[Block] = [begun, ListBlock(tuple(entries))] if entries else [begun]
    yours = [_(LABELS[name]) for name in LABELS if name in conflict.draft.changes]
    if yours:
        blocks.append(Paragraph(text(_("You have changed: {changes}.", changes=say.listing(yours)))))
    return Message(tuple(blocks))


def _title(draft: SessionDraft, there: Surroundings, say: Translator) -> str:
    _ = say.gettext
    if draft.base is None:
        return _("A new series") if draft.sketch.rule else _("A new session")
    if draft.following:
        return _("Session {number} and all that follow it", number=there.number)
    return _("Session {number}", number=there.number)


def _goes_without_saying(name: str, sketch: SessionSketch) -> bool:
    """Whether something is as nobody would have to be told."""
    return (name == "place_for_going" and not sketch.place_for_going) or (name == "cutoff" and not sketch.cutoff)


def _when(sketch: SessionSketch, say: Translator, now: datetime) -> Line:
    at = sketch.starts_at
    if at is None:
        return text(say.gettext("not said yet"), italic=True)
    zone = ZoneInfo(sketch.zone)
    # The one who asks sees it at once, so that a countdown in words is true.
    away = say.distance(at - now)
    return (
        Text(f"{say.wall_time(at, zone)} {say.city(sketch.zone)}"),
        Text(" · ", local_only=True),
        Time(at, say.moment(at, zone), local_only=True),
        Text(" ("),
        Time(at, away, TimeStyle.RELATIVE),
        Text(")"),
    )


def _clock(at: datetime, zone: str, own: datetime, say: Translator) -> str:
    """The time of day in a zone, with the day of the week where that is another one than in one's own."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M}" if local.date() == own.date() else f"{say.weekday(local.weekday())} {local:%H:%M}"
