"""What Discord says about channels that people name."""

from __future__ import annotations

import re
from collections.abc import Callable

import aiohttp
import discord
import structlog

from bot.domain.communities import DestinationKind
from bot.locales import N_
from bot.services.ports import ResolvedChat

log = structlog.get_logger(__name__)

_ID = re.compile(r"<#(\d{6,20})>|(\d{6,20})")

VIEW, SEND, SEND_IN_THREADS, EMBED = (
    N_("View Channel"),
    N_("Send Messages"),
    N_("Send Messages in Threads"),
    N_("Embed Links"),
)
"""Rights as Discord's settings call them."""

_Writable = discord.TextChannel | discord.Thread | discord.ForumChannel


class DiscordDirectory:
    """Channels and threads by id or mention. Rights are those that Discord keeps the connection told of; who a person
    is, Discord is asked each time."""

    def __init__(self, connection: Callable[[], discord.Client | None]) -> None:
        """`connection` gives the client while it is connected."""
        self._connection = connection

    async def resolve(self, name: str) -> ResolvedChat | None:
        """The channel or thread with this id or mention, None where there is none that the bot knows of."""
        match = _ID.fullmatch(name)
        channel = self._channel(match[1] or match[2]) if match else None
        if channel is None:
            return None
        kind = DestinationKind.THREAD if isinstance(channel, discord.Thread) else DestinationKind.CHANNEL
        forum = isinstance(channel, discord.ForumChannel)
        return ResolvedChat(str(channel.id), kind, channel.name, str(channel.guild.id), forum=forum)

    async def is_administrator(self, chat_id: str, person_id: str) -> bool:
        """Whether somebody may manage the server that a channel belongs to; False where Discord does not say."""
        member = await self._member(chat_id, person_id)
        return member is not None and member.guild_permissions.manage_guild

    async def missing_right(self, chat_id: str) -> str | None:
        """The right that the bot lacks to post in a channel, as a catalogue text; None where it lacks none, or where it
        does not know."""
        channel = self._channel(chat_id)
        if channel is None or channel.guild.me is None:
            return None
        ours = channel.permissions_for(channel.guild.me)
        in_thread = isinstance(channel, discord.Thread)
        held = {
            VIEW: ours.view_channel,
            SEND_IN_THREADS if in_thread else SEND: ours.send_messages_in_threads if in_thread else ours.send_messages,
            EMBED: ours.embed_links,
        }
        return next((right for right, has in held.items() if not has), None)

    async def _member(self, chat_id: str, person_id: str) -> discord.Member | None:
        """Somebody in the server that a channel belongs to; None where Discord does not say."""
        channel = self._channel(chat_id)
        if channel is None or not person_id.isdecimal():
            return None
        try:
            return await channel.guild.fetch_member(int(person_id))
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.info("discord_member_unknown", channel=chat_id, reason=str(error))
            return None

    def _channel(self, chat_id: str) -> _Writable | None:
        client = self._connection()
        channel = client.get_channel(int(chat_id)) if client is not None and chat_id.isdecimal() else None
        return channel if isinstance(channel, _Writable) else None
