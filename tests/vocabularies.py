"""Vocabularies of a few texts, for what is tried when a question finds nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from bot.domain.analysis import Analysis
from bot.domain.folding import CJK_RUN, WORD_OR_RUN, fold, pairs_of
from bot.domain.meant_words import Vocabulary
from bot.domain.spelling import KnownWord
from storage.stemming import analyser


def vocabulary_of(
    texts: Mapping[str, int], languages: Iterable[str] = ("en", "ru", "pt", "fr", "es", "tr")
) -> Vocabulary:
    """The vocabulary of texts, each of which so many items have."""
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    stems: set[str] = set()
    runs: list[str] = []
    for text, items in texts.items():
        for word in WORD_OR_RUN.findall(text):
            for part in pairs_of(word) if CJK_RUN.match(word) else [word]:
                counts[fold(part)] += items
                shown[fold(part)] = part
        runs += CJK_RUN.findall(text)
        found: list[Analysis] = [analyser().text(text, language) for language in languages]
        stems |= {token for analysis in found for token in (*analysis.stems, *analysis.forms)}
    known = [KnownWord(word, shown[word], items) for word, items in sorted(counts.items())]

    def like(beginnings: Collection[str], endings: Collection[str], lengths: range) -> list[str]:
        return [
            one.word
            for one in known
            if len(one.word) in lengths
            and (one.word.startswith(tuple(beginnings)) or one.word.endswith(tuple(endings)))
        ]

    def inflected(word: str) -> bool:
        pieces = analyser().pieces(word)
        return bool(pieces) and all(
            any(piece.surface in run for run in runs) if piece.is_run else any(stems >= set(way) for way in piece.ways)
            for piece in pieces
        )

    lines = "\n".join(["", *(one.word for one in known), ""])

    def shape(word: str) -> float:
        framed = f"\n{word}\n"
        rows = [framed[at : at + 3] for at in range(len(word))]
        return sum(row in lines for row in rows) / len(rows)

    return Vocabulary(analyser(), lambda words: [one for one in known if one.word in words], like, inflected, shape)
