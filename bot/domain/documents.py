"""Documents on their way in: as fetched, as decoded, as parsed. Each name says how far to trust the data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.items import ParsedItem
from bot.domain.sources import SourceKind


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask "has it changed?" with (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class RawDocument:
    """Bytes as they came from the world. Nothing in it has been checked.

    `address` is where it was asked for (an http(s) address, a file path, or "-" for standard input);
    `final_address` is where it was found after redirects; `moved_to` is set where every redirect on
    the way was permanent (301, 308): the source should be asked there from now on.
    `content_type` is the header as sent, with its charset parameter if any.
    `poll_after`: seconds for which the server asks not to be polled again (Cache-Control max-age, Retry-After).
    """

    address: str
    body: bytes
    fetched_at: datetime
    content_type: str | None = None
    final_address: str | None = None
    moved_to: str | None = None
    validators: Validators = Validators()
    poll_after: float | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed since the validators were given out."""

    address: str
    fetched_at: datetime
    poll_after: float | None = None


@dataclass(frozen=True, slots=True)
class DecodedDocument:
    """A document as text: decoded by evidence and repaired where it was damaged.

    `damage` says in one English sentence what was repaired or lost, None where nothing was.
    """

    address: str
    text: str
    encoding: str
    content_type: str | None = None
    damage: str | None = None
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """One issue, page, entry or post as published.

    `guid` is stable over edits and unique within its source: the entry's id, else its link, else the
    document's address, else a hash of its content. `published_at` is aware UTC or None.
    `language` is a BCP 47 tag ("pt", "zh", "pt-BR").
    """

    guid: str
    url: str | None
    title: str | None
    language: str | None
    published_at: datetime | None
    items: tuple[ParsedItem, ...]


@dataclass(frozen=True, slots=True)
class ParsedSource:
    """All that one fetch of a source holds. `damage` is a reason for administrators, or None."""

    kind: SourceKind
    title: str | None
    language: str | None
    documents: tuple[ParsedDocument, ...]
    damage: str | None = None
