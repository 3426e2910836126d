"""Sending parts of a message as the answer to an interaction, into a channel, or from the outbox. Nobody is pinged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any, TypeVar, cast

import aiohttp
import discord
from discord.utils import MISSING

from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import Payload, Rejected, RetryLater, SendOutcome, Sent, Unknown, Unreachable
from bot.domain.files import File
from bot.platforms.discord.render import DiscordPart

ALREADY_ACKNOWLEDGED = 40060
UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
THREAD_IS_ARCHIVED = 50083
SELECT = 3
UNREACHABLE = {10013: Unreachable.NO_ACCOUNT, 50007: Unreachable.CLOSED, 50278: Unreachable.NOT_SHARED}
# Unknown channel, server; no access, no permission, an archived thread.
# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
MAY_NOT_WRITE = {UNKNOWN_CHANNEL, 10004, 50001, 50013, THREAD_IS_ARCHIVED, *UNREACHABLE}
RECONNECTED_WITHIN = timedelta(seconds=5)

T = TypeVar("T")


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
            embeds=_embeds(part.embeds),
            view=_view(part.components),
            attachments=_attachments(part.file) or MISSING,
        )

    await _persistently(edit)


async def follow_up(interaction: discord.Interaction, parts: Sequence[DiscordPart], *, private: bool) -> None:
    """Sends parts below the answer. `private`: only the one who asked sees them."""
    for part in parts:
        await interaction.followup.send(
            content=part.content,
            embeds=_embeds(part.embeds),
            view=_view(part.components) or MISSING,
            files=_attachments(part.file) or MISSING,
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
            embeds=_embeds([_without_additions(embed) for embed in message.embeds]),
            view=_view(rows) or MISSING,
            nonce=str(message.id),
        )

    await _persistently(send)
    await interaction.edit_original_response(view=_view(rows))


class DiscordPost:
    """The `Sender` of the outbox: one attempt, and what came of it. discord.py itself keeps the limits.

    A private destination is the private chat's channel, or the id of the person.
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
        async def attempt(channel: discord.PartialMessageable) -> str:
            message = await channel.send(
                content=str(payload.get("content") or "") or None,
                embeds=_embeds(_list(payload, "embeds")),
                view=_view(_list(payload, "buttons")) or MISSING,
                files=_attachments(file) or MISSING,
                allowed_mentions=_calling(payload),
                nonce=nonce,
            )
            return str(message.id)

        return await self._outcome(destination, attempt)

    async def edit(self, destination: Destination, message_id: str, payload: Payload) -> SendOutcome:
        async def attempt(channel: discord.PartialMessageable) -> str:
            await channel.get_partial_message(int(message_id)).edit(
                content=str(payload.get("content") or "") or None,
                embeds=_embeds(_list(payload, "embeds")),
                view=_view(_list(payload, "buttons")),
            )
            return message_id

        return await self._outcome(destination, attempt, editing=True)

    async def _outcome(
        self,
        destination: Destination,
        attempt: Callable[[discord.PartialMessageable], Awaitable[str]],
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
        attempt: Callable[[discord.PartialMessageable], Awaitable[str]],
    ) -> str:
        channel_id = self._private_chats.get(destination.chat_id, int(destination.chat_id))
        try:
            return await attempt(client.get_partial_messageable(channel_id))
        except discord.NotFound as error:
            if error.code != UNKNOWN_CHANNEL or destination.kind is not DestinationKind.PRIVATE:
                raise
        chat = await client.create_dm(discord.Object(int(destination.chat_id)))
        self._private_chats[destination.chat_id] = chat.id
        return await attempt(client.get_partial_messageable(chat.id))


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
            return Rejected(reason, gone=gone, missing=error.code == UNKNOWN_MESSAGE)
        case aiohttp.ClientConnectorError():  # there was no connection that anything could have gone over
            return RetryLater(reason="Discord could not be reached")
        case _:
            return Unknown(f"{type(error).__name__}: {error}")


def _calling(payload: Payload) -> discord.AllowedMentions:
    """Those who are told of a message, and nobody else."""
    called = [discord.Object(int(one)) for one in cast(list[str], payload.get("mentions") or [])]
    return discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=called)


def _list(payload: Payload, name: str) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], payload.get(name) or [])


async def _persistently(call: Callable[[], Awaitable[T]]) -> T:
    """Does what may be repeated, a second time where the connection broke: idle ones are closed at any moment."""
    try:
        return await call()
    except (aiohttp.ClientError, OSError):
        return await call()


def _embeds(embeds: Sequence[dict[str, Any]]) -> list[discord.Embed]:
    return [discord.Embed.from_dict(embed) for embed in embeds]


def _attachments(file: File | None) -> list[discord.File]:
    """New ones for each attempt: discord.py closes them."""
    return [discord.File(BytesIO(file.content), filename=file.name)] if file else []


def _view(rows: Sequence[dict[str, Any]]) -> discord.ui.View | None:
    """Rows of buttons and selects in the form that discord.py sends. Presses are recognised by their custom ids alone,
    so they work after a restart; a view that is stopped is not kept in memory."""
    if not rows:
        return None
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(rows):
        for component in row["components"]:
            view.add_item(_select(component, number) if component["type"] == SELECT else _button(component, number))
    view.stop()
    return view


def _button(button: dict[str, Any], row: int) -> discord.ui.Button[Any]:
    return discord.ui.Button(
        style=discord.ButtonStyle(button["style"]),
        label=button["label"],
        custom_id=button.get("custom_id"),
        url=button.get("url"),
        row=row,
    )


def _select(select: dict[str, Any], row: int) -> discord.ui.Select[Any]:
    return discord.ui.Select(
        custom_id=select["custom_id"],
        placeholder=select.get("placeholder") or None,
        min_values=select["min_values"],
        max_values=select["max_values"],
        options=[discord.SelectOption.from_dict(cast(Any, option)) for option in select["options"]],
        row=row,
    )


def _rows_without(message: discord.Message, custom_id: str) -> list[dict[str, Any]]:
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    kept = [[dict(one.to_dict()) for one in row.children if one.custom_id != custom_id] for row in rows]
    return [{"type": 1, "components": row} for row in kept if row]


def _without_additions(embed: discord.Embed) -> dict[str, Any]:
    """What we once sent, of what Discord made of it."""
    values = {"title": embed.title, "description": embed.description}
    image = {"image": {"url": embed.image.url}} if embed.image.url else {}
    return {key: value for key, value in values.items() if value} | image
