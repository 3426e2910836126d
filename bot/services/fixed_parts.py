"""A message in exactly as many parts as it was posted in: a part that is there can be edited, and none can be added."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from bot.domain.deliveries import Payload
from bot.domain.messages import Message, Paragraph, text
from bot.locales import Translator
from bot.services.ports import Renderer

Composer = Callable[[int], Message]
"""The message at a level of brevity: 0 is the whole, and each level says no more than the one before."""


def in_as_many_parts(
    compose: Composer, render: Renderer, parts: int, say: Translator, *, briefest: int
) -> tuple[Payload, ...]:
    """What each part says. A text that needs more parts is told more briefly, as little as will do and at most at the
    level `briefest`; one that needs fewer leaves a line in those that are left over. The buttons stay below the last
    part."""

    @cache
    def told(level: int) -> Sequence[Payload]:
        return render(compose(level))

    def fits(level: int) -> bool:
        return len(told(level)) <= parts

    level = 0 if fits(0) else bisect_left(range(briefest), True, lo=min(1, briefest), key=fits)
    payloads = told(level)
    if len(payloads) <= parts:
        return (*payloads,) if len(payloads) == parts else _filled(compose(level), render, parts, say)
    last = {**payloads[parts - 1], "buttons": payloads[-1].get("buttons", [])}
    return (*payloads[: parts - 1], last)


def _filled(message: Message, render: Renderer, parts: int, say: Translator) -> tuple[Payload, ...]:
    whole = render(replace(message, buttons=()))
    words = say.gettext("Nothing is left here: sources have shortened or withdrawn what stood in this part.")
    empty = Message((Paragraph(text(words, italic=True)),))
    fillers = [empty] * (parts - len(whole) - 1) + [replace(empty, buttons=message.buttons)]
    return (*whole, *(payload for filler in fillers for payload in render(filler)))
