"""Messages as the outbox stores them for a terminal: as they are, since only the terminal knows how wide it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, cast

from bot.domain.deliveries import Payload
from bot.domain.files import File
from bot.domain.messages import (
    Button,
    Heading,
    Image,
    LinkButton,
    ListBlock,
    Mention,
    Message,
    Paragraph,
    Quote,
    Text,
    Time,
    TimeStyle,
    rows_with_selects,
)

_KINDS: Mapping[str, Callable[..., object]] = {
    kind.__name__: kind
    for kind in (Button, Heading, Image, LinkButton, ListBlock, Mention, Paragraph, Quote, Text, Time)
}


def payloads(message: Message, files: Sequence[File] = ()) -> list[Payload]:
    """A message as the outbox stores it: one part, whatever its length, and one for each file after the first."""
    first: Payload = {"blocks": _facts(message.blocks), "buttons": _facts(rows_with_selects(message))}
    others = [{"blocks": [], "buttons": [], "file": number} for number in range(1, len(files))]
    return [{**first, "file": 0} if files else first, *others]


def message_of(payload: Payload) -> Message:
    """The message that a payload was made of, with the options of its selects as buttons."""
    return Message(cast(Any, _value(payload["blocks"])), cast(Any, _value(payload["buttons"])))


def _facts(value: object) -> object:
    if isinstance(value, tuple):
        return [_facts(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value):
        facts = {field.name: _facts(getattr(value, field.name)) for field in fields(value)}
        return facts | {"is": type(value).__name__}
    return value


def _value(facts: object) -> object:
    if isinstance(facts, str | int | None):
        return facts
    if isinstance(facts, Mapping):
        values = {name: _value(one) for name, one in facts.items() if name != "is"}
        if facts["is"] == Time.__name__:
            values |= {"at": datetime.fromisoformat(facts["at"]), "style": TimeStyle(facts["style"])}
        return _KINDS[facts["is"]](**values)
    return tuple(_value(one) for one in cast(Sequence[object], facts))
