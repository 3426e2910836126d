"""The words of texts, for whoever looks for a word that is like another one or begins so."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from bot.domain.folding import CJK_RUN, WORD_OR_RUN, fold, pairs_of, without_unseen

LONGEST_WORD = 40  # letters; longer ones are data
_LONGEST_REMEMBERED = 2 * LONGEST_WORD  # with its marks; what is remembered must not grow with what people post


def spellings(texts: Iterable[str]) -> dict[str, str]:
    """The words of texts, folded, each with how it is written there first, in lower case. Of scripts without spaces the
    pairs of neighbours. Numbers, single letters and what is too long for a word are left out."""
    found: dict[str, str] = {}
    for text in texts:
        for word in WORD_OR_RUN.findall(without_unseen(unicodedata.normalize("NFC", text).lower())):
            if CJK_RUN.match(word):
                found |= {pair: pair for pair in pairs_of(fold(word))}
            elif len(word) <= _LONGEST_REMEMBERED and (folded := folded_word(word)):
                found.setdefault(folded, word)
    return found


@lru_cache(20_000)
def folded_word(word: str) -> str:
    """The word as words are compared, "" for what is none."""
    folded = "".join(filter(str.isalnum, fold(word)))
    return folded if 1 < len(folded) <= LONGEST_WORD and not folded.isdecimal() else ""
