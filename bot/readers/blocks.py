"""Blocks: a document as a neutral stream of headings, paragraphs, list entries and images, whatever markup it had."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block was in the document's markup."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ENTRY = "entry"
    IMAGE = "image"
    CAPTION = "caption"
    RULE = "rule"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. `url` is the link as written; "\\n" is a line end that may matter."""

    text: str
    bold: bool = False
    italic: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `level`: 1–6 of a heading, 1… of a nested entry. `ordinal`: an entry's place in a numbered list.

    `images` are addresses as written. A comment holds its raw text in one run.
    """

    kind: BlockKind
    runs: tuple[Run, ...] = ()
    level: int = 0
    ordinal: int | None = None
    images: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words of the block, line ends included."""
        return "".join(run.text for run in self.runs)

    @property
    def is_textual(self) -> bool:
        """True for what a reader would read as part of the text."""
        return self.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ENTRY)

    @property
    def is_bold(self) -> bool:
        """True where all letters are bold."""
        lettered = [run for run in self.runs if _has_letter(run.text)]
        return bool(lettered) and all(run.bold for run in lettered)

    @property
    def is_italic(self) -> bool:
        """True where all letters are set in italics and not all are bold."""
        lettered = [run for run in self.runs if _has_letter(run.text)]
        return bool(lettered) and all(run.italic for run in lettered) and not self.is_bold

    @property
    def is_linked(self) -> bool:
        """True where all letters are links."""
        lettered = [run for run in self.runs if _has_letter(run.text)]
        return bool(lettered) and all(run.url for run in lettered)

    @property
    def urls(self) -> tuple[str, ...]:
        """The links as written, in order, each once."""
        return tuple(dict.fromkeys(run.url for run in self.runs if run.url))


def trimmed(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The runs without empty ones and without space around them; neighbours of one style are one run."""
    joined: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        last = joined[-1] if joined else None
        if last is not None and (last.bold, last.italic, last.url) == (run.bold, run.italic, run.url):
            joined[-1] = Run(last.text + run.text, run.bold, run.italic, run.url)
        else:
            joined.append(run)
    while joined and not joined[0].text.strip():
        joined.pop(0)
    while joined and not joined[-1].text.strip():
        joined.pop()
    if joined:
        first = joined[0]
        joined[0] = Run(first.text.lstrip(), first.bold, first.italic, first.url)
        last = joined[-1]
        joined[-1] = Run(last.text.rstrip(), last.bold, last.italic, last.url)
    return tuple(joined)


def one_line(text: str) -> str:
    """The text in one line; line ends between letters of scripts that write no spaces vanish."""
    text = re.sub(rf"(?<=[{_NO_SPACES}])\s*\n\s*(?=[{_NO_SPACES}])", "", text)
    return re.sub(r"[\s\u00a0\u2028]+", " ", text.replace("\u200b", "").replace("\ufeff", "")).strip()


def lead_of(block: Block) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The bold words that a block begins with and the rest: ((), all runs) where it begins otherwise."""
    return _split_while(block.runs, bold=True)


def link_lead_of(block: Block) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The link that a block begins with and the rest."""
    return _split_while(block.runs, bold=False)


def _split_while(runs: Sequence[Run], *, bold: bool) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    start = 1 if runs and _NUMBER.fullmatch(runs[0].text) else 0  # "3) **Title** and what it is about"
    first_url = next((run.url for run in runs[start:] if _has_letter(run.text)), None)
    end = 0
    for index, run in enumerate(runs[start:], start):
        matches = run.bold if bold else (run.url is not None and run.url == first_url)
        if matches:
            end = index + 1
        elif _has_letter(run.text) or "\n" in run.text:
            break
    return tuple(runs[:end]), tuple(runs[end:])


_NUMBER = re.compile(r"\s*\(?\d{1,3}\s*[.)）、．:：]+\s*")


def _has_letter(text: str) -> bool:
    return any(char.isalnum() for char in text)


# Chinese characters, kana and the full-width punctuation between them.
_NO_SPACES = "\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef"
