"""The body of an answer, put together chunk by chunk within limits."""

from __future__ import annotations

import zlib

from bot.domain.errors import FetchFailed, FetchRefused

ACCEPTED_CODINGS = "gzip, deflate"
# Small documents may compress as well as they like: what the ratio is for begins where memory begins to matter.
RATIO_APPLIES_FROM = 1_000_000
GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class BodyCollector:
    """Collects and decompresses one body; what it holds never exceeds the limits, not even for a moment.

    `max_bytes` limits the body both as sent and as decompressed, `max_ratio` how many times larger it may become.
    Decompression is done here and not by the client library, which expands a whole chunk in one go: 64 kB of gzip
    become 64 MB.
    """

    def __init__(self, host: str, *, coding: str, max_bytes: int, max_ratio: int) -> None:
        """`coding` is the Content-Encoding header. Raises FetchRefused for one that was not asked for."""
        self._host = host
        self._coding = coding.strip().lower().removeprefix("x-")  # RFC 9110, 8.4.1.3: x-gzip is gzip
        if self._coding not in ("", "identity", "gzip", "deflate"):
            raise FetchRefused(f"{host} sent the document in a compression that was not asked for.")
        self._max_bytes = max_bytes
        self._max_ratio = max_ratio
        self._body = bytearray()
        self._received = 0
        self._inflater: zlib._Decompress | None = None
        self._held = b""  # too few bytes to tell what begins here
        self._complete = False  # at least one compressed stream came to its end
        self._padded = False  # what follows the last stream is padding

    def expect(self, length: str) -> None:
        """Refuses at once a body whose Content-Length says that it is too large."""
        if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > self._max_bytes):
            raise self._too_large()

    def add(self, chunk: bytes) -> None:
        """Takes the next chunk. Raises FetchRefused at a limit and FetchFailed where it cannot be decompressed."""
        self._received += len(chunk)
        if self._received > self._max_bytes:
            raise self._too_large()
        if self._coding in ("", "identity"):
            self._body += chunk
        elif not self._padded:
            self._inflate(self._held + chunk)

    def finish(self) -> bytes:
        """The whole body. Raises FetchFailed where its compressed form broke off."""
        if self._inflater is not None or (self._held and not self._complete):
            raise FetchFailed(f"{self._host} broke off in the middle of the compressed document.")
        return bytes(self._body)

    def _inflate(self, data: bytes) -> None:
        self._held = b""
        while data:
            if self._inflater is None:
                if len(data) < len(GZIP_MAGIC):
                    self._held = data
                    return
                if self._complete and not self._another_stream_begins(data):
                    self._padded = True
                    return
                self._inflater = self._begin_stream(data)
            self._append(self._inflated(self._inflater, data))
            if not self._inflater.eof:
                return
            self._complete = True
            data = self._inflater.unused_data
            self._inflater = None

    def _begin_stream(self, data: bytes) -> zlib._Decompress:
        if self._coding == "gzip":
            return zlib.decompressobj(_GZIP_WINDOW)
        # "deflate" means zlib (RFC 1950), but servers send bare deflate (RFC 1951) as well; zlib's first two bytes
        # are a number divisible by 31 whose low half-byte is 8.
        is_zlib = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        return zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)

    def _another_stream_begins(self, data: bytes) -> bool:
        """Gzip may consist of several streams (RFC 1952, 2.2); some servers pad the last one."""
        return self._coding == "gzip" and data.startswith(GZIP_MAGIC)

    def _inflated(self, inflater: zlib._Decompress, data: bytes) -> bytes:
        """At most one byte more than there is room for; fewer than that means that all of `data` was used."""
        room = self._limit() - len(self._body) + 1
        try:
            return inflater.decompress(data, room)
        except zlib.error as error:
            raise FetchFailed(f"{self._host} sent a document whose compressed form is damaged.") from error

    def _append(self, piece: bytes) -> None:
        size = len(self._body) + len(piece)
        if size > self._max_bytes:
            raise self._too_large()
        if size > self._limit():
            raise FetchRefused(
                f"{self._host} sent a document that grows more than {self._max_ratio} times when unpacked."
            )
        self._body += piece

    def _limit(self) -> int:
        return min(self._max_bytes, max(RATIO_APPLIES_FROM, self._received * self._max_ratio))

    def _too_large(self) -> FetchRefused:
        return FetchRefused(f"{self._host} sent a document of more than {self._max_bytes / 1e6:g} MB.")
