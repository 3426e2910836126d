"""Sending parts of a message as the answer to an interaction, into a channel, or from the outbox. Nobody is pinged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import aiohttp
import discord
import structlog
from discord.utils import MISSING

from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import Payload, Rejected, RetryLater, SendOutcome, Sent, Unknown, Unreachable
from bot.domain.files import File
from bot.locales import N_
from bot.platforms.discord.forums import THREAD_IS_ARCHIVED, change_post, forum_at, post_in
from bot.platforms.discord.parts import attachments_of, changed_message, embeds_of, new_message, shows_words, view_of
from bot.platforms.discord.render import DiscordPart

ALREADY_ACKNOWLEDGED = 40060
UNKNOWN_CHANNEL = 10003
# An invitation, a message or an event that is not there (any more), and an event that is over.
MISSING_CODES = {10006, 10008, 10070, 180000}
UNREACHABLE = {10013: Unreachable.NO_ACCOUNT, 50007: Unreachable.CLOSED, 50278: Unreachable.NOT_SHARED}
# Unknown channel, server; no access, no permission, an archived thread.
# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
MAY_NOT_WRITE = {UNKNOWN_CHANNEL, 10004, 50001, 50013, THREAD_IS_ARCHIVED, *UNREACHABLE}
ATTACH = N_("Attach Files")
"""The right as Discord's settings call it."""
RECONNECTED_WITHIN = timedelta(seconds=5)

log = structlog.get_logger(__name__)

T = TypeVar("T")
Attempt = Callable[[discord.Client, int], Awaitable[str]]
"""Does something in the channel with that id and returns a message's id."""


async def acknowledge(interaction: discord.Interaction, *, thinking: bool, private: bool = False) -> None:
    """Tells Discord that an answer will come, which it wants to hear within 3 s. May be repeated.

    `thinking` shows that below a command; a press shows nothing. `private`: only the one who asked sees it.
    """

    async def defer() -> None:
        await interaction.response.defer(thinking=thinking, ephemeral=private)

    try:
        await _persistently(defer)
    except discord.HTTPException as error:
        if error.code != ALREADY_ACKNOWLEDGED:  # by the first attempt, whose confirmation was lost
            raise


async def open_form(interaction: discord.Interaction, form: dict[str, Any]) -> None:
    """Opens a modal, which has to be the first answer. What is filled in is recognised by its custom id alone."""
    opened = discord.ui.Modal(title=form["title"], custom_id=form["custom_id"], timeout=None)
    for field in form["components"]:
        asked = field["component"]
        field_of_text: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id=asked["custom_id"],
            style=discord.TextStyle(asked["style"]),
            placeholder=asked.get("placeholder"),
            default=asked.get("value"),
            required=asked["required"],
            max_length=asked["max_length"],
        )
        opened.add_item(discord.ui.Label(text=field["label"], component=field_of_text))
    opened.stop()
    await interaction.response.send_modal(opened)


async def put_in_place(interaction: discord.Interaction, part: DiscordPart) -> None:
    """Puts a part in place of "thinking…" or of the message whose button was pressed. May be repeated."""

    async def edit() -> None:
        await interaction.edit_original_response(
            content=part.content or None,
            embeds=embeds_of(part.embeds),
            view=view_of(part.components),
            attachments=attachments_of(part.file) or MISSING,
        )

    await _persistently(edit)


async def follow_up(interaction: discord.Interaction, parts: Sequence[DiscordPart], *, private: bool) -> None:
    """Sends parts below the answer. `private`: only the one who asked sees them."""
    for part in parts:
        await interaction.followup.send(
            content=part.content,
            embeds=embeds_of(part.embeds),
            view=view_of(part.components) or MISSING,
            files=attachments_of(part.file) or MISSING,
            ephemeral=private,
        )


async def share(interaction: discord.Interaction, message: discord.Message, *, without: str) -> None:
    """Shows everybody in the channel a message that only one person sees, without the button of that custom id.

    Happens once, however often it is asked for within some minutes. Raises discord.Forbidden.
    """
    assert interaction.channel_id is not None
    channel = interaction.client.get_partial_messageable(interaction.channel_id, guild_id=interaction.guild_id)
    rows = _rows_without(message, without)

    async def send() -> None:
        await channel.send(
            content=message.content or None,
            embeds=embeds_of([_without_additions(embed) for embed in message.embeds]),
            view=view_of(rows) or MISSING,
            nonce=str(message.id),
        )

    await _persistently(send)
    await interaction.edit_original_response(view=view_of(rows))


class DiscordPost:
    """The `Sender` of the outbox: one attempt, and what came of it. discord.py itself keeps the limits.

    A private destination is the private chat's channel, or the id of the person. In a forum a message is a post.
    """

    def __init__(self, connection: Callable[[], discord.Client | None]) -> None:
        """`connection` gives the client while it is connected."""
        self._connection = connection
        self._private_chats: dict[str, int] = {}

    async def wait_turn(self, _destination: Destination) -> None:
        """discord.py waits where Discord says so, in `send`."""

    async def send(
        self, destination: Destination, payload: Payload, *, nonce: str, file: File | None = None
    ) -> SendOutcome:
        async def attempt(client: discord.Client, channel_id: int) -> str:
            forum = await forum_at(client, destination)
            if forum is not None:
                return await post_in(forum, payload, file)
            channel = client.get_partial_messageable(channel_id)
            return str((await channel.send(**new_message(payload, file), nonce=nonce)).id)

        if file is not None and not self._may_attach(destination):
            if not shows_words(payload):
                return Rejected("the bot may not attach files there", right=ATTACH)
            log.warning("discord_file_left_out", channel=destination.chat_id)
            file = None
        return await self._outcome(destination, attempt)

    def _may_attach(self, destination: Destination) -> bool:
        """Whether files may be sent there, as far as the connection knows."""
        client = self._connection()
        channel = client.get_channel(int(destination.chat_id)) if client else None
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread) or channel.guild.me is None:
            return True
        try:
            return channel.permissions_for(channel.guild.me).attach_files
        except discord.ClientException:  # a thread of a channel that the connection has not heard of
            return True

    async def edit(self, destination: Destination, message_id: str, payload: Payload) -> SendOutcome:
        async def attempt(client: discord.Client, channel_id: int) -> str:
            change = changed_message(payload)
            if await forum_at(client, destination):
                await change_post(client, int(message_id), change)
            else:
                await client.get_partial_messageable(channel_id).get_partial_message(int(message_id)).edit(**change)
            return message_id

        return await self._outcome(destination, attempt, editing=True)

    async def _outcome(
        self,
        destination: Destination,
        attempt: Attempt,
        *,
        editing: bool = False,
    ) -> SendOutcome:
        client = self._connection()
        if client is None:
            return RetryLater(RECONNECTED_WITHIN, "not connected to Discord")
        try:
            return Sent(await self._in_channel(client, destination, attempt))
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            return outcome_of(error, editing=editing)

    async def _in_channel(
        self,
        client: discord.Client,
        destination: Destination,
        attempt: Attempt,
    ) -> str:
        channel_id = self._private_chats.get(destination.chat_id, int(destination.chat_id))
        try:
            return await attempt(client, channel_id)
        except discord.NotFound as error:
            if error.code != UNKNOWN_CHANNEL or destination.kind is not DestinationKind.PRIVATE:
                raise
        chat = await client.create_dm(discord.Object(int(destination.chat_id)))
        self._private_chats[destination.chat_id] = chat.id
        return await attempt(client, chat.id)


def outcome_of(error: Exception, *, editing: bool = False) -> SendOutcome:
    """What an error says of the message that met it."""
    # A thread is archived when nobody has written there for some days. A new message brings it back, an edit does not.
    may_not_write = MAY_NOT_WRITE - {THREAD_IS_ARCHIVED} if editing else MAY_NOT_WRITE
    match error:
        case discord.RateLimited():
            return RetryLater(timedelta(seconds=error.retry_after), "Discord asked to wait")
        case discord.DiscordServerError():
            return RetryLater(reason=f"Discord failed with {error.status}")
        case discord.HTTPException() if error.status == 429:
            return RetryLater(reason="Discord asked to wait")
        case discord.HTTPException():
            reason = UNREACHABLE.get(error.code) or f"{error.text or error.status} ({error.code})"
            gone = error.code in may_not_write
            return Rejected(reason, gone=gone, missing=error.code in MISSING_CODES)
        case aiohttp.ClientConnectorError():  # there was no connection that anything could have gone over
            return RetryLater(reason="Discord could not be reached")
        case _:
            return Unknown(f"{type(error).__name__}: {error}")


async def _persistently(call: Callable[[], Awaitable[T]]) -> T:
    """Does what may be repeated, a second time where the connection broke: idle ones are closed at any moment."""
    try:
        return await call()
    except (aiohttp.ClientError, OSError):
        return await call()


def _rows_without(message: discord.Message, custom_id: str) -> list[dict[str, Any]]:
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    kept = [[dict(one.to_dict()) for one in row.children if one.custom_id != custom_id] for row in rows]
    return [{"type": 1, "components": row} for row in kept if row]


def _without_additions(embed: discord.Embed) -> dict[str, Any]:
    """What we once sent, of what Discord made of it."""
    values = {"title": embed.title, "description": embed.description}
    image = {"image": {"url": embed.image.url}} if embed.image.url else {}
    return {key: value for key, value in values.items() if value} | image
