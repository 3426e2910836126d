"""Rendered messages as the outbox stores them."""

from __future__ import annotations

from bot.domain.deliveries import Payload
from bot.domain.messages import Message
from bot.platforms.discord.render import render


def payloads(message: Message) -> list[Payload]:
    """A message as the outbox stores it, a payload a part."""
    return [
        {"content": part.content, "embeds": list(part.embeds), "buttons": part.components} for part in render(message)
    ]
