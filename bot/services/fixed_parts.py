"""A message in exactly as many parts as it was posted in: a part that is there can be edited, and none can be added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.deliveries import Payload
from bot.domain.messages import Message, Paragraph, text
from bot.locales import Translator
from bot.services.ports import Renderer

Composer = Callable[[int], Message | None]
"""The message with so many of its entries told in brief; None where that is more than there are."""


def in_as_many_parts(compose: Composer, render: Renderer, parts: int, say: Translator) -> tuple[Payload, ...]:
    """What each part says. A text that needs more parts is told more briefly, as little as will do; one that needs
    fewer leaves a line in those that are left over. The buttons stay below the last part."""
    payloads: Sequence[Payload] = ()
    brief = 0
    while (message := compose(brief)) is not None:
        payloads = render(message)
        if len(payloads) <= parts:
            return (*payloads,) if len(payloads) == parts else _filled(message, render, parts, say)
        brief += 1
    last = {**payloads[parts - 1], "buttons": payloads[-1].get("buttons", [])}
    return (*payloads[: parts - 1], last)


def _filled(message: Message, render: Renderer, parts: int, say: Translator) -> tuple[Payload, ...]:
    whole = render(replace(message, buttons=()))
    words = say.gettext("Nothing is left here: sources have shortened or withdrawn what stood in this part.")
    empty = Message((Paragraph(text(words, italic=True)),))
    fillers = [empty] * (parts - len(whole) - 1) + [replace(empty, buttons=message.buttons)]
    return (*whole, *(payload for filler in fillers for payload in render(filler)))
