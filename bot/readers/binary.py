"""Documents that are no text at all: told apart before anybody looks for letters in them."""

from __future__ import annotations

from bot.domain.errors import ReadError

_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"SQLite format 3\x00", "an SQLite database"),
)

_HEAD = 8192
_NOT_IN_TEXTS = bytes(sorted({*range(0x20), 0x7F} - set(b"\t\n\v\f\r\x1b")))  # ISO-2022 needs the escape
_FEW = 0.02
"""The share of such bytes that a damaged text may have: in compressed data every ninth byte is one of them."""


def refuse_known_format(body: bytes) -> None:
    """Raises ReadError, naming the format, for one that begins with bytes of its own."""
    for signature, name in _SIGNATURES:
        if body.startswith(signature):
            raise ReadError(f"This is {name}, and no text.")


def refuse_bytes(body: bytes, encoding: str) -> None:
    """Raises ReadError where the bytes, decoded from `encoding`, cannot be those of a text."""
    if encoding.startswith(("utf-16", "utf-32")):  # every other byte of which may be anything
        return
    head = body[:_HEAD]
    if len(head) - len(head.translate(None, _NOT_IN_TEXTS)) > max(3, _FEW * len(head)):
        raise ReadError("This is no text: its bytes are of some other format.")
