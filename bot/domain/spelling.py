"""Spelling: which known word a mistyped one was meant to be.

An index is asked for few candidates, by ranges of its sorted words: one mistake leaves one half of a word as it was, so
that it begins or ends like the right one (`scan`). Of those, the words that few enough mistakes lead to are weighed by
how often they are written (`nearest`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_MENDED = 40  # letters; longer words are data
MOST_MISTAKES = 2
_MISTAKE_WEIGHT = 100  # a word with one more mistake has to be this much more frequent to be preferred
_FIRST_LETTER_WEIGHT = 10  # people seldom get the first letter wrong


@dataclass(frozen=True, slots=True)
class Scan:
    """What candidates look like: they begin so or end so, and have a length in this range."""

    beginning: str
    ending: str
    lengths: range


@dataclass(frozen=True, slots=True)
class Near:
    """A known word that a mistyped one is near to. `items`: how many have it. `weight`: the more, the likelier."""

    word: str
    items: int
    mistakes: int
    weight: float


def most_mistakes(word: str) -> int:
    """How many mistakes are taken back in a word of this length: none in a short one, which is near to too many."""
    length = len(word)
    if length < 4 or length > LONGEST_MENDED or not word.isalpha():
        return 0
    return 1 if length < 8 else MOST_MISTAKES


def scan(word: str, mistakes: int) -> Scan:
    """Where words stand that this many mistakes (1 or 2) lead to. One of them keeps one side of the word as it was; of
    two, the beginning up to the first, or the second half."""
    length = len(word)
    if mistakes == 1:
        # Two swapped letters may stand on both sides of the middle: the sides leave one letter out.
        side = (length - 1) // 2
        return Scan(word[:side], word[side + 1 :], range(length - 1, length + 2))
    return Scan(word[: max(3, length // 3)], word[-(length // 2) :], range(length - 2, length + 3))


def nearest(word: str, known: Iterable[tuple[str, int]], mistakes: int) -> list[Near]:
    """The known words, each with the number of items that have it, that at most this many mistakes lead to, the
    likeliest first: fewer mistakes, then more frequent, unless far more so."""
    letters = Counter(word)
    found = []
    for candidate, items in known:
        if candidate == word or not _may_be_near(letters, len(word), candidate, mistakes):
            continue
        distance = mistakes_between(word, candidate, mistakes)
        if distance <= mistakes:
            weight = items / _MISTAKE_WEIGHT**distance / (1 if candidate[0] == word[0] else _FIRST_LETTER_WEIGHT)
            found.append(Near(candidate, items, distance, weight))
    return sorted(found, key=lambda near: (-near.weight, near.mistakes, near.word))


def _may_be_near(letters: Counter[str], length: int, candidate: str, mistakes: int) -> bool:
    """False where the letters alone tell that more mistakes lie between: a mistake changes at most one of each."""
    if abs(len(candidate) - length) > mistakes:
        return False
    missing = 0
    left = dict(letters)
    for letter in candidate:
        count = left.get(letter, 0)
        if count:
            left[letter] = count - 1
        else:
            missing += 1
            if missing > mistakes:
                return False
    return True


def mistakes_between(one: str, other: str, most: int) -> int:
    """The letters left out, put in, put in place of another, and neighbours swapped, that lead from one to the other
    (optimal string alignment); `most` + 1 where there are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    one, other = _without_common_sides(one, other)
    earlier: list[int] = []
    previous = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        current = [i]
        for j, other_letter in enumerate(other, start=1):
            least = min(previous[j - 1] + (letter != other_letter), previous[j] + 1, current[j - 1] + 1)
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other_letter:
                least = min(least, earlier[j - 2] + 1)
            current.append(least)
        if min(current) > most and min(previous) > most:
            return most + 1
        earlier, previous = previous, current
    return min(previous[-1], most + 1)


def _without_common_sides(one: str, other: str) -> tuple[str, str]:
    start = 0
    shorter = min(len(one), len(other))
    while start < shorter and one[start] == other[start]:
        start += 1
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[start : len(one) - end], other[start : len(other) - end]


def split_in_two(word: str) -> list[tuple[str, str]]:
    """The ways in which two words may have been written as one ("deeplearning"), the most even first."""
    if not word.isalpha() or not 5 <= len(word) <= LONGEST_MENDED:
        return []
    places = sorted(range(2, len(word) - 1), key=lambda at: abs(2 * at - len(word)))
    return [(word[:at], word[at:]) for at in places]
