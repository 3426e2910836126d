"""Digests of subscriptions: built when they are due and put into the outbox, both in one transaction.

Everything is decided inside the transaction that writes it, so that a process which ends at any instruction leaves a
digest that is not built, or one that is built and waits to be sent. What is costly is worked out before, on a thread
that only reads, and kept for all destinations that want the same.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Generic, TypeVar

import structlog

from bot.domain.communities import Destination
from bot.domain.deliveries import DeliveryKind, NewDelivery, Payload, digest_key
from bot.domain.digests import DigestWindow
from bot.domain.discussed import Discussed, DiscussedPapers, discussed_before
from bot.domain.messages import Message
from bot.domain.schedules import after_quiet_hours, due_windows, last_time
from bot.domain.selection import Ranking, Selection, Shelf, select, with_alerts
from bot.domain.subscriptions import Choices, Subscription
from bot.locales import Translator, nearest, translator
from bot.services.digest_alerts import FoundBesides, Told, found_besides, wait_for_digests
from bot.services.digest_message import subscription_digest
from bot.services.discussions import has_threads, thread_name
from bot.services.fitting import Lookup
from bot.services.ports import Clock, Renderer
from bot.services.shelves import Stock, take_stock
from bot.services.stories import Stories
from bot.services.story_message import FIGURES_ON
from storage.database import Database
from storage.digests import NO_DIGEST, NewDigest, PlacedStory
from storage.subscriptions import choices_as_json
from storage.unit_of_work import UnitOfWork

AT_ONCE = 100
"""Digests that are written in one transaction: it keeps others who write waiting for some ten milliseconds."""
WORTH_SENDING = timedelta(days=7)
"""A digest that could not be sent for so long is not sent any more."""
ROUND = 20_000
"""Subscriptions that are looked at together, so that those who want the same come after one another."""
SHELVES_KEPT = 4
EDITIONS_KEPT = 64

log = structlog.get_logger(__name__)

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Due:
    """A digest that is to be built. `key` is the same for equal choices, `hidden` are the sources that its community
    did not see when it was found to be due."""

    subscription: Subscription
    destination: Destination
    window: DigestWindow
    choices: Choices
    key: str
    hidden: frozenset[int]

    @classmethod
    def of(
        cls, subscription: Subscription, destination: Destination, window: DigestWindow, hidden: frozenset[int]
    ) -> Due:
        choices = _choices_of(subscription)
        return cls(subscription, destination, window, choices, _key(choices), hidden)


@dataclass(frozen=True, slots=True)
class Edition:
    """What a digest shows and says. Destinations that want the same share one; `number` is the same for them. `told`:
    what alerts have waited to tell, and it tells (alert, story)."""

    number: int
    selection: Selection
    message: Message
    language: str
    told: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a destination wants of a shelf, from which the stories of `hidden` sources are gone. `aliases`: for a story
    there, those that have become part of it. `discussed` are the papers that its club had discussed by then."""

    choices: Choices
    key: str
    destination: Destination
    hidden: frozenset[int]
    shelf: Shelf
    ranking: Ranking
    aliases: Mapping[int, Collection[int]]
    discussed: DiscussedPapers

    def names(self, story_ids: Iterable[int]) -> set[int]:
        """The ids that these stories have, and had before they became one with others."""
        return {name for story_id in story_ids for name in (story_id, *self.aliases.get(story_id, ()))}


class _Newest(Generic[K, V]):
    """What was worked out last, so much of it."""

    def __init__(self, most: int) -> None:
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._most = most

    def get(self, key: K) -> V | None:
        return self._kept.get(key)

    def keep(self, key: K, value: V) -> V:
        self._kept[key] = value
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return value


class _Desk:
    """What has been worked out for some windows: the stories on the shelf, their order for each of the choices, what
    is said of them on each platform. Wanted again by everybody who chose the same and sees the same: of the sources
    that are hidden from somebody only those count that have something in the window."""

    def __init__(self, renderers: Mapping[str, Renderer], default_language: str) -> None:
        self._renderers = renderers
        self._default_language = default_language
        self._stocks = _Newest[DigestWindow, Stock](SHELVES_KEPT)
        self._shelves = _Newest[tuple[DigestWindow, frozenset[int]], Shelf](SHELVES_KEPT)
        self._lookups = _Newest[tuple[DigestWindow, frozenset[int]], Lookup](SHELVES_KEPT)
        self._rankings = _Newest[tuple[DigestWindow, frozenset[int], str], Ranking](EDITIONS_KEPT)
        self._editions = _Newest[tuple[object, ...], Edition](EDITIONS_KEPT)
        self._payloads = _Newest[tuple[int, str], tuple[Payload, ...]](EDITIONS_KEPT)

    def editions(self, uow: UnitOfWork, due: Sequence[Due]) -> list[Edition]:
        """What the digest of each says, in the language of its destination. No destination is in it twice."""
        languages = self.languages(uow, [one.destination for one in due])
        communities = {one.destination.community_id for one in due}
        hidden = uow.source_chats.hidden_from_each(communities)
        discussed = uow.club_sessions.discussed(communities)
        asked = [
            self._asked(
                uow,
                one.choices,
                one.key,
                one.destination,
                one.window,
                hidden=hidden[one.destination.community_id],
                discussed=discussed.get(one.destination.community_id, ()),
            )
            for one in due
        ]
        says = {one.destination.id: translator(languages[one.destination.id]) for one in due}
        editions = [
            self._edition(one, posted, says[one.destination.id])
            for one, posted in zip(asked, _told(uow, asked), strict=True)
        ]
        waiting = wait_for_digests(uow, [one.destination for one in self._posted(due, editions)])
        for at, (one, edition) in enumerate(zip(asked, editions, strict=True)):
            here = one.destination
            if here.id in waiting:
                names = one.names(story.story_id for story in edition.selection.shown)
                told = Told(here, edition.selection, one.choices, names, hidden[here.community_id])
                found = found_besides(uow, told, waiting[here.id])
                editions[at] = self._with_alerts(edition, one, found, says[here.id])
        return editions

    def _posted(self, due: Sequence[Due], editions: Sequence[Edition]) -> list[Due]:
        """Those of which something is posted that alerts can stand behind."""
        return [
            one
            for one, edition in zip(due, editions, strict=True)
            if edition.selection.shown and one.destination.platform in self._renderers
        ]

    def edition(
        self,
        uow: UnitOfWork,
        choices: Choices,
        destination: Destination,
        window: DigestWindow,
        say: Translator,
        *,
        before: int = NO_DIGEST,
    ) -> Edition:
        """What the digest of a window says to a destination, which has been told the digests with ids up to `before`,
        itself excluded."""
        choices = _choices_of(choices)
        here = destination.community_id
        hidden, discussed = uow.source_chats.hidden_from(here), uow.club_sessions.discussed([here]).get(here, ())
        asked = self._asked(uow, choices, _key(choices), destination, window, hidden=hidden, discussed=discussed)
        return self._edition(asked, _told(uow, [asked], before=before)[0], say)

    def languages(self, uow: UnitOfWork, destinations: Iterable[Destination]) -> dict[int, str]:
        """What each destination is spoken to in."""
        liked = uow.communities.languages({one.id for one in destinations})
        return {id_: next(filter(None, map(nearest, tags)), self._default_language) for id_, tags in liked.items()}

    def payloads(self, edition: Edition, platform: str) -> tuple[Payload, ...]:
        """What is sent on a platform; nothing where it is not one that we write to."""
        render = self._renderers.get(platform)
        if render is None:
            return ()
        key = (edition.number, platform)
        return self._payloads.get(key) or self._payloads.keep(key, tuple(render(edition.message)))

    def _asked(
        self,
        uow: UnitOfWork,
        choices: Choices,
        key: str,
        destination: Destination,
        window: DigestWindow,
        *,
        hidden: frozenset[int],
        discussed: Iterable[tuple[str, Discussed]],
    ) -> _Asked:
        stock = self._stocks.get(window) or self._stocks.keep(window, take_stock(uow, window))
        hidden &= stock.sources
        seen = (window, hidden)
        shelf = self._shelves.get(seen) or self._shelves.keep(seen, stock.shelf(hidden))
        ranked = (window, hidden, key)
        ranking = self._rankings.get(ranked)
        if ranking is None:
            lookup = self._lookups.get(seen) or self._lookups.keep(seen, Lookup(shelf.candidates.values()))
            ranking = shelf.rank(choices, lookup.having(uow, choices, window.end))
            self._rankings.keep(ranked, ranking)
        known = discussed_before(discussed, window.end)
        return _Asked(choices, key, destination, hidden, shelf, ranking, stock.aliases, known)

    def _edition(self, asked: _Asked, posted: frozenset[int], say: Translator) -> Edition:
        choices, window, figure = asked.choices, asked.shelf.window, asked.destination.platform in FIGURES_ON
        # Few clubs have discussed anything; all others share what a digest says.
        marks = [frozenset((paper, one.number, one.at) for paper, one in asked.discussed.items())]
        discussed = tuple(mark for mark in marks if mark)
        key = (window, asked.hidden, asked.key, say.language, figure, posted, discussed)
        edition = self._editions.get(key)
        if edition is None:
            selection = select(asked.shelf, asked.ranking, choices.max_stories, posted)
            shown = tuple(one.with_discussed(asked.discussed) for one in selection.shown)
            selection = replace(selection, shown=shown)
            number = _number(window, asked.hidden, asked.key, say.language, posted, *discussed)
            message = subscription_digest(selection, choices, say, edition=number, figure=figure)
            edition = self._editions.keep(key, Edition(number, selection, message, say.language))
        return edition

    def _with_alerts(self, edition: Edition, asked: _Asked, found: FoundBesides, say: Translator) -> Edition:
        """The same with what alerts have waited to tell."""
        stories = tuple(one.with_discussed(asked.discussed) for one in found.stories)
        if not stories:
            return replace(edition, told=found.told)
        selection = with_alerts(edition.selection, asked.shelf, asked.ranking, stories)
        number = _number(edition.number, *((one.story_id, one.alert) for one in stories))
        figure = asked.destination.platform in FIGURES_ON
        message = subscription_digest(selection, asked.choices, say, edition=number, figure=figure)
        return Edition(number, selection, message, edition.language, found.told)


class ScheduledDigests:
    """Builds digests of subscriptions, and says what is in them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        stories: Stories,
        renderers: Mapping[str, Renderer],
        *,
        default_language: str = "en",
    ) -> None:
        """`renderers` are those of the platforms that digests are sent on."""
        self._database = database
        self._stories = stories
        self._clock = clock
        self._renderers = renderers
        self._default_language = default_language
        self._building = asyncio.Lock()

    async def build_due(self) -> int:
        """Builds every digest that is due and puts it into the outbox; how many there were to send. May be repeated,
        and be broken off anywhere: no window is built twice, and none is left out."""
        async with self._building:
            desk, sent, failed = self._desk(), 0, set[int]()
            # Looked up in a transaction that could write: when it begins, all that was first seen before is stored.
            while due := await self._database.run(self._due, failed):
                await self._stories.catch_up()
                for part in _apart(due):
                    await self._database.query(_prepare, desk, _different(part))
                    sent += await self._write(desk, part, failed)
            return sent

    async def preview(
        self, subscription: Subscription, destination: Destination, window: DigestWindow, say: Translator
    ) -> Message:
        """The digest of a window as the destination would see it. Sends nothing, and may be repeated."""
        await self._stories.catch_up()
        return (await self._edition(subscription, destination, window, say)).message

    async def send_now(self, subscription_id: int, window: DigestWindow) -> int:
        """Sends the digest of a window, which the next one then goes on from. Returns how many stories are in it; 0
        where there was nothing new, and nothing is sent."""
        await self._stories.catch_up()
        async with self._building:
            return await self._database.run(self._send_now, subscription_id, window)

    async def again(
        self, subscription_id: int, at: datetime, say: Translator | None = None
    ) -> tuple[Edition, Destination] | None:
        """The digest that a subscription gets, or got, at a moment, computed from what is known now: that of the
        window which ends last by then. Sends nothing. None where there is no such subscription."""

        def work(uow: UnitOfWork) -> tuple[Edition, Destination] | None:
            found = uow.subscriptions.get(subscription_id)
            if found is None:
                return None
            subscription, destination = found
            window, choices, digest_id = _window_at(uow, subscription, at)
            desk = self._desk()
            speaks = say or translator(desk.languages(uow, [destination])[destination.id])
            return desk.edition(uow, choices, destination, window, speaks, before=digest_id), destination

        await self._stories.catch_up()
        return await self._database.query(work)

    # Inside

    def _desk(self) -> _Desk:
        return _Desk(self._renderers, self._default_language)

    async def _edition(
        self, choices: Choices, destination: Destination, window: DigestWindow, say: Translator
    ) -> Edition:
        return await self._database.query(
            lambda uow: self._desk().edition(uow, _choices_of(choices), destination, window, say)
        )

    def _due(self, uow: UnitOfWork, failed: set[int]) -> list[Due]:
        """What is to be built next: the oldest window of each subscription that is due."""
        now = self._clock()
        found: list[Due] = []
        waiting = uow.subscriptions.due(now, ROUND + len(failed))
        hidden = uow.source_chats.hidden_from_each({destination.community_id for _, destination in waiting})
        for subscription, destination in waiting:
            if subscription.id in failed:
                continue
            try:
                window = _next_window(subscription, now)
                found.append(Due.of(subscription, destination, window, hidden[destination.community_id]))
            except Exception:
                failed.add(subscription.id)
                log.exception("digest_window_unknown", subscription=subscription.id)
        # Those who see the same come after one another, first of all those who watch nothing.
        kinds = {one: at for at, one in enumerate(sorted({one.hidden for one in found}, key=_order))}
        return sorted(found, key=lambda one: (one.window.end, one.window.start, kinds[one.hidden], one.key))

    async def _write(self, desk: _Desk, due: Sequence[Due], failed: set[int]) -> int:
        """Builds digests in one transaction; where that fails, one by one, so that none keeps the others back."""
        try:
            return await self._database.run(self._build_all, desk, due)
        except Exception:
            if len(due) == 1:
                failed.add(due[0].subscription.id)
                log.exception("digest_not_built", subscription=due[0].subscription.id)
                return 0
        return sum([await self._write(desk, [one], failed) for one in due])

    def _build_all(self, uow: UnitOfWork, desk: _Desk, due: Sequence[Due]) -> int:
        """Builds digests and marks their windows as built; how many of them there are to send."""
        current = uow.subscriptions.many([one.subscription.id for one in due])
        # What somebody has changed meanwhile is due, as it is now, in the next round.
        due = [one for one in due if current.get(one.subscription.id) == (one.subscription, one.destination)]
        editions = desk.editions(uow, due)
        sends = [
            bool(edition.selection.shown) or one.choices.say_nothing_new
            for one, edition in zip(due, editions, strict=True)
        ]
        self._store(uow, desk, due, editions, sends)
        return sum(sends)

    def _send_now(self, uow: UnitOfWork, subscription_id: int, window: DigestWindow) -> int:
        current = uow.subscriptions.get(subscription_id)  # as it is by now: it may have been paused, or changed
        if current is None or current[0].window_end != window.start:
            return 0
        desk = self._desk()
        subscription, destination = current
        awake = replace(subscription, quiet_hours=None)  # who asks for it now is
        due = Due.of(awake, destination, window, uow.source_chats.hidden_from(destination.community_id))
        (edition,) = desk.editions(uow, [due])
        if not edition.selection.shown:
            return 0
        self._store(uow, desk, [due], [edition], [True])
        return len(edition.selection.shown)

    def _store(
        self, uow: UnitOfWork, desk: _Desk, due: Sequence[Due], editions: Sequence[Edition], wanted: Sequence[bool]
    ) -> None:
        """Writes digests, what is to be sent of those that are wanted, and that their windows are built."""
        now = self._clock()
        deliveries = [
            _new_delivery(one, payloads, now)
            for one, edition, is_wanted in zip(due, editions, wanted, strict=True)
            if is_wanted and (payloads := desk.payloads(edition, one.destination.platform))
        ]
        ids = uow.deliveries.add_all(deliveries, now=now)
        digests = [
            _new_digest(one, edition, ids.get(_delivery_key(one))) for one, edition in zip(due, editions, strict=True)
        ]
        uow.digests.add(digests, now=now)
        sent = [edition for one, edition in zip(due, editions, strict=True) if _delivery_key(one) in ids]
        uow.alerts.told([pair for edition in sent for pair in edition.told], now=now)
        uow.discussions.add(
            [
                (ids[key], thread_name(edition.message))
                for one, edition in zip(due, editions, strict=True)
                if one.choices.discussion_thread and has_threads(one.destination) and (key := _delivery_key(one)) in ids
            ],
            now=now,
        )
        uow.subscriptions.advance_all([(one.subscription, one.window.end) for one in due])


def _told(uow: UnitOfWork, asked: Sequence[_Asked], *, before: int = NO_DIGEST) -> list[frozenset[int]]:
    """Which stories each destination has been told already, as far down its ranking as its digest reaches."""
    best = [one.ranking.best_ids(one.choices.max_stories) for one in asked]
    names = {name for one, ids in zip(asked, best, strict=True) for name in one.names(ids)}
    known = uow.digests.posted({one.destination.id for one in asked}, names, before=before)
    return [
        _told_to(uow, one, ids, known.get(one.destination.id, set()), before)
        for one, ids in zip(asked, best, strict=True)
    ]


def _told_to(uow: UnitOfWork, one: _Asked, ids: list[int], known: set[int], before: int) -> frozenset[int]:
    """For every story that was told, one more is looked at."""
    here = one.destination.id
    posted: set[int] = set()
    reached = len(ids)
    while found := {story_id for story_id in ids if not known.isdisjoint(one.names([story_id]))}:
        posted |= found
        ids = one.ranking.best_ids(reached + len(found))[reached:]
        reached += len(ids)
        known = uow.digests.posted({here}, one.names(ids), before=before).get(here, set())
    return frozenset(posted)


def _prepare(uow: UnitOfWork, desk: _Desk, due: Sequence[Due]) -> None:
    """Works out what will be wanted, so that the transaction that writes need not."""
    for one, edition in zip(due, desk.editions(uow, due), strict=True):
        desk.payloads(edition, one.destination.platform)


def _apart(due: Iterable[Due]) -> Iterable[Sequence[Due]]:
    """Parts for one transaction each, with no destination twice: what it is told by one digest is not in the next."""
    part: list[Due] = []
    destinations: set[int] = set()
    for one in due:
        if len(part) == AT_ONCE or one.destination.id in destinations:
            yield part
            part, destinations = [], set()
        part.append(one)
        destinations.add(one.destination.id)
    yield part


def _different(due: Iterable[Due]) -> list[Due]:
    """One for each of the choices and of those who see the same: what is worked out for it does for the others too."""
    return list({(one.window, one.hidden, one.key, one.destination.platform): one for one in due}.values())


def _order(hidden: frozenset[int]) -> tuple[int, list[int]]:
    return -len(hidden), sorted(hidden)


def _key(choices: Choices) -> str:
    return json.dumps(choices_as_json(choices), sort_keys=True)


def _next_window(subscription: Subscription, now: datetime) -> DigestWindow:
    windows = due_windows(
        subscription.schedule,
        window_end=subscription.window_end,
        now=now,
        active_from=subscription.active_from,
    )
    return windows[0]


def _window_at(uow: UnitOfWork, subscription: Subscription, at: datetime) -> tuple[DigestWindow, Choices, int]:
    """The window that ended last by a moment, the choices that held then, and the id of its digest."""
    end = last_time(subscription.schedule, at)
    built = uow.digests.newest(subscription.id, at)
    if built is not None and built.window.end >= end:
        return built.window, built.choices, built.id
    start = last_time(subscription.schedule, end - timedelta.resolution)
    if subscription.window_end < end:
        start = subscription.window_end
    return DigestWindow(start, end), _choices_of(subscription), NO_DIGEST


def _choices_of(choices: Choices) -> Choices:
    return choices.choices if isinstance(choices, Subscription) else choices


def _number(*parts: object) -> int:
    """A number that stands for what a digest says; it fits into a button and into a column."""
    digest = blake2b(repr([sorted(one) if isinstance(one, frozenset) else one for one in parts]).encode())
    return int.from_bytes(digest.digest()[:7], "big")


def _delivery_key(due: Due) -> str:
    return digest_key(due.subscription.id, due.window.end)


def _new_delivery(due: Due, payloads: tuple[Payload, ...], now: datetime) -> NewDelivery:
    not_before = after_quiet_hours(now, due.choices.quiet_hours, due.choices.schedule.zone)
    return NewDelivery(
        _delivery_key(due),
        due.destination.id,
        DeliveryKind.DIGEST,
        payloads,
        not_before=not_before,
        expires_at=not_before + WORTH_SENDING,
        unknown_policy=due.choices.unknown_policy,
    )


def _new_digest(due: Due, edition: Edition, delivery_id: int | None) -> NewDigest:
    selection = edition.selection
    return NewDigest(
        subscription_id=due.subscription.id,
        destination_id=due.destination.id,
        delivery_id=delivery_id,
        edition=edition.number,
        window=due.window,
        language=edition.language,
        choices=due.choices,
        read=selection.read,
        stories=selection.stories,
        fitting=selection.fitting,
        beyond=selection.beyond,
        shown=tuple(
            PlacedStory(place, one.story_id, one.merits, one.section)
            for place, one in enumerate(selection.shown, start=1)
        ),
    )
