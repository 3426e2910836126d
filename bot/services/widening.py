"""What questions are widened by: the glossary of the field, what the archive has taught, and the words that it has."""

from __future__ import annotations

import gc
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from itertools import islice

from bot.domain.analysis import Piece
from bot.domain.folding import fold
from bot.domain.glossary import LANGUAGES, Glossary
from bot.domain.matching import Tokens, Way
from bot.domain.search_plan import Widening
from bot.glossary import glossary_lines
from bot.services.clubs import Asking
from bot.services.search_sets import chosen
from storage.stemming import analyser
from storage.unit_of_work import UnitOfWork

MOST_BEGINNING = 40
"""Words that `prefix*` stands for, the most frequent ones."""
LATEST_DOCUMENTS, MOST_DOCUMENTS = 5_000, 50
"""Documents whose titles are looked at for `issue:`, and of those that fit the newest."""


@cache
def glossary() -> Glossary:
    """The glossary, read when the first question is asked."""
    made = Glossary(glossary_lines(), analyser())
    # Nearly all that is in memory by now stays there. Going through it in vain would take a tenth of a second from some
    # question again and again: https://docs.python.org/3/library/gc.html#gc.freeze
    gc.collect()
    gc.freeze()
    return made


def widening(
    uow: UnitOfWork,
    hidden: frozenset[int],
    languages: Sequence[str],
    asking: Asking | None,
    now: datetime,
    *,
    among: Collection[str],
) -> Widening:
    """What a question is widened by inside a transaction, for those from whom these sources are hidden. `languages`:
    those that its words may be in, the likeliest first; `asking`: who asks, where it may be about what they have saved,
    or their club has discussed; `among`: the languages of the texts, where it asks for some alone."""
    titles = cache(lambda: _titles(uow))  # somebody may ask for many issues
    return Widening(
        analyser(),
        tuple(languages),
        concepts=lambda pieces: glossary().concepts(pieces, among or LANGUAGES),
        beginning=lambda prefix: _beginning(uow, prefix, hidden),
        learned=lambda pieces: _learned(uow, pieces),
        sources=lambda name: _sources(uow, name),
        documents=lambda name: _documents(titles(), name),
        chosen=lambda one: chosen(uow, one, asking, now),
    )


def beginnings(uow: UnitOfWork, hidden: frozenset[int]) -> Widening:
    """What is enough for somebody who is typing: the words of the archive that begin so."""
    return Widening(analyser(), beginning=lambda prefix: _beginning(uow, prefix, hidden))


def _beginning(uow: UnitOfWork, prefix: str, hidden: frozenset[int]) -> list[str]:
    """The words that begin so, but for those that stand in hidden sources alone."""
    words = [known.word for known in uow.search_index.words(prefix, limit=MOST_BEGINNING)]
    return (
        [word for word in words if uow.search_index.newest(Tokens((word,)), limit=1, hidden=hidden)]
        if hidden
        else words
    )


def _learned(uow: UnitOfWork, pieces: Sequence[Piece]) -> list[list[Way]]:
    """Of each word, what stands for it in other languages, as the archive has taught."""
    stems = [{way[0] for way in piece.ways if len(way) == 1} for piece in pieces]
    known = uow.associations.of(set().union(*stems))
    return [[way for stem in sorted(some) for way in known.get(stem, ())] for some in stems]


def _sources(uow: UnitOfWork, name: str) -> list[int]:
    """The sources with this number, or with this in their titles or addresses."""
    wanted = fold(name)
    return [
        source.id
        for source in uow.sources.all()
        if name == str(source.id) or wanted in fold(source.title) or wanted in source.address.lower()
    ]


def _titles(uow: UnitOfWork) -> list[tuple[int, frozenset[str]]]:
    """The words of the titles of the newest documents."""
    titles = uow.documents.titles(limit=LATEST_DOCUMENTS)
    return [(number, frozenset(analyser().names([title]).stems)) for number, title in titles]


def _documents(titles: Sequence[tuple[int, frozenset[str]]], name: str) -> list[int]:
    """The newest documents in whose titles all words of a name stand: "issue 5" is in "NLP News: issue 5"."""
    wanted = frozenset(analyser().names([name]).stems)
    return list(islice((number for number, words in titles if wanted and wanted <= words), MOST_DOCUMENTS))
