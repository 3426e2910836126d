"""Watching: which chats' posts are read, for whom, and who decides that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

import structlog

from bot.domain.communities import Destination, DestinationKind, DestinationSpec
from bot.domain.errors import UserError
from bot.domain.posts import ChatKind, PostChat, SourceChat, Watch
from bot.domain.sources import Source
from bot.locales import N_
from bot.services.chat_posts import ensure_source_chat
from bot.services.ports import ChatDirectory, Clock, Hearing, Listener
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

DEAF = {
    Hearing.NO_ADMINISTRATOR: N_(
        "Telegram shows me what is written here only if I am an administrator. Make me one – I need no rights beyond "
        "that – and try again."
    ),
    Hearing.NO_ACCESS: N_("I may not view this channel. Give my role the right “View Channel” here and try again."),
    Hearing.NOT_ASKED_FOR: N_(
        "I cannot read messages on Discord yet. Whoever runs me switches on “Message Content Intent” on the Bot page "
        "of my application at https://discord.com/developers/applications, sets DISCORD_MESSAGE_CONTENT=true and "
        "restarts me."
    ),
    Hearing.NOT_GRANTED: N_(
        "Discord does not let me read messages: “Message Content Intent” is switched off on the Bot page of my "
        "application at https://discord.com/developers/applications. Whoever runs me switches it on and restarts me."
    ),
}
"""Why posts of a chat cannot be read, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who asks about watching, and where. `decides`: they may decide for the chat that they ask in; `runs`:
    they run the bot. `language` is what they are answered in."""

    person_id: str
    here: DestinationSpec
    decides: bool
    runs: bool
    language: str

    @property
    def private(self) -> bool:
        return self.here.kind is DestinationKind.PRIVATE

    @property
    def key(self) -> str:
        """The person, on all chats of the platform."""
        return f"{self.here.platform}:{self.person_id}"


@dataclass(frozen=True, slots=True)
class Watched:
    """A watched chat and its source. `kind` is known of a chat that was looked at just now. `for_everybody`: what comes
    of it is shown to all."""

    there: SourceChat
    source: Source
    kind: ChatKind | None = None
    for_everybody: bool = False


@dataclass(frozen=True, slots=True)
class Stopped:
    """A source that is not watched any more, or not for the one who asks: `read_for_others`."""

    source: Source
    read_for_others: bool


class Watching:
    """Chats whose posts are read. What comes of them is shown to the community of the chat in which that was asked for,
    and to all where somebody who runs the bot asks for it in private. All methods raise UserError for those who may not
    decide about a chat."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        listeners: Mapping[str, Listener],
        directories: Mapping[str, ChatDirectory],
        zone: tzinfo,
    ) -> None:
        """`listeners` and `directories` are those of the platforms that are connected; `zone` is what a new community
        lives by."""
        self._database = database
        self._clock = clock
        self._listeners = listeners
        self._directories = directories
        self._zone = str(zone)

    async def watch(self, watcher: Watcher, name: str | None) -> Watched:
        """From now on the posts of this chat are read or, in private, those of the channel or group with a name. May be
        repeated."""
        chat = await self._looked_at(watcher, name)
        watched = await self._database.run(self._watch, chat, watcher)
        log.info("chat_watched", platform=chat.platform, chat=chat.id, source_id=watched.source.id)
        return watched

    async def watched(self, watcher: Watcher) -> list[Watched]:
        """Whether this chat is watched, for whomever; in private, what is watched for this person or by their wish, and
        all for those who run the bot."""
        return await self._database.query(_watched, watcher)

    async def stop(self, watcher: Watcher, source_id: int) -> Stopped:
        """Nothing more is read of a source's chat; what was read stays. Who has it watched from elsewhere stops it for
        themselves, its own administrators for all. May be repeated."""
        there, own = await self._database.query(_watch_of, watcher, source_id)
        if there is None or not (own or await self._may_stop(watcher, there)):
            raise UserError("Only an administrator of this chat can do that.")
        stopped = await self._database.run(_stop, source_id, own)
        log.info("chat_not_watched", platform=there.platform, chat=there.chat_id, source_id=source_id)
        return stopped

    def _watch(self, uow: UnitOfWork, chat: PostChat, watcher: Watcher) -> Watched:
        now = self._clock()
        there = ensure_source_chat(uow, chat, now)
        here = uow.communities.ensure_destination(_whole(watcher.here), zone=self._zone, languages=(watcher.language,))
        watch = Watch(there.source_id, here.id, watcher.key, for_everybody=watcher.private and watcher.runs)
        uow.source_chats.begin(watch, since=now)
        stored, source = uow.source_chats.of(there.source_id), uow.sources.get(there.source_id)
        assert stored is not None
        assert source is not None
        return Watched(stored, source, chat.kind, source.id not in uow.source_chats.hidden_from(None))

    async def _looked_at(self, watcher: Watcher, name: str | None) -> PostChat:
        """The chat that is meant, where the person may decide for it and the bot hears what is written."""
        listener = self._listeners.get(watcher.here.platform)
        if name is None and watcher.private:
            raise UserError("Name a channel or group: /watch @channel. In the chat itself it is /watch here.")
        if name is not None and not (watcher.private and watcher.here.platform in self._directories):
            raise UserError("Another chat can be managed from a private chat with me on Telegram only.")
        heard = await listener.look(name or watcher.here.chat_id) if listener else None
        if name is None:
            if not watcher.decides:
                raise UserError("Only an administrator of this chat can do that.")
            if heard is None:
                raise UserError("I cannot read what is posted here.")
        elif heard is None or not await self._decides(watcher, heard.chat.id):
            raise UserError(
                "I cannot find “{name}”, or one of us is no administrator there. Make me one and try again.",
                name=name[:64],
            )
        if heard.hearing in DEAF:
            raise UserError(DEAF[heard.hearing])
        return heard.chat

    async def _may_stop(self, watcher: Watcher, there: SourceChat) -> bool:
        if not watcher.private:
            return watcher.decides and (there.platform, there.chat_id) == (watcher.here.platform, watcher.here.chat_id)
        return watcher.runs or await self._decides(watcher, there.chat_id)

    async def _decides(self, watcher: Watcher, chat_id: str) -> bool:
        directory = self._directories.get(watcher.here.platform)
        return directory is not None and await directory.is_administrator(chat_id, watcher.person_id)


def _whole(spec: DestinationSpec) -> DestinationSpec:
    """The chat that a topic is in: its posts are read in all topics."""
    return spec if spec.thread_id is None else replace(spec, thread_id=None, kind=DestinationKind.GROUP)


def _destination(uow: UnitOfWork, watcher: Watcher) -> Destination | None:
    return uow.communities.destination_at(watcher.here.platform, watcher.here.chat_id)


def _watched(uow: UnitOfWork, watcher: Watcher) -> list[Watched]:
    if watcher.private:
        here = _destination(uow, watcher)
        watches = uow.source_chats.watches()
        if not watcher.runs:
            watches = [one for one in watches if _is_own(one, watcher, here)]
        found = [uow.source_chats.of(source_id) for source_id in dict.fromkeys(one.source_id for one in watches)]
    else:
        found = [uow.source_chats.at(watcher.here.platform, watcher.here.chat_id)]
    sources = [(one, uow.sources.get(one.source_id)) for one in found if one and one.watched_since]
    return [Watched(one, source) for one, source in sources if source is not None]


def _watch_of(uow: UnitOfWork, watcher: Watcher, source_id: int) -> tuple[SourceChat | None, list[Watch]]:
    """The chat of a source and, in private, what is watched of it for this person, else what is by their wish."""
    here = _destination(uow, watcher)
    watches = uow.source_chats.watches_of(source_id) if watcher.private else []
    own = [one for one in watches if _is_own(one, watcher, here)]
    return uow.source_chats.of(source_id), [one for one in own if here and one.destination_id == here.id] or own


def _is_own(watch: Watch, watcher: Watcher, here: Destination | None) -> bool:
    return watch.watched_by == watcher.key or (here is not None and watch.destination_id == here.id)


def _stop(uow: UnitOfWork, source_id: int, watches: Sequence[Watch]) -> Stopped:
    """Ends these watches of a source, or all where none are given."""
    for one in watches:
        uow.source_chats.end(source_id, one.destination_id)
    if not watches:
        uow.source_chats.end(source_id)
    source = uow.sources.get(source_id)
    assert source is not None
    return Stopped(source, read_for_others=bool(uow.source_chats.watches_of(source_id)))
