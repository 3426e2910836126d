"""Posts that chats push: from a message to stored items, in one transaction and in the order in which they came."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

import structlog

from bot.domain.documents import ParsedDocument, ParsedSource
from bot.domain.errors import StorageError, UserError
from bot.domain.ingest import Identities, IngestPlan, KnownDocument, identities, plan_changes, storable
from bot.domain.items import Item, ParsedItem
from bot.domain.polling import after_post
from bot.domain.posts import ChatPost, Origin, PostChat, SourceChat, is_worth_keeping, previewed_channel
from bot.domain.sources import Source, SourceKind, SourceSpec, SourceStatus
from bot.services.ingest import PostHook, carry_out, withdraw
from bot.services.ports import Clock, PostReader
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


class PostFate(Enum):
    """What became of a post."""

    NEW = auto()
    CHANGED = auto()
    KNOWN = auto()  # it is there as it is
    WITHDRAWN = auto()  # an edit left nothing of it
    PASSED_OVER = auto()  # talk, nothing to read, or older than the watch
    OURS = auto()  # the bot wrote it


@dataclass(frozen=True, slots=True)
class ReadPost:
    """What became of a post, the source that it belongs to, its items, and for one that is new or changed what it
    says."""

    fate: PostFate
    source: Source
    items: tuple[Item, ...] = ()
    document: ParsedDocument | None = None


class ChatPosts:
    """Reads what is posted in watched chats, and what administrators forward from any channel."""

    def __init__(
        self, database: Database, reader: PostReader, clock: Clock, *, on_posts: Sequence[PostHook] = ()
    ) -> None:
        self._database = database
        self._reader = reader
        self._clock = clock
        self._on_posts = on_posts
        self._turn = asyncio.Lock()  # an edit must not overtake what it edits

    async def take(self, post: ChatPost) -> PostFate | None:
        """Stores a post of a watched chat, or what it has become; None where the chat is not watched. May be repeated.
        Raises StorageError, and has then stored nothing."""
        async with self._turn:
            found = await self._database.query(lambda uow: _watched(uow, post.chat))
            if found is None:
                return None
            item = await asyncio.to_thread(self._reader, post, found.language)
            read = await self._database.run(_take, post, item, self._clock, self._on_posts)
        if read is None:
            return None
        log.info("post_read", fate=read.fate.name.lower(), source_id=read.source.id, message=post.number)
        return read.fate

    async def take_forwarded(self, post: ChatPost) -> ReadPost:
        """Stores a post that somebody who may decide that has forwarded, as the channel's own: the same one later is
        the same item. It is everybody's, whoever else sees what the channel posts. May be repeated."""
        async with self._turn:
            item = await asyncio.to_thread(self._reader, post, None)
            read = await self._database.run(_take_forwarded, post, item, self._clock)
        log.info("forward_read", fate=read.fate.name.lower(), source_id=read.source.id, message=post.number)
        return read

    async def withdraw(self, platform: str, chat_id: str, numbers: Sequence[int]) -> None:
        """Messages of a chat were deleted: their items are not shown any more. May be repeated, and with messages that
        were never read."""
        async with self._turn:
            gone = await self._database.run(_withdraw_numbers, platform, chat_id, numbers, self._clock)
        if gone:
            log.info("posts_withdrawn", platform=platform, chat=chat_id, number=gone)

    async def undo(self, item_ids: Sequence[int]) -> None:
        """Takes items out that a forwarded post has brought. May be repeated. Raises UserError for any others."""
        await self._database.run(_undo, item_ids, self._clock)


def _watched(uow: UnitOfWork, chat: PostChat) -> Source | None:
    there = uow.source_chats.at(chat.platform, chat.id)
    return uow.sources.get(there.source_id) if there and there.watched_since else None


def ensure_source_chat(uow: UnitOfWork, chat: PostChat, now: datetime) -> SourceChat:
    """The source that a chat feeds; a new one is not watched. A public channel whose preview is read already, under
    whichever address, is that source."""
    known = uow.source_chats.at(chat.platform, chat.id)
    if known is not None:
        return known
    source = _preview_of(uow, chat) or uow.sources.by_address(chat.address)
    if source is None:
        kind = SourceKind.DISCORD if chat.platform == "discord" else SourceKind.TELEGRAM
        source = uow.sources.add(SourceSpec(chat.address, kind), now=now)
        source = replace(source, status=SourceStatus.ACTIVE, next_poll_at=None)  # it is told, and never asks
        uow.sources.save(source)
        if chat.title:
            uow.sources.learn_title(source, chat.title)
    return uow.source_chats.add(source.id, chat)


def _preview_of(uow: UnitOfWork, chat: PostChat) -> Source | None:
    name = previewed_channel(chat.address)
    if name is None:
        return None
    found = (source for source in uow.sources.all() if previewed_channel(source.address) == name)
    return next((source for source in found if uow.source_chats.of(source.id) is None), None)


def _take(
    uow: UnitOfWork, post: ChatPost, item: ParsedItem | None, clock: Clock, on_posts: Sequence[PostHook]
) -> ReadPost | None:
    there, now = uow.source_chats.at(post.chat.platform, post.chat.id), clock()
    if there is None or there.watched_since is None:
        return None
    read = _store(uow, post, item, there, now)
    if read.document is not None:
        for hook in on_posts:
            hook(uow, read.source, {read.document.guid: read.document}, now)
    return read


def _take_forwarded(uow: UnitOfWork, post: ChatPost, item: ParsedItem | None, clock: Clock) -> ReadPost:
    now = clock()
    read = _store(uow, post, item, ensure_source_chat(uow, post.chat, now), now)
    uow.items.open([one.id for one in read.items])
    return read


def _store(uow: UnitOfWork, post: ChatPost, item: ParsedItem | None, there: SourceChat, now: datetime) -> ReadPost:
    source = uow.sources.get(there.source_id)
    if source is None:
        raise StorageError(f"The source of the chat {there.chat_id} is gone.")
    if _is_ours(uow, post):
        return ReadPost(PostFate.OURS, source)
    if post.by_chat and post.origin and _is_watched(uow, post.chat.platform, post.origin):
        return ReadPost(PostFate.PASSED_OVER, source)  # a channel's post again, in the group that belongs to it
    number: int | None = post.number
    if post.album:
        number = uow.source_chats.place_in_album(source.id, post.album, post.number, words=item is not None)
    if number is None:
        return ReadPost(PostFate.PASSED_OVER, source)
    guid = f"{there.prefix}/{number}"
    if item is None:
        gone = _withdraw(uow, source.id, [guid], now) if post.edited else 0
        return ReadPost(PostFate.WITHDRAWN if gone else PostFate.PASSED_OVER, source)
    parsed = _parsed(post, item, guid, number)
    known = uow.documents.known(source.id, identities(parsed))
    if not known and not _is_news(post, there):
        return ReadPost(PostFate.PASSED_OVER, source)
    plan = plan_changes(known, _with_known_images(parsed, known), now, every_edit=True)
    carry_out(uow, source, plan, now)
    changed = bool(plan.added or plan.changed)
    if post.chat.title:
        source = uow.sources.learn_title(source, post.chat.title)
    source = after_post(source, now, changed=changed)
    uow.sources.save(source)
    document = parsed.documents[0] if changed else None
    return ReadPost(_fate(plan), source, _items(uow, source, parsed), document)


def _parsed(post: ChatPost, item: ParsedItem, guid: str, number: int) -> ParsedSource:
    url = post.chat.url_of(number)
    item = replace(item, guid=guid, url=url)
    document = ParsedDocument(guid, url, item.title, item.language, post.posted_at, (item,))
    return storable(ParsedSource(SourceKind.TELEGRAM, post.chat.title or None, item.language, (document,)))


def _with_known_images(parsed: ParsedSource, known: Sequence[KnownDocument]) -> ParsedSource:
    """The post with the images that its preview has shown: what is pushed names none."""
    images = {item.guid: item.content.images for document in known for item in document.items}
    documents = tuple(
        replace(one, items=tuple(replace(item, images=images.get(item.guid or "", ())) for item in one.items))
        for one in parsed.documents
    )
    return replace(parsed, documents=documents)


def _is_news(post: ChatPost, there: SourceChat) -> bool:
    """Whether a post that is not known yet is to be: an edit of something that is older than the watch is not."""
    older = there.watched_since is not None and post.posted_at < there.watched_since.replace(microsecond=0)
    return is_worth_keeping(post) and not (post.edited and older)


def _is_ours(uow: UnitOfWork, post: ChatPost) -> bool:
    """Whether the bot wrote the post, here or where it was forwarded from."""
    places = [(post.chat.id, post.number)]
    if post.origin and post.origin.chat_id and post.origin.number is not None:
        places.append((post.origin.chat_id, post.origin.number))
    return any(uow.deliveries.is_ours(post.chat.platform, chat, str(number)) for chat, number in places)


def _is_watched(uow: UnitOfWork, platform: str, origin: Origin) -> bool:
    there = uow.source_chats.at(platform, origin.chat_id) if origin.chat_id else None
    return there is not None and there.watched_since is not None


def _fate(plan: IngestPlan) -> PostFate:
    if plan.added:
        return PostFate.NEW
    return PostFate.CHANGED if plan.changed else PostFate.KNOWN


def _items(uow: UnitOfWork, source: Source, parsed: ParsedSource) -> tuple[Item, ...]:
    known = uow.documents.known(source.id, identities(parsed))
    return tuple(uow.items.many([item.id for document in known for item in document.items if not item.withdrawn]))


def _withdraw(uow: UnitOfWork, source_id: int, guids: Sequence[str], now: datetime) -> int:
    """Takes the items of posts out; how many those were."""
    known: Sequence[KnownDocument] = uow.documents.known(
        source_id, Identities(frozenset(guids), frozenset(), frozenset(guids))
    )
    ids = [item.id for document in known for item in document.items if not item.withdrawn]
    withdraw(uow, ids, now)
    return len(ids)


def _withdraw_numbers(uow: UnitOfWork, platform: str, chat_id: str, numbers: Sequence[int], clock: Clock) -> int:
    there = uow.source_chats.at(platform, chat_id)
    if there is None or there.watched_since is None:
        return 0
    return _withdraw(uow, there.source_id, [f"{there.prefix}/{number}" for number in numbers], clock())


def _undo(uow: UnitOfWork, item_ids: Sequence[int], clock: Clock) -> None:
    items = uow.items.many(item_ids)
    if any(uow.source_chats.of(item.key.source_id) is None for item in items):
        raise UserError("This button is from an older version of mine. Please ask again; /help lists what I can do.")
    withdraw(uow, [item.id for item in items], clock())
