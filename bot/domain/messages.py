"""Messages before any platform: blocks of rich text and buttons. Renderers turn them into what a platform takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text in one style. `url` makes it a link. The text is literal: renderers escape it."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str | None = None
    strike: bool = False


class TimeStyle(StrEnum):
    """How a moment is shown: a date, a date and time of day, or the distance from now."""

    DATE = "date"
    DATE_TIME = "date_time"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class Time:
    """A moment (aware UTC) that each reader sees in local time; `fallback` is shown where that cannot be."""

    at: datetime
    fallback: str
    style: TimeStyle = TimeStyle.DATE_TIME


Inline = Text | Time
Line = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the message's title, level 2 a section's."""

    line: Line
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    line: Line


@dataclass(frozen=True, slots=True)
class ListBlock:
    """Entries below each other. `start` numbers them from there; None makes them bullets.

    An entry is one or more lines: the first carries the number or bullet, the rest stand below it.
    """

    entries: tuple[tuple[Line, ...], ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    line: Line


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    caption: str = ""


Block = Heading | Paragraph | ListBlock | Quote | Image


@dataclass(frozen=True, slots=True)
class Button:
    """A button that comes back as a press with `action`: at most 60 bytes of ASCII (Telegram's callback data is 64)."""

    label: str
    action: str


@dataclass(frozen=True, slots=True)
class LinkButton:
    label: str
    url: str


ButtonRow = tuple[Button | LinkButton, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What to tell somebody, whatever the platform. Rows hold at most five buttons (Discord's limit)."""

    blocks: tuple[Block, ...]
    buttons: tuple[ButtonRow, ...] = ()


def text(value: str, *, bold: bool = False, italic: bool = False, code: bool = False, url: str | None = None) -> Line:
    """A line of one run."""
    return (Text(value, bold=bold, italic=italic, code=code, url=url),)
