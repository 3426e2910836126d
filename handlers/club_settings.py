"""/club settings: what holds for the club's sessions unless one says otherwise."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.club import Club
from bot.domain.errors import UserError
from bot.domain.messages import Message
from bot.domain.subscription_words import known_zone
from bot.locales import LANGUAGES, N_, Translator, city_names
from bot.services.club_settings import ClubSettings, SettingsOfClubs
from bot.services.club_settings_panels import (
    chosen_zone,
    panel_message,
    settings_message,
    with_option,
    with_written,
    written_form,
    zone_question,
)
from bot.services.clubs import ClubAccess, Clubs
from bot.services.memberships import Memberships
from handlers.buttons import OLD_BUTTON, numbers
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler


class ClubSettingsHandlers:
    """Answers organisers only, and them alone: the place may be a link to a call."""

    def __init__(self, clubs: Clubs, settings: SettingsOfClubs, memberships: Memberships) -> None:
        self._clubs = clubs
        self._settings = settings
        self._memberships = memberships

    def subcommands(self) -> tuple[Command, ...]:
        return (Command("settings", N_("What holds for the club's sessions unless one says otherwise"), self._answer),)

    def actions(self) -> dict[str, Handler]:
        return {"cset": self._press}

    def starts(self) -> dict[str, Handler]:
        return {"settings": self._start}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        return await self._shown(await self._clubs.enter(asking(request), say.language), say)

    async def _start(self, request: Request, say: Translator) -> Reply:
        """`/start settings-TOKEN` in private: what a group was not to see."""
        who = asking(request)
        community_id = await self._memberships.come(who, request.text.partition("-")[2])
        return await self._shown(await self._clubs.enter_club(who, community_id), say)

    async def _shown(self, access: ClubAccess, say: Translator) -> Reply:
        settings = await self._settings.of(access)
        way = f"settings-{await self._memberships.way(access)}"
        return Reply(settings_message(settings, say), private=True, start=way)

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`cset:PANEL:COMMUNITY` shows what can be chosen, or takes what was picked or written; `…:write` asks for it
        in writing; `cset:zone:COMMUNITY:ZONE` changes it although digests change with it."""
        panel, number, rest = (*request.action.split(":", 3)[1:], "", "", "")[:3]
        (community_id,) = numbers(f"cset:{number}", 1)
        access = await self._clubs.enter_club(asking(request), community_id)
        settings = await self._settings.of(access)
        if panel == "all":
            return _private(settings_message(settings, say))
        if rest == "write" and not request.answers:
            return Reply(Message(()), form=written_form(settings, panel, say))
        value = next((one for one, on in request.picked.items() if on), "")
        if panel == "zone" and (value or request.answers or rest):
            return await self._zone(request, access, value or rest, say)
        if panel == "lang" and value:
            if value not in LANGUAGES:
                raise UserError(OLD_BUTTON)
            decides = await self._clubs.appoints(access)
            return _private(settings_message(await self._settings.speak(access, value, decides=decides), say))
        return _private(panel_message(await self._changed(request, access, panel, settings), panel, say))

    async def _changed(self, request: Request, access: ClubAccess, panel: str, settings: ClubSettings) -> ClubSettings:
        if not (request.picked or request.answers):
            return settings

        def change(club: Club) -> Club:
            club = with_written(club, request.answers)
            for value, on in request.picked.items():
                club = with_option(club, panel, value, on=on)
            return club

        return await self._settings.change(access, change)

    async def _zone(self, request: Request, access: ClubAccess, value: str, say: Translator) -> Reply:
        written = request.answers.get("zone")
        zone = known_zone(written, city_names()) if written else chosen_zone(value)
        decides, sure = await self._clubs.appoints(access), not (request.picked or request.answers)
        change = await self._settings.live_by(access, zone, say.language, decides=decides, sure=sure)
        if change.digests and not sure:
            return _private(zone_question(change, access.community.id, say))
        return _private(settings_message(await self._settings.of(access), say))


def _private(message: Message) -> Reply:
    return replace(Reply(message, private=True), replaces=True)
