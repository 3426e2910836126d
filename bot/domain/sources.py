"""Sources: what is read, how often, and what the last attempts came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

USUAL_WEIGHT = 1.0
LEAST_WEIGHT, MOST_WEIGHT = 0.1, 10.0


class SourceKind(StrEnum):
    """How a source's documents are read."""

    FEED = "feed"
    NEWSLETTER = "newsletter"
    WEBPAGE = "webpage"
    TELEGRAM = "telegram"
    DISCORD = "discord"  # posts come as they are written; there is nothing to fetch


class SourceStatus(StrEnum):
    """What `/sources` shows to administrators."""

    NEW = "new"  # never polled
    ACTIVE = "active"  # the last poll worked
    DAMAGED = "damaged"  # read, but the document is damaged; the reason is in `problem`
    FAILING = "failing"  # the last poll failed; `problem` says why, `next_poll_at` when it is tried again
    RETIRED = "retired"  # gone for good (410); not polled any more


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source as an administrator writes it down. `interval` None: read once, never polled. `weight`: how much its
    stories count, 0.1 to 10."""

    address: str
    kind: SourceKind | None = None
    title: str | None = None
    language: str | None = None
    interval: timedelta | None = None
    weight: float = USUAL_WEIGHT


@dataclass(frozen=True, slots=True)
class Source:
    """A source as stored, with the state of its polling. All times are aware UTC."""

    id: int
    address: str
    kind: SourceKind | None
    title: str
    language: str | None
    interval: timedelta | None
    status: SourceStatus
    problem: str | None
    failures: int
    next_poll_at: datetime | None
    last_polled_at: datetime | None
    last_changed_at: datetime | None
    etag: str | None
    last_modified: str | None
    content_hash: str | None
    weight: float = USUAL_WEIGHT
