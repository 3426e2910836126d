"""The things that a question asks for, each with all the ways in which a text may say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.domain.analysis import Piece
from bot.domain.function_words import FUNCTION_WORDS
from bot.domain.glossary import Widened
from bot.domain.matching import Expression, Field, Tokens, Way, any_of

FUNCTION_WEIGHT = 0.15
IN_ITEMS = tuple(field for field in Field if field is not Field.PLACE)


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that is asked for. `shown`: as it was typed. `weight`: how much it counts besides its rarity.
    `required`: an item without it has not all that was asked for. `fields`: it counts only there, anywhere where none
    is named."""

    shown: str
    ways: tuple[Way, ...]
    weight: float = 1.0
    required: bool = True
    fields: tuple[Field, ...] = ()

    @property
    def expression(self) -> Expression:
        """Items that have it, in any way. What surrounds an item is not searched for what it is called elsewhere: there
        are many such names, and each is a look into the index."""
        return any_of(*(Tokens(way.tokens, self.fields or _fields_of(way)) for way in self.ways))


def _fields_of(way: Way) -> tuple[Field, ...]:
    return () if way.weight == 1.0 else IN_ITEMS


def units_of(piece: Piece, fields: tuple[Field, ...]) -> Iterator[Unit]:
    """A word is one unit. A run of a script without spaces has no words that we know of: each pair of neighbours is
    one, and all of them together count as the words would, of which there are half as many as characters."""
    if piece.is_run and len(piece.surface) > 2:
        weight = len(piece.surface) / 2 / (len(piece.surface) - 1)
        for one, other in pairwise(piece.surface):
            yield Unit(one + other, (Way((one + other,)),), weight, fields=fields)
    else:
        function_word = piece.surface in FUNCTION_WORDS
        weight = FUNCTION_WEIGHT if function_word else 1.0
        yield Unit(piece.typed, tuple(map(Way, piece.ways)), weight, required=not function_word, fields=fields)


def widened(
    pieces: Sequence[Piece], units: Sequence[Unit], concepts: Iterable[Widened], learned: Sequence[Sequence[Way]]
) -> list[Unit]:
    """The units of words with the other names of the concepts that they are a part of, and with what else was learned
    of each word."""
    begins = list(_begins(pieces))
    more: dict[int, list[Way]] = {number: [] for number in range(len(units))}
    straddling: set[int] = set()
    for concept in concepts:
        first = begins[concept.first] + concept.start if pieces[concept.first].is_run else begins[concept.first]
        last = begins[concept.last] + (max(concept.end - 2, 0) if pieces[concept.last].is_run else 0)
        for number in range(first, last + 1):
            more[number] += concept.ways
        if not concept.is_part:
            straddling |= _straddling(pieces, begins, concept)
    for begin, piece, ways in zip(begins, pieces, learned, strict=False):
        if not piece.is_run or len(piece.surface) <= 2:
            more[begin] += ways
    return [
        replace(unit, required=False, weight=0.0)
        if number in straddling and not more[number]
        else _with_ways(unit, more[number])
        for number, unit in enumerate(units)
    ]


def _begins(pieces: Sequence[Piece]) -> Iterator[int]:
    """The number of the first unit of each piece."""
    number = 0
    for piece in pieces:
        yield number
        number += max(len(piece.surface) - 1, 1) if piece.is_run else 1


def _straddling(pieces: Sequence[Piece], begins: Sequence[int], concept: Widened) -> set[int]:
    """The pairs that are half of a concept and half of what stands beside it: they are no words."""
    found = set()
    if pieces[concept.first].is_run and concept.start > 0:
        found.add(begins[concept.first] + concept.start - 1)
    last = pieces[concept.last]
    if last.is_run and concept.end < len(last.surface):
        found.add(begins[concept.last] + concept.end - 1)
    return found


def _with_ways(unit: Unit, more: Iterable[Way]) -> Unit:
    known = {way.tokens for way in unit.ways}
    return replace(unit, ways=(*unit.ways, *(way for way in dict.fromkeys(more) if way.tokens not in known)))
