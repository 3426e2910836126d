"""The connection to Discord: comes up in any state of the network, stays up, goes down quickly."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, Protocol

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.domain.errors import SettingsError
from bot.domain.posts import ChatKind, PostChat
from bot.platforms.discord.commands import publish
from bot.platforms.discord.posts import chat_of
from bot.services.ports import HeardChat, Hearing

log = structlog.get_logger(__name__)

ANSWER_SECONDS = 2.0
"""How long answers under way may take when the bot stops; the whole process has five."""
_LONGEST_PAUSE = 60.0
_CONTENT_REFUSED = 4014
_TOKEN_REFUSED = 4004  # https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway

_SWITCH_ON = (
    "Switch on “Message Content Intent” on the Bot page of your application at "
    "https://discord.com/developers/applications and restart, or set DISCORD_MESSAGE_CONTENT=false. "
    "Until then posts of Discord channels are not read."
)

Sleep = Callable[[float], Awaitable[object]]


class Handlers(Protocol):
    """What is offered to people, and what is done with what they do."""

    @property
    def commands(self) -> Sequence[dict[str, Any]]:
        """All slash commands, as Discord's API takes them."""
        ...

    async def answer(self, interaction: discord.Interaction) -> None:
        """Answers a command, a press or what is being typed. Never raises."""
        ...

    async def take(self, message: discord.Message, own_id: int, *, edited: bool) -> None:
        """Reads what was written or edited somewhere. Never raises."""
        ...

    async def take_back(self, channel_id: int, message_ids: Collection[int]) -> None:
        """Forgets messages that were deleted. Never raises."""
        ...

    async def invitation_gone(self, channel_id: int, address: str) -> None:
        """Notes that an invitation cannot be used any more. Never raises."""
        ...


class DiscordClient:
    """Keeps one bot connected. Lives on the running event loop; to be started once."""

    name = "discord"

    def __init__(
        self,
        token: str,
        handlers: Handlers,
        *,
        api_base_url: str = "https://discord.com/api/v10",
        gateway_url: str = "wss://gateway.discord.gg/",
        message_content: bool = False,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`message_content`: asks Discord for what people write. Where it refuses, the bot goes on without."""
        _hush_the_library()
        self.ready = asyncio.Event()
        """Set while commands are registered and interactions come in."""
        self._token = token
        self._handlers = handlers
        self._api_base_url = api_base_url.rstrip("/")
        self._gateway_url = gateway_url
        self._sleep = sleep
        self._hearing = Hearing.EVERYTHING if message_content else Hearing.NOT_ASKED_FOR
        self._serving: asyncio.Task[None] | None = None
        self._connection: discord.Client | None = None

    def connection(self) -> discord.Client | None:
        """What to send with now; None while there is no connection."""
        return self._connection if self.ready.is_set() else None

    async def look(self, name: str) -> HeardChat | None:
        """The channel or thread with an id, and whether Discord tells the bot what is written in it. None where there
        is no connection or no such channel. Implements Listener."""
        connection = self.connection()
        if connection is None or not name.isdecimal():
            return None
        chat = PostChat("discord", name, ChatKind.GROUP)
        try:
            channel = await connection.fetch_channel(int(name))
        except discord.Forbidden:
            return HeardChat(chat, Hearing.NO_ACCESS)
        except (discord.HTTPException, discord.InvalidData, aiohttp.ClientError, OSError) as error:
            log.info("discord_channel_not_found", kind=type(error).__name__)
            return None
        guild = getattr(channel, "guild", None)
        return HeardChat(chat_of(channel, guild), self._hearing) if guild else None

    async def run(self) -> None:
        """Connects, however long that takes, and serves until it is cancelled; then stops within a few seconds.

        Raises SettingsError where Discord refuses the token, now or later.
        """
        try:
            await self.start()
            if self._serving is not None:
                await self._serving
        finally:
            await self.stop()

    async def start(self) -> None:
        """Returns once the bot is ready, however long that takes; from then on it stays connected until `stop`.

        Raises SettingsError where Discord refuses the token.
        """
        # discord.py has no other way to be told where Discord is.
        Route.BASE = self._api_base_url
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self._gateway_url)
        self._serving = asyncio.create_task(self._serve(), name="discord")
        ready = asyncio.create_task(self.ready.wait())
        try:
            done, _ = await asyncio.wait({ready, self._serving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        if self._serving in done:
            await self._serving
        else:
            self._serving.add_done_callback(_tell_of_the_end)

    async def stop(self) -> None:
        """Lets answers under way be sent and disconnects, within a few seconds. May be called in any state."""
        if self._serving is not None:
            self._serving.cancel()
            await asyncio.wait({self._serving})

    async def _serve(self) -> None:
        """Stays connected. A connection that drops is resumed by the library; where that fails, a new one is made."""
        failures = 0
        while True:
            hears = self._hearing is Hearing.EVERYTHING
            self._connection = connection = _Connection(self._handlers, self.ready, hears=hears)
            try:
                await connection.start(self._token, reconnect=False)
            except Exception as error:
                failures = 1 if connection.was_ready else failures + 1
                if hears and _refuses_content(error):
                    self._hearing = Hearing.NOT_GRANTED
                    log.error("discord_message_content_refused", advice=_SWITCH_ON)  # noqa: TRY400 -- a setting there
                    continue
                _judge(error, failures)
            finally:
                self.ready.clear()
                await connection.end()
            await self._sleep(min(_LONGEST_PAUSE, 2.0**failures) * random.uniform(0.5, 1))  # noqa: S311 -- no secret


class _Connection(discord.Client):
    """One login. Keeps as little as the library lets it: interactions bring along whom and what they are about."""

    def __init__(self, people: Handlers, ready: asyncio.Event, *, hears: bool) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, invites=True, guild_messages=hears, message_content=hears),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.was_ready = False
        self._people = people
        self._is_ready = ready
        self._answering: set[asyncio.Task[Any]] = set()

    async def setup_hook(self) -> None:
        try:
            await publish(self, self._people.commands)
        except discord.DiscordServerError:
            raise
        except discord.HTTPException as error:
            # The commands that Discord knows go on working, so this is no reason to be gone.
            log.error("discord_commands_refused", status=error.status, code=error.code, reason=error.text)  # noqa: TRY400

    async def on_connect(self) -> None:
        self.was_ready = True
        self._is_ready.set()
        log.info("discord_connected", bot=str(self.user))

    async def on_resumed(self) -> None:
        self._is_ready.set()

    async def on_disconnect(self) -> None:
        self._is_ready.clear()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._answering.add(task)
        try:
            await self._people.answer(interaction)
        finally:
            self._answering.discard(task)

    async def on_message(self, message: discord.Message) -> None:
        await self._people.take(message, self._own_id, edited=False)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        await self._people.take(event.message, self._own_id, edited=True)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        await self._people.take_back(event.channel_id, [event.message_id])

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        await self._people.take_back(event.channel_id, sorted(event.message_ids))

    async def on_invite_delete(self, invite: discord.Invite) -> None:
        if invite.channel is not None:
            await self._people.invitation_gone(invite.channel.id, invite.url)

    @property
    def _own_id(self) -> int:
        return self.user.id if self.user else 0

    async def end(self) -> None:
        """Lets answers under way be sent, then closes. What takes too long is dropped."""
        if self._answering:
            _done, late = await asyncio.wait(set(self._answering), timeout=ANSWER_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            if late:
                log.warning("discord_answers_dropped", number=len(late))
        await self.close()


def _refuses_content(error: Exception) -> bool:
    """Whether Discord closed the connection because it was asked for what people write."""
    closed = isinstance(error, discord.ConnectionClosed) and error.code == _CONTENT_REFUSED
    return closed or isinstance(error, discord.PrivilegedIntentsRequired)


def _judge(error: Exception, failures: int) -> None:
    """Raises SettingsError where trying again cannot help. Logs the first of several failures in a row."""
    closed = isinstance(error, discord.ConnectionClosed) and error.code == _TOKEN_REFUSED
    if closed or isinstance(error, discord.LoginFailure):
        raise SettingsError(
            "DISCORD_TOKEN: Discord does not know this token. Copy it from the Bot page of your application at "
            "https://discord.com/developers/applications (Reset Token)"
        ) from None
    if failures > 1:
        return
    if isinstance(error, discord.DiscordException | aiohttp.ClientError | OSError):
        log.warning("discord_unreachable", kind=type(error).__name__, reason=str(error))
    else:
        log.error("discord_connection_failed", exc_info=error)


def _tell_of_the_end(serving: asyncio.Task[None]) -> None:
    """Logs what ended the connection for good after it had been ready."""
    if not serving.cancelled() and (error := serving.exception()):
        log.error("discord_stopped", reason=str(error))


def _hush_the_library() -> None:
    """discord.py writes interaction tokens into its log below WARNING: whoever has one can speak for the bot. And it
    warns that it lacks what voice needs, which is not used here."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    logger = logging.getLogger("discord")
    logger.setLevel(max(logger.level, logging.WARNING))
