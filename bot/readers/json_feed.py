"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) → entries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.domain.errors import ReadError
from bot.readers.entries import Entry

Json = dict[str, Any]

VERSION = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/', re.I)
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]+")  # halves of characters cannot be stored
_BETWEEN = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class JsonFeed:
    """What a JSON Feed says about itself, and its entries. `fault`: what was wrong with it, an English noun phrase."""

    title: str | None
    language: str | None
    home_page: str | None
    entries: tuple[Entry, ...]
    fault: str | None


def read_json(text: str, *, base_url: str | None) -> JsonFeed:
    """The feed; where the document is cut off, the entries that are there. Raises ReadError where it holds no feed."""
    fault = None
    try:
        feed = json.loads(text, strict=False)  # not strict: control characters in strings are let through
    except RecursionError as error:
        raise ReadError("The JSON Feed is nested too deeply.") from error
    except ValueError:
        feed = {"items": list(_whole_items(text))}
        fault = "the JSON is broken or cut off"
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ReadError("The JSON Feed has no list of items.")
    home_page = _string(feed, "home_page_url") or base_url
    inherited = _names(feed)
    entries = tuple(_entry(item, home_page, inherited) for item in feed["items"] if isinstance(item, dict))
    return JsonFeed(_string(feed, "title"), _string(feed, "language"), home_page, entries, fault)


def _whole_items(text: str) -> Iterator[Any]:
    start = _ITEMS.search(text)
    position = start.end() if start else len(text)
    decoder = json.JSONDecoder(strict=False)
    while (position := _skip(text, position)) < len(text):
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        yield item


def _skip(text: str, position: int) -> int:
    between = _BETWEEN.match(text, position)
    return between.end() if between else position


def _entry(item: Json, base_url: str | None, inherited: tuple[str, ...]) -> Entry:
    markup = _string(item, "content_html")
    attachments = [each for each in _list(item, "attachments") if _string(each, "url")]
    pictures = [_string(each, "url") for each in attachments if _string(each, "mime_type").startswith("image/")]
    other = [_string(each, "url") for each in attachments if not _string(each, "mime_type").startswith("image/")]
    images = (_string(item, "image"), _string(item, "banner_image"), *pictures)
    return Entry(
        guid=_string(item, "id") or None,
        url=_string(item, "url") or _string(item, "external_url") or None,
        title=_string(item, "title"),
        body=markup or _string(item, "content_text") or _string(item, "summary"),
        title_is_html=False,
        body_is_html=bool(markup),
        base_url=base_url,
        date=_string(item, "date_published") or _string(item, "date_modified") or None,
        language=_string(item, "language") or None,
        authors=_names(item) or inherited,
        categories=_tags(item),
        links=tuple(filter(None, (_string(item, "external_url"), *other))),
        images=tuple(filter(None, images)),
    )


def _names(holder: Json) -> tuple[str, ...]:
    """Version 1.1 has a list of authors, version 1.0 one author."""
    one = holder.get("author")
    people = _list(holder, "authors") or ([one] if isinstance(one, dict) else [])
    return tuple(filter(None, (_string(person, "name") for person in people)))


def _tags(item: Json) -> tuple[str, ...]:
    tags = item.get("tags")
    return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()


def _list(holder: Json, name: str) -> list[Json]:
    value = holder.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _string(holder: Json, name: str) -> str:
    """A string, or a number as one: version 1.0 asked readers to take ids that are numbers."""
    value = holder.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return _FORBIDDEN.sub("", str(value)).strip()
