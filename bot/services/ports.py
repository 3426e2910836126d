"""Where the outside world begins: what services need of it, and nothing about how it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.domain.documents import NotModified, ParsedSource, RawDocument, Validators
from bot.domain.sources import SourceKind

Clock = Callable[[], datetime]
"""Tells the time: aware UTC."""


class Fetcher(Protocol):
    """Gets documents from the world."""

    async def fetch(self, address: str, *, validators: Validators | None = None) -> RawDocument | NotModified:
        """The document at an address. Safe to repeat. Raises FetchError."""
        ...


class DocumentReader(Protocol):
    """Takes a document apart."""

    async def read(
        self, raw: RawDocument, *, kind: SourceKind | None = None, language: str | None = None
    ) -> ParsedSource:
        """What the document holds, off the event loop. `kind` None: recognised from what it holds. Raises ReadError."""
        ...
