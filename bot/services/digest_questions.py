"""Questions about digests that were sent: what else there was, why a story is in one, why an item is in none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.alerts import is_news_key
from bot.domain.communities import Destination, DestinationSpec
from bot.domain.digests import PAGE_SIZE, DigestWindow
from bot.domain.items import Item, visible
from bot.domain.merits import Merit
from bot.domain.pages import page_of
from bot.domain.selection import Candidate, Having, LeftOut, LeftOutBy, Ranked, is_wanted_less, untold, why_not
from bot.domain.subscriptions import Choices, Subscription
from bot.services.fitting import Lookup
from bot.services.ports import Clock
from bot.services.search import find_items
from bot.services.shelves import take_stock
from bot.services.stories import Stories
from storage.database import Database
from storage.digests import StoredDigest
from storage.unit_of_work import UnitOfWork


class Fate(StrEnum):
    """What has become of an item that somebody misses."""

    UNREAD = "unread"  # nothing that was read has this link
    SENT = "sent"
    WAITS = "waits"  # it comes with the next digest, unless others have more that speaks for them
    LEFT_OUT = "left_out"
    BEFORE = "before"  # it was read before the subscription began
    WITHDRAWN = "withdrawn"  # its source has taken it back
    NOBODY_ASKED = "nobody_asked"  # nothing is subscribed to here


@dataclass(frozen=True, slots=True)
class PlacedTale:
    """A story at its place in a digest, with what spoke for it and all its items, also where they were `withdrawn`."""

    digest: StoredDigest
    position: int
    story_id: int
    merits: tuple[Merit, ...]
    items: tuple[Item, ...]
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What has become of an item for a subscription: `left_out` where a choice or the number of stories kept it out,
    `digest` and `position` where it was sent, `due_at` where it waits; `place` of `fitting` is where it would have
    stood in a digest that had no room for it."""

    fate: Fate
    subscription_id: int | None = None
    left_out: LeftOut | None = None
    digest: StoredDigest | None = None
    position: int = 0
    due_at: datetime | None = None
    zone: str = "UTC"
    place: int = 0
    fitting: int = 0


@dataclass(frozen=True, slots=True)
class Fates:
    """An item, the items of its story, and what has become of it."""

    item: Item | None
    items: tuple[Item, ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """A page of the stories that fitted a digest and were not shown in it. `first` is the number of the first one."""

    stories: tuple[Ranked, ...]
    choices: Choices
    first: int
    total: int
    page: int
    pages: int


class DigestQuestions:
    """Answers from what is stored and known now; nothing is sent."""

    def __init__(self, database: Database, stories: Stories, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._stories = stories

    async def rest(self, spec: DestinationSpec, edition: int, page: int) -> Rest | None:
        """A page of what a digest did not show and its chat has not been told since; one out of range becomes the
        nearest there is. Several chats may have got that digest: it is that of this one, else the newest, for who
        turns the pages in private. None where there is no such digest."""
        return await self._database.query(_rest, spec, edition, page)

    async def placed(
        self, spec: DestinationSpec, position: int | None = None, *, message_id: str | None = None
    ) -> tuple[PlacedTale, ...]:
        """The story at a place, or all, of the digest that a message here is a part of; where it is part of none, or
        not given, of the digest that came here last. () where there is no such story."""
        return await self._database.query(_placed, spec, position, message_id)

    async def tells_alerts(self, spec: DestinationSpec, message_id: str) -> bool:
        """Whether a message here is no digest, but tells what alerts have found."""
        key = await self._database.query(lambda uow: uow.deliveries.key_of(spec, message_id))
        return key is not None and is_news_key(key)

    async def fates(self, spec: DestinationSpec, words: str) -> Fates:
        """What has become here of the item that fits a link, or words, best."""
        await self._stories.catch_up()
        return await self._database.query(_fates, spec, words, self._clock())


def _rest(uow: UnitOfWork, spec: DestinationSpec, edition: int, page: int) -> Rest | None:
    here = uow.communities.destination_at(spec.platform, spec.chat_id, spec.thread_id)
    digest = (uow.digests.of_edition_at(edition, here.id) if here else None) or uow.digests.of_edition(edition)
    if digest is None:
        return None
    stock = take_stock(uow, digest.window)
    shelf = stock.shelf(uow.hidden_from(spec))
    ranking = shelf.rank(digest.choices, _having(uow, shelf.candidates.values(), digest.choices, digest.window))
    names = {name: one for one in ranking.story_ids for name in (one, *stock.aliases.get(one, ()))}
    told = uow.digests.posted({digest.destination_id}, names).get(digest.destination_id, set())
    places = untold(ranking, {names[name] for name in told})
    rest = page_of(places, page, PAGE_SIZE)
    first = len(digest.shown) + rest.first
    return Rest(shelf.ranked(ranking, sorted(rest.shown)), digest.choices, first, rest.total, rest.number, rest.pages)


def _placed(
    uow: UnitOfWork, spec: DestinationSpec, position: int | None, message_id: str | None
) -> tuple[PlacedTale, ...]:
    here = uow.communities.destination_at(spec.platform, spec.chat_id, spec.thread_id)
    if here is None:
        return ()
    answered = uow.digests.of_message(here.id, message_id) if message_id else None
    digest = answered or uow.digests.sent_to(here.id)
    placed = [one for one in digest.shown if position in (None, one.position)] if digest else []
    hidden = uow.source_chats.hidden_from(here.community_id)
    known = uow.corrections.known([one.story_id for one in placed], hidden)
    return tuple(
        PlacedTale(
            digest, one.position, one.story_id, one.merits, story.items or story.withdrawn, withdrawn=not story.items
        )
        for one, story in zip(placed, known, strict=True)
        if digest
    )


def _fates(uow: UnitOfWork, spec: DestinationSpec, words: str, now: datetime) -> Fates:
    hidden = uow.hidden_from(spec)
    meant = find_items(uow, spec, words, limit=1, now=now)
    if not meant:
        gone = uow.items.withdrawn_with(words, hidden)
        return Fates(gone, (), (Verdict(Fate.WITHDRAWN if gone else Fate.UNREAD),))
    item = meant[0]
    story_id = uow.stories.of_items([item.id]).get(item.id)
    story = uow.stories.get(story_id) if story_id is not None else None
    if story is None:
        return Fates(item, (item,), (Verdict(Fate.UNREAD),))
    items = visible(uow.items.many(story.item_ids), hidden)
    here = uow.communities.destination_at(spec.platform, spec.chat_id, spec.thread_id)
    subscribed = uow.subscriptions.of_destination(here.id) if here else []
    if here is None or not subscribed:
        return Fates(item, items, (Verdict(Fate.NOBODY_ASKED),))
    sent = _sent(uow, here, story.id)
    if sent is not None:
        return Fates(item, items, (sent,))
    return Fates(item, items, tuple(_verdict(uow, subscription, story.id, items) for subscription, _ in subscribed))


def _sent(uow: UnitOfWork, here: Destination, story_id: int) -> Verdict | None:
    """Where the story was sent, by whatever id it had then."""
    names = {story_id, *uow.digests.aliases({story_id})}
    digest = uow.digests.with_story(here.id, names)
    if digest is None:
        return None
    position = next(one.position for one in digest.shown if one.story_id in names)
    zone = digest.choices.schedule.zone
    return Verdict(Fate.SENT, digest.subscription_id, digest=digest, position=position, zone=zone)


def _verdict(uow: UnitOfWork, subscription: Subscription, story_id: int, items: tuple[Item, ...]) -> Verdict:
    """What has become of a story that was not sent: the newest window with something new of it decides."""
    zone = subscription.schedule.zone
    newest = max(item.first_seen_at for item in items)
    if newest > subscription.window_end:
        reason = _reason(uow, subscription, story_id, items, DigestWindow(subscription.window_end, newest))
        fate = Fate.LEFT_OUT if reason else Fate.WAITS
        return Verdict(fate, subscription.id, left_out=reason, due_at=subscription.next_due_at, zone=zone)
    digest = uow.digests.covering(subscription.id, newest)
    if digest is None:
        return Verdict(Fate.BEFORE, subscription.id, zone=zone)
    reason = _reason(uow, digest.choices, story_id, items, digest.window)
    if reason is None:
        return _beyond(uow, digest, story_id)
    return Verdict(Fate.LEFT_OUT, subscription.id, left_out=reason, digest=digest, zone=zone)


def _beyond(uow: UnitOfWork, digest: StoredDigest, story_id: int) -> Verdict:
    """Where a story that fits would have stood among those that do, the best first."""
    stock = take_stock(uow, digest.window)
    shelf = stock.shelf(uow.hidden_at(digest.destination_id))
    having = _having(uow, shelf.candidates.values(), digest.choices, digest.window)
    ranking = shelf.rank(digest.choices, having)
    names = {name: one for one in ranking.story_ids for name in (one, *stock.aliases.get(one, ()))}
    told = uow.digests.posted({digest.destination_id}, names, before=digest.id).get(digest.destination_id, set())
    order = [ranking.story_ids[at] for at in untold(ranking, {names[name] for name in told})]
    by, place = LeftOutBy.MAXIMUM, order.index(story_id) + 1 if story_id in order else 0
    candidate = shelf.candidates.get(story_id)
    if not place and candidate is not None and is_wanted_less(candidate, digest.choices, having):
        by = LeftOutBy.LESS
    return Verdict(
        Fate.LEFT_OUT,
        digest.subscription_id,
        left_out=LeftOut(story_id, by),
        digest=digest,
        zone=digest.choices.schedule.zone,
        place=place,
        fitting=len(order),
    )


def _reason(
    uow: UnitOfWork, choices: Choices, story_id: int, items: tuple[Item, ...], window: DigestWindow
) -> LeftOut | None:
    new = frozenset(item.id for item in items if window.start < item.first_seen_at <= window.end)
    candidate = Candidate(story_id, items, new)
    return why_not(candidate, choices, _having(uow, [candidate], choices, window))


def _having(uow: UnitOfWork, candidates: Iterable[Candidate], choices: Choices, window: DigestWindow) -> Having:
    return Lookup(candidates).having(uow, choices, window.end)
