"""What stands in a message that a command of Discord is applied to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from bot.domain.referred import MOST_LINKS, ReferredMessage
from bot.platforms.discord.posts import plain_text

MOST_PARTS = 25
"""Cards of a message, fields of a card, buttons: as many as Discord lets there be."""


def referred(message: Mapping[str, Any]) -> ReferredMessage:
    """What stands in a message as an interaction brings it along, and in what it forwards: its words, its cards and its
    buttons. The bot needs no right to read the channel for that."""
    forwarded = [one.get("message") or {} for one in (message.get("message_snapshots") or ())[:MOST_PARTS]]
    words: list[str] = []
    links: list[str] = []
    for one in (message, *forwarded):
        for part in _markdown(one):
            shown, behind = plain_text(part)
            words.append(shown)
            links += [link.url for link in behind]
        links += _addresses(one)
    return ReferredMessage("\n".join(filter(None, words)), tuple(islice(links, MOST_LINKS)))


def _markdown(message: Mapping[str, Any]) -> Iterator[str]:
    yield message.get("content") or ""
    for card in _cards(message):
        yield card.get("title") or ""
        yield card.get("description") or ""
        for field in (card.get("fields") or ())[:MOST_PARTS]:
            yield field.get("name") or ""
            yield field.get("value") or ""


def _addresses(message: Mapping[str, Any]) -> Iterator[str]:
    """Where its cards and its buttons lead."""
    yield from (card["url"] for card in _cards(message) if card.get("url"))
    for row in (message.get("components") or ())[:MOST_PARTS]:
        yield from (one["url"] for one in (row.get("components") or ())[:MOST_PARTS] if one.get("url"))


def _cards(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(message.get("embeds") or ())[:MOST_PARTS]
