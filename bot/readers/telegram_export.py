"""Exports of Telegram Desktop: `result.json`, one chat or a whole account.

The format: https://core.telegram.org/import-export (as written by Telegram Desktop's export_output_json.cpp).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bot.domain.documents import ParsedDocument, ParsedSource
from bot.domain.errors import ReadError
from bot.domain.items import Link
from bot.domain.links import clean_url
from bot.domain.sources import SourceKind
from bot.readers.dates import parse_date
from bot.readers.telegram_posts import Post, parsed_channel

_MESSAGE = re.compile(r'"(?:date_unixtime|from_id|text_entities)"\s*:')


def looks_like_export(text: str) -> bool:
    """True for JSON with the messages of a chat."""
    return text.lstrip("\ufeff \t\r\n").startswith("{") and '"messages"' in text and bool(_MESSAGE.search(text))


def read_export(text: str, *, now: datetime, language: str | None) -> ParsedSource:
    """The posts of the exported channel, or of all chats of the export. Raises ReadError where it is broken."""
    try:
        data = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        reason = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        raise ReadError(
            f"The export of Telegram Desktop is no valid JSON ({reason}); export the chat again."
        ) from error
    channels = [_channel(chat, now=now, language=language) for chat in _chats(data)]
    if not channels:
        raise ReadError("The export of Telegram Desktop holds no messages.")
    if len(channels) == 1:
        return channels[0]
    documents: tuple[ParsedDocument, ...] = tuple(d for channel in channels for d in channel.documents)
    return ParsedSource(SourceKind.TELEGRAM, None, language or channels[0].language, documents)


def _chats(data: Any) -> list[dict[str, Any]]:
    """One chat at the root, or those of an account below `chats` and `left_chats`."""
    if not isinstance(data, dict):
        return []
    folders = [data.get(name) for name in ("chats", "left_chats")]
    listed = [chat for folder in folders if isinstance(folder, dict) for chat in folder.get("list") or ()]
    return [chat for chat in [data, *listed] if isinstance(chat, dict) and isinstance(chat.get("messages"), list)]


def _channel(chat: dict[str, Any], *, now: datetime, language: str | None) -> ParsedSource:
    messages = [
        message for message in chat["messages"] if isinstance(message, dict) and message.get("type") == "message"
    ]
    posts = [_post(album, now=now) for album in _albums(messages)]
    title = chat.get("name") if isinstance(chat.get("name"), str) else None
    channel = str(chat["id"]) if isinstance(chat.get("id"), int) else title
    return parsed_channel(posts, title=title, channel=channel, public=False, hint=language)


def _albums(messages: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Messages by post: the pictures of an album are messages of one second, and at most one has words."""
    album: list[dict[str, Any]] = []
    for message in messages:
        if album and not _continues(album, message):
            yield album
            album = []
        album.append(message)
    if album:
        yield album


def _continues(album: list[dict[str, Any]], message: dict[str, Any]) -> bool:
    together = [*album, message]
    same = {(m.get("date_unixtime") or m.get("date"), m.get("from_id"), m.get("forwarded_from")) for m in together}
    return len(same) == 1 and all(map(_has_picture, together)) and sum(bool(_text_of(m)) for m in together) <= 1


def _has_picture(message: dict[str, Any]) -> bool:
    return "photo" in message or message.get("media_type") in ("video_file", "animation")


def _post(album: list[dict[str, Any]], *, now: datetime) -> Post:
    message = next((message for message in album if _text_of(message)), album[0])
    poll = message.get("poll")
    question = _flat(poll.get("question")).strip() if isinstance(poll, dict) else None
    text = _text_of(message)
    number = album[0].get("id")
    return Post(
        text=_answers(poll) if question and isinstance(poll, dict) else text,
        number=number if isinstance(number, int) else None,
        published_at=_published_at(message, now=now),
        links=tuple(_links(message)),
        pictures=any("photo" in part for part in album),
        question=question or None,
    )


def _published_at(message: dict[str, Any], *, now: datetime) -> datetime | None:
    """`date_unixtime` is the instant; `date`, which old versions wrote alone, is local time of an unnamed zone."""
    stamp = str(message.get("date_unixtime") or "")
    if stamp.isdecimal():
        return parse_date(stamp, now=now)
    date = message.get("date")
    return parse_date(date, now=now) if isinstance(date, str) else None


def _text_of(message: dict[str, Any]) -> str:
    return _flat(message.get("text") or message.get("text_entities")).replace("\u00a0", " ").strip()


def _flat(text: Any) -> str:
    """Text that is a string, or a list of strings and `{type, text, href?}`."""
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(map(_flat, text))
    if isinstance(text, dict):
        words = _flat(text.get("text"))
        return f"`{words}`" if text.get("type") == "code" and words else words
    return ""


def _answers(poll: dict[str, Any]) -> str:
    answers = poll.get("answers")
    return "\n".join(f"• {_flat(answer).strip()}" for answer in answers) if isinstance(answers, list) else ""


def _links(message: dict[str, Any]) -> Iterator[Link]:
    parts = message.get("text")
    parts = parts if isinstance(parts, list) else message.get("text_entities")
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict) and part.get("type") in ("link", "text_link"):
            words = _flat(part.get("text")).strip()
            target = clean_url(str(part.get("href") or words))
            if target:
                yield Link(target, words)
