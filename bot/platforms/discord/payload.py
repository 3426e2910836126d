"""Rendered messages as the outbox stores them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.deliveries import Payload
from bot.domain.files import File
from bot.domain.messages import Message
from bot.platforms.discord.render import DiscordPart, render, with_files


def payloads(message: Message, files: Sequence[File] = ()) -> list[Payload]:
    """A message as the outbox stores it, a payload a part."""
    return [_facts(part, files) for part in with_files(render(message), files)]


def _facts(part: DiscordPart, files: Sequence[File]) -> Payload:
    facts: dict[str, object] = {"content": part.content, "embeds": list(part.embeds), "buttons": part.components}
    if part.mentions:
        facts["mentions"] = list(part.mentions)
    if part.file is not None:
        facts["file"] = files.index(part.file)
    return facts
