"""Messages before any platform: blocks of rich text and buttons. Renderers turn them into what a platform takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_OPTIONS = 25
"""Options of a select: Discord's limit."""
_ROOM = {4: 8, 3: 12, 2: 22}
"""Buttons beside each other, by the characters of the longest: what a telephone shows without cutting it off."""


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text in one style. `url` makes it a link. The text is literal: renderers escape it. `local_only` as with
    `Time`."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str | None = None
    strike: bool = False
    local_only: bool = False


class TimeStyle(StrEnum):
    """How a moment is shown: a date, a date and time of day, or the distance from now."""

    DATE = "date"
    DATE_TIME = "date_time"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class Time:
    """A moment (aware UTC) that each reader sees in local time; `fallback` is shown where that cannot be.
    `local_only`: there it is left out instead, since what stands beside it says as much."""

    at: datetime
    fallback: str
    style: TimeStyle = TimeStyle.DATE_TIME
    local_only: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody who is called: on `platform` the account with that id is told so, elsewhere just the name is read. Who
    stands in a message as `Text` is never told, whatever it says."""

    platform: str
    account_id: str
    name: str


Inline = Text | Time | Mention
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
    """A button that comes back as a press with `action`: at most 60 bytes of ASCII (Telegram's callback data is 64).
    `opens_form`: the answer to the press is a form, which Discord wants to be told of at once."""

    label: str
    action: str
    opens_form: bool = False


@dataclass(frozen=True, slots=True)
class LinkButton:
    label: str
    url: str


ButtonRow = tuple[Button | LinkButton, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen in a select. `value` is ASCII."""

    label: str
    value: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A choice of one option, or with `several` of any number of them, none among these.

    It comes back as a press with `action`, which says of its options whether they are on: those that changed, perhaps
    others that stayed as they were. Discord shows a menu with `hint` on it, the other platforms a button an option; so
    action and value together have at most 58 bytes.
    """

    hint: str
    action: str
    options: tuple[Option, ...]
    several: bool = False

    def __post_init__(self) -> None:
        values = {option.value for option in self.options}
        if not 1 <= len(values) == len(self.options) <= MOST_OPTIONS:
            raise ValueError(f"a select has 1 to {MOST_OPTIONS} options with different values")
        if not self.several and sum(option.chosen for option in self.options) > 1:
            raise ValueError("of a select for one option, one is chosen")


@dataclass(frozen=True, slots=True)
class Message:
    """What to tell somebody, whatever the platform. Rows hold at most five buttons, and with the selects above them
    they are at most five (Discord's limits)."""

    blocks: tuple[Block, ...]
    buttons: tuple[ButtonRow, ...] = ()
    selects: tuple[Select, ...] = ()


def rows_of(buttons: Sequence[Button], size: int) -> tuple[ButtonRow, ...]:
    """Buttons in rows of at most so many."""
    return tuple(tuple(buttons[at : at + size]) for at in range(0, len(buttons), size))


def page_buttons(action: str, page: int, pages: int) -> tuple[ButtonRow, ...]:
    """◀ ▶ below an answer with several pages: `action` gets ":PAGE" appended. No row for a single page."""
    row = [Button("◀", f"{action}:{page - 1}")] if page > 1 else []
    row += [Button("▶", f"{action}:{page + 1}")] if page < pages else []
    return (tuple(row),) if row else ()


def rows_with_selects(message: Message) -> tuple[ButtonRow, ...]:
    """All that can be pressed below a message where there are only buttons: a button an option, then the buttons."""
    return (*(row for select in message.selects for row in _option_rows(select)), *message.buttons)


def pressed_option(action: str) -> tuple[str, dict[str, bool]]:
    """The action of a press and, where the button stood for an option, whether that is on from now on."""
    head, sign, option = action.partition("=")
    return (head, {option[1:]: option[0] == "1"}) if sign and option[:1] in ("0", "1") else (action, {})


def _option_rows(select: Select) -> tuple[ButtonRow, ...]:
    buttons = [_option_button(select, option) for option in select.options]
    longest = max(len(button.label) for button in buttons)
    width = next((width for width, room in _ROOM.items() if longest <= room), 1)
    return rows_of(buttons, width)


def _option_button(select: Select, option: Option) -> Button:
    on = not (select.several and option.chosen)  # pressing the one that is chosen chooses it again
    return Button(f"☑ {option.label}" if option.chosen else option.label, f"{select.action}={int(on)}{option.value}")


def without_local_times(line: Line) -> Line:
    """The line for readers who are not shown moments in local time."""
    return tuple(inline for inline in line if isinstance(inline, Mention) or not inline.local_only)


def words_of(inline: Inline) -> str:
    """What a run says where nothing but plain text can be shown."""
    match inline:
        case Text():
            return inline.text
        case Time():
            return inline.fallback
        case Mention():
            return inline.name


def mentions_in(message: Message, platform: str) -> tuple[str, ...]:
    """The accounts on a platform that a message calls, in its order, each once."""
    lines = (line for block in message.blocks for line in _lines_of(block))
    called = (inline for line in lines for inline in line if isinstance(inline, Mention))
    return tuple(dict.fromkeys(one.account_id for one in called if one.platform == platform))


def _lines_of(block: Block) -> Iterator[Line]:
    match block:
        case ListBlock(entries):
            yield from (line for entry in entries for line in entry)
        case Heading(line) | Paragraph(line) | Quote(line):
            yield line
        case Image():
            return


def text(value: str, *, bold: bool = False, italic: bool = False, code: bool = False, url: str | None = None) -> Line:
    """A line of one run."""
    return (Text(value, bold=bold, italic=italic, code=code, url=url),)
