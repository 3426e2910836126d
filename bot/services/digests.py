"""Digests on request: the stories of a window, page by page."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Generic, TypeVar

from bot.domain.communities import Viewer
from bot.domain.digests import PAGE_SIZE, DigestFilter, DigestWindow, Period, window_of
from bot.domain.pages import page_of
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.domain.sections import Section
from bot.domain.selection import Order, Ranked, Ranking
from bot.domain.subscriptions import Choices
from bot.locales import LANGUAGES
from bot.services.ports import Clock
from bot.services.shelves import candidates
from bot.services.stories import Stories
from storage.database import Database
from storage.unit_of_work import UnitOfWork

WINDOWS_KEPT = 16
KEPT_FOR = timedelta(minutes=5)
"""How long the order of a window is believed in at most, whatever the version of the data says."""

_Seen = tuple[DigestWindow, frozenset[int]]
"""A window, and the sources that are hidden from those who look at it."""

K = TypeVar("K")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DigestPage:
    """One page of a digest. Pages and numbers count from 1. `read` counts items and `total` stories of the whole
    digest; `newest` is, for an empty digest, when the newest item that fits the filter appeared."""

    window: DigestWindow
    filter: DigestFilter
    stories: tuple[Ranked, ...]
    read: int
    total: int
    page: int
    pages: int
    first_number: int = 1
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class DigestView:
    """What somebody looks at. `language`: the one of ours in which it was asked for, None where nobody knows."""

    window: DigestWindow
    wanted: DigestFilter
    language: str | None = None


class Digests:
    """Answers what appeared in a window. The same question asked several times at once is computed once, and what
    takes long, the order of all stories of a window, is kept as long as nothing changes."""

    def __init__(self, database: Database, clock: Clock, stories: Stories, zone: tzinfo) -> None:
        self._database = database
        self._clock = clock
        self._stories = stories
        self.zone = zone
        self._pages = _Once[tuple[DigestWindow, frozenset[int], DigestFilter, int], DigestPage]()
        self._orders = _Once[_Seen, _Ordered]()
        self._kept: OrderedDict[_Seen, _Ordered] = OrderedDict()

    def window(self, period: Period | date) -> DigestWindow:
        """The window of a period in the zone of this bot."""
        return window_of(period, now=self._clock(), zone=self.zone)

    def today(self) -> date:
        return self._clock().astimezone(self.zone).date()

    async def languages(self, viewer: Viewer) -> list[str]:
        """The primary tags of the languages that there are items in, the most frequent first."""
        return await self._database.query(lambda uow: uow.items.languages(uow.hidden_from(viewer)))

    async def page(self, viewer: Viewer, window: DigestWindow, wanted: DigestFilter, page: int = 1) -> DigestPage:
        """A page of the digest; one out of range becomes the nearest there is. May be repeated.

        Stories are in it that have an item which was first seen in the window, or whose document was published then.
        """

        hidden = await self._database.query(lambda uow: uow.hidden_from(viewer))

        async def find() -> DigestPage:
            ordered = await self._orders((window, hidden), lambda: self._ordered(window, hidden))
            return await self._database.query(_page, ordered, wanted, page)

        return await self._pages((window, hidden, wanted, page), find)

    async def remember(self, view: DigestView) -> int:
        """Keeps the question, so that the buttons below its answer work for as long as the message is there."""
        parameters = {
            "start": view.window.start.isoformat(),
            "end": view.window.end.isoformat(),
            "section": view.wanted.section.value if view.wanted.section else None,
            "language": view.wanted.language,
            "told_in": view.language,
        }
        now = self._clock()
        return await self._database.run(lambda uow: uow.views.add("digest", parameters, now=now))

    async def recall(self, view_id: int) -> DigestView | None:
        """The question that was remembered, None where it has been forgotten."""
        view = await self._database.query(lambda uow: uow.views.get(view_id))
        if view is None or view.kind != "digest":
            return None
        kept = view.parameters
        window = DigestWindow(datetime.fromisoformat(str(kept["start"])), datetime.fromisoformat(str(kept["end"])))
        section = Section(str(kept["section"])) if kept["section"] else None
        wanted = DigestFilter(section, str(kept["language"]) if kept["language"] else None)
        told_in = kept.get("told_in")
        return DigestView(window, wanted, str(told_in) if told_in in LANGUAGES else None)

    async def _ordered(self, window: DigestWindow, hidden: frozenset[int]) -> _Ordered:
        await self._stories.catch_up()
        kept = self._kept.pop((window, hidden), None)
        found = await self._database.query(_order, window, hidden, kept, self._clock())
        self._kept[window, hidden] = found
        if len(self._kept) > WINDOWS_KEPT:
            self._kept.popitem(last=False)
        return found


@dataclass(frozen=True, slots=True)
class _Ordered:
    """The stories of a window in order, as of a version of the data and without what is hidden, and what is new of each
    of them."""

    window: DigestWindow
    hidden: frozenset[int]
    version: tuple[object, ...]
    made_at: datetime
    new: dict[int, set[int]]
    order: Order
    rankings: dict[DigestFilter, Ranking] = field(default_factory=dict)

    def ranking(self, wanted: DigestFilter) -> Ranking:
        """The stories that fit a filter. Two threads that ask at once find the same."""
        found = self.rankings.get(wanted)
        if found is None:
            found = self.rankings[wanted] = self.order.rank(choices_of(wanted))
        return found


class _Once(Generic[K, T]):
    """Work that is done once for all who ask for it while it is done."""

    def __init__(self) -> None:
        self._running: dict[K, asyncio.Task[T]] = {}

    async def __call__(self, key: K, work: Callable[[], Awaitable[T]]) -> T:
        task = self._running.get(key)
        if task is None:
            task = asyncio.ensure_future(work())
            self._running[key] = task
            task.add_done_callback(lambda _done: self._running.pop(key, None))
        return await asyncio.shield(task)  # who stops waiting stops nobody else


def choices_of(wanted: DigestFilter) -> Choices:
    """What a question asks for, as a subscription would choose it."""
    return Choices(
        schedule=Schedule((time(0),), EVERY_DAY, "UTC"),
        sections=(wanted.section,) if wanted.section else (),
        languages=frozenset({wanted.language} if wanted.language else ()),
    )


def _order(
    uow: UnitOfWork, window: DigestWindow, hidden: frozenset[int], kept: _Ordered | None, now: datetime
) -> _Ordered:
    version = uow.digests.version()
    if kept is not None and kept.version == version and now - kept.made_at < KEPT_FOR:
        return kept
    new = uow.digests.appeared(window, hidden)
    return _Ordered(window, hidden, version, now, new, Order(window, uow.digests.sketches(new, hidden)))


def _page(uow: UnitOfWork, ordered: _Ordered, wanted: DigestFilter, page: int) -> DigestPage:
    ranking, hidden = ordered.ranking(wanted), ordered.hidden
    here = page_of(range(len(ranking.story_ids)), page, PAGE_SIZE)
    shown = {ranking.story_ids[at]: ordered.new[ranking.story_ids[at]] for at in here.shown}
    stories = ordered.order.ranked(ranking, here.shown, {one.story_id: one for one in candidates(uow, shown, hidden)})
    newest = None
    if not here.shown:
        newest = uow.items.newest_moment(section=wanted.section, language=wanted.language, hidden=hidden)
    return DigestPage(
        ordered.window, wanted, stories, ranking.read, here.total, here.number, here.pages, here.first, newest
    )
