"""The plan of a search: what a question comes to once its words are analysed and widened.

Its units say what is asked for, in all the ways in which a text may say it: stems in several languages, the word as it
stands, other names of the same concept. Its expressions are what an engine is asked for, its units what scores are
made of.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.analysis import Analyser, Piece
from bot.domain.day_facets import appeared_between
from bot.domain.glossary import Widened
from bot.domain.matching import (
    EVERYTHING,
    NOTHING,
    Expression,
    Field,
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
from bot.domain.search_units import Unit, units_of, widened

MOST_UNITS = 24
"""Things that are asked for at once; what comes behind them is left out, but for phrases."""
MOST_TOKENS = 1_500
"""What is asked for with other names; who asks for more gets what they typed. Engines take about twice as much."""
_FACETS = {Facet.LANGUAGE: "lang", Facet.SECTION: "section"}
_HAS = {Has.CODE.value: "hascode", Has.PDF.value: "haspdf"}


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
        units = [unit for piece in pieces for unit in units_of(piece, fields)]
        if not fields:
            units = widened(pieces, units, self._widening.concepts(pieces), self._widening.learned(pieces))
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
        earlier = [unit for piece in before for unit in units_of(piece, _fields(node.field))]
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


def _any(kind: str, numbers: Collection[int]) -> Expression:
    return any_of(*(facet(kind, number) for number in sorted(numbers))) if numbers else NOTHING
