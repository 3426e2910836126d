"""Snowball stemmers (https://snowballstem.org), as PyStemmer wraps them, and our own for Arabic."""

from __future__ import annotations

import re
import threading
from functools import cache

from bot.domain.analysis import Analyser
from bot.domain.analysis import Stemmer as Stem
from storage.arabic_stems import arabic_stem, arabic_stem_without_particle
from storage.turkish_nouns import noun_stem, whole_noun
from storage.turkish_verbs import verb_root

_ALGORITHMS = {
    **{"ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english"},
    **{"es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish"},
    **{"hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian"},
    **{"nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian"},
    **{"sv": "swedish", "ta": "tamil"},
}

# How plurals end in Portuguese, and their singulars. Snowball's rules take no account of these: they leave "imagem" and
# "imagens", "neural" and "neurais", "visão" and "visões" apart. Accents by which they know a suffix may be missing.
_PORTUGUESE_SINGULARS = (
    (re.compile(r"(?<=[aeiou])[cç](?:ões|oes|ao)$"), "ção"),
    (re.compile(r"(?:ões|oes|ães|aes|ãos)$"), "ão"),
    (re.compile(r"(?<=..)ais$"), "al"),
    (re.compile(r"(?:éis|(?<=...)eis)$"), "el"),
    (re.compile(r"óis$"), "ol"),
    (re.compile(r"uis$"), "ul"),
    (re.compile(r"(?<=.[aeiou])ns$"), "m"),
)


@cache
def analyser() -> Analyser:
    """The analyser with a stemmer for every language that has one."""
    stemmers = {language: _stemmer(name) for language, name in _ALGORITHMS.items()}
    own = {"ar": arabic_stem, "pt": _of_singulars(stemmers["pt"]), "tr": _turkish_stem}
    return Analyser(stemmers | own, {"ar": arabic_stem_without_particle})


def _turkish_stem(word: str) -> str:
    """One stem for all forms of a verb, and for a noun with and without the endings that it takes in compounds."""
    return whole_noun(word) or verb_root(word) or noun_stem(word)


def _of_singulars(stem: Stem) -> Stem:
    """Portuguese stems, the same for both numbers."""

    def stem_of_singular(word: str) -> str:
        if not word.endswith(("s", "ao")):  # as most: no need to try each
            return stem(word)
        for ending, singular in _PORTUGUESE_SINGULARS:
            word, found = ending.subn(singular, word)
            if found:
                break
        return stem(word)

    return stem_of_singular


def _stemmer(name: str) -> Stem:
    """A stemmer that is loaded with the first word. Each thread has its own, since they keep a state. What it would cut
    down to one letter stays as it is: «ИИ» is not «и»."""
    own = threading.local()

    def stem(word: str) -> str:
        try:
            stemmer = own.stemmer
        except AttributeError:
            import Stemmer  # with the first word: a start can do without

            stemmer = own.stemmer = Stemmer.Stemmer(name, 0)  # 0: it remembers nothing, the analyser does
        found = str(stemmer.stemWord(word))
        return found if len(found) > 1 else word

    return stem
