"""The words that are known, for telling what was meant by one that is not: the archive's, and the glossary's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from itertools import chain

from bot.domain.glossary import concepts_of
from bot.domain.glossary_words import GlossaryWords
from bot.domain.items import NOTHING_HIDDEN
from bot.domain.matching import Expression, Tokens, any_of
from bot.domain.meant_words import Vocabulary
from bot.domain.spelling import KnownWord
from bot.glossary import glossary_lines
from bot.services.widening import glossary
from storage.stemming import analyser
from storage.unit_of_work import UnitOfWork


@cache
def glossary_words() -> GlossaryWords:
    """The words of the glossary, read when the first question finds nothing."""
    return GlossaryWords(concepts_of(glossary_lines()))


def vocabulary(uow: UnitOfWork, hidden: frozenset[int] = NOTHING_HIDDEN) -> Vocabulary:
    """The vocabulary inside a transaction, as those know it from whom these sources are hidden: a word that stands
    nowhere else is no word to them."""
    index = uow.search_index

    def seen(expression: Expression) -> bool:
        return bool(index.newest(expression, limit=1, hidden=hidden))

    def words(wanted: Collection[str]) -> Iterable[KnownWord]:
        known = index.known_words(wanted)
        shown = [one for one in known if seen(Tokens((one.word,)))] if hidden else known
        return chain(glossary_words().words(wanted), shown)

    def like(beginnings: Collection[str], endings: Collection[str], lengths: range) -> Iterator[str]:
        yield from glossary_words().like(beginnings, endings, lengths)
        yield from index.words_like(beginnings, endings, lengths)

    return Vocabulary(analyser(), words, like, lambda word: _is_known(word, seen), glossary_words().shape)


def _is_known(word: str, seen: Callable[[Expression], bool]) -> bool:
    """Whether some item has a word in any form, or the glossary has it as a name, or a run as a part of one."""
    pieces = analyser().pieces(word)
    for piece in pieces:
        if piece.is_run and glossary_words().has_run(piece.surface):
            continue
        if not seen(any_of(*map(Tokens, piece.ways))) and not glossary().concepts([piece]):
            return False
    return bool(pieces)
