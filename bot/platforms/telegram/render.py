"""Neutral messages as Telegram's HTML, in parts that its limits allow. Pure.

The grammar: https://core.telegram.org/bots/api#html-style. The limits: 4096 characters after parsing, counted here in
UTF-16 units, which is safe under both readings of "character"; 100 entities a message, of which more are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from html import escape
from itertools import accumulate, groupby
from urllib.parse import quote, urlsplit

from bot.domain.files import File
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
    Mention,
    Message,
    Quote,
    Text,
    Time,
    TimeStyle,
    rows_with_selects,
)
from bot.domain.text import utf16_length
from bot.platforms.telegram.plain import (
    clean,
    cut_at,
    holds_right_to_left,
    index_of,
    is_blank,
    reads_right_to_left,
)

MESSAGE_LIMIT = 4096
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 80
"""Of our own: what Telegram finds by itself, addresses and hashtags, counts among the 100 that it keeps."""


# https://core.telegram.org/bots/api#date-time-entity-formatting
TIME_FORMATS = {TimeStyle.DATE: "D", TimeStyle.DATE_TIME: "Dt", TimeStyle.RELATIVE: "r"}
_FALLBACK_LIMIT = 100
NAME_LIMIT = 64
_ACCOUNT = re.compile(r"\d{1,20}", re.ASCII)
_BOLD = ("<b>", "</b>")
_ITALIC = ("<i>", "</i>")
_CODE = ("<code>", "</code>")
_STRIKE = ("<s>", "</s>")
_QUOTE = ("<blockquote>", "</blockquote>")

Tag = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TelegramPart:
    """One message as Telegram takes it: HTML and the rows of its keyboard. With a file the HTML is its caption, and
    may be empty."""

    html: str
    buttons: tuple[ButtonRow, ...] = ()
    file: File | None = None


class _Gap(IntEnum):
    """What stands between a row and the one before it: the higher, the better a place to end a part."""

    WORD = 0
    LINE = 1
    ENTRY = 2
    BLOCK = 3


# How full a part must be before it may end at such a gap although more would fit.
_WORTH = {_Gap.BLOCK: 1 / 2, _Gap.ENTRY: 1 / 3, _Gap.LINE: 0.0}


@dataclass(frozen=True, slots=True)
class _Run:
    """Text within the same tags, the outermost first. `whole`: it cannot be split."""

    text: str
    tags: tuple[Tag, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """A line. `space` stands before it unless it begins a part; `leads`: it belongs to what follows."""

    runs: tuple[_Run, ...]
    gap: _Gap
    space: str
    leads: bool = False
    quoted: bool = False

    @property
    def length(self) -> int:
        return len(self.space) + sum(utf16_length(run.text) for run in self.runs)

    @property
    def entities(self) -> int:
        return _opened(self.runs) + self.quoted


def render(message: Message) -> tuple[TelegramPart, ...]:
    """The message in parts to be sent in this order; the buttons are on the last. Nothing to show makes no part."""
    rows = [piece for row in _rows(message.blocks) for piece in _pieces(row)]
    buttons = _keyboard(rows_with_selects(message))
    *others, last = [_html(part) for part in _fill(rows)] or ["…" if buttons else ""]
    return (*map(TelegramPart, others), TelegramPart(last, buttons)) if last else ()


def with_files(parts: Sequence[TelegramPart], files: Sequence[File]) -> tuple[TelegramPart, ...]:
    """The parts and files: the first with the last part, or below where that is too long for a caption; the others
    below each other."""
    first, *others = files or (None,)
    return (*with_file(parts, first), *(TelegramPart("", file=file) for file in others))


def with_file(parts: Sequence[TelegramPart], file: File | None) -> tuple[TelegramPart, ...]:
    """The parts and a file, below the last where that is too long for a caption."""
    if file is None:
        return tuple(parts)
    *others, last = parts or (TelegramPart(""),)
    if utf16_length(last.html) <= CAPTION_LIMIT:  # what is to be read is shorter
        return (*others, replace(last, file=file))
    return (*parts, TelegramPart("", file=file))


# Blocks to rows


def _rows(blocks: Iterable[Block]) -> Iterator[_Row]:
    after = "\n\n"
    for block in blocks:
        rows = list(_block_rows(block))
        if rows:
            yield replace(rows[0], gap=_Gap.BLOCK, space=after)
            yield from rows[1:]
            after = "\n" if isinstance(block, Heading) and block.level > 1 else "\n\n"


def _block_rows(block: Block) -> Iterator[_Row]:
    if isinstance(block, ListBlock):
        yield from _list_rows(block)
    elif isinstance(block, Image):
        yield from _line_rows(_image(block))
    elif isinstance(block, Heading):
        yield from (replace(row, leads=True) for row in _line_rows(block.line, within=(_BOLD,)))
    elif isinstance(block, Quote):
        yield from (replace(row, quoted=True) for row in _line_rows(block.line))
    else:
        yield from _line_rows(block.line)


def _list_rows(block: ListBlock) -> Iterator[_Row]:
    space = "\n\n" if any(len(entry) > 1 for entry in block.entries) else "\n"
    for at, entry in enumerate(block.entries):
        mark = "• " if block.start is None else f"{block.start + at}. "
        rows = [row for line in entry for row in _line_rows(line)]
        if rows:
            first = (_Run(mark), *rows[0].runs)
            yield replace(rows[0], runs=_merged(first), gap=_Gap.ENTRY, space=space)
            yield from rows[1:]


def _image(image: Image) -> Line:
    caption = image.caption if not is_blank(image.caption) else ""
    return (Text("🖼 "), Text(caption or _host(image.url), url=image.url))


def _host(url: str) -> str:
    address = web_address(url)
    return (urlsplit(address).hostname or "") if address else ""


def _line_rows(line: Line, *, within: tuple[Tag, ...] = ()) -> Iterator[_Row]:
    """A line as rows: one, or more where its texts hold line breaks. Rows without anything to see are left out."""
    space = "\n"
    for runs in _lines(_run(inline, within) for inline in line):
        if _blank(runs):
            space = "\n\n"
            continue
        yield _Row(_merged(_isolated(_stripped(runs))), _Gap.LINE, space)
        space = "\n"


def _blank(runs: Iterable[_Run]) -> bool:
    return is_blank("".join(run.text for run in runs))


def _run(inline: Inline, within: tuple[Tag, ...]) -> _Run:
    if isinstance(inline, Time):
        fallback = clean(inline.fallback).replace("\n", " ").strip()
        shown = fallback if not is_blank(fallback) else f"{inline.at:%Y-%m-%d %H:%M} UTC"
        stamp = f'<tg-time unix="{int(inline.at.timestamp())}" format="{TIME_FORMATS[inline.style]}">'
        return _Run(shown[: cut_at(shown, _FALLBACK_LIMIT)], (*within, (stamp, "</tg-time>")), whole=True)
    if isinstance(inline, Mention):
        return _mention(inline, within)
    address = web_address(inline.url) if inline.url else None
    if inline.code and not address and not within:
        return _Run(clean(inline.text, mentions=True), (_CODE,))  # code combines with nothing else
    tags = [(f'<a href="{escape(address)}">', "</a>")] if address else []
    tags += [_BOLD] if inline.bold and _BOLD not in within else []
    tags += [_ITALIC] if inline.italic else []
    tags += [_STRIKE] if inline.strike else []
    return _Run(clean(inline.text, mentions=address is not None), (*within, *tags))


def _mention(mention: Mention, within: tuple[Tag, ...]) -> _Run:
    """A name that tells its bearer, whatever they are called (https://core.telegram.org/bots/api#html-style)."""
    name = " ".join(clean(mention.name).split())
    name = name[: cut_at(name, NAME_LIMIT)] if not is_blank(name) else "…"
    if mention.platform != "telegram" or not _ACCOUNT.fullmatch(mention.account_id):
        return _Run(name, within)
    return _Run(name, (*within, (f'<a href="tg://user?id={mention.account_id}">', "</a>")), whole=True)


def web_address(url: str) -> str | None:
    """The address as a link may carry it; None unless it is http or https and says plainly which host it leads to."""
    try:
        parts = urlsplit(url.strip())
        host, user = parts.hostname, parts.username
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host or user is not None:
        return None
    scheme, _, rest = url.strip().partition(":")
    return f"{scheme.lower()}:" + "".join(quote(c) if c in _UNSAFE or c <= " " or c.isspace() else c for c in rest)


_UNSAFE = frozenset('"<>\\^`{|}\x7f')


def _lines(runs: Iterable[_Run]) -> Iterator[tuple[_Run, ...]]:
    line: list[_Run] = []
    for run in runs:
        if "\n" not in run.text:
            line.append(run)
            continue
        first, *others = run.text.split("\n")
        line.append(replace(run, text=first))
        for other in others:
            yield tuple(line)
            line = [replace(run, text=other)]
    yield tuple(line)


def _stripped(runs: Sequence[_Run]) -> tuple[_Run, ...]:
    """Without white space at the ends: Telegram takes it away from a message."""
    kept = [*runs]
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept and kept[0].text[0].isspace():
        kept[0] = replace(kept[0], text=kept[0].text.lstrip())
    if kept and kept[-1].text[-1].isspace():
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return tuple(kept)


def _merged(runs: Iterable[_Run]) -> tuple[_Run, ...]:
    """Without empty runs, and neighbours of the same style as one."""
    merged: list[_Run] = []
    for run in runs:
        if merged and merged[-1].tags == run.tags and not (run.whole or merged[-1].whole):
            merged[-1] = replace(merged[-1], text=merged[-1].text + run.text)
        elif run.text:
            merged.append(run)
    return tuple(merged)


# Direction


def _isolated(runs: tuple[_Run, ...]) -> tuple[_Run, ...]:
    """Keeps right-to-left stretches of a line from reordering their neighbours.

    A linked title is a unit of its own where letters of the other direction stand beside it; what is not linked is
    isolated where the rest of the line reads from left to right.
    """
    if not any(holds_right_to_left(run.text) for run in runs):
        return runs
    groups = [list(group) for _, group in groupby(runs, key=_link_of)]
    leftward = [reads_right_to_left("".join(run.text for run in group)) for group in groups]
    if not {True, False} <= set(leftward):
        return runs
    linked = [_link_of(group[0]) is not None for group in groups]
    rest = [left for left, link in zip(leftward, linked, strict=True) if left is not None and not (left and link)]
    whole = rest[0] is False
    apart = [left and (whole or link) for left, link in zip(leftward, linked, strict=True)]
    return tuple(run for group, alone in zip(groups, apart, strict=True) for run in (_alone(group) if alone else group))


def _link_of(run: _Run) -> Tag | None:
    return next((tag for tag in run.tags if tag[1] == "</a>"), None)


def _alone(group: list[_Run]) -> list[_Run]:
    """The runs between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE."""
    group[0] = replace(group[0], text="\u2068" + group[0].text)
    group[-1] = replace(group[-1], text=group[-1].text + "\u2069")
    return group


# Rows to parts


def _pieces(row: _Row) -> Iterator[_Row]:
    """The row, or what it must be split into to fit into parts at all: at words, else at graphemes."""
    while row.length > MESSAGE_LIMIT or row.entities > ENTITY_LIMIT:
        head, tail = _split(row.runs, MESSAGE_LIMIT - len(row.space), ENTITY_LIMIT - row.quoted)
        if not _blank(head):
            yield replace(row, runs=head, leads=False)
        row = replace(row, runs=tail, gap=_Gap.WORD, space=" ")
    yield row


def _split(runs: tuple[_Run, ...], room: int, entities: int) -> tuple[tuple[_Run, ...], tuple[_Run, ...]]:
    """What fits, never nothing, and the rest."""
    for at, run in enumerate(runs):
        here = 0 if _opened(runs[: at + 1]) > entities else _end_of(run, room)
        if here < len(run.text):
            here = here or (0 if at else len(run.text) if run.whole else index_of(run.text, room))
            head = (*runs[:at], replace(run, text=run.text[:here]))
            tail = (replace(run, text=run.text[here:]), *runs[at + 1 :])
            return _merged(_stripped(head)), _merged(_stripped(tail))
        room -= utf16_length(run.text)
    return runs, ()


def _end_of(run: _Run, room: int) -> int:
    end = cut_at(run.text, room)
    return 0 if run.whole and end < len(run.text) else end


def _fill(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    """The rows as parts: each as full as it can be and still end at a good place."""
    while rows:
        count = _fitting(rows)
        end = count if count == len(rows) else _end(rows, count)
        yield rows[:end]
        rows = rows[end:]


def _fitting(rows: Sequence[_Row]) -> int:
    """How many of the rows one part can hold: at least one."""
    length, entities = -len(rows[0].space), 0
    for at, row in enumerate(rows):
        length += row.length
        entities += row.entities
        if at and (length > MESSAGE_LIMIT or entities > ENTITY_LIMIT):
            return at
    return len(rows)


def _end(rows: Sequence[_Row], count: int) -> int:
    """Where to end a part that could hold `count` rows: at the last block, entry or line that fills it well enough.

    What leads to the next row (a heading) does not end a part if that can be helped.
    """
    filled = list(accumulate(row.length for row in rows[:count]))
    places = [at for at in range(1, count + 1) if not rows[at - 1].leads]
    for gap, worth in _WORTH.items():
        good = [at for at in places if rows[at].gap >= gap and filled[at - 1] >= worth * MESSAGE_LIMIT]
        if good:
            return good[-1]
    return count


# Parts to HTML


def _html(rows: Sequence[_Row]) -> str:
    html: list[str] = []
    quoted = False
    for at, row in enumerate(rows):
        ends = quoted and (not row.quoted or row.gap == _Gap.BLOCK)
        html += [_QUOTE[1]] if ends else []
        html += [row.space] if at else []
        html += [_QUOTE[0]] if row.quoted and (ends or not quoted) else []
        html.append(_row_html(row.runs))
        quoted = row.quoted
    return "".join(html) + (_QUOTE[1] if quoted else "")


def _row_html(runs: tuple[_Run, ...]) -> str:
    html: list[str] = []
    open_tags: tuple[Tag, ...] = ()
    for run in runs:
        shared = _shared(open_tags, run.tags)
        html += [tag[1] for tag in reversed(open_tags[shared:])]
        html += [tag[0] for tag in run.tags[shared:]]
        html.append(escape(run.text, quote=False))
        open_tags = run.tags
    return "".join(html) + "".join(tag[1] for tag in reversed(open_tags))


def _opened(runs: tuple[_Run, ...]) -> int:
    """How many entities `_row_html` makes of the runs."""
    count = 0
    open_tags: tuple[Tag, ...] = ()
    for run in runs:
        count += len(run.tags) - _shared(open_tags, run.tags)
        open_tags = run.tags
    return count


def _shared(one: tuple[Tag, ...], other: tuple[Tag, ...]) -> int:
    """How many outer tags both have in common."""
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count]:
        count += 1
    return count


def _keyboard(rows: Iterable[ButtonRow]) -> tuple[ButtonRow, ...]:
    """The buttons that Telegram takes: a link that it would refuse is left out, since it would refuse the message."""
    kept = (tuple(button for one in row if (button := _button(one))) for row in rows)
    return tuple(row for row in kept if row)


def _button(button: Button | LinkButton) -> Button | LinkButton | None:
    label = " ".join(clean(button.label, mentions=True).split())
    label = label if not is_blank(label) else "…"
    if isinstance(button, Button):
        return replace(button, label=label)
    address = web_address(button.url)
    return LinkButton(label, address) if address else None
