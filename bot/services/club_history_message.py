"""How a club's past and its numbers look before any platform."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.club_history import ClubFigures, Turnout
from bot.domain.messages import Block, Heading, Line, ListBlock, Message, Paragraph, Text, text
from bot.domain.pages import Page
from bot.domain.text import cut
from bot.locales import Translator
from bot.services.club_history import DRAWN, PastSession
from bot.services.material_message import material_line
from bot.services.session_message import numbered_title, paper_lines

PAPERS_SHOWN = 3
MATERIALS_SHOWN = 3
SPEAKERS_SHOWN = 5
NAME_LIMIT = 40
TITLE_LIMIT = 150


def history_message(page: Page[PastSession], say: Translator) -> Message:
    """A page of the sessions that took place."""
    _ = say.gettext
    title = Heading(text(_("What the club has discussed")), level=1)
    if not page.total:
        return Message((title, Paragraph(text(_("There has been no session yet.")))))
    counted = [say.ngettext("{number} session", "{number} sessions", page.total)]
    if page.pages > 1:
        counted.append(_("page {page} of {pages}", page=page.number, pages=page.pages))
    entries = tuple(_past(one, say) for one in page.shown)
    return Message((title, Paragraph(text(" · ".join(counted), italic=True)), ListBlock(entries)))


def figures_message(figures: ClubFigures, say: Translator, zone: str, *, drawn: bool) -> Message:
    """The club in numbers. `drawn`: a picture comes along, whose colours are explained."""
    _ = say.gettext
    blocks: list[Block] = [Heading(text(_("The club in numbers")), level=1)]
    if not figures.sessions:
        return Message((*blocks, Paragraph(text(_("There has been no session yet.")))))
    first = _day(figures.sessions[0].at, zone, say)
    counted = say.ngettext("{number} session", "{number} sessions", len(figures.sessions))
    lines: list[Line] = [(Text(counted, bold=True), Text(" " + _("since {day}", day=first)))]
    if figures.best:
        average = say.ngettext("{number} person on average", "{number} people on average", figures.average)
        most = figures.best.turnout.going
        best = _("at most {people} (session {number})", people=say.number(most), number=figures.best.number)
        lines.append(text(f"{average}, {best}"))
    lines += [text(words) for words in _counts(figures, say)]
    blocks.append(ListBlock(tuple((line,) for line in lines)))
    if drawn:
        blocks.append(Paragraph(text(_legend(figures, say), italic=True)))
    return Message(tuple(blocks))


def _counts(figures: ClubFigures, say: Translator) -> list[str]:
    words = [
        say.ngettext("{number} person took part", "{number} different people took part", figures.people),
        say.ngettext("{number} speaker", "{number} speakers", figures.speakers),
        say.ngettext("{number} paper", "{number} papers", figures.papers),
        say.ngettext("{number} material kept", "{number} materials kept", figures.materials),
    ]
    numbers = (figures.people, figures.speakers, figures.papers, figures.materials)
    return [one for one, number in zip(words, numbers, strict=True) if number]


def _legend(figures: ClubFigures, say: Translator) -> str:
    """What the colours of the picture mean."""
    _ = say.gettext
    shown = figures.sessions[-DRAWN:]
    parts = [_("🟦 going")]
    if any(one.turnout.waiting for one in shown):
        parts.append(_("🟧 on the waitlist"))
    if any(one.turnout.were_there is not None for one in shown):
        parts.append(_("🟢 were there"))
    if any(one.turnout.speaking for one in shown):
        parts.append(_("🔺 speakers"))
    return _("In the picture, by the numbers of the sessions: {parts}", parts=" · ".join(parts))


def _past(one: PastSession, say: Translator) -> tuple[Line, ...]:
    session, plan = one.session, one.session.plan
    title = cut(numbered_title(session, say), TITLE_LIMIT)
    lines: list[Line] = [(Text(title, bold=True), Text(f" · {_day(plan.starts_at, plan.zone, say)}"))]
    lines += paper_lines(plan.papers[:PAPERS_SHOWN])
    if one.speakers:
        names = [cut(" ".join(name.split()), NAME_LIMIT) or "…" for name in one.speakers[:SPEAKERS_SHOWN]]
        lines.append(text(f"🎤 {say.listing(names)}"))
    lines.append(text(_turnout(one.turnout, say)))
    lines += [material_line(material, say) for material in one.materials[:MATERIALS_SHOWN]]
    if len(one.materials) > MATERIALS_SHOWN:
        rest = len(one.materials) - MATERIALS_SHOWN
        lines.append(text(say.ngettext("and {number} more", "and {number} more", rest)))
    return tuple(lines)


def _turnout(turnout: Turnout, say: Translator) -> str:
    words = [say.ngettext("{number} person was going", "{number} people were going", turnout.going)]
    if turnout.were_there is not None:
        words.append(say.ngettext("{number} was there", "{number} were there", turnout.were_there))
    return "✅ " + " · ".join(words)


def _day(moment: datetime, zone: str, say: Translator) -> str:
    return say.date(moment.astimezone(ZoneInfo(zone)).date())
