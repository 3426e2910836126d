"""Labels: what can be told from a short line alone: its number, its emoji, the words that are left."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_HAN = "一二三四五六七八九十"
_NUMBER = re.compile(
    rf"""\s*[（(#]?\s*(?:
        (?P<major>\d{{1,2}}) [.．] (?P<minor>\d{{1,2}}) (?:[.．]\d{{1,2}})* (?!\.?\d|%) [.．、:：)）]? \s*
      | (?P<single>\d{{1,2}}) \s* (?: [、）)]+[.．]? | [.．:：] (?!\d)\)? | [.．]\) ) \s*
      | (?P<han>[{_HAN}]{{1,3}}) \s* [、.．）)] \s*
    )""",
    re.X,
)
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u231a-\u23ff\u2190-\u21ff\ufe0f\u20e3\u200d\U000e0020-\U000e007f]"
)
# What a page shows where an emoji was lost on the way.
_LOST_EMOJI = re.compile(r"[\s?？�□]+$")
_SENTENCE_END = (".", "。", "！", "!", ";", "；", "…", ",", "，", "؛", "،", "।", "۔", ":", "：")


@dataclass(frozen=True, slots=True)
class Label:
    """A short line taken apart. `parts`: 0 without a number, 1 for "2." or "二、", 2 for "2.1"."""

    words: str
    parts: int
    emoji: str

    @property
    def key(self) -> str:
        """The line as it is compared with others: letters and digits alone."""
        return comparable(self.words)


def label_of(text: str) -> Label:
    """Take a line apart into number, words and emoji."""
    text = text.strip().strip("*_#").strip()
    match = _NUMBER.match(text)
    parts = 0
    if match and match.end() < len(text):
        parts = 2 if match["major"] else 1
    words = text[match.end() :] if match and parts else text
    emoji = "".join(_EMOJI.findall(words))
    words = re.sub(r"\s+", " ", _EMOJI.sub(" ", words)).strip()
    return Label(words=words.strip("*_ "), parts=parts, emoji=emoji)


def without_number(text: str) -> str:
    """The line without the number it begins with, markup and emoji left as they are."""
    bare = text.strip().strip("*_#").strip()
    match = _NUMBER.match(bare)
    return bare[match.end() :] if match and match.end() < len(bare) else text.strip()


def comparable(text: str) -> str:
    """Letters and digits of a text, folded, for comparing lines that were spaced or marked up differently."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(char for char in text if char.isalnum()).casefold()


def without_lost_emoji(words: str) -> str:
    """The words of a heading without the question mark that an emoji left behind."""
    return _LOST_EMOJI.sub("", words)


def ends_a_sentence(text: str) -> bool:
    """True where a line ends as sentences do (question marks are left out: titles have them too)."""
    return text.rstrip("\"'”’»)）】」*_ ").endswith(_SENTENCE_END)


def width(text: str) -> int:
    """The length of a text as it looks: a Chinese or Japanese character says as much as two or three others."""
    wide = sum(1 for char in text if unicodedata.east_asian_width(char) in "WF")
    return len(text) + wide
