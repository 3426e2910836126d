"""Rendered messages as the outbox stores them, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from bot.domain.deliveries import Payload
from bot.domain.messages import Button, LinkButton, Message
from bot.platforms.telegram.render import TelegramPart, render


def payloads(message: Message) -> list[Payload]:
    """A message as the outbox stores it, a payload a part."""
    return [
        {"html": part.html, "buttons": [[_button_facts(button) for button in row] for row in part.buttons]}
        for part in render(message)
    ]


def part_of(payload: Payload) -> TelegramPart:
    """The part that a payload was made of."""
    rows = cast(Sequence[Sequence[Mapping[str, Any]]], payload.get("buttons", ()))
    return TelegramPart(str(payload["html"]), tuple(tuple(_button(facts) for facts in row) for row in rows))


def _button(facts: Mapping[str, Any]) -> Button | LinkButton:
    if "url" in facts:
        return LinkButton(facts["label"], facts["url"])
    return Button(facts["label"], facts["action"])


def _button_facts(button: Button | LinkButton) -> dict[str, str]:
    if isinstance(button, LinkButton):
        return {"label": button.label, "url": button.url}
    return {"label": button.label, "action": button.action}
