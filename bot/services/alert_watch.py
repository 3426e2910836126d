"""Watching for alerts: what is new is looked at once for all of them, and told in one message to each keeper.

What was found is written down in the transaction that moves on to the next items, and is told in the one that puts the
message into the outbox: a process that ends anywhere leaves no story out and tells none twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.alerts import A_DAY, Keeper, Manner, Rhythm, is_due, is_news, news_key, usual_rhythm
from bot.domain.communities import Destination
from bot.domain.deliveries import DeliveryKind, NewDelivery
from bot.domain.reaching import WordKind
from bot.domain.sieve import Sieve
from bot.domain.subscriptions import Subscription, UnknownPolicy
from bot.locales import nearest, translator
from bot.services.alert_message import NewStories, news_message
from bot.services.alerts import asking_for
from bot.services.digest_alerts import told_in_digests
from bot.services.fitting import SavedQuestion, fitting
from bot.services.ports import Clock, Renderer
from bot.services.reaching import Reaching, Word
from bot.services.shelves import candidates
from bot.services.stories import Stories
from storage.alerts import Found, NewItem, Waiting, WatchingAlert
from storage.database import Database
from storage.unit_of_work import UnitOfWork

AT_ONCE = 200
"""New items that are looked at together."""
WORTH_TELLING = timedelta(days=2)
"""A message that could not be sent for so long is not sent any more."""
WAITS_AT_MOST = timedelta(days=15)
"""What was found waits so long for a digest that comes once a week, or for a chat that cannot be written to."""
UNDONE_WITHIN = timedelta(days=7)
"""How long an alert that was removed can be brought back."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found among the items up to this one."""

    item_id: int
    found: tuple[Found, ...]


class AlertWatch:
    """Finds what fits alerts, and tells it."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        stories: Stories,
        reaching: Reaching,
        renderers: Mapping[str, Renderer],
        *,
        default_language: str = "en",
    ) -> None:
        """`reaching` is how people are told, `renderers` are those of the platforms that chats are told on."""
        self._database = database
        self._clock = clock
        self._stories = stories
        self._reaching = reaching
        self._renderers = renderers
        self._default_language = default_language
        self._looking = asyncio.Lock()

    async def look(self) -> int:
        """Looks at all items that are new since the last time; how many stories were found. May be repeated, and be
        broken off anywhere: no story is found twice for an alert."""
        found = 0
        async with self._looking:
            await self._stories.catch_up()
            while (look := await self._database.query(self._look)) is not None:
                found += await self._database.run(self._keep, look)
        return found

    async def tell_due(self) -> int:
        """Tells what is due, each keeper in one message; how many messages. May be repeated, and be broken off
        anywhere."""
        told = 0
        for keeper in await self._database.query(self._who_is_due):
            try:
                told += await self._database.run(self._tell, keeper)
            except Exception:  # one person's alerts must not keep those of all others back; they wait for the next turn
                log.exception("alert_not_told", member=keeper.member_id, destination=keeper.destination_id)
        return told

    async def prune(self) -> None:
        """Forgets alerts that were removed long ago, and gives up what has waited too long. May be repeated."""
        now = self._clock()
        await self._database.run(lambda uow: uow.alerts.prune(now - UNDONE_WITHIN))
        await self._database.run(lambda uow: uow.alerts.give_up(now - WAITS_AT_MOST))

    # Looking

    def _look(self, uow: UnitOfWork) -> _Look | None:
        """Looks at the next items; None where there is nothing to look at."""
        alerts = uow.alerts.watching()
        if not alerts:
            return None
        after = max(uow.alerts.progress(), min(one.alert.since_item_id for one in alerts))
        ids = uow.alerts.items_after(after, AT_ONCE)
        homeless = next(iter(uow.stories.unassigned(after=after, limit=1)), None)
        ids = [id_ for id_ in ids if homeless is None or id_ < homeless]  # those get their stories first
        return _Look(ids[-1], self._found(uow, alerts, uow.alerts.new_items(ids))) if ids else None

    def _found(self, uow: UnitOfWork, alerts: Sequence[WatchingAlert], new: Mapping[int, NewItem]) -> tuple[Found, ...]:
        """What fits the alerts, each story once for each of them."""
        now, sieve = self._clock(), Sieve(uow.items.searched(sorted(new)))
        hidden = uow.source_chats.hidden_from_each({one.destination.community_id for one in alerts})
        members = {one.id: one for one in uow.members.many({one.alert.member_id or 0 for one in alerts})}
        found: dict[tuple[int, int], Found] = {}
        for one in alerts:
            alert, unseen = one.alert, hidden[one.destination.community_id]
            asked = SavedQuestion(
                alert.question, one.zone, asking_for(alert, one.destination, members.get(alert.member_id or 0))
            )
            for item_id in sorted(fitting(uow, asked, sieve, now)):
                item = new[item_id]
                is_new = item_id > alert.since_item_id and is_news(item.appeared_at, alert)
                if is_new and item.is_seen_without(unseen):
                    found.setdefault((alert.id, item.story_id), Found(alert.id, item.story_id, item_id))
        return tuple(found.values())

    def _keep(self, uow: UnitOfWork, look: _Look) -> int:
        """Writes down what was found for alerts that are still awake, and that these items were looked at."""
        awake = {one.alert.id for one in uow.alerts.watching()}
        known = _known(uow, {one.story_id for one in look.found})
        new = [one for one in look.found if one.alert_id in awake and one.alert_id not in known[one.story_id]]
        uow.alerts.add_found(new, now=self._clock())
        uow.alerts.advance(look.item_id)
        if new:
            log.info("alerts_found", found=len(new))
        return len(new)

    # Telling

    def _who_is_due(self, uow: UnitOfWork) -> list[Keeper]:
        return list(_due(uow, uow.alerts.waiting(), self._clock()))

    def _tell(self, uow: UnitOfWork, keeper: Keeper) -> int:
        """Tells a keeper what is due, as it is by now."""
        now = self._clock()
        due = _due(uow, uow.alerts.waiting_for([keeper]), now).get(keeper, [])
        uow.alerts.told([(one.alert.id, story_id) for one in due for story_id in one.story_ids], now=now)
        news = _news(uow, due)
        if not news:
            return 0
        key = news_key(due[0].alert.id, due[0].story_ids[0])
        if keeper.member_id is None:
            self._tell_chat(uow, due[0].destination, key, news, now)
        else:
            self._tell_member(uow, keeper.member_id, key, news, now)
        return 1

    def _tell_member(
        self, uow: UnitOfWork, member_id: int, key: str, news: Sequence[NewStories], now: datetime
    ) -> None:
        word = Word(
            member_id,
            key,
            WordKind.ALERT,
            None,
            lambda say, _member: news_message(news, say),
            expires_at=now + WORTH_TELLING,
        )
        self._reaching.tell(uow, word, now=now)

    def _tell_chat(
        self, uow: UnitOfWork, destination: Destination, key: str, news: Sequence[NewStories], now: datetime
    ) -> None:
        render = self._renderers.get(destination.platform)
        if render is None:
            return
        tags = uow.communities.languages([destination.id])[destination.id]
        say = translator(next(filter(None, map(nearest, tags)), self._default_language))
        uow.deliveries.add(
            NewDelivery(
                key,
                destination.id,
                DeliveryKind.DIGEST,
                tuple(render(news_message(news, say))),
                not_before=now,
                expires_at=now + WORTH_TELLING,
                unknown_policy=UnknownPolicy.ASSUME_SENT,
            ),
            now=now,
        )


def _known(uow: UnitOfWork, story_ids: set[int]) -> dict[int, set[int]]:
    """The alerts that stories were found for before, also by ids that they had before they became one with others."""
    names = {story_id: {story_id} for story_id in story_ids}
    for gone, into in uow.digests.aliases(story_ids).items():
        names[into].add(gone)
    found = uow.alerts.found({name for own in names.values() for name in own})
    return {story_id: {alert for name in own for alert in found.get(name, ())} for story_id, own in names.items()}


def _due(uow: UnitOfWork, waiting: Iterable[Waiting], now: datetime) -> dict[Keeper, list[Waiting]]:
    """What is told now. Where one alert is due, all are that are told in the same manner."""
    kept: dict[Keeper, list[Waiting]] = {}
    for one in waiting:
        kept.setdefault(Keeper.of(one.alert), []).append(one)
    rhythms = _rhythms(uow, kept, now)
    due = {}
    for keeper, found in kept.items():
        manners = {one.alert.manner for one in found if is_due(one.alert.manner, one.since, rhythms[keeper], now)}
        if manners:
            due[keeper] = [one for one in found if one.alert.manner in manners]
    return due


def _rhythms(uow: UnitOfWork, kept: Mapping[Keeper, Sequence[Waiting]], now: datetime) -> dict[Keeper, Rhythm]:
    """When these get their digests, else when such people usually do."""
    personal = uow.subscriptions.personal({one.member_id for one in kept if one.member_id is not None})
    told = uow.alerts.told_at_once(kept, now - A_DAY)
    rhythms = {}
    for keeper, (first, *_) in kept.items():
        chats = uow.subscriptions.of_destination(keeper.destination_id) if keeper.member_id is None else ()
        digests = personal.get(keeper.member_id, ()) if keeper.member_id is not None else chats
        awake = [one for one, there in digests if not one.paused and there.paused_reason is None]
        rhythm = _rhythm_of(awake) if awake else usual_rhythm(first.zone, first.destination.kind)
        rhythms[keeper] = replace(rhythm, told=told.get(keeper, ()))
    return rhythms


def _rhythm_of(digests: Sequence[Subscription]) -> Rhythm:
    """That of the first of somebody's digests; those that come at the same hours are waited for."""
    own = digests[0]
    built = min(one.window_end for one in digests if one.schedule == own.schedule)
    return Rhythm(own.schedule, own.quiet_hours, built)


def _news(uow: UnitOfWork, due: Iterable[Waiting]) -> list[NewStories]:
    """What there is to tell of these alerts, as far as it may be seen there; each story under the first that it fits.
    What is told daily is left out where a digest has told it."""
    told: set[int] = set()
    news = []
    for one in due:
        ids = dict.fromkeys(story.id for id_ in one.story_ids if (story := uow.stories.get(id_)) is not None)
        fresh = [story_id for story_id in ids if story_id not in told]
        told.update(fresh)
        if one.alert.manner is Manner.DAILY:
            posted = told_in_digests(uow, _digest_chats(uow, one), fresh)
            fresh = [story_id for story_id in fresh if story_id not in posted]
        hidden = uow.hidden_at(one.destination.id)
        there = {found.story_id: found for found in candidates(uow, dict.fromkeys(fresh, ()), hidden)}
        stories = tuple(there[story_id] for story_id in fresh if story_id in there)
        if stories:
            news.append(NewStories(one.alert, stories))
    return news


def _digest_chats(uow: UnitOfWork, waiting: Waiting) -> set[int]:
    """Where those who are told get digests."""
    member_id = waiting.alert.member_id
    personal = uow.subscriptions.personal([member_id]) if member_id is not None else {}
    return {waiting.destination.id, *(there.id for own in personal.values() for _, there in own)}
