"""Pictures for tests: the smallest that a platform takes for one."""

from __future__ import annotations

import struct
import zlib

from bot.domain.files import File


def png(width: int = 4, height: int = 3) -> bytes:
    """A grey picture."""
    rows = b"".join(b"\x00" + b"\x80" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def picture(name: str = "stats.png", width: int = 4, height: int = 3) -> File:
    return File(name, "image/png", png(width, height))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
