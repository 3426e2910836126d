"""Watching: which chats' posts are read, and who decides that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.domain.errors import UserError
from bot.domain.posts import ChatKind, PostChat, SourceChat
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
    they run the bot."""

    platform: str
    person_id: str
    chat_id: str
    private: bool
    decides: bool
    runs: bool

    @property
    def key(self) -> str:
        """The person, on all chats of the platform."""
        return f"{self.platform}:{self.person_id}"


@dataclass(frozen=True, slots=True)
class Watched:
    """A watched chat and its source. `kind` is known of a chat that was looked at just now."""

    there: SourceChat
    source: Source
    kind: ChatKind | None = None


class Watching:
    """Chats whose posts are read. All methods raise UserError for those who may not decide about a chat."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        listeners: Mapping[str, Listener],
        directories: Mapping[str, ChatDirectory],
        by_anybody: bool = True,
    ) -> None:
        """`listeners` and `directories` are those of the platforms that are connected. `by_anybody`: the administrators
        of every chat may have it watched, not only those who run the bot."""
        self._database = database
        self._clock = clock
        self._listeners = listeners
        self._directories = directories
        self._by_anybody = by_anybody

    async def watch(self, watcher: Watcher, name: str | None) -> Watched:
        """From now on the posts of this chat are read or, in private, those of the channel or group with a name. May be
        repeated."""
        chat = await self._looked_at(watcher, name)
        if not (self._by_anybody or watcher.runs):
            raise UserError("Only those who run this bot decide what it reads.")
        watched = await self._database.run(self._watch, chat, watcher)
        log.info("chat_watched", platform=chat.platform, chat=chat.id, source_id=watched.source.id)
        return watched

    async def watched(self, watcher: Watcher) -> list[Watched]:
        """What is watched here; in private, what this person has had watched, and all for those who run the bot."""

        def look_up(uow: UnitOfWork) -> list[Watched]:
            if not watcher.private:
                here = uow.source_chats.at(watcher.platform, watcher.chat_id)
                found = [here] if here and here.watched_since else []
            else:
                found = uow.source_chats.watched(by=None if watcher.runs else watcher.key)
            sources = [(one, uow.sources.get(one.source_id)) for one in found]
            return [Watched(one, source) for one, source in sources if source is not None]

        return await self._database.query(look_up)

    async def stop(self, watcher: Watcher, source_id: int) -> Source:
        """Nothing more is read of a source's chat; what was read stays. May be repeated."""

        def look_up(uow: UnitOfWork) -> tuple[SourceChat | None, Source | None]:
            return uow.source_chats.of(source_id), uow.sources.get(source_id)

        there, source = await self._database.query(look_up)
        if there is None or source is None or not await self._may_stop(watcher, there):
            raise UserError("Only an administrator of this chat can do that.")
        await self._database.run(lambda uow: uow.source_chats.watch(source_id, since=None, by=None))
        log.info("chat_not_watched", platform=there.platform, chat=there.chat_id, source_id=source_id)
        return source

    def _watch(self, uow: UnitOfWork, chat: PostChat, watcher: Watcher) -> Watched:
        now = self._clock()
        there = ensure_source_chat(uow, chat, now)
        if there.watched_since is None:
            uow.source_chats.watch(there.source_id, since=now, by=watcher.key)
        stored, source = uow.source_chats.of(there.source_id), uow.sources.get(there.source_id)
        assert stored is not None
        assert source is not None
        return Watched(stored, source, chat.kind)

    async def _looked_at(self, watcher: Watcher, name: str | None) -> PostChat:
        """The chat that is meant, where the person may decide for it and the bot hears what is written."""
        listener = self._listeners.get(watcher.platform)
        if name is None and watcher.private:
            raise UserError("Name a channel or group: /watch @channel. In the chat itself it is /watch here.")
        if name is not None and not (watcher.private and watcher.platform in self._directories):
            raise UserError("Another chat can be managed from a private chat with me on Telegram only.")
        heard = await listener.look(name or watcher.chat_id) if listener else None
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
            return watcher.decides and (there.platform, there.chat_id) == (watcher.platform, watcher.chat_id)
        return watcher.runs or watcher.key == there.watched_by or await self._decides(watcher, there.chat_id)

    async def _decides(self, watcher: Watcher, chat_id: str) -> bool:
        directory = self._directories.get(watcher.platform)
        return directory is not None and await directory.is_administrator(chat_id, watcher.person_id)
