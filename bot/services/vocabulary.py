"""The words that the archive has, for telling what was meant by one that it has not."""

from __future__ import annotations

from bot.domain.matching import Tokens, any_of
from bot.domain.meant_words import Vocabulary
from storage.stemming import analyser
from storage.unit_of_work import UnitOfWork


def vocabulary(uow: UnitOfWork) -> Vocabulary:
    """The vocabulary inside a transaction."""
    index = uow.search_index
    return Vocabulary(
        analyser(),
        words=index.known_words,
        like=lambda beginnings, endings, lengths: [
            known.word for known in index.words_like(beginnings, endings, lengths)
        ],
        inflected=lambda word: _is_known(uow, word),
    )


def _is_known(uow: UnitOfWork, word: str) -> bool:
    """Whether some item has a word in any form."""
    ways = {way for piece in analyser().pieces(word) for way in piece.ways}
    return bool(ways) and bool(uow.search_index.newest(any_of(*map(Tokens, sorted(ways))), limit=1))
