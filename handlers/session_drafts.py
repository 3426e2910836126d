"""The set-up of a session below /club new and /club edit: chosen with buttons, menus and words, until it is confirmed.

What is decided is kept as a draft, so that a set-up goes on after a restart, and on another device.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.club import ClubSession
from bot.domain.errors import UserError
from bot.domain.messages import Block, Button, ButtonRow, Message, Paragraph, rows_of, text
from bot.domain.session_drafts import NewSession, Reading, SessionDraft, SessionSketch, at_reading
from bot.locales import Translator
from bot.services.club_sessions import ClubSessions, Conflict
from bot.services.clubs import ClubAccess, Clubs
from bot.services.planned_sessions import PlannedSessions
from bot.services.session_draft_message import (
    Surroundings,
    conflict_message,
    draft_message,
    question_message,
    reading_label,
)
from bot.services.session_forms import QUESTIONS, session_form, shown_answers, with_answers
from bot.services.session_panels import PANELS, WRITTEN, panel_selects, with_options
from bot.services.session_templates import SessionTemplates
from bot.services.session_times import Said, said
from bot.services.session_words import read_papers
from handlers.arguments import read_date
from handlers.buttons import OLD_BUTTON, is_number, numbers
from handlers.club_access import asking
from handlers.command import Reply, Request

_PANELS_IN_A_ROW = 3
_LABEL_LIMIT = 80

Posted = Callable[[ClubAccess, ClubSession, SessionDraft, Translator], Awaitable[Reply]]
"""What is answered once a draft has become a session, or has changed one."""


@dataclass(frozen=True, slots=True)
class _At:
    """Where a press is: a draft, the access to its club, and what else the action says."""

    request: Request
    access: ClubAccess
    draft: SessionDraft
    rest: tuple[str, ...]


class SessionDraftReplies:
    """What is said of drafts, and what pressing and writing changes in them."""

    def __init__(
        self,
        clubs: Clubs,
        sessions: ClubSessions,
        planned: PlannedSessions,
        templates: SessionTemplates,
        posted: Posted,
    ) -> None:
        self._clubs = clubs
        self._sessions = sessions
        self._planned = planned
        self._templates = templates
        self._posted = posted

    async def begin(
        self, request: Request, access: ClubAccess, words: str, say: Translator, *, ask: bool = True
    ) -> Reply:
        """A new draft as these words describe it; where there are none, `ask` begins with questions."""
        found = self._said(words, access, say) if words else Said()
        papers, rest = read_papers(found.rest)
        reading = found.reading
        new = NewSession(
            title=rest,
            papers=papers,
            starts_at=reading.at if reading else None,
            zone=reading.zone if reading else None,
            rule=reading.rule if reading else None,
            length=reading.length if reading else None,
        )
        draft = await self._sessions.begin(access, new, found.choices)
        if not words and ask:
            return await self._written(request, access, draft, "guide", say)
        return await self.show(request, access, draft, say, note=found.note)

    async def move(
        self, request: Request, access: ClubAccess, draft: SessionDraft, words: str, say: Translator
    ) -> Reply:
        """The draft at another time; where there are no words, it is asked for."""
        if not words:
            return await self._written(request, access, draft, "when", say)
        draft, note = await self._timed(access, draft, words, say)
        return await self.show(request, access, draft, say, note=note)

    async def press(self, request: Request, say: Translator) -> Reply:
        """`cs:d:DRAFT` shows a draft, `cs:d:DRAFT:PANEL` what can be chosen there, `cs:d:DRAFT:PANEL:write` asks for it
        in writing; what was picked or written is taken over first."""
        number, *rest = request.action.split(":")[2:]
        (draft_id,) = numbers(f"d:{number}", 1)
        access = await self._clubs.enter_club(asking(request), await self._sessions.community_of_draft(draft_id))
        draft = await self._sessions.draft(access, draft_id)
        at = _At(request, access, draft, tuple(rest))
        match rest:
            case ["post"]:
                return await self._confirm(at, say)
            case ["mine", version] if is_number(version):
                return await self._confirm(at, say, over=int(version))
            case ["cancel"]:
                await self._sessions.give_up(access, draft.id)
                return _sentence(say.gettext("Nothing was posted, and nothing is changed."))
            case ["at", place, moment]:
                return await self._chosen(at, place, moment, say)
            case ["more"]:
                return replace(await self.show(request, access, draft, say, full=True), replaces=True)
        if draft.confirmed:
            return await self._confirm(at, say)
        return await self._on_panel(at, say)

    async def show(
        self,
        request: Request,
        access: ClubAccess,
        draft: SessionDraft,
        say: Translator,
        *,
        note: str = "",
        full: bool = False,
    ) -> Reply:
        """The draft: with a question while its time is open, with `full` a button for everything else too."""
        _, action, there = say.gettext, f"cs:d:{draft.id}", await self._surroundings(request, access, draft, say)
        cancel = Button(_("✖ Cancel"), f"{action}:cancel")
        if draft.readings or draft.sketch.starts_at is None:
            choices = [
                Button(reading_label(one, say)[:_LABEL_LIMIT], f"{action}:at:{place}:{int(one.at.timestamp())}")
                for place, one in enumerate(draft.readings)
            ]
            write = Button(_("✍️ Write when"), f"{action}:when:write", opens_form=True)
            return Reply(
                replace(question_message(draft, there, say, note), buttons=(*rows_of(choices, 1), (write, cancel)))
            )
        message = draft_message(draft, there, say, now=access.now)
        message = _with_notes(message, [note] if note else [])
        confirm = Button(_("✅ Post it") if draft.base is None else _("✅ Save"), f"{action}:post")
        if draft.base is None and not full:
            return Reply(replace(message, buttons=((confirm, Button(_("✏️ Change"), f"{action}:more"), cancel),)))
        panels = [
            Button(_(label), f"{action}:{panel}:write" if panel in WRITTEN else f"{action}:{panel}", panel in WRITTEN)
            for panel, label in PANELS.items()
            if panel != "repeat" or draft.base is None or draft.following
        ]
        return Reply(replace(message, buttons=(*rows_of(panels, _PANELS_IN_A_ROW), (confirm, cancel))))

    # Choosing and writing

    async def _on_panel(self, at: _At, say: Translator) -> Reply:
        request, access, draft = at.request, at.access, at.draft
        panel = at.rest[0] if at.rest else ""
        if at.rest[1:] == ("write",) and not request.answers:
            return await self._written(request, access, draft, panel, say)
        if request.picked:
            draft = await self._picked(at, say)
        note = ""
        notes: list[str] = []
        if request.answers:
            draft, note, notes = await self._answered(at, panel, say)
        if not panel or panel in (*WRITTEN, "guide") or (request.answers and panel != "tpl"):
            full = bool(panel) and panel != "guide"
            shown = await self.show(request, access, draft, say, note=note, full=full)
        else:
            shown = await self._panel(request, access, draft, panel, say)
        return replace(shown, message=_with_notes(shown.message, notes), replaces=True)

    async def _panel(
        self, request: Request, access: ClubAccess, draft: SessionDraft, panel: str, say: Translator
    ) -> Reply:
        _, action = say.gettext, f"cs:d:{draft.id}:{panel}"
        there = await self._surroundings(request, access, draft, say)
        templates = [(one.id, one.name) for one in await self._templates.of_club(access)] if panel == "tpl" else []
        selects = panel_selects(
            panel,
            draft.sketch,
            say,
            action=action,
            chats=there.chats,
            templates=templates,
            recurs=draft.following,
        )
        row: ButtonRow = (Button(_("◀ Done"), f"cs:d:{draft.id}:more"),)
        if panel in QUESTIONS and (panel != "repeat" or draft.sketch.rule is not None):
            labels = {"repeat": _("✍️ Leave days out"), "tpl": _("💾 Keep this as a template")}
            row = (*row, Button(labels.get(panel, _("✍️ Write")), f"{action}:write", opens_form=True))
        message = draft_message(draft, there, say, now=access.now)
        return Reply(replace(message, selects=selects, buttons=(row,)))

    async def _written(
        self, request: Request, access: ClubAccess, draft: SessionDraft, panel: str, say: Translator
    ) -> Reply:
        """The questions of a panel."""
        if panel not in QUESTIONS:
            raise UserError(OLD_BUTTON)
        title = say.gettext("A new session") if draft.base is None else say.gettext("The session")
        action = f"cs:d:{draft.id}:{panel}"
        form = session_form(
            QUESTIONS[panel], draft.sketch, say, title=title, action=action, secret=not request.chat.private
        )
        return Reply(Message(()), form=form)

    async def _picked(self, at: _At, say: Translator) -> SessionDraft:
        for option, on in at.request.picked.items():
            name, _, template = option.partition("-")
            if name == "tpl" and on and is_number(template):
                return await self._templates.apply(at.access, at.draft.id, int(template))
        kept = at.draft.base.chats if at.draft.base else ()  # a card that is there is not taken away

        def pick(draft: SessionDraft) -> SessionDraft:
            sketch = with_options(draft.sketch, at.request.picked)
            return replace(draft, sketch=replace(sketch, chats=(*sketch.chats, *kept)))

        return await self._sessions.change(at.access, at.draft.id, pick)

    async def _answered(self, at: _At, panel: str, say: Translator) -> tuple[SessionDraft, str, list[str]]:
        """The draft with what was written, what is not clear of its time, and what else is to be said."""
        access, draft = at.access, at.draft
        shown = shown_answers(at.request.answers, draft.sketch, say, secret=not at.request.chat.private)
        answers = {
            key: typed for key, typed in at.request.answers.items() if typed.strip() != shown.get(key, "").strip()
        }
        if panel == "tpl":
            template = await self._templates.keep(access, draft.id, answers.get("template", "…"))
            return draft, "", [say.gettext("It is kept as the template “{name}”.", name=template.name)]
        note, notes = "", list[str]()
        when = answers.pop("when", "")
        if when:
            draft, note = await self._timed(access, draft, when, say)
        today = access.now.astimezone(ZoneInfo(access.community.zone)).date()

        def write(draft: SessionDraft) -> SessionDraft:
            sketch, mistakes = with_answers(draft.sketch, answers, read_day=_read_day, today=today)
            notes.extend("⚠️ " + say.gettext(one.text, **one.values) for one in mistakes)
            return replace(draft, sketch=sketch)

        if answers:
            draft = await self._sessions.change(access, draft.id, write)
        return draft, note, notes

    # When it is

    def _said(self, words: str, access: ClubAccess, say: Translator) -> Said:
        community = access.community
        return said(words, say, now=access.now, zone=community.zone, languages=community.languages)

    async def _timed(
        self, access: ClubAccess, draft: SessionDraft, words: str, say: Translator
    ) -> tuple[SessionDraft, str]:
        """The draft with the time that was said, or with those to ask about, and what is not clear."""
        found = self._said(words, access, say)

        def time(draft: SessionDraft) -> SessionDraft:
            if found.reading is None:
                return replace(draft, readings=found.choices)
            return replace(draft, sketch=_with_reading(draft, found.reading), readings=())

        return await self._sessions.change(access, draft.id, time), found.note

    async def _chosen(self, at: _At, place: str, moment: str, say: Translator) -> Reply:
        """One of the times that were asked about."""
        readings, number = at.draft.readings, int(place) if is_number(place) else -1
        if not 0 <= number < len(readings) or str(int(readings[number].at.timestamp())) != moment:
            raise UserError(OLD_BUTTON)
        reading = readings[number]

        def take(draft: SessionDraft) -> SessionDraft:
            return replace(draft, sketch=_with_reading(draft, reading), readings=())

        draft = await self._sessions.change(at.access, at.draft.id, take)
        return replace(await self.show(at.request, at.access, draft, say), replaces=True)

    # Confirming

    async def _confirm(self, at: _At, say: Translator, *, over: int | None = None) -> Reply:
        done = await self._sessions.confirm(at.access, at.draft.id, over=over)
        if isinstance(done, ClubSession):
            return await self._posted(at.access, done, at.draft, say)
        return await self._conflict(at, done, say)

    async def _conflict(self, at: _At, conflict: Conflict, say: Translator) -> Reply:
        there = await self._surroundings(at.request, at.access, at.draft, say)
        session = conflict.session
        buttons = (
            Button(say.gettext("Apply mine"), f"cs:d:{at.draft.id}:mine:{session.version}"),
            Button(say.gettext("Keep theirs"), f"cs:d:{at.draft.id}:cancel"),
        )
        return Reply(replace(conflict_message(conflict, there, say), buttons=(buttons,)), replaces=True)

    async def _surroundings(
        self, request: Request, access: ClubAccess, draft: SessionDraft, say: Translator
    ) -> Surroundings:
        session = await self._planned.get(access, draft.session_id) if draft.session_id is not None else None
        return Surroundings(
            await self._planned.chats(access, say),
            access.community.zone,
            await self._planned.zones(access),
            secret=not request.chat.private,
            number=session.number if session else None,
        )


def _with_reading(draft: SessionDraft, reading: Reading) -> SessionSketch:
    """The draft's sketch at this time. One of a series that is changed alone does not come to recur by itself."""
    alone = draft.base is not None and not draft.following
    return at_reading(draft.sketch, replace(reading, rule=None) if alone else reading)


def _with_notes(message: Message, notes: list[str]) -> Message:
    blocks: tuple[Block, ...] = tuple(Paragraph(text(note)) for note in notes)
    return replace(message, blocks=(*blocks, *message.blocks))


def _read_day(words: str, today: date) -> date | None:
    return read_date(words, today=today)


def _sentence(words: str) -> Reply:
    return Reply(Message((Paragraph(text(words)),)), replaces=True)
