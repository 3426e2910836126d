"""/club calendar: addresses to subscribe to, and single sessions as links and files."""

from __future__ import annotations

import asyncio

from bot.domain.calendars import (
    Calendar,
    CalendarEvent,
    google_link,
    google_subscription,
    outlook_link,
    outlook_subscription,
)
from bot.domain.club import ClubSession
from bot.domain.errors import UserError
from bot.domain.files import File
from bot.domain.messages import Block, Button, ButtonRow, Heading, Line, Message, Paragraph, Text, text
from bot.locales import N_, Translator
from bot.services.calendars import Addresses, Calendars
from bot.services.clubs import ClubAccess, Clubs
from handlers.buttons import OLD_BUTTON, numbers
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler, Option

GOOGLE, OUTLOOK = "Google", "Outlook"
LONGEST_NUMBER = 9


class CalendarHandlers:
    """Answers /club calendar and the presses below it. What it shows is for the one who asks alone."""

    def __init__(self, clubs: Clubs, calendars: Calendars) -> None:
        self._clubs = clubs
        self._calendars = calendars

    def subcommands(self) -> tuple[Command, ...]:
        number = Option("number", N_("The number of a session; nothing means the next one"))
        return (Command("calendar", N_("The club in your own calendar"), self._answer, (number,)),)

    def actions(self) -> dict[str, Handler]:
        return {"cal": self._press}

    def starts(self) -> dict[str, Handler]:
        return {"calendar": self._shown}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        number = session_number(request.options.get("number") or request.text)
        access = await self._clubs.enter(asking(request), say.language)
        await self._calendars.remember(access)
        return await self._panel(access, number, say)

    async def _shown(self, request: Request, say: Translator) -> Reply:
        """`/start calendar` in private: what a group was not to see."""
        return await self._panel(await self._clubs.enter(asking(request), say.language), None, say)

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`cal:file:SESSION` sends a session, `cal:own:COMMUNITY` and `cal:club:COMMUNITY` make new addresses."""
        verb = request.action.split(":")[1:2]
        if verb == ["file"]:
            return await self._file(request, say)
        (community_id,) = numbers(request.action.partition(":")[2], 1)
        access = await self._clubs.enter(asking(request), say.language)
        if verb not in (["own"], ["club"]) or access.community.id != community_id:
            raise UserError(OLD_BUTTON)
        await (self._calendars.renew_own(access) if verb == ["own"] else self._calendars.renew_club(access))
        renewed = await self._panel(access, None, say)
        return Reply(renewed.message, private=True, replaces=True)

    async def _panel(self, access: ClubAccess, number: int | None, say: Translator) -> Reply:
        session = await self._calendars.session(access, number)
        event = await self._calendars.event(access, session, say) if session else None
        message = _message(access, await self._calendars.addresses(access), session, event, say)
        return Reply(message, private=True, start="calendar")

    async def _file(self, request: Request, say: Translator) -> Reply:
        (session_id,) = numbers(request.action.partition(":")[2], 1)
        access, session = await self._clubs.enter_session(asking(request), session_id)
        event = await self._calendars.event(access, session, say)
        calendar = Calendar(event.title, event.zone, (event,))
        file = await asyncio.to_thread(_written, calendar, access, session)
        return Reply(Message((Paragraph(_add_links(event, say)),)), private=True, start="calendar", file=file)


def session_number(typed: str) -> int | None:
    """The number of a session that somebody typed, None where they typed nothing. Raises UserError where it is none."""
    words = typed.strip().lstrip("#№")
    if not words:
        return None
    if not (words.isascii() and words.isdigit() and len(words) <= LONGEST_NUMBER):
        raise UserError("“{word}” is not the number of a session, such as 4.", word=typed.strip()[:32])
    return int(words)


def _message(
    access: ClubAccess,
    addresses: Addresses | None,
    session: ClubSession | None,
    event: CalendarEvent | None,
    say: Translator,
) -> Message:
    _ = say.gettext
    blocks: list[Block] = [Heading(text(_("The club in your calendar")), level=1)]
    rows: list[ButtonRow] = []
    if session and event:
        title = Text(_("Session {number}: {title}", number=session.number, title=event.title), bold=True)
        blocks += [Paragraph((title,)), Paragraph(_add_links(event, say))]
        rows.append((Button(_("📅 As a file (.ics)"), f"cal:file:{session.id}"),))
    if addresses is None:
        blocks.append(Paragraph(text(_("Subscribing to all sessions at once is not set up on this bot."))))
        return Message(tuple(blocks), tuple(rows))
    name = access.community.name or _("The reading club")
    if addresses.own:
        what = _("What you come to, with the place and its changes:")
        blocks += _address(what, addresses.own, _("My reading club"), say)
    blocks += [
        *_address(_("All sessions of the club:"), addresses.club, name, say),
        Paragraph(text(_("Whoever has an address can read that calendar. A new one ends the old one."), italic=True)),
    ]
    renewing = [Button(_("New address for me"), f"cal:own:{access.community.id}")] if addresses.own else []
    if access.organiser:
        renewing.append(Button(_("New address for the club"), f"cal:club:{access.community.id}"))
    return Message(tuple(blocks), (*rows, *((tuple(renewing),) if renewing else ())))


def _address(what: str, address: str, name: str, say: Translator) -> tuple[Block, Block]:
    links: Line = (
        Text(say.gettext("Subscribe with: ")),
        Text(GOOGLE, url=google_subscription(address)),
        Text(" · "),
        Text(OUTLOOK, url=outlook_subscription(address, name)),
    )
    return Paragraph((Text(what + " "), Text(address, code=True))), Paragraph(links)


def _add_links(event: CalendarEvent, say: Translator) -> Line:
    return (
        Text(say.gettext("Add to: ")),
        Text(GOOGLE, url=google_link(event)),
        Text(" · "),
        Text(OUTLOOK, url=outlook_link(event)),
    )


def _written(calendar: Calendar, access: ClubAccess, session: ClubSession) -> File:
    from bot.platforms.calendar.render import file_of  # a tenth of a second, and only who asks for files needs it

    return file_of(calendar, now=access.now, name=f"session-{session.number}")
