"""The signs of questions: quotation marks, brackets, dashes of many scripts, and what is a word between them."""

from __future__ import annotations

import re

from bot.domain.folding import CJK

LONGEST_WORD = 64
CHARACTERS_A_WORD = 4  # of a script without spaces
SHORTEST_PREFIX = 2  # letters or digits

QUOTES = '"“”„‟«»＂〝〞「」『』《》'
CLOSED_BY = {**dict.fromkeys('"“”„‟＂〝〞', '"“”„‟＂〝〞'), "«": "»", "»": "«»", "「": "」", "『": "』", "《": "》"}
"""What ends a phrase, by what begins it. Straight and curly marks are mixed up by keyboards and languages alike."""
OPEN, CLOSE, OR_SIGNS, COLONS, STARS = "(（", ")）", "|｜", ":：", "*＊"
DASHES = "-‐‑–−﹣－"
TRAILING = ".,;:!?…'’`，。、；！？"
"""Punctuation that a sentence puts behind a word."""

# What nobody means: control characters, halves of surrogate pairs, marks that turn the direction of writing.
INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u2028-\u202e\u2066-\u2069]")
APART = rf"\s{re.escape(QUOTES + OPEN + CLOSE + OR_SIGNS + STARS)}"
"""For a class of a pattern: what no word has inside."""
CHUNK = re.compile(rf"(?:[^{APART}{COLONS}]|(?<=\d):(?=\d))+")
STAR = re.compile(rf"[{STARS}](?![^\s{re.escape(CLOSE + OR_SIGNS)}])")
SPACES = re.compile(r"\s*")
ALPHANUMERIC = re.compile(r"[^\W_]")

_QUOTE = re.compile(f"[{QUOTES}]")
_CJK = re.compile(f"[{CJK}]")


def word_of(chunk: str) -> str:
    """A chunk without the punctuation behind it, no longer than words are."""
    return chunk[:LONGEST_WORD].rstrip(TRAILING) if len(chunk) > LONGEST_WORD else chunk.rstrip(TRAILING)


def unquoted(words: str) -> str:
    """The words without quotation marks, with one space between them."""
    return " ".join(_QUOTE.sub(" ", words).split())


def straight(words: str) -> str:
    """The words with straight quotation marks, which mean the same and can stand within curly ones."""
    return _QUOTE.sub('"', words)


def cost_of(word: str) -> int:
    """How many words it counts for: a run of a script without spaces holds several."""
    return max(1, -(-len(_CJK.findall(word)) // CHARACTERS_A_WORD))


def can_begin_words(word: str) -> bool:
    """False for what too many words begin with."""
    return len(ALPHANUMERIC.findall(word)) >= SHORTEST_PREFIX or _CJK.search(word) is not None
