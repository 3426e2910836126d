"""Names and terms in Arabic letters, by ear: كيراس is Keras. Short vowels are not written there, and letters stand for
several sounds that Latin letters part (ب for b and p), so that a word has too many readings to look each of them up:
what is known that begins like it is compared with how it sounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from bot.domain.folding import fold

LONGEST_HEARD = 24  # letters
_SHORTEST_HEARD = 3
_FEWEST_CONSONANTS = 2
_ARTICLE = "ال"
_BEGINNING = 3
_VOWELS = "aeiou"
_DOUBLED = frozenset("bcdfgklmnprstvz")

_RULES = """
تش:ch/tch كس:x/ks/cks/cs شن:tion/sion/shn/cian دج:j/dg نج:ng/nj نغ:ng نق:ng
كو:co/qu/ko/cu/ku/kw كي:key/ki/ke/ky/chi هو:ho/who/hu يو:u/you/yu/eu/ew/eo/io وا:wa/oa/ua وي:we/wi/oy/oi/ui/wee
اي:i/ai/ay/ei/ie/y/e/a او:o/au/ow/ou/aw/u
ب:b/p ت:t ث:th ج:g/j ح:h خ:kh/ch/h د:d ذ:th/dh ر:r ز:z/s س:s/c ش:sh/ch/s ص:s ض:d ط:t ظ:z/th ع:a غ:g/gh
ف:f/v/ph ق:k/q/c ك:k/c/ck/ch/q ل:l م:m ن:n ه:h/a/e/ah و:o/u/w/v/oo/ou/ow/au ي:i/e/y/ee/ea/a/ai/ie ا:a/o/e/u/i
چ:ch/g پ:p ڤ:v گ:g
"""
_SOUNDS: dict[str, tuple[str, ...]] = {
    letters: tuple(sounds.split("/")) for letters, _colon, sounds in (rule.partition(":") for rule in _RULES.split())
}
"""What letters and rows of letters stand for, the likeliest first."""
_LONGEST_ROW = max(map(len, _SOUNDS))
_Part = tuple[tuple[str, ...], bool]
"""What a part of a word stands for, and whether a vowel that is not written may stand behind it."""
_CONSONANTS = frozenset("بتثجحخدذرزسشصضطظغفقكلمنچپڤگ")


@dataclass(frozen=True, slots=True)
class Heard:
    """How a word in Arabic letters sounds. `beginnings`: what begins so, and is of one of these lengths, may be it."""

    beginnings: tuple[str, ...]
    lengths: range
    _parts: tuple[_Part, ...]

    def among(self, words: Iterable[str]) -> list[str]:
        """Those of the words (folded) that sound like it, the likeliest first."""
        letters = {letter for sounds, _bare in self._parts for sound in sounds for letter in sound} | {*_VOWELS}
        costs = {word: self._cost(word) for word in words if letters.issuperset(word)}
        fit = ((cost, len(word), word) for word, cost in costs.items() if cost is not None)
        return [word for _cost, _length, word in sorted(fit)]

    def _cost(self, word: str) -> int | None:
        """How many of its vowels are not written, and letters unusual for what is; None where it sounds otherwise."""
        reached = {0: 0}
        for sounds, bare in self._parts:
            further: dict[int, int] = {}
            for at, cost in reached.items():
                for end, more in _ends(word, at, sounds, bare=bare):
                    further[end] = min(further.get(end, cost + more), cost + more)
            reached = further
        return reached.get(len(word))


def heard(word: str) -> list[Heard]:
    """How a word sounds, as it is, then without the article; nothing for what has other letters or is too short."""
    plain = fold(word)
    forms = dict.fromkeys((plain, plain.removeprefix(_ARTICLE)))
    return [_heard(form) for form in forms if _is_heard(form)]


def _is_heard(word: str) -> bool:
    return (
        _SHORTEST_HEARD <= len(word) <= LONGEST_HEARD
        and all(letter in _SOUNDS for letter in word)
        and sum(letter in _CONSONANTS for letter in word) >= _FEWEST_CONSONANTS
    )


def _heard(word: str) -> Heard:
    parts = [(_sounds(part), part[-1] in _CONSONANTS) for part in _parts(word)]
    lengths = range(max(len(word) - 1, _SHORTEST_HEARD), 2 * len(word) + 1)
    return Heard(tuple(_beginnings(parts)), lengths, tuple(parts))


def _beginnings(parts: Iterable[_Part]) -> list[str]:
    """The first letters of all that sounds so: as many as few enough words have."""
    beginnings = [""]
    for sounds, bare in parts:
        open_ends = [one for one in beginnings if len(one) < _BEGINNING]
        if not open_ends:
            break
        further = [
            one + sound + more
            for one in open_ends
            for sound in sounds
            for more in ("", *(sound if sound in _DOUBLED else ""), *(_VOWELS if bare else ""))
        ]
        beginnings = [one for one in beginnings if len(one) >= _BEGINNING] + further
    return list(dict.fromkeys(one[:_BEGINNING] for one in beginnings))


def _parts(word: str) -> Iterator[str]:
    """The letters of a word, several where they are one sound."""
    at = 0
    while at < len(word):
        part = next(word[at:end] for end in range(at + _LONGEST_ROW, at, -1) if word[at:end] in _SOUNDS)
        yield part
        at += len(part)


def _sounds(part: str) -> tuple[str, ...]:
    """What a part stands for as a whole, then letter by letter."""
    letters = ("".join(sounds) for sounds in product(*(_SOUNDS[letter] for letter in part)))
    return tuple(dict.fromkeys((*_SOUNDS[part], *letters)))


def _ends(word: str, at: int, sounds: tuple[str, ...], *, bare: bool) -> Iterator[tuple[int, int]]:
    """Where a part may end in a word that it is heard in from `at` on, and what that costs. `bare`: a vowel that is not
    written may stand behind it."""
    for number, sound in enumerate(sounds):
        if not word.startswith(sound, at):
            continue
        end, cost = at + len(sound), min(number, 1)
        ends = [end, end + 1] if sound in _DOUBLED and word[end : end + 1] == sound else [end]
        for one in ends:
            yield one, cost
            if bare and word[one : one + 1] and word[one] in _VOWELS:
                yield one + 1, cost + 1
