"""Reading the actions of buttons."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.errors import UserError
from bot.locales import N_, Translator
from handlers.command import Reply, Request
from handlers.registry import Handler

OLD_BUTTON = N_("This button is from an older version of mine. Please ask again; /help lists what I can do.")


def is_number(word: str) -> bool:
    """Whether a part of an action, or a value that was picked, is a number that can be stored; a forged one may be
    anything."""
    return word.isascii() and word.isdigit() and len(word) < 19


def numbers(action: str, count: int) -> tuple[int, ...]:
    """The numbers behind the name in an action such as "item:12:7:1". Raises UserError unless there are `count`."""
    parts = action.split(":")[1:]
    if len(parts) != count or not all(map(is_number, parts)):
        raise UserError(OLD_BUTTON)
    return tuple(int(part) for part in parts)


def by_verb(verbs: Mapping[str, Handler]) -> Handler:
    """Answers presses of "NOUN:VERB:…" by what the verb names. Raises UserError where it names nothing."""

    async def press(request: Request, say: Translator) -> Reply:
        _noun, _colon, rest = request.action.partition(":")
        handler = verbs.get(rest.partition(":")[0])
        if handler is None:
            raise UserError(OLD_BUTTON)
        return await handler(request, say)

    return press
