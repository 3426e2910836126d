"""/club history and /club stats: what the club has done."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Button, page_buttons
from bot.domain.pages import Page
from bot.locales import N_, Translator
from bot.services.club_history import ClubHistory, PastSession
from bot.services.club_history_message import figures_message, history_message
from bot.services.clubs import ClubAccess, Clubs
from handlers.buttons import numbers
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler


class ClubHistoryHandlers:
    """Answers /club history, /club stats and the pages of the former."""

    def __init__(self, clubs: Clubs, history: ClubHistory) -> None:
        self._clubs = clubs
        self._history = history

    def subcommands(self) -> tuple[Command, ...]:
        return (
            Command("history", N_("What the club has discussed, with materials"), self._answer),
            Command("stats", N_("The club in numbers, with a picture"), self._figures),
        )

    def actions(self) -> dict[str, Handler]:
        return {"chist": self._turn}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        access = await self._clubs.enter(asking(request), say.language)
        return _shown(access, await self._history.page(access, 1), say)

    async def _turn(self, request: Request, say: Translator) -> Reply:
        """`chist:COMMUNITY:PAGE` turns to a page."""
        community_id, page = numbers(request.action, 2)
        access = await self._clubs.enter_club(asking(request), community_id)
        return replace(_shown(access, await self._history.page(access, page), say), replaces=True)

    async def _figures(self, request: Request, say: Translator) -> Reply:
        access = await self._clubs.enter(asking(request), say.language)
        figures = await self._history.figures(access)
        picture = await self._history.picture(figures)
        return Reply(figures_message(figures, say, access.community.zone, drawn=picture is not None), file=picture)


def _shown(access: ClubAccess, page: Page[PastSession], say: Translator) -> Reply:
    with_materials = tuple(
        Button(f"📎 {one.session.number}", f"mat:list:{one.session.id}") for one in page.shown if one.materials
    )
    rows = (
        *((with_materials,) if with_materials else ()),
        *page_buttons(f"chist:{access.community.id}", page.number, page.pages),
    )
    return Reply(replace(history_message(page, say), buttons=rows))
