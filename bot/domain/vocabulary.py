"""The words of texts, for whoever looks for a word that is like another one or begins so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from operator import add

from bot.domain.folding import CJK, CJK_RUN, fold

LONGEST_WORD = 40  # letters; longer ones are data
_LONGEST_REMEMBERED = 2 * LONGEST_WORD  # with its marks; what is remembered must not grow with what people post

_LETTER = f"[^\\W_{CJK}]"
_WORD = re.compile(f"[{CJK}]+|{_LETTER}(?:{_LETTER}|[\u0300-\u036f])*")


def spellings(texts: Iterable[str]) -> dict[str, str]:
    """The words of texts, folded, each with how it is written there first, in lower case. Of scripts without spaces the
    pairs of neighbours. Numbers, single letters and what is too long for a word are left out."""
    found: dict[str, str] = {}
    for text in texts:
        for word in _WORD.findall(unicodedata.normalize("NFC", text).lower()):
            if CJK_RUN.match(word):
                folded = fold(word)
                found |= {pair: pair for pair in map(add, folded, folded[1:])}
            elif len(word) <= _LONGEST_REMEMBERED and (folded := folded_word(word)):
                found.setdefault(folded, word)
    return found


@lru_cache(20_000)
def folded_word(word: str) -> str:
    """The word as words are compared, "" for what is none."""
    folded = "".join(filter(str.isalnum, fold(word)))
    return folded if 1 < len(folded) <= LONGEST_WORD and not folded.isdecimal() else ""
