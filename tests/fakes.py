"""Stand-ins for the outside world: the clock, the web, and readers whose documents a test writes down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain.documents import NotModified, ParsedSource, RawDocument, Validators
from bot.domain.errors import FetchFailed, ReadError
from bot.domain.sources import SourceKind


@dataclass
class FakeClock:
    """Stands still until it is moved."""

    now: datetime = datetime(2024, 3, 6, 12, tzinfo=UTC)  # a Wednesday: a day on it is still the same week

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> datetime:
        self.now += timedelta(**amount)
        return self.now


@dataclass(frozen=True)
class Page:
    """What a server holds at an address. `moved_to` is where a permanent redirect has led to."""

    body: bytes
    etag: str | None = None
    moved_to: str | None = None
    poll_after: float | None = None
    lying: bool = False  # answers 304 to whatever it is asked with


@dataclass
class FakeFetcher:
    """A web of pages and errors. Like the real one, it answers NotModified where the validators still hold, and fails
    where there is nothing."""

    clock: FakeClock
    pages: dict[str, Page | Exception] = field(default_factory=dict)
    asked: list[tuple[str, Validators | None]] = field(default_factory=list)

    async def fetch(self, address: str, *, validators: Validators | None = None) -> RawDocument | NotModified:
        self.asked.append((address, validators))
        page = self.pages.get(address, FetchFailed(f"{address} answered 404."))
        if isinstance(page, Exception):
            raise page
        if validators and (page.lying or (page.etag and validators.etag == page.etag)):
            return NotModified(address, self.clock(), page.poll_after)
        return RawDocument(
            address,
            page.body,
            self.clock(),
            final_address=page.moved_to or address,
            moved_to=page.moved_to,
            validators=Validators(etag=page.etag),
            poll_after=page.poll_after,
        )


@dataclass
class FakeReader:
    """Reads the bodies that a test has written down, and refuses all others. `read_bodies` are those that it read."""

    documents: dict[bytes, ParsedSource | Exception] = field(default_factory=dict)
    read_bodies: list[bytes] = field(default_factory=list)
    kinds: list[SourceKind | None] = field(default_factory=list)
    with_words: list[bool] = field(default_factory=list)

    async def read(
        self,
        raw: RawDocument,
        *,
        kind: SourceKind | None = None,
        language: str | None = None,
        with_words: bool = False,
    ) -> ParsedSource:
        self.read_bodies.append(raw.body)
        self.kinds.append(kind)
        self.with_words.append(with_words)
        document = self.documents.get(raw.body, ReadError("It is neither a feed nor a newsletter."))
        if isinstance(document, Exception):
            raise document
        return replace(document, language=language or document.language)
