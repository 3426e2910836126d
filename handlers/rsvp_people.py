"""Who comes to a session, for its organisers: the list, adding people and taking them off, and taking it along."""

from __future__ import annotations

from bot.domain.club import ClubSession
from bot.domain.errors import UserError
from bot.domain.forms import Form, Question
from bot.domain.messages import Message, Paragraph, text
from bot.domain.roster import GUEST_NAME_LIMIT, Role
from bot.locales import Translator
from bot.services.clubs import ClubAccess, Clubs
from bot.services.roster_list import roster_file, roster_message
from bot.services.rsvps import Rsvps
from handlers.buttons import OLD_BUTTON, numbers
from handlers.club_access import asking
from handlers.command import Reply, Request

ROLES = {1: Role.LISTENER, 2: Role.SPEAKER}


class RsvpPeopleHandlers:
    """Answers the presses `rsvp:SESSION:VERB:NUMBER` of organisers only, and them alone."""

    verbs = frozenset({"people", "add", "off", "pin", "csv"})

    def __init__(self, clubs: Clubs, rsvps: Rsvps) -> None:
        self._clubs = clubs
        self._rsvps = rsvps

    async def press(self, request: Request, session_id: int, verb: str, which: str, say: Translator) -> Reply:
        """`people:PAGE` shows the list, `add:ROLE` asks whom to add, `off:RSVP` takes somebody off, `pin:RSVP` keeps a
        guest, `csv` gives the list as a file."""
        (number,) = numbers(f"rsvp:{which}", 1) if which or verb not in ("people", "csv") else (1,)
        access, session = await self._clubs.enter_session(asking(request), session_id)
        access.require_organiser()
        match verb:
            case "add":
                return await self._add(request, access, session, number, say)
            case "off":
                await self._rsvps.take_off(access, session, number)
            case "pin":
                await self._rsvps.keep_guest(access, session, number)
            case "csv":
                return await self._file(access, session, say)
        return await self._list(access, session, number if verb == "people" else 1, say)

    async def _list(self, access: ClubAccess, session: ClubSession, page: int, say: Translator) -> Reply:
        people = await self._rsvps.people(access, session)
        message = roster_message(session, people, page, say)
        return Reply(message, private=True, replaces=True, start=f"rsvp-{session.id}")

    async def _file(self, access: ClubAccess, session: ClubSession, say: Translator) -> Reply:
        people = await self._rsvps.people(access, session)
        if not people:
            raise UserError(OLD_BUTTON)
        words = say.ngettext("{number} answer", "{number} answers", len(people))
        return Reply(Message((Paragraph(text(words)),)), private=True, file=roster_file(session, people))

    async def _add(
        self, request: Request, access: ClubAccess, session: ClubSession, number: int, say: Translator
    ) -> Reply:
        role = ROLES.get(number)
        if role is None:
            raise UserError(OLD_BUTTON)
        _ = say.gettext
        if not request.answers:
            hint = _("A member's name, or a mention on Discord; anybody else comes as a guest")
            name = Question("name", _("Who comes?"), hint=hint, required=True, longest=GUEST_NAME_LIMIT)
            return Reply(Message(()), form=Form(_("Add to the list"), f"rsvp:{session.id}:add:{number}", (name,)))
        await self._rsvps.add(access, session, request.answers.get("name", ""), role)
        return await self._list(access, session, 1, say)
