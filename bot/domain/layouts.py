"""Keyboard layouts: what was meant by somebody who typed with another layout switched on ("ghbdtn" is "привет").

Layouts that differ in a few keys (QWERTY, QWERTZ, AZERTY) are left to the spelling.
"""

from __future__ import annotations

from enum import Enum

_ENGLISH = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./" + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?'
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю." + "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,"
# Arabic 101: two letters on the key of B. Its capitals are other letters or signs; those that words have stand here.
_ARABIC = dict(zip(_ENGLISH[:34], "ذضصثقفغعهخحجدشسيبلاتنمكطئءؤر_ىةوزظ", strict=True))
_ARABIC |= {"b": "لا", "H": "أ", "Y": "إ", "N": "آ", "G": "لأ", "T": "لإ", "B": "لآ"}


class Layouts(Enum):
    """Which layout was on, and which was meant."""

    LATIN_TO_CYRILLIC = "en-ru"
    CYRILLIC_TO_LATIN = "ru-en"
    LATIN_TO_ARABIC = "en-ar"
    ARABIC_TO_LATIN = "ar-en"


# The sign for numbers is where # is. What words do not have stays: it may be a part of how questions are asked.
_KEYS = {
    Layouts.LATIN_TO_CYRILLIC: dict(zip(_ENGLISH, _RUSSIAN, strict=True)),
    Layouts.CYRILLIC_TO_LATIN: {
        **{typed: meant for typed, meant in zip(_RUSSIAN, _ENGLISH, strict=True) if typed.isalpha()},
        "№": "#",
    },
    Layouts.LATIN_TO_ARABIC: _ARABIC,
    Layouts.ARABIC_TO_LATIN: {meant: typed for typed, meant in _ARABIC.items() if len(meant) == 1 and meant.isalpha()},
}
_B_IN_ARABIC = "لا"


def retyped(word: str, layouts: Layouts) -> list[str]:
    """What the keys of this word give in the layout that was meant, the likeliest first; nothing for a word without a
    letter of the layout that was on. Digits and letters of other scripts stay.

    Signs around a word may be letters ("rke," is "клуб") or signs.
    """
    keys = _KEYS[layouts]
    if not any(char.isalpha() and char in keys for char in word):
        return []
    first, last = _letters_of(word)
    readings = [_pressed(word, layouts)]
    readings += [word[:first] + _pressed(word[first:last], layouts) + word[last:]]
    if layouts is Layouts.ARABIC_TO_LATIN and _B_IN_ARABIC in word:  # one key or two
        readings = [_pressed(word.replace(_B_IN_ARABIC, "b"), layouts), *readings]
    return list(dict.fromkeys(readings))


def _letters_of(word: str) -> tuple[int, int]:
    """Where its first letter or digit stands, and where the last one ends."""
    letters = [at for at, char in enumerate(word) if char.isalnum()]
    return letters[0], letters[-1] + 1


def _pressed(word: str, layouts: Layouts) -> str:
    keys = _KEYS[layouts]
    return "".join(keys.get(char, keys.get(char.lower(), char) if char.isupper() else char) for char in word)
