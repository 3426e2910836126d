"""/club new, edit, move, cancel, copy and sessions: drawing sessions up, and looking after those that there are."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.domain.club import ClubSession, SessionState
from bot.domain.errors import UserError
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
    rows_of,
    text,
)
from bot.domain.pages import page_of
from bot.domain.session_drafts import NewSession, SessionDraft
from bot.domain.text import cut
from bot.locales import N_, Translator, month_names
from bot.services.club_sessions import ClubSessions
from bot.services.clubs import ClubAccess, Clubs
from bot.services.planned_sessions import PlannedSessions
from bot.services.session_cards import SessionCards
from bot.services.session_message import numbered_title, when_line
from bot.services.session_series import SessionSeriesBook
from bot.services.session_templates import SessionTemplates
from handlers.buttons import OLD_BUTTON, numbers
from handlers.calendars import session_number
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler, Option
from handlers.session_care import SessionCare, series_line
from handlers.session_drafts import SessionDraftReplies
from handlers.session_templates import ACTION, SessionTemplateReplies

PAGE = 8
"""Sessions on a page of /club sessions."""
_IN_A_ROW = 4
_TITLE = 80
_NUMBER = re.compile(r"[#№]?(\d{1,6})(?=\s|$)")

Act = Callable[[Request, ClubAccess, ClubSession, Translator], Awaitable[Reply]]
"""What an organiser does with a session."""


class SessionHandlers:
    """Answers what organisers ask of sessions, and shows them to everybody."""

    def __init__(
        self,
        clubs: Clubs,
        sessions: ClubSessions,
        *,
        planned: PlannedSessions,
        series: SessionSeriesBook,
        cards: SessionCards,
        templates: SessionTemplates,
    ) -> None:
        self._clubs = clubs
        self._cards = cards
        self._sessions = sessions
        self._planned = planned
        self._series = series
        self._drafts = SessionDraftReplies(clubs, sessions, planned, templates, self._posted)
        self._template_replies = SessionTemplateReplies(templates)
        self._care = SessionCare(sessions, planned, series, self._drafts)

    def subcommands(self) -> tuple[Command, ...]:
        when = Option("when", N_("For example: next Saturday 18:00, or every second Tuesday 19:30"))
        number = Option("number", N_("The number of a session; nothing means the next one"))
        reason = Option("reason", N_("Why it does not take place"))
        return (
            Command("sessions", N_("The sessions to come"), self._list),
            Command("new", N_("Draw up a session or a series"), self._new, (when,), opens_form=True),
            Command("edit", N_("Change a session"), self._edit, (number,)),
            Command("move", N_("Move a session to another time"), self._move, (number, when), opens_form=True),
            Command("cancel", N_("Cancel a session"), self._cancel, (number, reason)),
            Command("copy", N_("Draw up a session like an earlier one"), self._copy, (number, when), opens_form=True),
        )

    def actions(self) -> dict[str, Handler]:
        return {"cs": self._press}

    async def show(self, request: Request, say: Translator) -> Reply:
        """The next session as a card with its buttons, for organisers with one more."""
        access = await self._clubs.enter(asking(request), say.language)
        session = next((one for one in await self._planned.upcoming(access) if one.state is SessionState.PLANNED), None)
        if session is not None:
            return await self._card(access, session, say)
        words = Paragraph(text(say.gettext("No session is planned yet.")))
        if not access.organiser:
            return Reply(Message((words,)))
        return Reply(Message((words,), ((Button(say.gettext("➕ New session"), "cs:new", opens_form=True),),)))

    async def draw_up(self, request: Request, access: ClubAccess, new: NewSession, say: Translator) -> Reply:
        """Begins a session that is like this. Raises UserError for who does not organise the club."""
        return await self._drafts.show(request, access, await self._sessions.begin(access, new), say)

    # What people type

    async def _new(self, request: Request, say: Translator) -> Reply:
        access = await self._clubs.enter(asking(request), say.language)
        access.require_organiser()
        return await self._drafts.begin(request, access, _typed(request), say)

    async def _edit(self, request: Request, say: Translator) -> Reply:
        async def edit(_request: Request, access: ClubAccess, session: ClubSession, say: Translator) -> Reply:
            return await self._care.panel(access, session, "", say)

        return await self._named(request, _typed(request), edit, say)

    async def _move(self, request: Request, say: Translator) -> Reply:
        number, words = _number_and_words(request, "when")

        async def move(request: Request, access: ClubAccess, session: ClubSession, say: Translator) -> Reply:
            draft = await self._sessions.begin_edit(access, session)
            return await self._drafts.move(request, access, draft, words, say)

        return await self._named(request, number, move, say)

    async def _cancel(self, request: Request, say: Translator) -> Reply:
        number, words = _number_and_words(request, "reason")

        async def cancel(request: Request, access: ClubAccess, session: ClubSession, say: Translator) -> Reply:
            return (
                await self._care.cancel(access, session, words, say)
                if words
                else self._care.ask_to_cancel(session, say)
            )

        return await self._named(request, number, cancel, say)

    async def _copy(self, request: Request, say: Translator) -> Reply:
        number, words = _number_and_words(request, "when")

        async def copy(request: Request, access: ClubAccess, session: ClubSession, say: Translator) -> Reply:
            draft = await self._sessions.begin_again(access, session)
            return await self._drafts.move(request, access, draft, words, say)

        return await self._named(request, number, copy, say, newest=True)

    async def _named(self, request: Request, number: str, act: Act, say: Translator, *, newest: bool = False) -> Reply:
        """Does something with the session of that number, without one with the next one that is planned; or with the
        `newest`."""
        access = await self._clubs.enter(asking(request), say.language)
        access.require_organiser()
        wanted = session_number(number)
        if wanted is not None:
            return await act(request, access, await self._planned.numbered(access, wanted), say)
        if newest:
            found = await self._planned.newest(access)
        else:
            coming = await self._planned.upcoming(access)
            found = next((one for one in coming if one.state is SessionState.PLANNED), next(iter(coming), None))
        if found is None:
            raise UserError("No session is planned yet. /club new draws one up.")
        return await act(request, access, found, say)

    # What is listed

    async def _list(self, request: Request, say: Translator) -> Reply:
        return await self._page(request, 1, say)

    async def _page(self, request: Request, page: int, say: Translator) -> Reply:
        """The sessions to come, so many on a page, and the club's series on the first."""
        _ = say.gettext
        access = await self._clubs.enter(asking(request), say.language)
        coming = await self._planned.upcoming(access)
        new: ButtonRow = ()
        if access.organiser:
            new = (Button(_("➕ New session"), "cs:new", opens_form=True), Button(_("📋 Templates"), ACTION))
        if not coming:
            message = Message((Paragraph(text(_("No session is planned yet."))),), (new,) if new else ())
            return Reply(message)
        here = page_of(coming, page, PAGE)
        entries = tuple((_listed(one, say), when_line(one.plan, say, countdown=False)) for one in here.shown)
        blocks: list[Block] = [Heading(text(_("Sessions to come")), level=1), ListBlock(entries)]
        series = await self._series.of_club(access) if here.number == 1 else []
        if series:
            words = tuple((text(f"🔁 {series_line(one, say)}"),) for one in series)
            blocks.append(ListBlock(words))
        buttons = [Button(str(one.number), f"cs:s:{one.id}") for one in here.shown]
        turn = page_buttons("cs:list", here.number, here.pages)
        rows = (*rows_of(buttons, _IN_A_ROW), *turn, *((new,) if new else ()))
        return Reply(Message(tuple(blocks), rows))

    async def _card(self, access: ClubAccess, session: ClubSession, say: Translator) -> Reply:
        card = await self._cards.card(access, session, say)
        buttons = card.buttons
        if access.organiser:
            buttons = (*buttons, (Button(say.gettext("✏️ Edit…"), f"cs:s:{session.id}:manage"),))
        return Reply(replace(card, buttons=buttons))

    async def _posted(self, access: ClubAccess, session: ClubSession, draft: SessionDraft, say: Translator) -> Reply:
        """What an organiser sees once it is done."""
        _ = say.gettext
        if draft.base is not None:
            note = _("It is saved. The cards follow in a moment.")
        else:
            note = await self._where_it_is(access, session, say)
        return replace(await self._care.panel(access, session, note, say), replaces=True)

    async def _where_it_is(self, access: ClubAccess, session: ClubSession, say: Translator) -> str:
        """In which chats a session is posted, and what to do about those that cannot be written to."""
        _, shown = say.gettext, await self._planned.shown_in(session)
        chats, lost = await self._planned.chats(access, say), await self._planned.lost_chats(access, say)
        names = [name for id_, name in chats.items() if id_ in shown]
        missing = [cut(name, _TITLE) for id_, name in lost.items() if id_ in shown]
        words = [_("It is posted in {chats}.", chats=say.listing(names))] if names else []
        if missing:
            words.append(
                _(
                    "⚠️ I may not write in {chats} now. Add me there again, or let me write, and send /club there: the "
                    "session is kept, and its card is posted then.",
                    chats=say.listing(missing),
                )
            )
        return " ".join(words) or _("It is drawn up, and no chat shows it yet. Choose some below 💬 Chats.")

    # What is pressed

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`cs:d:…` goes on with a draft; `cs:s:SESSION:VERB` does something with a session, `cs:r:SERIES:VERB` with a
        series; `cs:list:PAGE` turns pages; `cs:new` draws one up; `cs:tpl` lists templates."""
        match request.action.split(":")[1:]:
            case ["d", _, *_]:
                return await self._drafts.press(request, say)
            case ["s", session_id]:
                access, session = await self._clubs.enter_session(asking(request), *numbers(f"s:{session_id}", 1))
                return replace(await self._card(access, session, say), replaces=True)
            case ["s", session_id, verb]:
                access, session = await self._clubs.enter_session(asking(request), *numbers(f"s:{session_id}", 1))
                return await self._care.on_session(request, access, session, verb, say)
            case ["r", session_id, verb]:
                access, session = await self._clubs.enter_session(asking(request), *numbers(f"r:{session_id}", 1))
                return await self._care.on_series(request, access, session, verb, say)
            case ["list", page]:
                return replace(await self._page(request, numbers(f"list:{page}", 1)[0], say), replaces=True)
            case ["new"]:
                return await self._new(request, say)
            case ["tpl", *rest]:
                access = await self._clubs.enter(asking(request), say.language)
                return await self._template_replies.press(request, access, tuple(rest), say)
        raise UserError(OLD_BUTTON)


def _listed(session: ClubSession, say: Translator) -> Line:
    title = cut(numbered_title(session, say), _TITLE)
    if session.state is SessionState.PLANNED:
        return text(title, bold=True)
    return (Text(title, strike=True), Text(" · " + say.gettext("cancelled")))


def _typed(request: Request) -> str:
    """What stands behind the command."""
    return (" ".join(request.options.values()) or request.text).strip()


def _number_and_words(request: Request, option: str) -> tuple[str, str]:
    """The number of a session, if one was typed first, and the rest."""
    if request.options:
        return request.options.get("number", ""), request.options.get(option, "").strip()
    typed = request.text.strip()
    match = _NUMBER.match(typed)
    rest = typed[match.end() :].strip() if match else typed
    return ("", typed) if match is None or _begins_with_month(rest) else (match[1], rest)


def _begins_with_month(words: str) -> bool:
    """Whether the number before these words is a day's: "5 December 18:00"."""
    return words.partition(" ")[0].rstrip(".,").casefold() in month_names()
