"""/club reminders: when people are reminded and where, who was, and who came."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.errors import UserError
from bot.domain.messages import Message, Paragraph, text
from bot.locales import N_, Translator
from bot.services.clubs import ClubAccess, Clubs
from bot.services.reminder_panels import attendance_message, club_reminders, ledger_message, my_reminders
from bot.services.reminder_settings import ReminderSettings
from handlers.buttons import OLD_BUTTON, is_number, numbers
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler


class ClubReminderHandlers:
    """Answers /club reminders, the links that lead here, and the presses of what stands below the answers."""

    def __init__(self, clubs: Clubs, settings: ReminderSettings) -> None:
        self._clubs = clubs
        self._settings = settings

    def subcommands(self) -> tuple[Command, ...]:
        return (Command("reminders", N_("When you are reminded of sessions, and where"), self._answer),)

    def actions(self) -> dict[str, Handler]:
        return {"cr": self._press}

    def starts(self) -> dict[str, Handler]:
        return {"club": self._start}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        return await self._mine(await self._clubs.enter(asking(request), say.language), say)

    async def _start(self, request: Request, say: Translator) -> Reply:
        """`/start club-SESSION`: by a link from where a session is shown. That they have come is what matters."""
        (session_id,) = numbers(request.text.replace("-", ":"), 1)
        access, _session = await self._clubs.enter_session(asking(request), session_id)
        return await self._mine(access, say)

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`cr:PANEL:COMMUNITY` and `cr:here|set|was|who|log:SESSION…`."""
        _head, _, rest = request.action.partition(":")
        verb, _, arguments = rest.partition(":")
        match verb:
            case "here" | "set":
                (session_id,) = numbers(f"cr:{arguments}", 1)
                access, _session = await self._clubs.enter_session(asking(request), session_id)
                return await self._mine(access, say, session_id)
            case "log":
                session_id, page = numbers(f"cr:{arguments}", 2)
                access, session = await self._clubs.enter_session(asking(request), session_id)
                ledger = await self._settings.ledger(access, session, page)
                return _private(ledger_message(ledger, session.plan.zone, say), replaces=True)
            case "was" | "who":
                session_id, number = numbers(f"cr:{arguments}", 2)
                return await self._attendance(verb, session_id, number, request, say)
        (community_id,) = numbers(f"cr:{arguments}", 1)
        return await self._panel(verb, await self._clubs.enter_club(asking(request), community_id), request, say)

    async def _panel(self, verb: str, access: ClubAccess, request: Request, say: Translator) -> Reply:
        match verb:
            case "me":
                return replace(await self._mine(access, say), replaces=True)
            case "mine":
                standing = await self._settings.choose(access, _picked(request))
            case "usual":
                standing = await self._settings.as_the_club(access)
            case "club":
                return _private(
                    club_reminders(await self._settings.choose_for_club(access, _picked(request)), say), replaces=True
                )
            case "last":
                return await self._last(access, say)
            case _:
                raise UserError(OLD_BUTTON)
        return _private(my_reminders(standing, access.community.id, say, organiser=access.organiser), replaces=True)

    async def _mine(self, access: ClubAccess, say: Translator, session_id: int | None = None) -> Reply:
        standing = await self._settings.standing(access)
        message = my_reminders(standing, access.community.id, say, organiser=access.organiser)
        return Reply(message, private=True, start=f"club-{session_id}" if session_id else "")

    async def _last(self, access: ClubAccess, say: Translator) -> Reply:
        access.require_organiser()
        session = await self._settings.session_to_show(access)
        if session is None:
            raise UserError("No session is planned yet.")
        ledger = await self._settings.ledger(access, session, 1)
        return _private(ledger_message(ledger, session.plan.zone, say))

    async def _attendance(self, verb: str, session_id: int, number: int, request: Request, say: Translator) -> Reply:
        """`cr:was:SESSION:1` says that the one who presses came, `cr:who:SESSION:PART` who of others did."""
        access, session = await self._clubs.enter_session(asking(request), session_id)
        if verb == "who":
            came = {int(one): on for one, on in request.picked.items() if is_number(one)}
            people = await self._settings.tick(access, session, came)
            return _private(attendance_message(session, people, say), replaces=True)
        await self._settings.was_there(access, session, came=bool(number))
        words = (
            say.gettext("Noted: you were there. Thank you!") if number else say.gettext("Noted: you were not there.")
        )
        return _private(Message((Paragraph(text(words)),)), replaces=True)


def _picked(request: Request) -> dict[timedelta, bool]:
    """The leads that were put on or off. Raises UserError where one is none."""
    if not all(one.isascii() and one.isdigit() and len(one) < 9 for one in request.picked):
        raise UserError(OLD_BUTTON)
    return {timedelta(seconds=int(one)): on for one, on in request.picked.items()}


def _private(message: Message, *, replaces: bool = False) -> Reply:
    return Reply(message, private=True, replaces=replaces)
