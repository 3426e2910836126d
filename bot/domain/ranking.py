"""The order of results: how well an item fits a plan, and of items, stories.

An item's score is made of what each thing that was asked for is worth (the rarer, the more), how much of the item is
about it (the title most), and of how much of the question it answers. A story is as good as its best item, and a little
better for each other edition, for being new, saved, or discussed by a club.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import compress, pairwise
from operator import attrgetter, mul
from typing import NamedTuple

from bot.domain.indexed_items import StoredDocument
from bot.domain.matching import FACET, Field
from bot.domain.scripts import Script, script_of, script_of_language
from bot.domain.search_plan import Plan
from bot.domain.search_units import Unit

FIELD_WEIGHTS = {
    Field.TITLE: 4.0,
    Field.NAMES: 2.5,
    Field.BODY: 1.0,
    Field.ORIGINAL: 0.6,
    Field.PLACE: 0.4,
    Field.FORMS: 0.5,  # last: it counts where no other field has it
}
SATURATION = 1.2  # after so much of a thing, more of it says little more (k1 of BM25)
LENGTH_COUNTS = 0.4  # 0: the length of a text does not matter, 1: half the length is worth double (b of BM25)
USUAL_LENGTH = 60  # tokens of an item's text

TITLE_PHRASE, TEXT_PHRASE = 0.30, 0.15  # of the score, for all words in a row
WHOLE_TITLE = 0.35  # for a title that is nothing but what was asked for
WHOLE = 0.8
"""An item that has so much of what was asked for, by its worth, has it all: what it lacks is said nearly everywhere."""
COVERAGE = 2.0  # how steeply an item falls that has only a part: the power of the share that it has
UNSAYABLE = 0.3  # of what a unit is worth, to texts in whose script it has no name
OTHER_EDITIONS = 0.06  # for the logarithm of the number of other items of the story that fit
FRESHNESS, HALF_LIFE = 0.06, 730.0  # for the newest, and the days after which it is half of that
SAVED, DISCUSSED = 0.04, 0.06


class Score(NamedTuple):  # of these, too, hundreds are made to answer a question
    """How well something fits, in parts that `--explain` shows; the parts but `text` are shares of it."""

    text: float
    share: float
    phrase: float = 0.0
    editions: float = 0.0
    fresh: float = 0.0
    saved: float = 0.0
    discussed: float = 0.0

    @property
    def total(self) -> float:
        """What results are ordered by, between those that have all and those that have some of what was asked for."""
        more = 1.0 + self.phrase + self.editions + self.fresh + self.saved + self.discussed
        return float(self.text * self.share**COVERAGE * more)


class Fit(NamedTuple):
    """An item with its score, and how much of each unit of the plan it has (0 to 1). `whole`: an engine says that it
    has all that was asked for, whichever way that was said."""

    item_id: int
    score: Score
    units: tuple[float, ...]
    whole: bool


def rarity(items: float, total: float) -> float:
    """What a thing is worth that so many of all items have."""
    return math.log(1.0 + (max(total, items) - items + 0.5) / (items + 0.5))


class Scorer:
    """Scores items by a plan. `worth`: of each of its units, its rarity and weight."""

    def __init__(self, plan: Plan, worth: Sequence[float]) -> None:
        self._plan = plan
        self._worth = tuple(worth)
        self._units = [_Unit(unit) for unit in plan.units]
        self._rows = [_Row(row) for row in plan.rows]
        self._possible = {script: self._sayable(script) for script in Script}

    def fit(self, document: StoredDocument, *, whole: bool) -> Fit:
        """How well an item fits. `whole`: it is known to have all that was asked for."""
        texts = _TEXTS(document)
        text = "".join(texts)
        units = tuple([unit.fullness(document, texts, text) for unit in self._units])
        possible = self._possible[script_of_language(document.language)]
        amount = sum(map(mul, self._worth, units))
        phrase = max([row.bonus(document) for row in self._rows], default=0.0)
        share = 1.0 if whole else min(1.0, sum(compress(self._worth, units)) / possible)
        return Fit(document.item_id, Score(amount / possible, share, phrase), units, whole)

    def is_whole(self, fits: Sequence[Fit]) -> bool:
        """Whether the items of a story have, together, all that was asked for, or nearly."""
        has = _worth_of_all(fits, self._worth)
        return any(one.whole for one in fits) or has >= WHOLE * (sum(self._worth) or 1.0)

    def _sayable(self, script: Script) -> float:
        """What the units are worth together to a text in a script. One that cannot be said in it counts less: nobody
        has said what it is called there, so that the text cannot have it."""
        scripts = [{script_of(way.tokens[0]) for way in unit.ways} for unit in self._plan.units]
        said = [script in some or Script.LATIN in some for some in scripts]
        worth = (value if sayable else value * UNSAYABLE for value, sayable in zip(self._worth, said, strict=True))
        return sum(worth) or 1.0


def _worth_of_all(fits: Sequence[Fit], worth: Sequence[float]) -> float:
    """What the units are worth that at least one of the items has."""
    if len(fits) == 1:
        return sum(compress(worth, fits[0].units))
    return sum(compress(worth, map(any, zip(*(one.units for one in fits), strict=True))))


_FIELDS = tuple(FIELD_WEIGHTS)
_TEXTS: Callable[[StoredDocument], tuple[str, ...]] = attrgetter(*_FIELDS)


class _Unit:
    """A unit of a plan, ready to be looked for in many items."""

    def __init__(self, unit: Unit) -> None:
        self._ways = sorted(unit.ways, key=lambda way: -way.weight)
        self._weights = [FIELD_WEIGHTS[field] if field in (unit.fields or Field) else 0.0 for field in _FIELDS]
        self._by_language: dict[str, tuple[list[str], list[float]]] = {}

    def fullness(self, document: StoredDocument, texts: Sequence[str], text: str) -> float:
        """How much of an item is about it, 0 to 1: the way that says most. `text`: all of its texts."""
        rows, weights = self._rows(document.language)
        best = 0.0
        for number in compress(range(len(rows)), map(text.__contains__, rows)):
            if weights[number] <= best:
                break  # those that follow count for no more
            best = max(best, weights[number] * self._saturated(rows[number], document.length, texts))
        return best

    def _rows(self, language: str) -> tuple[list[str], list[float]]:
        """What says it in texts of a language, and how much each counts, that which counts most first."""
        if language not in self._by_language:
            ways = [way for way in self._ways if way.may_be_in(language)]
            rows = [f" {' '.join(way.tokens)} " for way in ways]
            self._by_language[language] = rows, [way.weight for way in ways]
        return self._by_language[language]

    def _saturated(self, row: str, length: int, texts: Sequence[str]) -> float:
        longer = 1.0 - LENGTH_COUNTS + LENGTH_COUNTS * length / USUAL_LENGTH
        amount = 0.0
        for field, weight, tokens in zip(_FIELDS, self._weights, texts, strict=True):
            if weight and row in tokens and not (field is Field.FORMS and amount):  # the same words, as they stand
                amount += weight * (tokens.count(row) / longer if field is Field.BODY else 1.0)
        return amount / (SATURATION + amount)


class _Row:
    """The words of a question in a row, ready to be looked for in many items."""

    def __init__(self, row: Sequence[str]) -> None:
        self._row = f" {' '.join(row)} "
        self._pairs = [f" {one} {other} " for one, other in pairwise(row)]
        self._length = len(row)

    def bonus(self, document: StoredDocument) -> float:
        """What an item is better for having it, or a part of it, as a share of its score."""
        titled = sum(map(document.title.__contains__, self._pairs)) / len(self._pairs)
        written = sum(map((document.body + document.original).__contains__, self._pairs)) / len(self._pairs)
        bonus = TITLE_PHRASE * titled + TEXT_PHRASE * written
        if titled == 1.0 and self._row in document.title:
            stems = document.title.partition(FACET)[0].split()
            bonus += WHOLE_TITLE * self._length / max(self._length, len(stems))
        return bonus


def story_score(
    fits: Sequence[Fit], worth: Sequence[float], *, day: int, today: int, saved: int = 0, discussed: bool = False
) -> Score:
    """The score of a story by its items that fit, the newest of which appeared on a day. `worth`: of each unit, its
    rarity and weight. What its best item lacks and another edition has counts half."""
    best = max(fits, key=lambda one: one.score.total).score if len(fits) > 1 else fits[0].score
    share = (best.share + _worth_of_all(fits, worth) / (sum(worth) or 1.0)) / 2
    return Score(
        best.text,
        max(best.share, share),
        best.phrase,
        editions=OTHER_EDITIONS * math.log2(len(fits)),
        fresh=FRESHNESS * 0.5 ** (max(0, today - day) / HALF_LIFE),
        saved=SAVED * math.log2(1 + saved),
        discussed=DISCUSSED if discussed else 0.0,
    )
