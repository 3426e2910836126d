"""What organisers do with a session or series that there is: a panel with a button for everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.club import ClubSession, SessionState
from bot.domain.errors import UserError
from bot.domain.forms import Form, Question
from bot.domain.messages import (
    MOST_OPTIONS,
    Block,
    Button,
    ButtonRow,
    Heading,
    Message,
    Option,
    Paragraph,
    Select,
    text,
)
from bot.domain.session_series import SessionSeries
from bot.domain.text import cut
from bot.locales import Translator
from bot.services.club_sessions import ClubSessions
from bot.services.clubs import ClubAccess
from bot.services.planned_sessions import REASON_LIMIT, PlannedSessions
from bot.services.session_message import numbered_title, when_line
from bot.services.session_series import SessionSeriesBook
from bot.services.session_words import rule_words
from handlers.arguments import read_date
from handlers.buttons import OLD_BUTTON, is_number
from handlers.command import Reply, Request
from handlers.session_drafts import SessionDraftReplies

_TITLE = 200
_CHAT = 40


class SessionCare:
    """Answers the presses below a session's panel. Everything in it is for organisers."""

    def __init__(
        self,
        sessions: ClubSessions,
        planned: PlannedSessions,
        series: SessionSeriesBook,
        drafts: SessionDraftReplies,
    ) -> None:
        self._sessions = sessions
        self._planned = planned
        self._series = series
        self._drafts = drafts

    async def panel(self, access: ClubAccess, session: ClubSession, note: str, say: Translator) -> Reply:
        """A session with a button for everything that can be done with it."""
        access.require_organiser()
        series = await self._series.get(access, session.series_id) if session.series_id is not None else None
        blocks: list[Block] = [Paragraph(text(note))] if note else []
        blocks.append(Heading(text(cut(numbered_title(session, say), _TITLE)), level=1))
        blocks.append(Paragraph(when_line(session.plan, say)))
        blocks += [Paragraph(text(words)) for words in _state(session, series, access, say)]
        return Reply(Message(tuple(blocks), tuple(_rows(session, series, access, say))))

    async def on_session(
        self, request: Request, access: ClubAccess, session: ClubSession, verb: str, say: Translator
    ) -> Reply:
        """Does what a button below the panel says."""
        access.require_organiser()
        sessions, drafts = self._sessions, self._drafts
        match verb:
            case "manage":
                return replace(await self.panel(access, session, "", say), replaces=True)
            case "edit" | "all":
                draft = await sessions.begin_edit(access, session, following=verb == "all")
                return replace(await drafts.show(request, access, draft, say), replaces=True)
            case "move":
                return await drafts.move(request, access, await sessions.begin_edit(access, session), "", say)
            case "copy":
                return await drafts.move(request, access, await sessions.begin_again(access, session), "", say)
            case "cancel":
                return replace(self.ask_to_cancel(session, say), replaces=True)
            case "why":
                return _reason_form(session, say)
            case "off":
                reason = request.answers.get("reason", "")
                return replace(await self.cancel(access, session, reason, say), replaces=True)
            case "on":
                session = await self._planned.restore(access, session.id)
                note = say.gettext("The session takes place after all.")
                return replace(await self.panel(access, session, note, say), replaces=True)
            case "chats":
                return await self._chats(request, access, session, say)
        raise UserError(OLD_BUTTON)

    async def on_series(
        self, request: Request, access: ClubAccess, session: ClubSession, verb: str, say: Translator
    ) -> Reply:
        """Does something with the series that a session is of."""
        access.require_organiser()
        if session.series_id is None:
            raise UserError(OLD_BUTTON)
        series = await self._series.get(access, session.series_id)
        match verb:
            case "end":
                return replace(_ask_to_end(session, series, say), replaces=True)
            case "over":
                await self._series.end(access, series.id)
                note = say.gettext("The series has ended. What was posted already takes place unless you cancel it.")
                return replace(await self.panel(access, session, note, say), replaces=True)
            case "skip" if not request.answers:
                question = Question(
                    "day", say.gettext("Which day is left out"), hint="2026-12-26", required=True, longest=40
                )
                form = Form(say.gettext("Leave a day out"), f"cs:r:{session.id}:skip", (question,))
                return Reply(Message(()), form=form)
            case "skip":
                return await self._skip(request, access, session, series, say)
        raise UserError(OLD_BUTTON)

    async def cancel(self, access: ClubAccess, session: ClubSession, reason: str, say: Translator) -> Reply:
        """The session does not take place. Everybody concerned is told, and it can be taken back."""
        session = await self._planned.cancel(access, session.id, reason)
        note = say.gettext("The session is cancelled. Its card stays and says so.")
        return await self.panel(access, session, note, say)

    def ask_to_cancel(self, session: ClubSession, say: Translator) -> Reply:
        """Asks before anybody is told."""
        _, action = say.gettext, f"cs:s:{session.id}"
        words = _(
            "Cancel “{session}”? Those who are going, may come or wait are told.", session=numbered_title(session, say)
        )
        buttons: ButtonRow = (
            Button(_("❌ Cancel it"), f"{action}:off"),
            Button(_("✍️ Say why"), f"{action}:why", opens_form=True),
            Button(_("◀ Leave it"), f"{action}:manage"),
        )
        return Reply(Message((Paragraph(text(cut(words, 600))),), (buttons,)))

    async def _chats(self, request: Request, access: ClubAccess, session: ClubSession, say: Translator) -> Reply:
        """Where the session is shown, to be chosen. A card that is taken off stays as a message that says so."""
        wanted = {int(value): on for value, on in request.picked.items() if is_number(value)}
        if wanted:
            await self._planned.show_in(access, session.id, wanted)
        _, shown = say.gettext, await self._planned.shown_in(session)
        chats = list((await self._planned.chats(access, say)).items())[:MOST_OPTIONS]
        options = tuple(Option(cut(name, _CHAT), str(id_), id_ in shown) for id_, name in chats)
        words = Paragraph(
            text(
                _(
                    "Choose the chats that show the session. Where you take it off, its message says so and loses its "
                    "buttons; choose the chat again to put it back."
                )
            )
        )
        selects = (
            (Select(_("Where it is shown"), f"cs:s:{session.id}:chats", options, several=True),) if options else ()
        )
        back = Button(_("◀ Done"), f"cs:s:{session.id}:manage")
        return Reply(Message((words,), ((back,),), selects), replaces=True)

    async def _skip(
        self, request: Request, access: ClubAccess, session: ClubSession, series: SessionSeries, say: Translator
    ) -> Reply:
        typed = request.answers.get("day", "")
        day = read_date(typed, today=access.now.astimezone(ZoneInfo(series.rule.zone)).date())
        if day is None:
            raise UserError(
                "I do not understand “{words}” as a day. Write for example: 2026-12-26", words=cut(typed, 40)
            )
        await self._series.skip(access, series.id, day)
        note = say.gettext("{day} is left out.", day=say.date(day))
        return replace(await self.panel(access, session, note, say), replaces=True)


def series_line(series: SessionSeries, say: Translator) -> str:
    """A series in a line: what it is called, and how it recurs."""
    words = f"{rule_words(series.rule, say)} ({say.city(series.rule.zone)})"
    return f"{cut(series.template.title, _CHAT)}: {words}" if series.template.title else words


def _state(session: ClubSession, series: SessionSeries | None, access: ClubAccess, say: Translator) -> Iterator[str]:
    _ = say.gettext
    if session.state is SessionState.CANCELLED:
        yield _("❌ Cancelled: {reason}", reason=session.reason) if session.reason else _("❌ Cancelled")
    elif session.is_over(access.now):
        yield _("✔️ It took place.")
    if series is not None:
        yield f"🔁 {rule_words(series.rule, say)}"
        if series.ended_at is not None:
            yield _("The series has ended: no more sessions are drawn up.")


def _rows(
    session: ClubSession, series: SessionSeries | None, access: ClubAccess, say: Translator
) -> Iterator[ButtonRow]:
    _, action = say.gettext, f"cs:s:{session.id}"
    copy = Button(_("📑 Copy"), f"{action}:copy", opens_form=True)
    if session.is_over(access.now):
        yield (copy,)
        return
    chats = Button(_("💬 Chats"), f"{action}:chats")
    if session.state is SessionState.CANCELLED:
        yield (Button(_("↩️ It takes place after all"), f"{action}:on"),)
        yield (copy, chats)
        return
    move = Button(_("🕘 Move"), f"{action}:move", opens_form=True)
    cancel = Button(_("❌ Cancel it"), f"{action}:cancel")
    if series is None:
        yield (Button(_("✏️ Change"), f"{action}:edit"), move, cancel)
    else:
        only, following = _("✏️ Only this one"), _("✏️ This and all that follow")
        yield (Button(only, f"{action}:edit"), Button(following, f"{action}:all"))
        yield (move, cancel)
    yield (copy, chats)
    if series is not None and series.ended_at is None:
        skip = Button(_("⏭ Leave a day out"), f"cs:r:{session.id}:skip", opens_form=True)
        yield (skip, Button(_("⏹ End the series"), f"cs:r:{session.id}:end"))


def _reason_form(session: ClubSession, say: Translator) -> Reply:
    question = Question("reason", say.gettext("Why it does not take place"), required=True, longest=REASON_LIMIT)
    return Reply(Message(()), form=Form(say.gettext("Cancel the session"), f"cs:s:{session.id}:off", (question,)))


def _ask_to_end(session: ClubSession, series: SessionSeries, say: Translator) -> Reply:
    _ = say.gettext
    words = _(
        "End the series “{series}”? No more sessions are drawn up, and those that nobody was shown yet are dropped.",
        series=series_line(series, say),
    )
    yes, no = Button(_("⏹ End it"), f"cs:r:{session.id}:over"), Button(_("◀ Leave it"), f"cs:s:{session.id}:manage")
    return Reply(Message((Paragraph(text(words)),), ((yes, no),)))
