"""Folding: one form for everything that people write in different ways and mean the same by.

"Ёлка", "елка" and "ЁЛКА" meet, as do "naïve" and "naive", full-width and plain letters, Arabic words with the signs for
vowels and without, and Chinese in traditional and in simplified characters.
"""

from __future__ import annotations

import re
import unicodedata
from operator import add

from bot.domain.han import simplified

# Scripts that are written without spaces: Han with radicals and numerals, kana, bopomofo, hangul.
CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u312f\u3131-\u318e\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
CJK_RUN = re.compile(f"[{CJK}]+")
_LETTER = f"[^\\W_{CJK}]"
WORD_OR_RUN = re.compile(f"[{CJK}]+|{_LETTER}(?:{_LETTER}|[\u0300-\u036f])*")
"""A word with the accents that stand behind its letters, or a run of a script without spaces."""

UNSEEN = "\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
"""For the class of a pattern: what nobody sees inside a word, where it may be parted or must not be, and which variant
of a character is meant."""

_UNSEEN = re.compile(f"[{UNSEEN}]")

SIGN_WORDS = {"++": "plusplus", "#": "sharp"}
"""What stands in tokens for the signs that are a part of a name: C++, C#."""


class _Folding(dict[int, str]):
    """What each character becomes: without case, compatibility form, Latin or Greek accent; learned on first sight."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code)).casefold()
        folded = "".join(_without_accent(char) for char in folded)
        self[code] = folded
        return folded


# Arabic and Hebrew are written with signs for vowels or without, Arabic also with strokes that only widen a word.
_POINTS = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc"
    f"{UNSEEN}]"
)
# Letters that no decomposition leads to the one that people type instead.
_PLAIN_LETTERS = {"ё": "е", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"}
_PLAIN_LETTERS |= {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه"}


def without_unseen(text: str) -> str:
    """The text without what nobody sees inside words."""
    return _UNSEEN.sub("", text)


def without_points(text: str) -> str:
    """The text without the signs that Arabic and Hebrew may leave out, and without what nobody sees."""
    return _POINTS.sub("", text)


def _without_accent(char: str) -> str:
    if unicodedata.category(char) == "Mn" and unicodedata.combining(char) == 230 and char < "\u0370":
        return ""
    if _POINTS.match(char):
        return ""
    base = unicodedata.normalize("NFD", char)[0]
    # Cyrillic й is a letter of its own and no и with a mark; ё is typed as е by most.
    return base if base.isascii() or "α" <= base <= "ω" else _PLAIN_LETTERS.get(char) or simplified(char) or char


FOLDING = _Folding()
_PLAIN: set[str] = set()  # characters that were seen to stay as they are


def pairs_of(run: str) -> list[str]:
    """The pairs of neighbours of a run: "自然语言" → 自然, 然语, 语言. None of a single character."""
    return list(map(add, run, run[1:]))


def fold(text: str) -> str:
    """The text as it is compared: one case, plain letters, one form for each character."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFC", text).casefold()
    for char in set(folded) - _PLAIN:  # few characters change: some replacements beat one look-up per character
        plain = char if char.isascii() else FOLDING[ord(char)]
        if plain == char:
            _PLAIN.add(char)
        else:
            folded = folded.replace(char, plain)
    return folded
