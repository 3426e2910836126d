"""A text that is read piece by piece: what has been understood is taken out of it, and what is left is the rest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from bot.domain.time_words import plain, whole

Meaning = TypeVar("Meaning")

LONGEST = 600
"""Characters of a text that are looked at; what comes behind them is left out."""

_TAKEN, _APART = "\0", "\1"
# What holds numbers and words that are not about time: addresses, arXiv ids, and what is in quotation marks.
_OTHERWISE = re.compile(
    r"""https?://\S+|\bwww\.\S+|\S+@\S+\.\S+|\b\d{4}\.\d{4,5}(?:v\d+)?\b|\b24/7\b|"[^"]*"|“[^”]*”|«[^»]*»|「[^」]*」|《[^》]*》"""
)
_JOINTS = re.compile(
    rf"""(?:\s|[,;:.–—|·/@-]|{
        whole(
            "at|on|in|by|from|starting|of|the|and|в|во|на|по|с|со|к|начиная|и|em|no|na|nos|nas|às|as|à|a|ao|aos|de|da|do|das|dia|e|"
            "a partir|para"
        )
    }|[在于於的从從开始開始起])+$"""
)
"""Words that lead to a time, where they end what stands before it."""
_EDGES = " \t,;:.–—|·/-、，。；"


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, made ready when it is first needed: together they would take a tenth of the time of a start."""
    return re.compile(pattern)


class Scan:
    """A text under a reading. Patterns are for plain text (`time_words.plain`); each piece can be taken once."""

    def __init__(self, text: str) -> None:
        self._text = " ".join(unicodedata.normalize("NFKC", text[:LONGEST]).split())[:LONGEST]
        masked = _OTHERWISE.sub(lambda found: _APART * len(found[0]), self._text)
        self._plain = plain(masked)
        self._taken: list[tuple[int, int]] = []

    def find(self, pattern: str) -> re.Match[str] | None:
        """Where a pattern is first; nothing is taken."""
        return compiled(pattern).search(self._plain)

    def take_first(self, pattern: str, read: Callable[[re.Match[str]], Meaning | None]) -> Meaning | None:
        """What a pattern means where it is first something that can be meant, taken out of the text."""
        for found in compiled(pattern).finditer(self._plain):
            meaning = read(found)
            if meaning is not None:
                self.take_out(found)
                return meaning
        return None

    def take(self, pattern: str) -> re.Match[str] | None:
        """Where a pattern is first, taken out of the text."""
        found = compiled(pattern).search(self._plain)
        if found is not None:
            self.take_out(found)
        return found

    def take_out(self, found: re.Match[str]) -> None:
        start, end = found.span()
        self._plain = self._plain[:start] + _TAKEN * (end - start) + self._plain[end:]
        self._taken.append((start, end))

    @property
    def plain(self) -> str:
        """What is left, as patterns see it."""
        return self._plain

    @property
    def understood(self) -> tuple[str, ...]:
        """What was taken, in the order of the text."""
        return tuple(words for start, end in sorted(self._taken) if (words := self._text[start:end].strip(_EDGES)))

    @property
    def rest(self) -> str:
        """What was not taken, without the words that led to what was."""
        parts, position = [], 0
        for start, end in sorted(self._taken):
            parts.append(self._left(position, start))
            position = end
        parts.append(self._text[position:].strip(_EDGES) if position else self._text)
        words = " ".join(part for part in parts if part)
        words = re.sub(r"\(\s*\)|\[\s*\]", "", words)
        return re.sub(r"\s+(?=[,;:.])", "", " ".join(words.split())).strip(_EDGES)

    def _left(self, start: int, end: int) -> str:
        """A piece that was left before one that was taken."""
        joint = _JOINTS.search(self._plain[start:end])
        return self._text[start : start + joint.start() if joint else end].strip(_EDGES)
