"""What holds for a club's sessions unless one says otherwise, and by whose clock and in which language it lives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.domain.club import Club
from bot.domain.communities import Community, DestinationSpec
from bot.domain.errors import UserError
from bot.locales import N_
from bot.services.clubs import ClubAccess
from bot.services.zones import ZoneChange, Zones
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

ONLY_ADMINISTRATORS = N_("Only the administrators of the club's chats can change that: their digests go by it too.")


@dataclass(frozen=True, slots=True)
class ClubSettings:
    """A club as it is set, and its community."""

    club: Club
    community: Community


class SettingsOfClubs:
    """Changes how clubs are set. Whoever asks is an organiser: UserError is raised for others, and nothing changed."""

    def __init__(self, database: Database, zones: Zones) -> None:
        self._database = database
        self._zones = zones

    async def of(self, access: ClubAccess) -> ClubSettings:
        """How the club is set."""
        access.require_organiser()
        return await self._database.query(_settings, access.community.id)

    async def change(self, access: ClubAccess, change: Callable[[Club], Club]) -> ClubSettings:
        """The club is set so from now on, also what goes along with cards that are there already; `change` gets it as
        it is now, whoever changed it last. May be repeated."""
        access.require_organiser()

        def apply(uow: UnitOfWork) -> ClubSettings:
            old = uow.clubs.get(access.community.id)
            new = change(old)
            uow.clubs.put(new)
            if (new.pin, new.threads, new.events) != (old.pin, old.threads, old.events):
                for session in uow.club_sessions.upcoming(access.community.id, now=access.now):
                    uow.session_cards.touch(session.id, now=access.now)
            return _settings(uow, access.community.id)

        changed = await self._database.run(apply)
        log.info("club_set", community=access.community.id)
        return changed

    async def speak(self, access: ClubAccess, language: str, *, decides: bool) -> ClubSettings:
        """The community likes this language best from now on. `decides`: who asks decides for its chats."""
        _check(access, decides=decides)

        def apply(uow: UnitOfWork) -> ClubSettings:
            old = _settings(uow, access.community.id).community.languages
            uow.communities.set_languages(access.community.id, tuple(dict.fromkeys((language, *old))))
            return _settings(uow, access.community.id)

        return await self._database.run(apply)

    async def live_by(self, access: ClubAccess, zone: str, say: str, *, decides: bool, sure: bool) -> ZoneChange:
        """The community lives by this zone (IANA) from now on, and its digests with it. Where there are such, nothing
        is changed unless it is `sure`. `say` is the language of who asks."""
        _check(access, decides=decides)
        spec = await self._database.query(_some_chat, access)
        change = await self._zones.change_to(spec, zone)
        return change if change.digests and not sure else await self._zones.choose(spec, zone, say)


def _check(access: ClubAccess, *, decides: bool) -> None:
    access.require_organiser()
    if not decides:
        raise UserError(ONLY_ADMINISTRATORS)


def _settings(uow: UnitOfWork, community_id: int) -> ClubSettings:
    community = uow.communities.get(community_id)
    assert community is not None  # who asks has entered it
    return ClubSettings(uow.clubs.get(community_id), community)


def _some_chat(uow: UnitOfWork, access: ClubAccess) -> DestinationSpec:
    """A chat of the community, by which it is found."""
    one = next(iter(uow.communities.destinations(access.community.id)), None)
    return one.spec if one else access.asking.spec
