"""Spelling: which known word a mistyped one was meant to be.

An index is asked for few candidates: all that one mistake leads to (`one_mistake_away`) are few enough to be looked up;
of those that two lead to, the ones that begin or end like the word stand together among sorted words (`scan`). Those
that few enough mistakes lead to are weighed by how often they are written (`nearest`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_MENDED = 40  # letters; longer words are data
MOST_MISTAKES = 2
_TWICE_MISTAKEN = 8  # letters from which on two mistakes are taken back
SHORTEST_SCANNED = _TWICE_MISTAKEN - MOST_MISTAKES
"""Letters of the shortest words that a scan is for."""
_MISTAKE_WEIGHT = 100  # a word with one more mistake has to be this much more frequent to be preferred
_UNSEEN = 0.5  # items that a word counts as which no item has
_FIRST_LETTER_WEIGHT = 10  # people seldom get the first letter wrong


_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويءئؤ",
    "αβγδεζηθικλμνξοπρσςτυφχψω",
)
_VOWELS = ("aeiouy", "аеиоуыэюя", "اوي", "αεηιουω")


@dataclass(frozen=True, slots=True)
class Scan:
    """What candidates look like: they begin or end in one of these ways, and have a length in this range."""

    beginnings: tuple[str, ...]
    endings: tuple[str, ...]
    lengths: range


@dataclass(frozen=True, slots=True)
class KnownWord:
    """A word of a vocabulary: folded, as it is mostly written, and how many items have it."""

    word: str
    shown: str
    items: int


@dataclass(frozen=True, slots=True)
class Near:
    """A known word that a mistyped one is near to, and by how many mistakes. `weight`: the more, the likelier."""

    known: KnownWord
    mistakes: int
    weight: float


def most_mistakes(word: str) -> int:
    """How many mistakes are taken back in a word of this length: none in a short one, which is near to too many."""
    length = len(word)
    if length < 4 or length > LONGEST_MENDED or not word.isalpha():
        return 0
    return 1 if length < _TWICE_MISTAKEN else MOST_MISTAKES


def one_mistake_away(word: str) -> set[str]:
    """What one mistake leads to: a letter left out, put in or replaced by one of the alphabet, neighbours swapped."""
    letters = next((alphabet for alphabet in _ALPHABETS if word[0] in alphabet), "")
    sides = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    ways = {begin + end[1:] for begin, end in sides if end}
    ways |= {begin + end[1] + end[0] + end[2:] for begin, end in sides if len(end) > 1}
    ways |= {begin + letter + end[1:] for begin, end in sides if end for letter in letters}
    ways |= {begin + letter + end for begin, end in sides for letter in letters}
    return ways - {word, ""}


def scan(word: str) -> Scan:
    """Where words stand that two mistakes lead to: behind the same beginning, or one with a frequent mistake (letters
    swapped or doubled, a wrong vowel, one too many), or before the same second half."""
    length = len(word)
    return Scan(
        (word[: max(3, length // 3)], *_mistaken_beginnings(word[:5])),
        (word[-(length // 2) :],),
        range(length - MOST_MISTAKES, length + MOST_MISTAKES + 1),
    )


def _mistaken_beginnings(begin: str) -> list[str]:
    vowels = next((vowels for vowels in _VOWELS if any(letter in vowels for letter in begin)), "")
    places = range(len(begin) - 1)
    ways = [begin[:at] + begin[at + 1] + begin[at] + begin[at + 2 :] for at in places]
    ways = [way[:-1] for way in ways]
    ways += [begin[:at] + begin[at + 1 :] for at in places]
    ways += [begin[: at + 1] + begin[at:-2] for at in places]
    ways += [begin[:at] + vowel + begin[at + 1 : -1] for at in places if begin[at] in vowels for vowel in vowels]
    return sorted(set(ways) - {begin[:-1]})


def alike(word: str, candidates: Iterable[str], mistakes: int) -> list[str]:
    """The candidates that at most this many mistakes lead to, in their order. A word is not like itself."""
    letters = frozenset(word)
    found = []
    for candidate in candidates:
        # A mistake takes at most one letter away, and adds one: this parts most candidates from the rest at once.
        if len(letters.difference(candidate)) > mistakes or candidate == word:
            continue
        if len(frozenset(candidate).difference(letters)) <= mistakes and _within(word, candidate, mistakes):
            found.append(candidate)
    return found


def nearest(word: str, known: Iterable[KnownWord], mistakes: int) -> list[Near]:
    """The known words that at most this many mistakes lead to, the likeliest first: fewer mistakes, then more frequent,
    unless far more so. A word is not near to itself."""
    found: dict[str, Near] = {}
    for one in known:
        if one.word != word and (distance := mistakes_between(word, one.word, mistakes)) <= mistakes:
            share = (one.items + _UNSEEN) / _MISTAKE_WEIGHT**distance
            weight = share if one.word[:1] == word[:1] else share / _FIRST_LETTER_WEIGHT
            if one.word not in found or found[one.word].weight < weight:
                found[one.word] = Near(one, distance, weight)
    return sorted(found.values(), key=lambda near: (-near.weight, near.mistakes, near.known.word))


def mistakes_between(one: str, other: str, most: int) -> int:
    """The letters left out, put in, put in place of another, and neighbours swapped, that lead from one to the other
    (optimal string alignment); `most` + 1 where there are more."""
    if not _within(one, other, most):
        return most + 1
    return next(mistakes for mistakes in range(most + 1) if _within(one, other, mistakes))


def _within(one: str, other: str, mistakes: int) -> bool:
    """Whether so many mistakes are enough. Few are tried faster than a matrix of all letters is filled."""
    if abs(len(one) - len(other)) > mistakes:
        return False
    at = 0
    for letter, other_letter in zip(one, other, strict=False):
        if letter != other_letter:
            break
        at += 1
    one, other = one[at:], other[at:]
    if not one or not other:
        return True
    left = mistakes - 1
    if left < 0:
        return False
    ways = [(one[1:], other[1:]), (one[1:], other), (one, other[1:])]
    if one[:2] == other[1::-1]:
        ways.append((one[2:], other[2:]))
    if not left:
        return any(rest == other_rest for rest, other_rest in ways)
    return any(_within(rest, other_rest, left) for rest, other_rest in ways)


def split_in_two(word: str) -> list[tuple[str, str]]:
    """The ways in which two words may have been written as one ("deeplearning"), the most even first."""
    if not word.isalpha() or not 5 <= len(word) <= LONGEST_MENDED:
        return []
    places = sorted(range(2, len(word) - 1), key=lambda at: abs(2 * at - len(word)))
    return [(word[:at], word[at:]) for at in places]
