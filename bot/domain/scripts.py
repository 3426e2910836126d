"""Scripts: in which texts a word may stand."""

from __future__ import annotations

from enum import StrEnum


class Script(StrEnum):
    """A script. Latin words stand in texts of every script."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    HAN = "han"
    ARABIC = "arabic"


LANGUAGES = {
    Script.CYRILLIC: ("ru", "uk", "bg", "be", "sr", "mk", "kk"),
    Script.HAN: ("zh", "ja", "ko"),
    Script.ARABIC: ("ar", "fa", "ur"),
}
"""The languages, by their primary tags, that are written in each script but Latin."""

_SCRIPTS = {language: script for script, languages in LANGUAGES.items() for language in languages}
_RANGES = ((Script.CYRILLIC, "Ѐ", "ԯ"), (Script.HAN, "⺀", "힯"), (Script.ARABIC, "؀", "ۿ"))


def script_of(token: str) -> Script:
    """The script of a token by its first letter; Latin for all that are told apart nowhere."""
    return next((script for script, first, last in _RANGES if first <= token[0] <= last), Script.LATIN)


def script_of_language(language: str) -> Script:
    """The script in which texts of a language (a primary tag) are written, Latin where it is not known."""
    return _SCRIPTS.get(language, Script.LATIN)
