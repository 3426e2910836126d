"""/club: the reading club. What each of its subcommands does stands in the file of its noun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from bot.domain.messages import Block, Button, Heading, ListBlock, Message, Paragraph, Text, text
from bot.locales import N_, Translator
from bot.services.clubs import Clubs
from handlers.buttons import numbers
from handlers.club_access import asking, club_name
from handlers.command import Reply, Request
from handlers.registry import Command, Handler

FOR_ORGANISERS = frozenset({"new", "edit", "move", "cancel", "copy", "members", "organisers", "settings", "pick"})
"""Subcommands that /club help shows to organisers only."""
MOST_CLUBS = 4


class ClubNoun(Protocol):
    """The subcommands and presses of one part of the club."""

    def subcommands(self) -> tuple[Command, ...]: ...

    def actions(self) -> Mapping[str, Handler]: ...


class ClubHandlers:
    """Answers /club alone, which shows the next session, and lets people choose among several clubs in private."""

    def __init__(self, clubs: Clubs, nouns: Sequence[ClubNoun], *, show: Handler) -> None:
        """`show` answers with the next session of the club that somebody means."""
        self._clubs = clubs
        self._nouns = nouns
        self._show = show

    def commands(self) -> tuple[Command, ...]:
        subcommands = (
            Command("next", N_("The next session, with buttons to sign up"), self._next, private=True),
            *(command for noun in self._nouns for command in noun.subcommands()),
            Command("help", N_("What the club's commands do"), self._help),
        )
        return (Command("club", N_("The reading club: its next session"), self._next, subcommands=subcommands),)

    def actions(self) -> dict[str, Handler]:
        return {"club": self._choose, **{name: one for noun in self._nouns for name, one in noun.actions().items()}}

    async def _next(self, request: Request, say: Translator) -> Reply:
        reply = await self._show(request, say)
        choices = await self._clubs.choices(asking(request)) if request.chat.private else []
        if len(choices) < 2:
            return reply
        others = tuple(Button(club_name(one, say), f"club:{one.id}") for one in choices[1 : MOST_CLUBS + 1])
        return replace(reply, message=replace(reply.message, buttons=(*reply.message.buttons, others)))

    async def _choose(self, request: Request, say: Translator) -> Reply:
        """`club:COMMUNITY`: in private, this club is meant from now on."""
        (community_id,) = numbers(request.action, 1)
        await self._clubs.choose(asking(request), community_id)
        return replace(await self._next(request, say), replaces=True)

    async def _help(self, request: Request, say: Translator) -> Reply:
        _ = say.gettext
        access = await self._clubs.enter(asking(request), say.language)
        (club,) = self.commands()
        for_all = [one for one in club.subcommands if one.name not in FOR_ORGANISERS]
        blocks: list[Block] = [Heading(text(_("The reading club")), level=1), _explained(for_all, say)]
        if access.organiser:
            own = [one for one in club.subcommands if one.name in FOR_ORGANISERS]
            blocks += [Heading(text(_("For organisers"))), _explained(own, say)]
        else:
            hint = _("Organisers are the administrators of the club's chats, and those they appoint.")
            blocks.append(Paragraph(text(hint)))
        return Reply(Message(tuple(blocks)))


def _explained(commands: Sequence[Command], say: Translator) -> ListBlock:
    entries = ((Text(f"/club {one.name}", bold=True), Text(" – " + say.gettext(one.description))) for one in commands)
    return ListBlock(tuple((line,) for line in entries))
