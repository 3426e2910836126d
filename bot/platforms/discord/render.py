"""Neutral messages as Discord's: embeds, buttons, selects and, where they are long, several messages; forms as modals.

Limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits and
https://discord.com/developers/docs/components/reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import starmap
from typing import Any

from bot.domain.files import File
from bot.domain.forms import Form, Question
from bot.domain.messages import (
    Block,
    Button,
    ButtonRow,
    Heading,
    Image,
    Line,
    LinkButton,
    ListBlock,
    Message,
    Paragraph,
    Quote,
    Select,
    Text,
    mentions_in,
    text,
)
from bot.domain.text import cut, utf16_length
from bot.platforms.discord.markdown import clean, escape, markup, plain, split, usable_link

TITLE_LIMIT = 256
DESCRIPTION_LIMIT = 4096
"""One embed a message, so title and description stay below the 6000 that all embeds of a message share."""
LABEL_LIMIT = 80
BUTTON_LINK_LIMIT = 512
IMAGE_LINK_LIMIT = 2048
ROWS_LIMIT = 5
ROW_LIMIT = 5
HINT_LIMIT = 150
OPTION_LIMIT = 100
MODAL_TITLE_LIMIT = 45
QUESTION_LIMIT = 45
PLACEHOLDER_LIMIT = 100
ANSWER_LIMIT = 4000
LONG_ANSWER = 150
"""Characters of an answer from which it gets a field of several lines."""

MOST_MENTIONS = 60
"""People called by one message: of ids, so many fit into its content; Discord itself names at most 100."""

PRESS_TEMPLATE = r"p(?P<form>[rf])\d*:(?P<action>.+)"
"""What the custom id of a button looks like: `pr:` and the action, a number between where an action comes twice;
`pf:` where the answer may be a form."""


_ACCOUNT = re.compile(r"\d{1,20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DiscordPart:
    """One message as Discord takes it. Embeds are what its API calls so, texts in them markdown. `mentions` are the ids
    of those who are called by `content`; it calls nobody else."""

    content: str = ""
    embeds: tuple[dict[str, Any], ...] = ()
    buttons: tuple[ButtonRow, ...] = ()
    selects: tuple[Select, ...] = ()
    file: File | None = None
    mentions: tuple[str, ...] = ()

    @property
    def components(self) -> list[dict[str, Any]]:
        """The selects and below them the buttons, as Discord writes them."""
        return [*starmap(_select, enumerate(self.selects)), *components(self.buttons)]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Markdown that stays together, how far it stands below what comes before, and whether it needs what follows."""

    markdown: str
    gap: str = "\n\n"
    needs_next: bool = False


@dataclass(slots=True)
class _Page:
    """An embed that is being filled."""

    title: str = ""
    markdown: str = ""
    image: str | None = None

    @property
    def shows_something(self) -> bool:
        return bool(self.title.strip() or self.markdown.strip() or self.image)

    @property
    def embed(self) -> dict[str, Any]:
        image = {"url": self.image} if self.image else None
        values = {"title": self.title, "description": self.markdown, "image": image}
        return {key: value for key, value in values.items() if value}

    def fits(self, *pieces: _Piece) -> bool:
        added = sum(utf16_length(piece.gap) + utf16_length(piece.markdown) for piece in pieces)
        return utf16_length(self.markdown) + added <= DESCRIPTION_LIMIT

    def add(self, piece: _Piece) -> None:
        self.markdown += (piece.gap if self.markdown else "") + piece.markdown


@dataclass(slots=True)
class _Book:
    pages: list[_Page] = field(default_factory=lambda: [_Page()])

    @property
    def last(self) -> _Page:
        return self.pages[-1]

    def fill(self, pieces: list[_Piece]) -> None:
        """Adds pieces, turning the page where one does not fit any more."""
        for index, piece in enumerate(pieces):
            follower = pieces[index + 1 : index + 2] if piece.needs_next else []
            together = [piece, *follower] if _Page().fits(piece, *follower) else [piece]
            if self.last.markdown and not self.last.fits(*together):
                self.pages.append(_Page())
            self.last.add(piece)

    def show(self, address: str) -> None:
        """Puts an image below what is on the page; an embed holds one."""
        if self.last.image:
            self.pages.append(_Page())
        self.last.image = address


def render(message: Message) -> tuple[DiscordPart, ...]:
    """What to send, in order: each part within all limits, selects and buttons below the last one.

    No formatting crosses a part, and everything from outside is text. A message that shows nothing has no parts,
    unless it has buttons. Who is mentioned is called above the text, since embeds call nobody.
    """
    rows, links = _rows(message.buttons, ROWS_LIMIT - len(message.selects))
    title, blocks = _take_title((*message.blocks, *links))
    book = _Book([_Page(title=title)])
    waiting: list[_Piece] = []
    for block in blocks:
        address = _image_address(block)
        if address is None:
            waiting += _pieces(block)
            continue
        book.fill(waiting)
        waiting = []
        book.show(address)
        if isinstance(block, Image) and block.caption.strip():
            book.fill(list(_pieces(Paragraph(text(block.caption)))))
    book.fill(waiting)
    return _calling(mentions_in(message, "discord"), _parts(book.pages, rows, message.selects))


def with_files(parts: Sequence[DiscordPart], files: Sequence[File]) -> tuple[DiscordPart, ...]:
    """The parts and files: the first with the last part, the others below each other. A picture is shown in the card
    where that shows no other."""
    if not files:
        return tuple(parts)
    *before, last = parts or (DiscordPart(),)
    first, *others = files
    return (*before, _with_file(last, first), *(_with_file(DiscordPart(), file) for file in others))


def _with_file(part: DiscordPart, file: File) -> DiscordPart:
    if not file.picture:
        return replace(part, file=file)
    *others, card = part.embeds or ({},)
    picture = {"image": {"url": f"attachment://{file.name}"}}
    return replace(part, file=file, embeds=(*others, picture | card))


def modal(form: Form) -> dict[str, Any]:
    """A form as Discord's modal, cut to its limits."""
    return {
        "title": shortened(form.title, MODAL_TITLE_LIMIT) or "…",
        "custom_id": f"pr:{form.action}",
        "components": [_input(question) for question in form.questions],
    }


def _input(question: Question) -> dict[str, Any]:
    longest = min(question.longest, ANSWER_LIMIT)
    field = {
        "type": 4,
        "custom_id": question.key,
        "style": 2 if longest > LONG_ANSWER else 1,
        "required": question.required,
        "max_length": longest,
        "placeholder": shortened(question.hint, PLACEHOLDER_LIMIT),
        "value": shortened(question.value, longest),
    }
    field = {key: value for key, value in field.items() if value != ""}
    return {"type": 18, "label": shortened(question.label, QUESTION_LIMIT) or "…", "component": field}


def components(rows: tuple[ButtonRow, ...]) -> list[dict[str, Any]]:
    """Rows of buttons as Discord writes them; custom ids are unique within the message."""
    seen: dict[str, int] = {}
    return [{"type": 1, "components": [_component(button, seen) for button in row]} for row in rows]


def shortened(value: str, limit: int) -> str:
    """A text of at most `limit` units, with an ellipsis where something was cut off."""
    value = clean(value).strip()
    characters = limit
    while utf16_length(short := cut(value, characters)) > limit:
        characters -= 1
    return short


def _component(button: Button | LinkButton, seen: dict[str, int]) -> dict[str, Any]:
    label = shortened(button.label, LABEL_LIMIT) or "…"
    if isinstance(button, LinkButton):
        return {"type": 2, "style": 5, "label": label, "url": button.url}
    seen[button.action] = count = seen.get(button.action, 0) + 1
    kind = "pf" if button.opens_form else "pr"
    return {"type": 2, "style": 2, "label": label, "custom_id": f"{kind}{count if count > 1 else ''}:{button.action}"}


def _select(number: int, select: Select) -> dict[str, Any]:
    """A row with a menu. Its custom id differs from those of buttons with the same action."""
    menu = {
        "type": 3,
        "custom_id": f"pr0{number}:{select.action}",
        "placeholder": shortened(select.hint, HINT_LIMIT),
        "min_values": 0 if select.several else 1,
        "max_values": len(select.options) if select.several else 1,
        "options": [
            {
                "label": shortened(option.label, OPTION_LIMIT) or "…",
                "value": option.value,
                **({"default": True} if option.chosen else {}),
            }
            for option in select.options
        ],
    }
    return {"type": 1, "components": [menu]}


def _rows(rows: tuple[ButtonRow, ...], most: int) -> tuple[tuple[ButtonRow, ...], tuple[Block, ...]]:
    """The rows as Discord can show them, and as blocks the links that it does not let be buttons."""
    refused = [button for row in rows for button in row if isinstance(button, LinkButton) and not _button_link(button)]
    kept = [tuple(_button_link(one) or one for one in row if one not in refused) for row in rows]
    kept = [row for row in kept if row]
    if len(kept) > most:
        flat = [button for row in kept for button in row]
        kept = [tuple(flat[start : start + ROW_LIMIT]) for start in range(0, len(flat), ROW_LIMIT)]
    if len(kept) > most or any(len(row) > ROW_LIMIT for row in kept):
        raise ValueError("a message has at most 5 rows of 5 buttons or one select")
    return tuple(kept), tuple(Paragraph(text(button.label, url=button.url)) for button in refused)


def _button_link(button: Button | LinkButton) -> LinkButton | None:
    if not isinstance(button, LinkButton):
        return None
    address = usable_link(button.url)
    return replace(button, url=address) if address and utf16_length(address) <= BUTTON_LINK_LIMIT else None


def _take_title(blocks: tuple[Block, ...]) -> tuple[str, tuple[Block, ...]]:
    """The markdown of the title and the other blocks. A heading that is too long or a link stays among them: titles
    have a limit and cannot hold links."""
    match blocks:
        case (Heading(level=1, line=line), *rest):
            title = escape(" ".join(plain(line).split()))
            if (
                title
                and utf16_length(title) <= TITLE_LIMIT
                and not any(isinstance(run, Text) and run.url for run in line)
            ):
                return title, tuple(rest)
    return "", blocks


def _image_address(block: Block) -> str | None:
    address = usable_link(block.url) if isinstance(block, Image) else None
    return address if address and utf16_length(address) <= IMAGE_LINK_LIMIT else None


def _parts(pages: list[_Page], rows: tuple[ButtonRow, ...], selects: tuple[Select, ...]) -> tuple[DiscordPart, ...]:
    shown = [page.embed for page in pages if page.shows_something]
    if not shown and (rows or selects):
        shown = [{"description": "…"}]
    parts = [DiscordPart(embeds=(embed,)) for embed in shown]
    return (*parts[:-1], *(replace(last, buttons=rows, selects=selects) for last in parts[-1:]))


def _calling(ids: tuple[str, ...], parts: tuple[DiscordPart, ...]) -> tuple[DiscordPart, ...]:
    """The parts with a line above the first that calls people; where they are many, in messages before it."""
    ids = tuple(one for one in ids if _ACCOUNT.fullmatch(one))
    if not ids or not parts:
        return parts
    lines = [ids[at : at + MOST_MENTIONS] for at in range(0, len(ids), MOST_MENTIONS)]
    *before, called = (DiscordPart(" ".join(f"<@{one}>" for one in line), mentions=line) for line in lines)
    first, *rest = parts
    return (*before, replace(first, content=called.content, mentions=called.mentions), *rest)


# --- blocks ---------------------------------------------------------------------------------------------------------


def _pieces(block: Block) -> Iterator[_Piece]:
    """A block in pieces that each fit on a page."""
    match block:
        case Heading(line, level):
            mark = "## " if level == 1 else "### "
            for piece in split(_on_one_line(line), DESCRIPTION_LIMIT, lambda part: mark + markup(part)):
                if plain(piece).strip():
                    yield _Piece(mark + markup(piece).strip(), needs_next=True)
        case Paragraph(line):
            yield from _lines([line])
        case Quote(line):
            for piece in split(line, DESCRIPTION_LIMIT, _quoted):
                if plain(piece).strip():
                    yield _Piece(_quoted(piece))
        case Image(url, caption):
            yield from _lines([text(caption or url, url=url)])
        case ListBlock(entries, start):
            for number, entry in enumerate(entries):
                mark = "• " if start is None else f"**{start + number}.** "
                yield from _entry([((Text(""),) if not entry else entry[0]), *entry[1:]], mark, first=number == 0)


def _entry(lines: list[Line], mark: str, *, first: bool) -> Iterator[_Piece]:
    """An entry in one piece, or line by line where it is longer than a page."""
    # Entries of several lines stand apart from each other, entries of one line close together.
    gap = "\n\n" if first or len(lines) > 1 else "\n"
    whole = "\n".join((mark if at == 0 else "") + markup(line) for at, line in enumerate(lines))
    if utf16_length(whole) <= DESCRIPTION_LIMIT:
        yield _Piece(whole, gap)
        return
    marked = list(_lines(lines, mark))
    yield from (replace(piece, gap=gap if at == 0 else "\n") for at, piece in enumerate(marked))


def _lines(lines: list[Line], mark: str = "") -> Iterator[_Piece]:
    """Lines below each other, the first one behind a mark."""
    for number, line in enumerate(lines):
        here = mark if number == 0 else ""
        for at, piece in enumerate(split(line, DESCRIPTION_LIMIT - utf16_length(here))):
            shown = (here if at == 0 else "") + markup(piece)
            if shown.strip():
                yield _Piece(shown)


def _quoted(line: Line) -> str:
    return "\n".join(f"> {one}" for one in markup(line).split("\n"))


def _on_one_line(line: Line) -> Line:
    return tuple(_without_breaks(inline) if isinstance(inline, Text) else inline for inline in line)


def _without_breaks(run: Text) -> Text:
    return replace(run, text=run.text.replace("\n", " "))
