"""Answers to club sessions: the buttons of cards, reminders and offers, guests, and /club rsvp."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import UserError
from bot.domain.forms import Form, Question
from bot.domain.messages import Message, Paragraph, text
from bot.domain.roster import GUEST_NAME_LIMIT, Answer
from bot.locales import N_, Translator
from bot.services.clubs import Clubs
from bot.services.rosters import RsvpTruth
from bot.services.rsvp_message import panel_message, truth_message
from bot.services.rsvps import Rsvps
from handlers.buttons import OLD_BUTTON, numbers
from handlers.club_access import asking
from handlers.command import Platform, Reply, Request
from handlers.registry import Command, Handler
from handlers.rsvp_people import RsvpPeopleHandlers

ANSWERS = {
    "going": Answer.GOING,
    "maybe": Answer.MAYBE,
    "no": Answer.DECLINED,
    "speak": Answer.SPEAKING,
    "listen": Answer.LISTENING,
}
"""What the buttons say: `rsvp:SESSION:VERB`."""
REMINDERS = N_("For reminders, open our private chat and press Start.")
NOTHING_TO_ANSWER = N_("No session is planned yet.")


class RsvpHandlers:
    """Takes answers. What is true then is said to the one who answers only, and an old button is answered with what is
    true today."""

    def __init__(self, clubs: Clubs, rsvps: Rsvps) -> None:
        self._clubs = clubs
        self._rsvps = rsvps
        self._people = RsvpPeopleHandlers(clubs, rsvps)

    def subcommands(self) -> tuple[Command, ...]:
        return (Command("rsvp", N_("Answer the next session, and bring guests"), self._next),)

    def actions(self) -> dict[str, Handler]:
        return {"rsvp": self._press}

    def starts(self) -> dict[str, Handler]:
        return {"rsvp": self._start}

    async def _next(self, request: Request, say: Translator) -> Reply:
        access = await self._clubs.enter(asking(request), say.language)
        session_id = await self._rsvps.next_session(access)
        if session_id is None:
            return Reply(Message((Paragraph(text(say.gettext(NOTHING_TO_ANSWER))),)), private=True)
        return await self._panel(request, session_id, say)

    async def _start(self, request: Request, say: Translator) -> Reply:
        """`/start rsvp-SESSION` in private: what a group was not to see, and the way for reminders to arrive."""
        (session_id,) = numbers(f"rsvp:{request.text.partition('-')[2]}", 1)
        return await self._panel(request, session_id, say)

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`rsvp:SESSION:VERB` or `rsvp:SESSION:VERB:RSVP`."""
        _name, _, rest = request.action.partition(":")
        number, _, rest = rest.partition(":")
        verb, _, which = rest.partition(":")
        (session_id,) = numbers(f"rsvp:{number}", 1)
        if verb in self._people.verbs:
            return await self._people.press(request, session_id, verb, which, say)
        if verb == "more":
            return await self._panel(request, session_id, say)
        if verb == "guest" and not request.answers:
            return _asked_for_guest(session_id, say)
        truth = await self._done(request, session_id, verb, which)
        on_panel = verb not in ANSWERS or verb == "listen" or bool(which)
        return await self._told(request, truth, say, on_panel=on_panel)

    async def _done(self, request: Request, session_id: int, verb: str, which: str) -> RsvpTruth:
        who = asking(request)
        match verb:
            case "keep":
                return await self._rsvps.keep(who, session_id)
            case "drop":
                return await self._rsvps.drop(who, session_id)
            case "guest":
                return await self._rsvps.bring(who, session_id, request.answers.get("name", ""))
            case "unguest":
                return await self._rsvps.unbring(who, session_id, *numbers(f"rsvp:{which}", 1))
            case _ if verb in ANSWERS:
                return await self._rsvps.answer(who, session_id, ANSWERS[verb])
        raise UserError(OLD_BUTTON)

    async def _panel(self, request: Request, session_id: int, say: Translator) -> Reply:
        return await self._shown(request, await self._rsvps.truth(asking(request), session_id), say)

    async def _shown(self, request: Request, truth: RsvpTruth, say: Translator) -> Reply:
        access, session = await self._clubs.enter_session(asking(request), truth.session.id)
        message = panel_message(truth, say, organiser=access.organiser)
        return Reply(message, private=True, start=f"rsvp-{session.id}")

    async def _told(self, request: Request, truth: RsvpTruth, say: Translator, *, on_panel: bool) -> Reply:
        """In a group on Telegram it is a notice over the chat, which holds no buttons."""
        if request.chat.platform is Platform.TELEGRAM and not request.chat.private:
            message = truth_message(truth, say, buttons=False)
            if truth.mine and truth.mine.is_coming and await self._rsvps.needs_start(asking(request)):
                message = replace(message, blocks=(*message.blocks, Paragraph(text(say.gettext(REMINDERS)))))
            return Reply(message, private=True)
        if on_panel:
            return replace(await self._shown(request, truth, say), replaces=True)
        return Reply(truth_message(truth, say, buttons=True), private=True)


def _asked_for_guest(session_id: int, say: Translator) -> Reply:
    _ = say.gettext
    name = Question("name", _("What is your guest called?"), required=True, longest=GUEST_NAME_LIMIT)
    return Reply(Message(()), form=Form(_("Bring a guest"), f"rsvp:{session_id}:guest", (name,)))
