"""The zones that communities live by: seeing them, and changing them together with their digests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

import structlog

from bot.domain.communities import Community, Destination, DestinationSpec
from bot.domain.subscriptions import Subscription, changed
from bot.services.ports import Clock
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """What another zone comes to: the digests that go by the community's zone, as they are and as they become."""

    old: str
    new: str
    digests: tuple[tuple[Subscription, Subscription, Destination], ...]


class Zones:
    """Knows by which zone each community lives. Whoever changes one has checked that the person may."""

    def __init__(self, database: Database, clock: Clock, zone: tzinfo) -> None:
        """`zone` is what a new community lives by."""
        self._database = database
        self._clock = clock
        self._zone = str(zone)

    def now(self) -> datetime:
        return self._clock()

    async def community(self, spec: DestinationSpec) -> Community:
        """The community of a chat; one that is not stored, with number 0, where it belongs to none yet."""
        found = await self._database.query(lambda uow: uow.communities.of(spec))
        return found or Community(0, self._zone, (), "")

    async def change_to(self, spec: DestinationSpec, zone: str) -> ZoneChange:
        """What it would come to if the community of a chat lived by this zone. Changes nothing."""
        return await self._database.query(self._change, spec, zone)

    async def choose(self, spec: DestinationSpec, zone: str, language: str) -> ZoneChange:
        """The community of a chat lives by this zone from now on, and so do the digests that went by its old one.
        What has come already is not repeated. May be repeated."""

        def apply(uow: UnitOfWork) -> ZoneChange:
            here = uow.communities.ensure_destination(spec, zone=self._zone, languages=(language,))
            change = self._change(uow, spec, zone)
            uow.communities.set_zone(here.community_id, zone)
            for _old, new, _there in change.digests:
                uow.subscriptions.save(new)
            return change

        change = await self._database.run(apply)
        log.info("zone_chosen", platform=spec.platform, chat=spec.chat_id, zone=zone, digests=len(change.digests))
        return change

    def _change(self, uow: UnitOfWork, spec: DestinationSpec, zone: str) -> ZoneChange:
        community = uow.communities.of(spec)
        old = community.zone if community else self._zone
        if community is None or old == zone:
            return ZoneChange(old, zone, ())
        now = self._clock()
        digests = tuple(
            (one, changed(one, replace(one.choices, schedule=replace(one.schedule, zone=zone)), now), there)
            for destination in uow.communities.destinations(community.id)
            for one, there in uow.subscriptions.of_destination(destination.id)
            if one.schedule.zone == old
        )
        return ZoneChange(old, zone, digests)
