"""Subscriptions: setting them up, changing them, and what their digest would show."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.domain.communities import Destination, DestinationKind, DestinationSpec
from bot.domain.deliveries import digest_key
from bot.domain.digests import DigestWindow
from bot.domain.errors import UserError
from bot.domain.messages import Message
from bot.domain.sources import Source
from bot.domain.subscription_words import parse_subscription
from bot.domain.subscriptions import (
    Choices,
    Subscription,
    SubscriptionDraft,
    changed,
    default_choices,
    first_window_start,
    paused,
    resumed,
)
from bot.locales import Translator
from bot.services.digests import Digests
from bot.services.ports import ChatDirectory, Clock
from bot.services.resuming import write_there_again
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

MOST_SUBSCRIPTIONS = 20
"""Subscriptions of one destination."""

Subscribed = tuple[Subscription, Destination]


class DigestBuilder(Protocol):
    """Makes the digests of subscriptions."""

    async def preview(
        self, subscription: Subscription, destination: Destination, window: DigestWindow, say: Translator
    ) -> Message:
        """The digest of a window as the destination would see it. Sends nothing, and may be repeated."""
        ...

    async def send_now(self, subscription_id: int, window: DigestWindow) -> int:
        """Sends the digest of a window, which the next one then goes on from. Returns how many stories are in it; 0
        where there was nothing new, and nothing is sent."""
        ...


@dataclass(frozen=True, slots=True)
class Manager:
    """Somebody who asks about subscriptions, and where: `decides` is whether they may decide for the chat that they
    ask in. `language` is what they are answered in."""

    person_id: str
    here: DestinationSpec
    decides: bool
    language: str

    @property
    def key(self) -> str:
        """The person, on all chats of the platform."""
        return f"{self.here.platform}:{self.person_id}"


class Subscriptions:
    """Subscriptions of destinations, for those who may decide for these: the administrators of a chat, and everybody
    in private. All methods with a `Manager` raise UserError for anybody else."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        digests: Digests,
        *,
        directories: Mapping[str, ChatDirectory],
        builder: DigestBuilder,
    ) -> None:
        """`directories` are those of the platforms that are connected."""
        self._database = database
        self._clock = clock
        self._digests = digests
        self._directories = directories
        self._builder = builder

    def now(self) -> datetime:
        return self._clock()

    # Setting up

    async def target(self, manager: Manager, name: str | None) -> DestinationSpec:
        """Where a subscription is for: here, or a group or channel elsewhere with this name, mention or id, which may
        be named in a private chat, and on a Discord server for one of its channels.

        Raises UserError where the manager may not decide for it.
        """
        return await (self._allowed(manager, manager.here) if name is None else self._elsewhere(manager, name))

    async def missing_right(self, spec: DestinationSpec) -> str | None:
        """The right that we lack to post there, as a catalogue text; None where we lack none, as far as is known."""
        directory = self._directories.get(spec.platform)
        if directory is None or spec.kind is DestinationKind.PRIVATE:
            return None
        return await directory.missing_right(spec.chat_id)

    async def _elsewhere(self, manager: Manager, name: str) -> DestinationSpec:
        here, directory = manager.here, self._directories.get(manager.here.platform)
        if directory is None or not (here.kind is DestinationKind.PRIVATE or here.server_id):
            raise UserError("Another chat can be managed from a private chat with me.")
        chat = await directory.resolve(name)
        same_server = here.server_id is None or (chat is not None and chat.server_id == here.server_id)
        if chat is None or not same_server or not await directory.is_administrator(chat.chat_id, manager.person_id):
            # One sentence for all: nobody learns here which chats there are.
            raise UserError(
                "I cannot find “{name}”, or one of us is no administrator there. Make me one and try again.",
                name=name[:64],
            )
        if chat.forum:
            raise UserError("In a forum each part of a digest would be a post of its own. Choose a text channel.")
        return DestinationSpec(here.platform, chat.chat_id, None, chat.kind, chat.title, chat.server_id)

    async def draft(
        self,
        manager: Manager,
        spec: DestinationSpec,
        words: str,
        languages: Mapping[str, str],
        cities: Mapping[str, str],
    ) -> SubscriptionDraft:
        """A draft of a new subscription as a line describes it; what it does not say is as usual. `languages` are tags,
        `cities` zones by names that people may write."""
        sources = await self.source_names(spec)
        zone = str(self._digests.zone)
        now = self._clock()

        def add(uow: UnitOfWork) -> SubscriptionDraft:
            community = uow.communities.of(spec)
            private = spec.kind is DestinationKind.PRIVATE
            usual = default_choices(community.zone if community else zone, private=private)
            usual = replace(usual, title_languages=(manager.language.split("_")[0],))
            choices = parse_subscription(words, usual, sources=sources, languages=languages, cities=cities)
            return uow.subscriptions.add_draft(spec, choices, now=now)

        return await self._database.run(add)

    async def draft_of(self, manager: Manager, subscription_id: int) -> SubscriptionDraft:
        """A draft of a change of a subscription."""
        subscription, destination = await self.get(manager, subscription_id)
        spec = destination.spec
        now = self._clock()
        return await self._database.run(
            lambda uow: uow.subscriptions.add_draft(spec, subscription.choices, now=now, changes=subscription)
        )

    async def open_draft(self, manager: Manager, draft_id: int) -> SubscriptionDraft:
        """A draft that was begun."""
        draft = await self._database.query(lambda uow: uow.subscriptions.draft(draft_id))
        if draft is None:
            raise UserError("This set-up is too old to go on with. /subscribe begins a new one.")
        await self._allowed(manager, draft.spec)
        return draft

    async def change_draft(
        self, manager: Manager, draft_id: int, change: Callable[[Choices], Choices]
    ) -> SubscriptionDraft:
        """A draft with other choices. One that was confirmed stays as it is."""
        await self.open_draft(manager, draft_id)

        def apply(uow: UnitOfWork) -> SubscriptionDraft:
            draft = _there(uow.subscriptions.draft(draft_id))
            if draft.confirmed:
                return draft
            draft = replace(draft, choices=change(draft.choices))
            uow.subscriptions.save_draft(draft)
            return draft

        return await self._database.run(apply)

    async def confirm(self, manager: Manager, draft_id: int) -> Subscribed:
        """Makes a draft the subscription that it describes, active from now on. May be repeated."""
        await self.open_draft(manager, draft_id)
        kept = await self._database.run(self._confirm, manager, draft_id)
        log.info("subscription_confirmed", subscription=kept[0].id, destination=kept[1].id, version=kept[0].version)
        return kept

    # What there is

    async def list_of(self, manager: Manager, spec: DestinationSpec) -> list[Subscribed]:
        """The subscriptions of a destination; in private also those that the person made for other chats and may still
        decide for, or which we cannot ask about any more."""

        def look_up(uow: UnitOfWork) -> list[Subscribed]:
            here = uow.communities.destination_at(spec.platform, spec.chat_id, spec.thread_id)
            found = uow.subscriptions.of_destination(here.id) if here else []
            if spec == manager.here and spec.kind is DestinationKind.PRIVATE:
                known = {one.id for one, _ in found}
                found += [pair for pair in uow.subscriptions.made_by(manager.key) if pair[0].id not in known]
            return found

        await self._allowed(manager, spec)
        found = await self._database.query(look_up)
        chats = {there.chat_id: there.spec for _, there in found if there.paused_reason is None}
        allowed = await asyncio.gather(*(self._decides(manager, there) for there in chats.values()))
        closed = {chat_id for chat_id, may in zip(chats, allowed, strict=True) if not may}
        return [pair for pair in found if pair[1].chat_id not in closed]

    async def get(self, manager: Manager, subscription_id: int) -> Subscribed:
        """A subscription and its destination."""
        found = await self._database.query(lambda uow: uow.subscriptions.get(subscription_id))
        if found is None:
            raise UserError("This subscription is not there any more. /subscriptions lists those that are.")
        await self._allowed(manager, found[1].spec)
        return found

    async def titles(self, spec: DestinationSpec) -> dict[int, str]:
        """What to call each source that a subscription of a destination may choose from, by its id."""
        return {source.id: source.title or source.address for source in await self._sources(spec)}

    async def source_names(self, spec: DestinationSpec) -> dict[str, int]:
        """The ids of these sources, by title and address: what people may write, or write a part of."""
        return {f"{source.title or ''}\n{source.address}": source.id for source in await self._sources(spec)}

    async def guessed_zone(self, draft: SubscriptionDraft) -> str | None:
        """The zone of a new subscription, where neither this draft nor anybody in the chat has chosen it; None where
        somebody has."""
        zone = str(self._digests.zone)
        if draft.subscription_id is not None or draft.choices.schedule.zone != zone:
            return None
        community = await self._database.query(lambda uow: uow.communities.of(draft.spec))
        return None if community and community.zone_chosen else zone

    async def languages(self, spec: DestinationSpec) -> list[str]:
        """The tags of the languages that there are items in for a destination, the most frequent first."""
        return await self._digests.languages(spec)

    # Changing

    async def pause(self, manager: Manager, subscription_id: int) -> Subscribed:
        """Nothing is sent until it is resumed, what waits included. May be repeated."""
        return await self._change(manager, subscription_id, paused)

    async def resume(self, manager: Manager, subscription_id: int) -> Subscribed:
        """It is sent again, also where we had lost its destination: who resumes says that we may write there now. May
        be repeated."""
        now = self._clock()
        _, destination = await self._change(manager, subscription_id, lambda one: resumed(one, now))
        if destination.paused_reason is not None:
            await self._database.run(write_there_again, destination.id, now)
        return await self.get(manager, subscription_id)

    async def remove(self, manager: Manager, subscription_id: int) -> Subscribed:
        """It is gone with all that waits, until it is brought back."""
        removed = await self.get(manager, subscription_id)
        now = self._clock()

        def take_out(uow: UnitOfWork) -> None:
            uow.subscriptions.remove(subscription_id, now=now)
            uow.deliveries.withhold(digest_key(subscription_id))

        await self._database.run(take_out)
        log.info("subscription_removed", subscription=subscription_id)
        return removed

    async def bring_back(self, manager: Manager, subscription_id: int) -> Subscribed:
        """One that was removed goes on, as if it had been paused meanwhile. May be repeated."""
        removed = await self._database.query(lambda uow: uow.subscriptions.removed(subscription_id))
        if removed is None:
            return await self.get(manager, subscription_id)
        await self._allowed(manager, removed[1].spec)
        now = self._clock()
        subscription = removed[0] if removed[0].paused else resumed(paused(removed[0]), now)

        def put_back(uow: UnitOfWork) -> None:
            uow.subscriptions.bring_back(subscription)
            if not subscription.paused:
                uow.deliveries.let_go(digest_key(subscription_id), now=now)

        await self._database.run(put_back)
        return await self.get(manager, subscription_id)

    async def choose(self, manager: Manager, subscription_id: int, change: Callable[[Choices], Choices]) -> Subscribed:
        """It has other choices from now on. May be repeated."""
        now = self._clock()

        def apply(one: Subscription) -> Subscription:
            wanted = change(one.choices)
            return one if wanted == one.choices else changed(one, wanted, now)

        return await self._change(manager, subscription_id, apply)

    # Digests

    async def preview(self, manager: Manager, subscription_id: int, say: Translator) -> Message:
        """What would be sent if the digest were due now."""
        subscription, destination = await self.get(manager, subscription_id)
        return await self._builder.preview(subscription, destination, self._window(subscription), say)

    async def send_now(self, manager: Manager, subscription_id: int) -> int:
        """Sends what is new since the last digest. Returns how many stories that are; 0: nothing was sent."""
        subscription, _ = await self.get(manager, subscription_id)
        return await self._builder.send_now(subscription.id, self._window(subscription))

    async def prune(self, older_than: timedelta) -> None:
        """Forgets drafts that are older than this."""
        before = self._clock() - older_than
        await self._database.run(lambda uow: uow.subscriptions.prune_drafts(before))

    # Inside

    async def _sources(self, spec: DestinationSpec) -> list[Source]:
        def look_up(uow: UnitOfWork) -> list[Source]:
            hidden = uow.hidden_from(spec)
            return [source for source in uow.sources.all() if source.id not in hidden]

        return await self._database.query(look_up)

    def _window(self, subscription: Subscription) -> DigestWindow:
        return DigestWindow(subscription.window_end, self._clock())

    async def _allowed(self, manager: Manager, spec: DestinationSpec) -> DestinationSpec:
        """The destination, where the manager may decide for it. Raises UserError elsewhere."""
        if not await self._decides(manager, spec):
            raise UserError("Only an administrator of this chat can do that.")
        return spec

    async def _decides(self, manager: Manager, spec: DestinationSpec) -> bool:
        if (spec.platform, spec.chat_id) == (manager.here.platform, manager.here.chat_id):
            return manager.decides
        directory = self._directories.get(spec.platform) if spec.platform == manager.here.platform else None
        return directory is not None and await directory.is_administrator(spec.chat_id, manager.person_id)

    async def _change(
        self, manager: Manager, subscription_id: int, change: Callable[[Subscription], Subscription]
    ) -> Subscribed:
        await self.get(manager, subscription_id)

        def apply(uow: UnitOfWork) -> Subscribed:
            old, destination = _subscribed(uow, subscription_id)
            new = change(old)
            if new != old:
                uow.subscriptions.save(new)
            if new.paused:
                uow.deliveries.withhold(digest_key(new.id))
            elif old.paused:
                uow.deliveries.let_go(digest_key(new.id), now=self._clock())
            return new, destination

        return await self._database.run(apply)

    def _confirm(self, uow: UnitOfWork, manager: Manager, draft_id: int) -> Subscribed:
        draft, now = _there(uow.subscriptions.draft(draft_id)), self._clock()
        if draft.confirmed and draft.subscription_id is not None:
            return _subscribed(uow, draft.subscription_id)
        if draft.subscription_id is None:
            subscription = self._add(uow, manager, draft, now)
        else:
            old, _ = _subscribed(uow, draft.subscription_id)
            if old.version != draft.version:
                raise UserError(
                    "Somebody else has changed this subscription meanwhile. /subscriptions shows how it is now."
                )
            subscription = changed(old, draft.choices, now)
            uow.subscriptions.save(subscription)
        uow.subscriptions.save_draft(replace(draft, subscription_id=subscription.id, confirmed=True))
        return _subscribed(uow, subscription.id)

    def _add(self, uow: UnitOfWork, manager: Manager, draft: SubscriptionDraft, now: datetime) -> Subscription:
        choices = draft.choices
        destination = uow.communities.ensure_destination(
            draft.spec, zone=choices.schedule.zone, languages=(manager.language,)
        )
        if len(uow.subscriptions.of_destination(destination.id)) >= MOST_SUBSCRIPTIONS:
            raise UserError("A chat can have at most {most} subscriptions.", most=MOST_SUBSCRIPTIONS)
        write_there_again(uow, destination.id, now)
        community = uow.communities.get(destination.community_id)
        if community is not None and not community.zone_chosen:  # it was shown, and confirmed
            uow.communities.set_zone(community.id, choices.schedule.zone)
        return uow.subscriptions.add(
            destination.id,
            choices,
            window_end=first_window_start(choices.schedule, now),
            now=now,
            created_by=manager.key,
        )


def _subscribed(uow: UnitOfWork, subscription_id: int) -> Subscribed:
    found = uow.subscriptions.get(subscription_id)
    if found is None:
        raise UserError("This subscription is not there any more. /subscriptions lists those that are.")
    return found


def _there(draft: SubscriptionDraft | None) -> SubscriptionDraft:
    if draft is None:
        raise UserError("This set-up is too old to go on with. /subscribe begins a new one.")
    return draft
