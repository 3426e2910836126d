"""The plan of a search: what a question comes to once its words are analysed and widened.

A unit is one thing that is asked for, with all the ways in which a text may say it: stems in several languages, the
word as it stands, other names of the same concept. The plan's expressions are what an engine is asked for, its units
what scores are made of.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.domain.analysis import Analyser, Piece
from bot.domain.day_facets import appeared_between
from bot.domain.function_words import FUNCTION_WORDS
from bot.domain.glossary import Widened
from bot.domain.matching import (
    EVERYTHING,
    NOTHING,
    Expression,
    Field,
    Tokens,
    Way,
    Without,
    all_of,
    any_of,
    facet,
    tokens_in,
)
from bot.domain.question import (
    Appeared,
    Either,
    Every,
    Facet,
    Filter,
    Has,
    Identity,
    Node,
    Not,
    Phrase,
    Prefix,
    Question,
    Words,
)

MOST_UNITS = 24
"""Things that are asked for at once; what comes behind them is left out, but for phrases."""
MOST_TOKENS = 1_500
"""What is asked for with other names; who asks for more gets what they typed. Engines take about twice as much."""
FUNCTION_WEIGHT = 0.15
IN_ITEMS = tuple(field for field in Field if field is not Field.PLACE)
_FACETS = {Facet.LANGUAGE: "lang", Facet.SECTION: "section"}
_HAS = {Has.CODE.value: "hascode", Has.PDF.value: "haspdf"}


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


@dataclass(frozen=True, slots=True)
class Plan:
    """`units`: what is asked for, in order. `choices`: further expressions of which all must fit (those with OR, in
    brackets). `always`: what holds of every result. `never`: what holds of none. `rows`: the words of the question in a
    row, as texts of several languages would have them."""

    units: tuple[Unit, ...] = ()
    choices: tuple[Expression, ...] = ()
    always: tuple[Expression, ...] = ()
    never: tuple[Expression, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def is_empty(self) -> bool:
        """True where nothing is asked for."""
        return not (self.units or self.choices or self.always or self.never)

    @property
    def required(self) -> tuple[Unit, ...]:
        """The units that a whole result has: all but function words, those too where there is nothing else."""
        return tuple(unit for unit in self.units if unit.required)

    @property
    def whole(self) -> Expression:
        """Items that have everything that is asked for."""
        return self.expression(self.required or (() if self.choices else self.units))

    def expression(self, units: Iterable[Unit]) -> Expression:
        """Items that have these units, and what holds of every result."""
        wanted = [*(unit.expression for unit in units), *self.choices, *self.always]
        positive = all_of(*wanted) if wanted else EVERYTHING
        return Without(positive, any_of(*self.never)) if self.never else positive


@dataclass(frozen=True, slots=True)
class Widening:
    """What a plan is made with. `languages`: those that the words may be in, the likeliest first. `concepts`: the
    concepts that words name; `learned`: other ways to say a word, from the archive; `beginning`: the most frequent
    words of the archive that begin so; `sources`: the numbers of those with such a name; `chosen`: what fits the items
    with a facet that no index holds, because what it asks about changes."""

    analyser: Analyser
    languages: tuple[str, ...] = ()
    concepts: Callable[[Sequence[Piece]], Sequence[Widened]] = lambda _pieces: ()
    learned: Callable[[Sequence[Piece]], Sequence[Sequence[Way]]] = lambda _pieces: ()
    beginning: Callable[[str], Collection[str]] = lambda _prefix: ()
    sources: Callable[[str], Collection[int]] = lambda _name: ()
    documents: Callable[[str], Collection[int]] = lambda _name: ()
    chosen: Callable[[Filter], Expression] = lambda _one: NOTHING


def plan_of(question: Question, widening: Widening) -> Plan:
    """The plan for a question. Any question has one; that of an empty question is empty."""
    plan = _Planner(widening).plan(question.root)
    if tokens_in(plan.whole) > MOST_TOKENS:
        plan = _Planner(_as_typed(widening)).plan(question.root)
    if plan.units and not plan.required and not plan.choices:
        plan = replace(plan, units=tuple(replace(unit, required=True) for unit in plan.units))
    return plan


def identities(question: Question) -> tuple[Identity, ...]:
    """The papers and links that all results of a question have to do with."""
    return tuple(part for part in question.root.parts if isinstance(part, Identity))


def without_identities(question: Question) -> Question:
    """The question for what else the results have to be."""
    rest = tuple(part for part in question.root.parts if not isinstance(part, Identity))
    return replace(question, root=Every(rest))


class _Planner:
    def __init__(self, widening: Widening) -> None:
        self._widening = widening
        self._analyser = widening.analyser

    def plan(self, node: Every) -> Plan:
        """The plan for what must hold at once."""
        plan = Plan()
        for part in node.parts:
            plan = _both(plan, self._part(part))
        return replace(plan, units=plan.units[:MOST_UNITS])

    def _part(self, node: Node) -> Plan:
        match node:
            case Words():
                return self._words(node.text, _fields(node.field))
            case Identity():
                return self._words(node.words, ())
            case Phrase():
                return self._phrase(node)
            case Prefix():
                return self._prefix(node)
            case Filter():
                return self._filter(node)
            case Appeared():
                return Plan(always=(appeared_between(node.first, node.last),))
            case Not():
                return self._not(node.part)
            case Either():
                return self._either(node)
            case Every():
                return self.plan(node)

    def _words(self, text: str, fields: tuple[Field, ...]) -> Plan:
        pieces = self._analyser.pieces(text, self._widening.languages)
        units = [unit for piece in pieces for unit in _units_of(piece, fields)]
        if not fields:
            units = _widened(pieces, units, self._widening)
        rows = {self._analyser.text(text, language).stems for language in self._row_languages()}
        return Plan(units=tuple(units), rows=tuple(sorted(row for row in rows if len(row) > 1)))

    def _phrase(self, node: Phrase) -> Plan:
        found = {self._analyser.text(node.text, language).stems for language in self._row_languages()}
        rows = sorted(row for row in found if row)
        if not rows:
            return Plan()
        unit = Unit(node.text, tuple(map(Way, rows)), float(len(rows[0])), fields=_fields(node.field))
        return Plan(units=(unit,), always=(unit.expression,))

    def _prefix(self, node: Prefix) -> Plan:
        pieces = self._analyser.pieces(node.text)
        if not pieces:
            return Plan()
        *before, last = pieces
        words = self._widening.beginning(last.surface) or (last.surface,)
        ways = [Way((word,)) for word in dict.fromkeys((last.surface, *words))]
        unit = Unit(node.text + "*", tuple(ways), fields=_fields(node.field))
        earlier = [unit for piece in before for unit in _units_of(piece, _fields(node.field))]
        return Plan(units=(*earlier, unit))

    def _filter(self, node: Filter) -> Plan:
        if node.facet in _FACETS:
            return Plan(always=(facet(_FACETS[node.facet], node.value),))
        if node.facet is Facet.HAS and node.value in _HAS:
            return Plan(always=(facet(_HAS[node.value]),))
        if node.facet is Facet.SOURCE:
            return Plan(always=(_any("source", self._widening.sources(node.value)),))
        if node.facet is Facet.ISSUE:
            return Plan(always=(_any("document", self._widening.documents(node.value)),))
        return Plan(always=(self._widening.chosen(node),))

    def _not(self, node: Node) -> Plan:
        if isinstance(node, Not):
            return self._part(node.part)
        plan = _Planner(_as_typed(self._widening))._part(node)  # what a word is called elsewhere was not excluded
        return Plan() if plan.is_empty else Plan(never=(plan.whole,))

    def _either(self, node: Either) -> Plan:
        plans = [plan for plan in map(self._part, node.parts) if not plan.is_empty]
        if not plans:
            return Plan()
        units = tuple(replace(unit, required=False) for plan in plans for unit in plan.units)
        choice = any_of(*(plan.whole for plan in plans))
        return Plan(units=units, choices=(choice,))

    def _row_languages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self._widening.languages, "en", "pt", "fr", "es", "tr")))


def _as_typed(widening: Widening) -> Widening:
    """Without other names for what was typed."""
    return replace(widening, concepts=lambda _pieces: (), learned=lambda _pieces: ())


def _both(one: Plan, other: Plan) -> Plan:
    return Plan(
        one.units + other.units,
        one.choices + other.choices,
        one.always + other.always,
        one.never + other.never,
        one.rows + other.rows,
    )


def _fields(field: Field | None) -> tuple[Field, ...]:
    return (field,) if field else ()


def _units_of(piece: Piece, fields: tuple[Field, ...]) -> Iterator[Unit]:
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


def _widened(pieces: Sequence[Piece], units: list[Unit], widening: Widening) -> list[Unit]:
    """The units with the other names of the concepts that they are a part of."""
    begins = list(_begins(pieces))
    more: dict[int, list[Way]] = {number: [] for number in range(len(units))}
    straddling: set[int] = set()
    for concept in widening.concepts(pieces):
        first = begins[concept.first] + concept.start if pieces[concept.first].is_run else begins[concept.first]
        last = begins[concept.last] + (max(concept.end - 2, 0) if pieces[concept.last].is_run else 0)
        for number in range(first, last + 1):
            more[number] += concept.ways
        if not concept.is_part:
            straddling |= _straddling(pieces, begins, concept)
    for number, (unit, ways) in enumerate(zip(units, _learned(pieces, begins, len(units), widening), strict=True)):
        more[number] += ways
        units[number] = _with_ways(unit, more[number])
    return [
        replace(unit, required=False, weight=0.0) if number in straddling and not more[number] else unit
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


def _learned(pieces: Sequence[Piece], begins: Sequence[int], units: int, widening: Widening) -> list[Sequence[Way]]:
    ways: list[Sequence[Way]] = [()] * units
    for begin, piece, learned in zip(begins, pieces, widening.learned(pieces), strict=False):
        if not piece.is_run or len(piece.surface) <= 2:
            ways[begin] = learned
    return ways


def _with_ways(unit: Unit, more: Iterable[Way]) -> Unit:
    known = {way.tokens for way in unit.ways}
    return replace(unit, ways=(*unit.ways, *(way for way in dict.fromkeys(more) if way.tokens not in known)))


def _any(kind: str, numbers: Collection[int]) -> Expression:
    return any_of(*(facet(kind, number) for number in sorted(numbers))) if numbers else NOTHING
