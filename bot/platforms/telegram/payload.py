"""Rendered messages as the outbox stores them, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from bot.domain.deliveries import Payload
from bot.domain.files import File
from bot.domain.messages import Button, LinkButton, Message
from bot.platforms.telegram.render import TelegramPart, render, with_files


def payloads(message: Message, files: Sequence[File] = ()) -> list[Payload]:
    """A message as the outbox stores it, a payload a part."""
    return [_facts(part, files) for part in with_files(render(message), files)]


def part_of(payload: Payload, file: File | None = None) -> TelegramPart:
    """The part that a payload was made of, with the file that comes with it."""
    rows = cast(Sequence[Sequence[Mapping[str, Any]]], payload.get("buttons", ()))
    return TelegramPart(str(payload["html"]), tuple(tuple(_button(facts) for facts in row) for row in rows), file)


def has_file(payload: Payload) -> bool:
    """Whether what the payload says is the caption of a file."""
    return "file" in payload


def _facts(part: TelegramPart, files: Sequence[File]) -> Payload:
    facts = {"html": part.html, "buttons": [[_button_facts(button) for button in row] for row in part.buttons]}
    return facts if part.file is None else {**facts, "file": files.index(part.file)}


def _button(facts: Mapping[str, Any]) -> Button | LinkButton:
    if "url" in facts:
        return LinkButton(facts["label"], facts["url"])
    return Button(facts["label"], facts["action"])


def _button_facts(button: Button | LinkButton) -> dict[str, str]:
    if isinstance(button, LinkButton):
        return {"label": button.label, "url": button.url}
    return {"label": button.label, "action": button.action}
