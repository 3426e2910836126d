"""Items: the pieces of a document, as parsed and as stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.papers import PaperId
from bot.domain.sections import Section


class ItemKind(StrEnum):
    """What sort of piece it is; a mention is a line without a title of its own that points somewhere."""

    ITEM = "item"
    MENTION = "mention"
    POST = "post"
    REVIEW = "review"
    ANNOUNCEMENT = "announcement"
    PHOTO = "photo"
    POLL = "poll"


@dataclass(frozen=True, slots=True)
class Link:
    """A clean absolute link and the words that carry it."""

    url: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ItemWords:
    """The words that an item is found by, as `item_words.py` takes them: the fields of a `StoredDocument`, and links
    as they are looked up. They are those of the item as long as it says the same as `taken_of`, and the analyser is
    of this version."""

    version: int
    taken_of: tuple[object, ...]
    links: tuple[str, ...]
    length: int
    title: str
    names: str
    body: str
    original: str
    forms: str
    facets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedItem:
    """A piece of a document as a reader found it. Text is plain (no markup); paragraphs are parted by a blank line.

    `guid` is the piece's own id within its source where the source gives one (an entry's id, a post's number);
    None lets `item_key` derive one. `heading` is the section's heading as written. `original_text` is the text
    that a translated issue keeps in comments. `code` is the first link to the paper's code. `published_at` is
    aware UTC, and None where it is the document's. `words` may come along where everything is new; they are no part of
    what the item says.
    """

    title: str | None
    text: str
    section: Section = Section.OTHER
    heading: str | None = None
    kind: ItemKind = ItemKind.ITEM
    language: str | None = None
    links: tuple[Link, ...] = ()
    papers: tuple[PaperId, ...] = ()
    code: str | None = None
    images: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    original_text: str | None = None
    guid: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    words: ItemWords | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ItemKey:
    """What makes an item the same item when it is read again."""

    source_id: int
    guid: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item as stored, with the facts of its document and source that readers are shown. Times are aware UTC."""

    id: int
    key: ItemKey
    title: str | None
    text: str
    section: Section
    heading: str | None
    kind: ItemKind
    language: str | None
    links: tuple[Link, ...]
    papers: tuple[PaperId, ...]
    code: str | None
    images: tuple[str, ...]
    authors: tuple[str, ...]
    original_text: str | None
    position: int
    url: str | None
    published_at: datetime | None
    first_seen_at: datetime
    document_id: int
    document_title: str | None
    document_url: str | None
    source_title: str
    source_address: str
    for_everybody: bool = False


NOTHING_HIDDEN: frozenset[int] = frozenset()
"""What those who run the bot see: the items of every source."""


def visible(items: Iterable[Item], hidden: Collection[int]) -> tuple[Item, ...]:
    """The items that are shown where these sources are hidden, in their order."""
    return tuple(item for item in items if item.for_everybody or item.key.source_id not in hidden)
