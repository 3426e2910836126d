"""/club join and /club leave: being in a club, and what people say of themselves."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import UserError
from bot.domain.forms import Form, Question
from bot.domain.members import LONGEST_TOPICS, PersonalInvitation, in_one_line
from bot.domain.messages import Button, Message, Paragraph, text
from bot.domain.subscription_words import known_zone
from bot.locales import N_, Translator, city_names
from bot.services.clubs import ClubAccess, Clubs
from bot.services.invitation_message import invitation_message, refused_words
from bot.services.invitations import Invitations, Refused
from bot.services.membership_message import chosen_by, chosen_role, panel_message, standing_message
from bot.services.memberships import NOT_IN_IT, Memberships, Standing
from handlers.buttons import OLD_BUTTON, numbers
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler


class ClubMemberHandlers:
    """Answers /club join, /club leave, the links that lead here, and the presses of what stands below the answers."""

    def __init__(self, clubs: Clubs, memberships: Memberships, invitations: Invitations) -> None:
        self._clubs = clubs
        self._memberships = memberships
        self._invitations = invitations

    def subcommands(self) -> tuple[Command, ...]:
        return (
            Command("join", N_("Join the club, and say what you come as"), self._join, listed=True),
            Command("leave", N_("Leave the club"), self._leave),
        )

    def actions(self) -> dict[str, Handler]:
        return {"cm": self._press}

    def starts(self) -> dict[str, Handler]:
        return {"join": self._start}

    async def _join(self, request: Request, say: Translator) -> Reply:
        return await self._joined(await self._clubs.enter(asking(request), say.language), say)

    async def _start(self, request: Request, say: Translator) -> Reply:
        """`/start join-TOKEN`: by a link from one of the club's chats."""
        who = asking(request)
        community_id = await self._memberships.come(who, request.text.partition("-")[2])
        return await self._joined(await self._clubs.enter_club(who, community_id), say)

    async def _joined(self, access: ClubAccess, say: Translator) -> Reply:
        standing = await self._memberships.join(access)
        way = f"join-{await self._memberships.way(access)}"
        offer = await self._invitations.offer(access)
        return Reply(_with_offer(standing_message(standing, say), offer, say), private=True, start=way)

    async def _leave(self, request: Request, say: Translator) -> Reply:
        return await self._left(await self._clubs.enter(asking(request), say.language), say)

    async def _left(self, access: ClubAccess, say: Translator) -> Reply:
        _ = say.gettext
        if not await self._memberships.leave(access):
            raise UserError(NOT_IN_IT)
        await self._invitations.revoke_of(access.asking.account, access.community.id)
        words = _("You have left the club. What you have answered for its sessions stands: change that at their cards.")
        undo = Button(_("↩ Undo"), f"cm:back:{access.community.id}")
        return Reply(Message((Paragraph(text(words)),), ((undo,),)), private=True)

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`cm:join` joins the club of the chat; `cm:PANEL:COMMUNITY` shows what can be chosen, or takes what was."""
        if request.action == "cm:join":
            return await self._join(request, say)
        verb, access = await self._meant(request)
        match verb:
            case "back":
                return replace(await self._joined(access, say), replaces=True)
            case "leave":
                return replace(await self._left(access, say), replaces=True)
            case "topics" | "city" if not request.answers:
                return Reply(Message(()), form=_form(verb, await self._memberships.standing(access), say))
            case "topics" | "city" | "me":
                return _shown(await self._told(access, verb, request.answers.get(verb, "")), say)
        picked = next((value for value, on in request.picked.items() if on), "")
        if not picked:
            standing = await self._memberships.standing(access)
            return Reply(panel_message(standing, verb, say), private=True, replaces=True)
        if verb == "as":
            changed = await self._memberships.change(access, membership=lambda one: chosen_role(one, picked))
        else:
            changed = await self._memberships.change(access, member=lambda one: chosen_by(one, verb, picked))
        return _shown(changed, say)

    async def _told(self, access: ClubAccess, key: str, written: str) -> Standing:
        """What was written is taken over. Raises UserError where it is not understood."""
        if key == "topics":
            topics = in_one_line(written, LONGEST_TOPICS)
            return await self._memberships.change(access, membership=lambda one: replace(one, topics=topics))
        if key == "city":
            zone = known_zone(written, city_names())
            return await self._memberships.change(access, member=lambda one: replace(one, zone=zone))
        return await self._memberships.standing(access)

    async def _meant(self, request: Request) -> tuple[str, ClubAccess]:
        _head, _, rest = request.action.partition(":")
        verb, _, number = rest.partition(":")
        (community_id,) = numbers(f"cm:{number}", 1)
        return verb, await self._clubs.enter_club(asking(request), community_id)


def _form(key: str, standing: Standing, say: Translator) -> Form:
    _ = say.gettext
    if key == "topics":
        question = Question(
            "topics",
            _("Which topics interest you?"),
            value=standing.membership.topics,
            hint=_("agents, interpretability"),
            longest=LONGEST_TOPICS,
        )
    elif key == "city":
        question = Question("city", _("Time zone: a city, or UTC+3"), hint=_("Lisbon"), required=True, longest=60)
    else:
        raise UserError(OLD_BUTTON)
    return Form(_("The reading club"), f"cm:{key}:{standing.community.id}", (question,))


def _with_offer(message: Message, offer: PersonalInvitation | Refused | None, say: Translator) -> Message:
    """What somebody who has joined is told, with the way to the club's chat on the other platform."""
    if offer is None:
        return message
    if isinstance(offer, Refused):
        words = Paragraph(text(refused_words(offer.platform, offer.right, say)))
        return replace(message, blocks=(*message.blocks, words))
    way = invitation_message(offer, say)
    return replace(message, blocks=(*message.blocks, *way.blocks), buttons=(*way.buttons, *message.buttons))


def _shown(standing: Standing, say: Translator) -> Reply:
    return Reply(standing_message(standing, say), private=True, replaces=True)
