"""Messages whose pages turn in place: each has to be one message on every platform, however long its addresses are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from bot.domain.messages import Block, Heading, Inline, Line, ListBlock, Message, Paragraph, Text
from bot.domain.text import utf16_length

ROOM = 3_700
"""UTF-16 units of Discord's 4,096, where addresses count: the rest is for numbers, gaps and signs around words."""

_SIGNS = frozenset("\\*_~|`<[]()")
"""What may be written as two."""
_ENCODED = 9  # characters of a character that is not ASCII, in an address


def in_one_message(message: Message) -> Message:
    """The message; where its addresses take too much room, without the longest of them. Its words stay."""
    runs = [run for block in message.blocks for line in _lines(block) for run in line if isinstance(run, Text)]
    taken: Counter[str] = Counter()
    for run in runs:
        if run.url:
            taken[run.url] += sum(1 if char.isascii() else _ENCODED for char in run.url)
    left = ROOM - sum(utf16_length(run.text) + sum(char in _SIGNS for char in run.text) for run in runs)
    kept = set(taken)
    while kept and sum(taken[one] for one in kept) > left:
        kept.remove(max(kept, key=lambda one: (taken[one], one)))
    return message if len(kept) == len(taken) else _with_links(message, kept)


def _lines(block: Block) -> list[Line]:
    match block:
        case Heading(line=line) | Paragraph(line):
            return [line]
        case ListBlock(entries):
            return [line for entry in entries for line in entry]
    return []


def _with_links(message: Message, kept: set[str]) -> Message:
    def inline(run: Inline) -> Inline:
        return replace(run, url=None) if isinstance(run, Text) and run.url not in kept else run

    def line(runs: Line) -> Line:
        return tuple(map(inline, runs))

    def block(one: Block) -> Block:
        match one:
            case Heading() | Paragraph():
                return replace(one, line=line(one.line))
            case ListBlock(entries):
                return replace(one, entries=tuple(tuple(map(line, entry)) for entry in entries))
        return one

    return replace(message, blocks=tuple(map(block, message.blocks)))
