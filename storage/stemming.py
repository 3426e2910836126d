"""Snowball stemmers (https://snowballstem.org), as PyStemmer wraps them."""

from __future__ import annotations

import threading
from functools import cache

import Stemmer

from bot.domain.analysis import Analyser
from bot.domain.analysis import Stemmer as Stem

_ALGORITHMS = {
    **{"ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english"},
    **{"es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish"},
    **{"hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian"},
    **{"nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian"},
    **{"sv": "swedish", "ta": "tamil", "tr": "turkish"},
}


@cache
def analyser() -> Analyser:
    """The analyser with a stemmer for every language that has one."""
    return Analyser({language: _stemmer(name) for language, name in _ALGORITHMS.items()})


def _stemmer(name: str) -> Stem:
    """A stemmer that is loaded with the first word. Each thread has its own, since they keep a state."""
    own = threading.local()

    def stem(word: str) -> str:
        try:
            stemmer: Stemmer.Stemmer = own.stemmer
        except AttributeError:
            stemmer = own.stemmer = Stemmer.Stemmer(name, 0)  # 0: it remembers nothing, the analyser does
        return str(stemmer.stemWord(word))

    return stem
