"""Rendered messages as the outbox stores them."""

from __future__ import annotations

from bot.domain.deliveries import Payload
from bot.domain.messages import Message
from bot.platforms.discord.render import DiscordPart, render


def payloads(message: Message) -> list[Payload]:
    """A message as the outbox stores it, a payload a part."""
    return [_facts(part) for part in render(message)]


def _facts(part: DiscordPart) -> Payload:
    facts = {"content": part.content, "embeds": list(part.embeds), "buttons": part.components}
    return facts | ({"mentions": list(part.mentions)} if part.mentions else {})
