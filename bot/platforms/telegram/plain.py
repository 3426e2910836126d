"""Plain text as Telegram counts, shows and splits it."""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate

from bot.domain.text import graphemes

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x84\x86-\x9f]")
# The server takes embeddings and overrides (U+202A to U+202E) out of messages; so their reach cannot be relied on.
_EMBEDDINGS = re.compile("[\u202a-\u202e]")
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ISOLATES = re.compile("[\u2066-\u2069]")
_BLANK = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]*"
)
_MENTION = re.compile(r"(?<![\w@/])@(?=[A-Za-z]|\Z)")  # the name may follow in another style
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_FLAG_HALVES = re.compile("[\U0001f1e6-\U0001f1ff]+\\Z")
_WORD_JOINER, _CLOSE = "\u2060", "\u2069"
_LONGEST_GRAPHEME = 64
_WORD_REACH = 200


def is_blank(text: str) -> bool:
    """Whether there is nothing to see: white space and characters without width only."""
    return _BLANK.fullmatch(text) is not None


def clean(text: str, *, mentions: bool = False) -> str:
    """The text as Telegram would keep it: line breaks as \\n, controls as spaces, what is opened for direction closed.

    Unless `mentions`, a name behind an @ stays a word: nobody is called by a title that happens to hold their name.
    """
    text = _CONTROLS.sub(" ", _LINE_ENDS.sub("\n", text))
    text = _closed(_SURROGATES.sub("\ufffd", _EMBEDDINGS.sub("", text)))
    return text if mentions else _MENTION.sub("@" + _WORD_JOINER, text)


def _closed(text: str) -> str:
    """With every directional isolate closed on its line, and none closed that was not opened."""
    if not _ISOLATES.search(text):
        return text
    return "\n".join(map(_closed_line, text.split("\n")))


def _closed_line(line: str) -> str:
    kept, depth = [], 0
    for character in line:
        if character == _CLOSE:
            if not depth:
                continue
            depth -= 1
        elif "\u2066" <= character < _CLOSE:
            depth += 1
        kept.append(character)
    return "".join(kept) + _CLOSE * depth


def holds_right_to_left(text: str) -> bool:
    return _RIGHT_TO_LEFT.search(text) is not None


def reads_right_to_left(text: str) -> bool | None:
    """Whether its first letter is of a right-to-left script; None without letters."""
    for character in text:
        match unicodedata.bidirectional(character):
            case "R" | "AL":
                return True
            case "L":
                return False
    return None


def index_of(text: str, room: int) -> int:
    """How many characters of the text fit into so many UTF-16 units."""
    if text.isascii():
        return min(room, len(text))
    return len(text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore"))


def cut_at(text: str, room: int) -> int:
    """Where to end a piece of at most `room` UTF-16 units: behind a word if one ends near, else behind a grapheme.

    0 where not even the first grapheme fits; the length of the text where all of it does.
    """
    end = index_of(text, room)
    if end == len(text):
        return end
    for at in range(end, max(end - _WORD_REACH, 0), -1):
        if text[at].isspace():
            return at
    return _grapheme_end(text, end)


def _grapheme_end(text: str, end: int) -> int:
    """The last place up to `end` between two graphemes; `end` itself where one is unreasonably long.

    Looks at the neighbourhood only: going through 4096 characters for one place is slow.
    """
    start = max(end - 2 * _LONGEST_GRAPHEME, 0)
    before = _FLAG_HALVES.search(text, 0, start)
    start -= len(before[0]) % 2 if before else 0  # two halves make one flag
    nearby = graphemes(text[start : end + _LONGEST_GRAPHEME])
    whole = max(at for at in accumulate(map(len, nearby), initial=start) if at <= end)
    return whole if end - whole < _LONGEST_GRAPHEME else end
