"""Forums, in which every message is a post of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import discord

from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import Payload
from bot.domain.files import File
from bot.platforms.discord.parts import new_message
from bot.platforms.discord.render import shortened

TITLE_LIMIT = 100  # https://discord.com/developers/docs/resources/channel#start-thread-in-forum-or-media-channel
THREAD_IS_ARCHIVED = 50083
SAME_WITHIN = timedelta(minutes=2)
"""So long a post of the same title is taken for one that arrived without our learning of it: posts have no nonce."""


async def forum_at(client: discord.Client, destination: Destination) -> discord.ForumChannel | None:
    """The forum that a destination is, None where it is something else. Asks Discord where the connection has not heard
    of the channel yet. Raises what discord.py raises."""
    if destination.kind is not DestinationKind.CHANNEL:
        return None
    number = int(destination.chat_id)
    channel = client.get_channel(number) or await client.fetch_channel(number)
    return channel if isinstance(channel, discord.ForumChannel) else None


async def post_in(forum: discord.ForumChannel, payload: Payload, file: File | None) -> str:
    """Opens a post that begins with a message, and returns the id of both. Raises what discord.py raises."""
    title = _title(payload)
    known = next((one for one in forum.threads if _is_same(one, forum, title)), None)
    if known is not None:
        return str(known.id)
    return str((await forum.create_thread(name=title, **new_message(payload, file))).message.id)


async def change_post(client: discord.Client, post_id: int, change: Mapping[str, Any]) -> None:
    """Changes the message that a post begins with, which has the post's id. Discord archives posts in which nobody has
    written for some days, and lets nobody edit them; such a one comes back. Raises what discord.py raises."""
    message = client.get_partial_messageable(post_id).get_partial_message(post_id)
    try:
        await message.edit(**change)
    except discord.HTTPException as error:
        if error.code != THREAD_IS_ARCHIVED:
            raise
        await client.http.edit_channel(post_id, archived=False)
        await message.edit(**change)


def _is_same(post: discord.Thread, forum: discord.ForumChannel, title: str) -> bool:
    ours = forum.guild.me is not None and post.owner_id == forum.guild.me.id
    return ours and post.name == title and discord.utils.utcnow() - discord.utils.snowflake_time(post.id) < SAME_WITHIN


def _title(payload: Payload) -> str:
    """What the message is called, else its first line, without the marks of markdown."""
    embeds = payload.get("embeds")
    card = embeds[0] if isinstance(embeds, list) and embeds else {}
    words = card.get("title") or card.get("description") or payload.get("content") or ""
    line = str(words).strip().partition("\n")[0]
    return shortened(re.sub(r"\\([^\w\s])", r"\1", line), TITLE_LIMIT) or "…"
