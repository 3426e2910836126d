"""The words of the glossary: a second vocabulary, so that a mistyped term is mended that the archive lacks in its
language."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator

from bot.domain.folding import CJK_RUN, WORD_OR_RUN, fold, pairs_of
from bot.domain.glossary import Concept
from bot.domain.spelling import KnownWord

ITEMS = 0
"""How many items a word of the glossary counts as: a word of the archive that is as near is preferred to it."""

_ROW = 3


class GlossaryWords:
    """The words that names of concepts are made of. Of runs of scripts without spaces, their pairs of neighbours."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        shown: dict[str, str] = {}
        runs: set[str] = set()
        for word in (word for concept in concepts for word in _words_of(concept)):
            if CJK_RUN.match(word):
                runs.add(fold(word))
            else:
                shown.setdefault(fold(word), word)
        shown |= {pair: pair for run in runs for pair in pairs_of(run)}
        self._words = sorted(shown)
        self._shown = {word: one for word, one in shown.items() if word != one}
        self._lines = "\n".join(["", *self._words, ""])  # what ends alike is found in one text
        self._runs = "\n".join(sorted(runs))

    def words(self, wanted: Collection[str]) -> Iterator[KnownWord]:
        """Those of these words (folded) that it has."""
        for word in wanted:
            at = bisect_left(self._words, word)
            if at < len(self._words) and self._words[at] == word:
                yield KnownWord(word, self._shown.get(word, word), ITEMS)

    def like(self, beginnings: Collection[str], endings: Collection[str], lengths: range) -> Iterator[str]:
        """The words of these lengths that begin or end so; a word may come twice."""
        for beginning in beginnings:
            at = bisect_left(self._words, beginning)
            while at < len(self._words) and self._words[at].startswith(beginning):
                if len(self._words[at]) in lengths:
                    yield self._words[at]
                at += 1
        for ending in endings:
            at = -1
            while (at := self._lines.find(f"{ending}\n", at + 1)) >= 0:
                begin, end = self._lines.rfind("\n", 0, at) + 1, at + len(ending)
                if end - begin in lengths:
                    yield self._lines[begin:end]

    def shape(self, word: str) -> float:
        """How much of a word (folded) looks like words that it has, 0 to 1: the share of its rows of three letters, its
        beginning and its end among them, that stand so in one of these."""
        framed = f"\n{word}\n"
        rows = [framed[at : at + _ROW] for at in range(len(framed) - _ROW + 1)]
        return sum(row in self._lines for row in rows) / max(len(rows), 1)

    def has_run(self, run: str) -> bool:
        """Whether these characters (folded) stand in a name like that."""
        return run in self._runs


def _words_of(concept: Concept) -> Iterator[str]:
    for names in concept.names.values():
        for name in names:
            yield from WORD_OR_RUN.findall(name)
