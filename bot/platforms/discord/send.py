"""Sending parts of a message as the answer to an interaction, or into a channel. Nobody is ever pinged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import aiohttp
import discord
from discord.utils import MISSING

from bot.platforms.discord.render import DiscordPart, components

ALREADY_ACKNOWLEDGED = 40060

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


async def put_in_place(interaction: discord.Interaction, part: DiscordPart) -> None:
    """Puts a part in place of "thinking…" or of the message whose button was pressed. May be repeated."""

    async def edit() -> None:
        await interaction.edit_original_response(
            content=part.content or None, embeds=_embeds(part.embeds), view=_view(components(part.buttons))
        )

    await _persistently(edit)


async def follow_up(interaction: discord.Interaction, parts: Sequence[DiscordPart], *, private: bool) -> None:
    """Sends parts below the answer. `private`: only the one who asked sees them."""
    for part in parts:
        await interaction.followup.send(
            content=part.content,
            embeds=_embeds(part.embeds),
            view=_view(components(part.buttons)) or MISSING,
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


async def _persistently(call: Callable[[], Awaitable[T]]) -> T:
    """Does what may be repeated, a second time where the connection broke: idle ones are closed at any moment."""
    try:
        return await call()
    except (aiohttp.ClientError, OSError):
        return await call()


def _embeds(embeds: Sequence[dict[str, Any]]) -> list[discord.Embed]:
    return [discord.Embed.from_dict(embed) for embed in embeds]


def _view(rows: Sequence[dict[str, Any]]) -> discord.ui.View | None:
    """Rows of buttons in the form that discord.py sends. Presses are recognised by their custom ids alone, so buttons
    work after a restart; a view that is stopped is not kept in memory."""
    if not rows:
        return None
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(rows):
        for button in row["components"]:
            view.add_item(
                discord.ui.Button(
                    style=discord.ButtonStyle(button["style"]),
                    label=button["label"],
                    custom_id=button.get("custom_id"),
                    url=button.get("url"),
                    row=number,
                )
            )
    view.stop()
    return view


def _rows_without(message: discord.Message, custom_id: str) -> list[dict[str, Any]]:
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    kept = [[dict(one.to_dict()) for one in row.children if one.custom_id != custom_id] for row in rows]
    return [{"type": 1, "components": row} for row in kept if row]


def _without_additions(embed: discord.Embed) -> dict[str, Any]:
    """What we once sent, of what Discord made of it."""
    values = {"title": embed.title, "description": embed.description}
    image = {"image": {"url": embed.image.url}} if embed.image.url else {}
    return {key: value for key, value in values.items() if value} | image
