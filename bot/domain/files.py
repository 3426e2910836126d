"""Files that an answer or a delivery brings along."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.errors import UserError

MOST_BYTES = 8 * 1024**2
"""What every platform takes, with room for what is sent around it: Discord's limit is 10 MiB, Telegram's 50 MB."""
PICTURES = frozenset({"image/png", "image/jpeg"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class File:
    """Something to keep. `name` is ASCII without folders, so that it is the same wherever the file ends up.

    Raises UserError where it is larger than MOST_BYTES, ValueError where the name is none or there is nothing in it.
    """

    name: str
    media_type: str
    content: bytes

    @property
    def picture(self) -> bool:
        """Whether it is to be looked at where it stands, and not only to be kept."""
        return self.media_type in PICTURES

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"no name for a file: {self.name!r}")
        if not self.content:
            raise ValueError("an empty file is refused by Telegram")
        if len(self.content) > MOST_BYTES:
            raise UserError("This is more than fits into a file: at most {size} MB.", size=MOST_BYTES // 1024**2)
