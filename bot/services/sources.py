"""Sources: keeping them in line with the sources file, and polling those that are due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from random import Random

import structlog

from bot.domain.communities import Viewer
from bot.domain.documents import NotModified, RawDocument
from bot.domain.errors import FetchError, ReadError
from bot.domain.polling import after_failure, after_no_change, next_poll, validators_for
from bot.domain.posts import previewed_channel
from bot.domain.sources import USUAL_WEIGHT, Source, SourceSpec
from bot.services.ingest import Ingest, IngestReport
from bot.services.ports import Clock, Fetcher
from storage.database import Database
from storage.group_commit import GroupCommit
from storage.unit_of_work import UnitOfWork

AT_ONCE = 16  # fetches; more only fill memory with documents that wait to be read
DUE_AT_ONCE = 200

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SourceOverview:
    """A source and how many items of it there are. `watched`: its posts come as they are written."""

    source: Source
    items: int
    watched: bool = False


@dataclass(frozen=True, slots=True)
class Poll:
    """What came of one attempt: the source as it is now, and a report where something was read."""

    source: Source
    report: IngestReport | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class PollReport:
    """What came of the attempts of one round."""

    polls: tuple[Poll, ...]

    @property
    def failed(self) -> int:
        return sum(poll.failed for poll in self.polls)

    @property
    def added(self) -> int:
        return sum(poll.report.added for poll in self.polls if poll.report)

    @property
    def changed(self) -> int:
        return sum(poll.report.changed for poll in self.polls if poll.report)


class Sources:
    """Everything that is read, and when."""

    def __init__(self, database: Database, fetcher: Fetcher, ingest: Ingest, clock: Clock, rng: Random) -> None:
        self._database = database
        self._commits = GroupCommit(database)  # most polls find nothing new, and many of them end together
        self._fetcher = fetcher
        self._ingest = ingest
        self._clock = clock
        self._rng = rng
        self._polled_now: set[int] = set()
        self._places = asyncio.Semaphore(AT_ONCE)

    async def register(self, specs: Sequence[SourceSpec]) -> None:
        """From now on these sources are polled and no others. The items of the others stay. May be repeated."""
        await self._database.run(_register, specs, self._clock())

    async def overview(self, viewer: Viewer) -> list[SourceOverview]:
        """Every source that those who ask may see, with its number of items, by title."""
        return await self._database.query(_overview, viewer)

    async def poll_due(self, *, limit: int = DUE_AT_ONCE) -> PollReport:
        """Reads the sources that are due, at most `limit` of them, the longest overdue first.

        Safe to repeat, also while it runs. What goes wrong with one source is written into its state and does not
        concern the others.
        """
        due = await self._database.query(lambda uow: uow.sources.due(self._clock(), limit))
        polls = await asyncio.gather(*(self._poll_alone(source) for source in due), return_exceptions=True)
        for source, poll in zip(due, polls, strict=True):
            if isinstance(poll, BaseException):  # the failure itself could not be noted: the source stays due
                log.error("poll failed", source_id=source.id, exc_info=poll)
        return PollReport(tuple(poll for poll in polls if isinstance(poll, Poll)))

    async def poll(self, source_id: int) -> Poll | None:
        """Reads a source now, due or not, retired or not; None where there is none, where it is being read already, and
        where its posts come by themselves."""
        source = await self._database.query(lambda uow: _fetched(uow, source_id))
        return await self._poll_alone(source) if source else None

    async def _poll_alone(self, source: Source) -> Poll | None:
        if source.id in self._polled_now:
            return None
        self._polled_now.add(source.id)
        try:
            async with self._places:
                return await self._poll(source)
        finally:
            self._polled_now.discard(source.id)

    async def _poll(self, source: Source) -> Poll:
        try:
            return await self._read(source)
        except (FetchError, ReadError) as error:
            log.warning("source failed", source_id=source.id, reason=str(error))
            return await self._note_failure(source, error)
        except Exception as error:
            log.exception("source met a fault", source_id=source.id)
            return await self._note_failure(source, error)

    async def _read(self, source: Source) -> Poll:
        validators = validators_for(source, self._clock())
        found = await self._fetcher.fetch(source.address, validators=validators)
        now = self._clock()
        then = next_poll(source, now, chance=self._rng.random(), poll_after=found.poll_after)
        if isinstance(found, NotModified):
            unchanged = (source, partial(after_no_change, now=now, next_poll_at=then))
            return Poll(await self._commits.run(_update_many, unchanged))
        source = await self._follow(source, found)
        spec = SourceSpec(
            source.address, source.kind, language=source.language, interval=source.interval, weight=source.weight
        )
        report = await self._ingest.ingest(found, spec, next_poll_at=then)
        return Poll(report.source, report)

    async def _follow(self, source: Source, found: RawDocument) -> Source:
        """The source at the address that the server says is right from now on, unless another source is there."""
        if found.moved_to is None or found.moved_to == source.address:
            return source
        return await self._database.run(_move, source, found.moved_to)

    async def _note_failure(self, source: Source, error: Exception) -> Poll:
        now, chance = self._clock(), self._rng.random()
        source = await self._database.run(_update, source, lambda one: after_failure(one, error, now, chance=chance))
        return Poll(source, failed=True)


def _register(uow: UnitOfWork, specs: Sequence[SourceSpec], now: datetime) -> None:
    listed = {uow.sources.add(_as_known(uow, spec), now=now).id for spec in specs}
    for source in uow.sources.all():
        if source.id not in listed and (source.interval or source.next_poll_at):
            uow.source_chats.open_items(source.id)  # what it brought as everybody's stays so
            uow.sources.save(replace(source, interval=None, next_poll_at=None, weight=USUAL_WEIGHT))


def _as_known(uow: UnitOfWork, spec: SourceSpec) -> SourceSpec:
    """The preview of a channel that is read already as its posts come, under the address that it has there."""
    name = previewed_channel(spec.address)
    if name is None or uow.sources.by_address(spec.address) is not None:
        return spec
    same = (one for one in uow.sources.all() if previewed_channel(one.address) == name)
    told = next((one for one in same if uow.source_chats.of(one.id) is not None), None)
    return replace(spec, address=told.address) if told else spec


def _fetched(uow: UnitOfWork, source_id: int) -> Source | None:
    """The source, unless all it holds comes from a chat."""
    source = uow.sources.get(source_id)
    told = source is not None and source.interval is None and uow.source_chats.of(source_id) is not None
    return None if told else source


def _overview(uow: UnitOfWork, viewer: Viewer) -> list[SourceOverview]:
    counts, hidden = uow.sources.item_counts(), uow.hidden_from(viewer)
    watched = {one.source_id for one in uow.source_chats.watches()}
    shown = (one for one in uow.sources.all() if one.id not in hidden)
    return [SourceOverview(one, counts.get(one.id, 0), one.id in watched) for one in shown]


def _update_many(uow: UnitOfWork, changes: Sequence[tuple[Source, Callable[[Source], Source]]]) -> list[Source]:
    return [_update(uow, source, change) for source, change in changes]


def _update(uow: UnitOfWork, source: Source, change: Callable[[Source], Source]) -> Source:
    """Changes the state of a source as it is by now: its settings may have changed while it was fetched."""
    changed = change(uow.sources.get(source.id) or source)
    uow.sources.save(changed)
    return changed


def _move(uow: UnitOfWork, source: Source, address: str) -> Source:
    if uow.sources.by_address(address) is not None:
        return source
    return _update(uow, source, lambda one: replace(one, address=address))
