"""Parts of messages as discord.py takes them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, cast

import discord
from discord.utils import MISSING

from bot.domain.deliveries import Payload
from bot.domain.files import File

SELECT = 3


def new_message(payload: Payload, file: File | None) -> dict[str, Any]:
    """What a message says that is sent for the first time, as arguments. It calls those whom it means to, and nobody
    else."""
    return {
        "content": str(payload.get("content") or "") or None,
        "embeds": embeds_of(_list(payload, "embeds")),
        "view": view_of(_list(payload, "buttons")) or MISSING,
        "files": attachments_of(file) or MISSING,
        "allowed_mentions": _calling(payload),
    }


def shows_words(payload: Payload) -> bool:
    """Whether there is something to read of a message without its file."""
    cards = _list(payload, "embeds")
    return bool(payload.get("content") or any(card.get("title") or card.get("description") for card in cards))


def changed_message(payload: Payload) -> dict[str, Any]:
    """What a message says from now on, as arguments; its files stay."""
    return {
        "content": str(payload.get("content") or "") or None,
        "embeds": embeds_of(_list(payload, "embeds")),
        "view": view_of(_list(payload, "buttons")),
    }


def embeds_of(embeds: Sequence[dict[str, Any]]) -> list[discord.Embed]:
    """Embeds, of what Discord's API calls so."""
    return [discord.Embed.from_dict(embed) for embed in embeds]


def attachments_of(file: File | None) -> list[discord.File]:
    """A file to be sent along, for one attempt: discord.py closes it."""
    return [discord.File(BytesIO(file.content), filename=file.name)] if file else []


def view_of(rows: Sequence[dict[str, Any]]) -> discord.ui.View | None:
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


def _calling(payload: Payload) -> discord.AllowedMentions:
    """Those who are told of a message, and nobody else."""
    called = [discord.Object(int(one)) for one in cast(list[str], payload.get("mentions") or [])]
    return discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=called)


def _list(payload: Payload, name: str) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], payload.get(name) or [])
