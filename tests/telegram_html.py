"""Telegram's HTML as the server reads it: text and entities, or a refusal.

The grammar is https://core.telegram.org/bots/api#html-style: the tags named there and no others, properly nested and
closed; `<` and `&` only as part of a tag or of one of the entities that are supported. Stricter than the real server
in one point: an attribute that is not documented is refused, where the real one passes over it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

MESSAGE_LIMIT = 4096
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
ATTRIBUTES = {
    "a": {"href"},
    "span": {"class"},
    "code": {"class"},
    "blockquote": {"expandable"},
    "tg-emoji": {"emoji-id"},
    "tg-time": {"unix", "format"},
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_SPECIAL = re.compile(r"[<&]")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s[^<>]*)?)>")
_ATTRIBUTE = re.compile(r"""\s+([a-zA-Z-]+)(?:=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]+));")
_CALLED = re.compile(r"tg://user\?id=(\d{1,20})")
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
_DETECTED = {
    "mention": re.compile(r"(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31}(?![A-Za-z0-9_])"),
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])"),
    "hashtag": re.compile(r"(?<![\w#])#\w*[^\W\d_]\w*"),
    "url": re.compile(r"(?<![\w@])https?://[^\s<>\"]+[\w/]"),
}


class Refused(Exception):
    """What the server answers 400 to; the text is the description without "Bad Request: "."""


@dataclass(frozen=True)
class Entity:
    """A special part of a text; `offset` and `length` count UTF-16 units."""

    type: str
    offset: int
    length: int
    extra: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        return {"type": self.type, "offset": self.offset, "length": self.length, **self.extra}


def units(text: str) -> int:
    """The length in UTF-16 units, as Telegram counts offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def cut(text: str, entity: Entity) -> str:
    """The part of the text that an entity covers."""
    raw = text.encode("utf-16-le")
    return raw[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


def parse(source: str) -> tuple[str, tuple[Entity, ...]]:
    """The text that is shown and its entities; whom it calls by a link is named by their id. Raises Refused."""
    text, entities = _Parser(source).run()
    return tidy(text, entities)


def tidy(text: str, entities: tuple[Entity, ...] = ()) -> tuple[str, tuple[Entity, ...]]:
    """What the server makes of a text: control characters out, white space trimmed, addresses and mentions found."""
    text = re.sub(r"[\x00-\x09\x0b-\x1f]", " ", text.replace("\r", ""))
    start = units(text) - units(text.lstrip())
    shown = text.strip()
    kept = tuple(clipped for entity in entities if (clipped := _clip(entity, start, units(shown))))
    found = (*kept, *_detect(shown, kept))
    ordered = tuple(sorted(found, key=lambda entity: (entity.offset, -entity.length)))
    return shown, ordered[:ENTITY_LIMIT]


def is_blank(text: str) -> bool:
    """Whether nobody sees anything of it: white space and characters without width."""
    return not re.sub(
        r"[\s\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]", "", text
    )


def _clip(entity: Entity, start: int, length: int) -> Entity | None:
    first = max(entity.offset - start, 0)
    last = min(entity.offset - start + entity.length, length)
    return replace(entity, offset=first, length=last - first) if last > first else None


def _detect(text: str, taken: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """Mentions, commands, hashtags and addresses in plain text, except where a link or code already is."""
    whole = {"text_link", "text_mention", "code", "pre", "custom_emoji", "date_time"}
    closed = [one for one in taken if one.type in whole]
    found: list[Entity] = []
    for kind in ("url", "mention", "bot_command", "hashtag"):
        for match in _DETECTED[kind].finditer(text):
            entity = Entity(kind, units(text[: match.start()]), units(match[0]))
            if not any(_overlap(entity, other) for other in (*closed, *found)):
                found.append(entity)
    return tuple(found)


def _overlap(one: Entity, other: Entity) -> bool:
    return one.offset < other.offset + other.length and other.offset < one.offset + one.length


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._shown: list[str] = []
        self._length = 0
        self._open: list[tuple[str, int, dict[str, Any], str]] = []
        self._entities: list[Entity] = []

    def run(self) -> tuple[str, tuple[Entity, ...]]:
        at = 0
        while at < len(self._source):
            character = self._source[at]
            if character == "<":
                at = self._tag(at)
            elif character == "&":
                at = self._character(at)
            else:
                at = self._plain(at)
        if self._open:
            raise self._error(f'can\'t find end tag corresponding to start tag "{self._open[-1][0]}"')
        return "".join(self._shown), tuple(self._entities)

    def _show(self, text: str) -> None:
        self._shown.append(text)
        self._length += units(text)

    def _plain(self, at: int) -> int:
        end = _SPECIAL.search(self._source, at)
        stop = end.start() if end else len(self._source)
        self._show(self._source[at:stop])
        return stop

    def _character(self, at: int) -> int:
        match = _ENTITY.match(self._source, at)
        if not match:
            raise self._error(f'character "&" is no entity at byte offset {self._bytes(at)}')
        decimal, hexadecimal, name = match.groups()
        if name is None:
            number = int(decimal) if decimal else int(hexadecimal, 16)
            if not 0 < number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
                raise self._error(f'unsupported entity "{match[0]}" at byte offset {self._bytes(at)}')
            self._show(chr(number))
        elif name in NAMED:
            self._show(NAMED[name])
        else:
            raise self._error(f'unsupported entity "{match[0]}" at byte offset {self._bytes(at)}')
        return match.end()

    def _tag(self, at: int) -> int:
        match = _TAG.match(self._source, at)
        if not match:
            raise self._error(f"unclosed start tag at byte offset {self._bytes(at)}")
        closing, name, rest = match[1], match[2].lower(), match[3]
        if name not in TAGS:
            raise self._error(f'unsupported start tag "{name}" at byte offset {self._bytes(at)}')
        if closing:
            self._end(name, at)
        else:
            kind, extra = self._meaning(name, self._attributes(name, rest))
            self._open.append((name, self._length, extra, kind))
        return match.end()

    def _end(self, name: str, at: int) -> None:
        if not self._open:
            raise self._error(f"unexpected end tag at byte offset {self._bytes(at)}")
        opened, start, extra, kind = self._open.pop()
        if opened != name:
            raise self._error(
                f'unmatched end tag at byte offset {self._bytes(at)}, expected "</{opened}>", found "</{name}>"'
            )
        if self._length > start and kind:
            self._entities.append(Entity(kind, start, self._length - start, extra))

    def _attributes(self, name: str, rest: str) -> dict[str, str]:
        found: dict[str, str] = {}
        at = 0
        while rest[at:].strip():
            match = _ATTRIBUTE.match(rest, at)
            if not match:
                raise self._error(f'attributes of the tag "{name}" cannot be read')
            value = next((group for group in match.groups()[1:] if group is not None), "")
            found[match[1].lower()] = _ENTITY.sub(self._decoded, value)
            at = match.end()
        unknown = found.keys() - ATTRIBUTES.get(name, set())
        if unknown:
            raise self._error(f'tag "{name}" has no attribute "{min(unknown)}"')
        return found

    def _decoded(self, match: re.Match[str]) -> str:
        decimal, hexadecimal, name = match.groups()
        if name is not None:
            return NAMED.get(name, match[0])
        return chr(int(decimal) if decimal else int(hexadecimal, 16))

    def _meaning(self, name: str, attributes: dict[str, str]) -> tuple[str, dict[str, Any]]:
        """The entity that a tag makes, "" where it makes none (a link without an address that can be opened)."""
        nested = any(opened == name == "blockquote" for opened, *_ in self._open)
        if nested:
            raise self._error("blockquotes can't be nested")
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error('tag "span" must have class "tg-spoiler"')
        if name == "tg-emoji" and not attributes.get("emoji-id", "").isdigit():
            raise self._error("custom emoji identifier is invalid")
        if name == "code" and self._open and self._open[-1][0] == "pre":  # names the language of the block
            self._open[-1][2].update(language=attributes.get("class", "").removeprefix("language-"))
            return "", {}
        if name == "tg-time":
            return TAGS[name], self._moment(attributes)
        if name == "a":
            link = attributes.get("href", "")
            if called := _CALLED.fullmatch(link):
                return "text_mention", {"user": int(called[1])}
            return (TAGS[name], {"url": link}) if opens(link) else ("", {})
        if name == "blockquote" and "expandable" in attributes:
            return "expandable_blockquote", {}
        return TAGS[name], {"custom_emoji_id": attributes["emoji-id"]} if name == "tg-emoji" else {}

    def _moment(self, attributes: dict[str, str]) -> dict[str, str | int]:
        unix, style = attributes.get("unix", ""), attributes.get("format", "")
        if not re.fullmatch(r"-?\d{1,12}", unix) or not _TIME_FORMAT.fullmatch(style):
            raise self._error("date-time entity is invalid")
        return {"unix_time": int(unix), **({"date_time_format": style} if style else {})}

    def _bytes(self, at: int) -> int:
        return len(self._source[:at].encode())

    def _error(self, text: str) -> Refused:
        return Refused("can't parse entities: " + text)


def opens(address: str) -> bool:
    """Whether Telegram would open this address from a link or a button."""
    return bool(
        re.fullmatch(r"(?:https?://)?[^\s/?#@:]+(?:\.[^\s/?#@:]+)+(?::\d{1,5})?(?:[/?#]\S*)?", address)
        or re.fullmatch(r"https?://(?:localhost|\[[0-9a-fA-F:]+\])(?::\d{1,5})?(?:[/?#]\S*)?", address)
        or re.fullmatch(r"(?:tg|mailto|tel|ton):\S+", address)
    )
