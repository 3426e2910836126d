"""*Less like this*: what a digest told is wanted less by those who decide for its subscription."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.communities import DestinationSpec
from bot.domain.errors import UserError
from bot.domain.items import Item
from bot.domain.less import Less as Wanted
from bot.domain.less import less_of, less_options, with_less, without_less
from bot.domain.subscriptions import Subscription
from bot.services.corrections import retold
from bot.services.subscriptions import Manager, Subscriptions
from storage.database import Database
from storage.digests import StoredDigest
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TellableStory:
    """A story at its place in a digest: the item that it is called after, and what may be wanted less of it."""

    position: int
    told: Item
    options: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class ToldDigest:
    """A digest, and the stories of it that are still there."""

    id: int
    subscription_id: int
    stories: tuple[TellableStory, ...]


class Less:
    """Takes what people want less of. All methods raise UserError for who may not decide for the subscription."""

    def __init__(self, database: Database, subscriptions: Subscriptions) -> None:
        self._database = database
        self._subscriptions = subscriptions

    async def digest_here(self, manager: Manager, edition: int) -> ToldDigest:
        """The digest with that edition that came to where the manager asks."""
        return await self._allowed(manager, await self._database.query(_digest_here, manager.here, edition))

    async def digest(self, manager: Manager, digest_id: int) -> ToldDigest:
        return await self._allowed(manager, await self._database.query(_digest, digest_id))

    async def want_less(self, manager: Manager, digest_id: int, position: int, key: str) -> tuple[int, Wanted]:
        """Something of a story is wanted less from now on. Gives the subscription's id and what it is. May be
        repeated."""
        digest = await self.digest(manager, digest_id)
        story = next((one for one in digest.stories if one.position == position), None)
        wanted = next((one for one in story.options if one.key == key), None) if story else None
        if wanted is None:
            raise UserError("Nothing is left of this story.")
        await self._subscriptions.choose(manager, digest.subscription_id, lambda one: with_less(one, wanted))
        return digest.subscription_id, wanted

    async def undo(self, manager: Manager, subscription_id: int, key: str) -> Subscription:
        """It is wanted as before. May be repeated."""
        changed = await self._subscriptions.choose(manager, subscription_id, lambda one: without_less(one, key))
        return changed[0]

    async def wanted(self, manager: Manager, subscription_id: int) -> tuple[Wanted, ...]:
        """All that a subscription wants less of."""
        subscription, _ = await self._subscriptions.get(manager, subscription_id)
        return less_of(subscription)

    async def titles(self, manager: Manager, subscription_id: int) -> dict[int, str]:
        """What the sources are called that a subscription may choose from, by id."""
        _, destination = await self._subscriptions.get(manager, subscription_id)
        return await self._subscriptions.titles(destination.spec)

    async def _allowed(self, manager: Manager, digest: ToldDigest | None) -> ToldDigest:
        if digest is None:
            raise UserError("This digest is too old for that. The button of a newer one will do.")
        await self._subscriptions.get(manager, digest.subscription_id)
        return digest


def _digest_here(uow: UnitOfWork, spec: DestinationSpec, edition: int) -> ToldDigest | None:
    here = uow.communities.destination_at(spec.platform, spec.chat_id, spec.thread_id)
    return _told(uow, uow.digests.of_edition_at(edition, here.id) if here else None)


def _digest(uow: UnitOfWork, digest_id: int) -> ToldDigest | None:
    return _told(uow, uow.digests.get(digest_id))


def _told(uow: UnitOfWork, digest: StoredDigest | None) -> ToldDigest | None:
    if digest is None:
        return None
    stories = tuple(
        TellableStory(at, one.candidate.items[0], less_options(one.candidate.items, one.section))
        for at, one in enumerate(retold(uow, digest, uow.hidden_at(digest.destination_id)), start=1)
        if one.candidate.items and not one.after.withdrawn
    )
    return ToldDigest(digest.id, digest.subscription_id, stories)
