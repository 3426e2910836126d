"""Messages as the text of a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from unicodedata import category

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text as Styled

from bot.domain.messages import (
    Block,
    Button,
    ButtonRow,
    Heading,
    Image,
    Inline,
    Line,
    LinkButton,
    ListBlock,
    Message,
    Paragraph,
    Quote,
    Text,
    without_local_times,
    words_of,
)

_HARMLESS = "\n\u200c\u200d\u200e\u200f"
"""What str.isprintable refuses and texts need: line ends, joiners, and the two marks of direction."""


def render(message: Message, *, addresses: bool) -> Group:
    """The message for a rich console. `addresses` writes links out, for terminals and files that cannot carry them."""
    blocks = [_block(block, addresses=addresses) for block in message.blocks]
    parts: list[RenderableType] = []
    for number, block in enumerate(blocks):
        parts += [Styled(), block] if number else [block]
    return Group(*parts)


def render_buttons(rows: Sequence[ButtonRow]) -> Styled:
    """The buttons, numbered from 1 in the order of `pressable`, with the addresses of those that open a page."""
    line = Styled()
    number = 0
    for button in (button for row in rows for button in row):
        if line:
            line.append("   ")
        match button:
            case Button():
                number += 1
                line.append(f"[{number}]", style="bold cyan").append(f" {visible(button.label)}")
            case LinkButton():
                line.append(f"{visible(button.label)} <{visible(button.url)}>")
    return line


def pressable(rows: Sequence[ButtonRow]) -> tuple[Button, ...]:
    """The buttons that can be pressed by number: number 1 is the first."""
    return tuple(button for row in rows for button in row if isinstance(button, Button))


def visible(value: str) -> str:
    """The text without control characters: a title must not be able to send the terminal commands."""
    return "".join(char for char in value if char.isprintable() or char in _HARMLESS or category(char) == "Zs")


def _block(block: Block, *, addresses: bool) -> RenderableType:
    match block:
        case Heading(line, level):
            styled = _line(line, addresses=addresses)
            styled.stylize("bold underline" if level == 1 else "bold")
            return styled
        case Paragraph(line):
            return _line(line, addresses=addresses)
        case Quote(line):
            return Padding(_line(line, addresses=addresses), (0, 0, 0, 2))
        case Image(url, caption):
            return Styled(visible(f"🖼 {caption} <{url}>" if caption else f"🖼 <{url}>"))
        case ListBlock():
            return _list(block, addresses=addresses)


def _list(block: ListBlock, *, addresses: bool) -> Table:
    """Entries with their marks in a column of their own, so that long lines hang below their beginning."""
    airy = any(len(entry) > 2 for entry in block.entries)
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold")  # Chinese has no spaces to wrap at
    for number, entry in enumerate(block.entries):
        if airy and number:
            table.add_row()
        mark = "•" if block.start is None else f"{block.start + number}."
        table.add_row(mark, Group(*(_line(line, addresses=addresses) for line in entry)))
    return table


def _line(line: Line, *, addresses: bool) -> Styled:
    line, styled = without_local_times(line), Styled()
    for run, following in zip_longest(line, line[1:]):
        # A link of several runs gets its address once, behind the last of them.
        ends = not (isinstance(following, Text) and isinstance(run, Text) and following.url == run.url)
        styled.append_text(_run(run, addresses=addresses and ends))
    return styled


def _run(run: Inline, *, addresses: bool) -> Styled:
    if not isinstance(run, Text):
        return Styled(visible(words_of(run)))
    # The terminal gets the address inside a command of its own: nothing in it may end that, or begin another.
    link = "".join(visible(run.url).split()) if run.url else None
    style = Style(bold=run.bold, italic=run.italic, strike=run.strike, color="green" if run.code else None, link=link)
    styled = Styled(visible(run.text), style=style)
    if run.url and addresses and run.url != run.text:
        styled.append(f" <{visible(run.url)}>")
    return styled
