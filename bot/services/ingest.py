"""Ingest: from a fetched document to stored and searchable items, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

import structlog

from bot.domain.documents import ParsedDocument, ParsedSource, RawDocument
from bot.domain.errors import ReadError
from bot.domain.ingest import IngestPlan, identities, plan_changes, storable
from bot.domain.own_posts import is_copy
from bot.domain.polling import after_no_change, after_reading, next_turn
from bot.domain.sources import Source, SourceKind, SourceSpec, SourceStatus
from bot.domain.text import is_text
from bot.services.ports import Clock, DocumentReader
from bot.services.stories import reassign_stories
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What came of a fetch: numbers of items, the documents that it held, the source as it is now."""

    source: Source
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    documents: int = 0
    damage: str | None = None


PostHook = Callable[[UnitOfWork, Source, Mapping[str, ParsedDocument], datetime], None]
"""Is shown posts of a chat, by their ids there, in the transaction that stores them; perhaps the same ones again."""


class Ingest:
    """Stores what sources hold."""

    def __init__(
        self, database: Database, reader: DocumentReader, clock: Clock, *, on_posts: Sequence[PostHook] = ()
    ) -> None:
        self._database = database
        self._reader = reader
        self._clock = clock
        self._on_posts = on_posts

    async def ingest(self, raw: RawDocument, spec: SourceSpec, *, next_poll_at: datetime | None = None) -> IngestReport:
        """Reads a document and stores what is new in it. May be repeated: the same bytes are not even read again.

        A source that is there already keeps its settings; where they and the specification say nothing, the document
        does. `next_poll_at` is when the source is polled again; None leaves its turn where it was.
        Raises ReadError, and then keeps only the bytes.
        """
        if not is_text(spec.address):
            raise ReadError("Its name is not valid UTF-8, so that no database can keep it: rename the file.")
        content_hash = blake2b(raw.body, digest_size=16).hexdigest()
        source = await self._database.query(lambda uow: uow.sources.by_address(spec.address))
        if source is not None and source.content_hash == content_hash:
            return await self._database.run(_store_no_change, source, self._clock(), next_poll_at)
        kind = spec.kind or (source.kind if source else None)
        language = spec.language or (source.language if source else None)
        try:
            # Of a source that is read for the first time all is new. Later, most is known: it needs no words again.
            is_new = source is None or source.last_polled_at is None or source.last_changed_at is None
            parsed = await self._reader.read(raw, kind=kind, language=language, with_words=is_new)
        except ReadError:
            if source is not None:
                await self._database.run(lambda uow: uow.sources.record_raw(source.id, content_hash, raw))
            raise
        fetch = _Fetch(raw, spec, storable(parsed), content_hash, next_poll_at, self._on_posts)
        report = await self._database.run(_store, fetch, self._clock)
        log.info(
            "source read",
            source_id=report.source.id,
            added=report.added,
            changed=report.changed,
            withdrawn=report.withdrawn,
            damaged=report.damage is not None,
        )
        return report


@dataclass(frozen=True, slots=True)
class _Fetch:
    raw: RawDocument
    spec: SourceSpec
    parsed: ParsedSource
    content_hash: str
    next_poll_at: datetime | None
    on_posts: Sequence[PostHook]


def _store_no_change(uow: UnitOfWork, source: Source, now: datetime, next_poll_at: datetime | None) -> IngestReport:
    source = uow.sources.get(source.id) or source  # as it is by now: its settings may have changed
    source = after_no_change(source, now, next_turn(source, now, next_poll_at))
    uow.sources.save(source)
    return IngestReport(source, damage=source.problem if source.status is SourceStatus.DAMAGED else None)


def _store(uow: UnitOfWork, fetch: _Fetch, clock: Clock) -> IngestReport:
    # Read inside the transaction: what a digest of the window up to a moment does not see yet, is first seen after it.
    now = clock()
    source = uow.sources.by_address(fetch.spec.address) or uow.sources.add(fetch.spec, now=now)
    if fetch.parsed.title and fetch.spec.title is None:
        source = uow.sources.learn_title(source, fetch.parsed.title)
    uow.sources.record_raw(source.id, fetch.content_hash, fetch.raw)
    parsed = without_own_posts(uow, fetch.parsed)
    plan = plan_changes(uow.documents.known(source.id, identities(parsed)), parsed, now)
    carry_out(uow, source, plan, now)
    if parsed.kind is SourceKind.TELEGRAM and (plan.added or plan.changed):
        posts = {document.guid: document for document in parsed.documents}
        for hook in fetch.on_posts:
            hook(uow, source, posts, now)
    source = after_reading(
        source,
        now,
        next_turn(source, now, fetch.next_poll_at),
        damage=fetch.parsed.damage,
        changed=bool(plan.added or plan.changed or plan.withdrawn),
        validators=fetch.raw.validators,
        content_hash=None if plan.deferred else fetch.content_hash,
    )
    uow.sources.save(source)
    return IngestReport(
        source,
        added=plan.added,
        changed=plan.changed,
        unchanged=plan.unchanged,
        withdrawn=plan.withdrawn,
        documents=len(plan.documents),
        damage=fetch.parsed.damage,
    )


def without_own_posts(uow: UnitOfWork, parsed: ParsedSource) -> ParsedSource:
    """A channel's preview without the digests that the bot has posted there: it must not read what it wrote."""
    if parsed.kind is not SourceKind.TELEGRAM:
        return parsed
    numbers = {document.guid.rpartition("/")[2]: document for document in parsed.documents if document.published_at}
    sent = uow.deliveries.numbered("telegram", numbers) if numbers else []
    own = {numbers[number].guid for number, at, payload in sent if is_copy(numbers[number], at, payload)}
    return replace(parsed, documents=tuple(one for one in parsed.documents if one.guid not in own)) if own else parsed


def carry_out(uow: UnitOfWork, source: Source, plan: IngestPlan, now: datetime) -> None:
    """Stores what was planned for a source. New items are in no story yet: `Stories.catch_up` finds theirs."""
    new = [one for one in plan.documents if one.id is None]
    ids = dict(zip(map(id, new), uow.documents.add(source.id, new, now), strict=True))
    for one in plan.documents:
        if one.id is not None and one.facts_changed:
            uow.documents.change(one)
    added = [(one.id or ids[id(one)], item) for one in plan.documents for item in one.added]
    uow.items.add(source.id, added, now)
    changed = [item for one in plan.documents for item in one.changed]
    uow.items.change(changed, now)
    uow.items.move(place for one in plan.documents for place in one.moved)
    withdrawn = [item_id for one in plan.documents for item_id in one.withdrawn]
    uow.items.withdraw(withdrawn, now)
    rewritten = [item.id for item in changed]
    reassign_stories(uow, rewritten, withdrawn, now)
    uow.corrections.mark(set(uow.stories.of_items([*rewritten, *withdrawn]).values()), now=now)


def withdraw(uow: UnitOfWork, item_ids: Sequence[int], now: datetime) -> None:
    """Shows items no more, and notes what that means for stories and for digests that have told them. May be
    repeated."""
    stories = set(uow.stories.of_items(item_ids).values())
    uow.items.withdraw(item_ids, now)
    reassign_stories(uow, [], item_ids, now)
    uow.corrections.mark(stories | set(uow.stories.of_items(item_ids).values()), now=now)
