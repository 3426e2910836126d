"""What an item is about, in a few words: those that are said of it and of little else, and the concepts that it names,
which are called otherwise in other languages."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.domain.analysis import Piece
from bot.domain.folding import pairs_of
from bot.domain.function_words import FUNCTION_WORDS
from bot.domain.glossary import Widened
from bot.domain.indexed_items import StoredDocument
from bot.domain.matching import FACET, Expression, Tokens, Way
from bot.domain.search_plan import Plan
from bot.domain.search_units import Unit

MOST_TELLING = 10
MOST_WEIGHED = 40
"""Words whose frequency is looked up: those that are said most often, and in the title."""
IN_TITLE, IN_NAMES = 4, 2
MOST_NAMED = 4
"""Words that are looked for before all others, as they have names in other languages."""
SHORTEST = 3  # letters of a word in a script that has spaces
SAME_BEGIN = 5  # letters; a word and one of its forms begin so


def named_by(pieces: Sequence[Piece], concepts: Sequence[Widened], own: str) -> dict[str, tuple[Way, ...]]:
    """By the tokens of words that name concepts, what these are called in other languages than one's own (a primary
    tag): the usual name in each."""
    found: dict[str, list[Way]] = defaultdict(list)
    for concept in concepts:
        usual = list(_usual(concept.ways, own))
        for token in _tokens(pieces, concept):
            found[token] += usual
    return {token: tuple(dict.fromkeys(ways)) for token, ways in found.items()}


def likeness_plan(
    document: StoredDocument,
    share: Callable[[Expression], float],
    named: Mapping[str, Sequence[Way]],
    learned: Callable[[Sequence[str]], Mapping[str, Sequence[Way]]],
) -> Plan:
    """What to look for in order to find what is like an item. `share`: in how much of everything else something is, 0
    where it is in nothing else. `named` and `learned`: what stands for tokens in other languages."""
    said: Counter[str] = Counter()
    for field, weight in ((document.title, IN_TITLE), (document.names, IN_NAMES), (document.body, 1)):
        for token in field.split():
            said[token] += weight
    likely = [token for token, _count in said.most_common() if _may_tell(token)][:MOST_WEIGHED]
    units = {token: Unit(token, (Way((token,)), *named.get(token, ()))) for token in likely}

    def worth(token: str) -> float:
        # What nothing else calls so may be called otherwise elsewhere.
        part = share(Tokens((token,))) or (share(units[token].expression) if token in named else 0.0)
        return math.log1p(said[token]) * math.log1p(1 / part) if part else 0.0

    worths = {token: value for token in likely if (value := worth(token))}
    telling: list[str] = []
    best_first = sorted(worths, key=lambda one: -worths[one])
    for token in (*[one for one in best_first if one in named][:MOST_NAMED], *best_first):
        if len(telling) < MOST_TELLING and not any(one[:SAME_BEGIN] == token[:SAME_BEGIN] for one in telling):
            telling.append(token)
    ways = learned(telling)
    return Plan(tuple(replace(units[token], ways=(*units[token].ways, *ways.get(token, ()))) for token in telling))


def _tokens(pieces: Sequence[Piece], concept: Widened) -> Iterator[str]:
    """The tokens of the words that name a concept, in any way."""
    for number in range(concept.first, concept.last + 1):
        piece = pieces[number]
        if piece.is_run:
            start = concept.start if number == concept.first else 0
            yield from pairs_of(piece.surface[start : concept.end if number == concept.last else None])
        else:
            yield from (token for way in piece.ways for token in way)


def _usual(ways: Sequence[Way], own: str) -> Iterator[Way]:
    first = {way.language: way for way in reversed(ways)}
    return (way for way in first.values() if way.language != own)


def _may_tell(token: str) -> bool:
    if token.startswith(FACET) or token.isdecimal() or token in FUNCTION_WORDS:
        return False
    return len(token) >= SHORTEST or not token.isascii()
