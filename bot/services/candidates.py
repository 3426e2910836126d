"""The items that a search looks at: those that have all that was asked for, the newest first, and where these are few,
those that have some of it. The index is asked for no more than is needed, so that common words cost no scan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.items import NOTHING_HIDDEN
from bot.domain.matching import EVERYTHING, AnyOf, Expression, Field, any_of, facet
from bot.domain.ranking import rarity
from bot.domain.scripts import LANGUAGES, Script, script_of
from bot.domain.search_plan import Plan
from bot.domain.search_units import Unit
from storage.search_index import SearchIndex

MOST = 160
"""Items that are scored, the newest of those that fit; those with everything in their titles besides."""
TITLED, MOST_NAMES_OF_TITLED = 60, 12
MOST_LEFT_OUT, MOST_ALONE = 2, 3
"""So many of the commonest things are left out by turns, so many of the rarest looked for alone: each is a look into
the index."""
COUNTED = 80
"""So many of the newest items with a thing tell how frequent it is."""
FEW = 20
"""Where fewer items have everything, those with something are looked at, too."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """`whole`: items that have all that was asked for; `part`: some that have a part of it. `worth`: of each unit of
    the plan, its rarity and weight. `unknown`: units that no item has. `exact`: there are no more than `whole`."""

    whole: tuple[int, ...]
    part: tuple[int, ...] = ()
    worth: tuple[float, ...] = ()
    unknown: tuple[Unit, ...] = ()
    exact: bool = True


NO_CANDIDATES = Candidates(())


@dataclass(frozen=True, slots=True)
class Reach:
    """Where candidates are looked for: without the items of hidden sources, only `among` these items where they are
    given, and without those that are `left_out`."""

    hidden: frozenset[int] = NOTHING_HIDDEN
    among: frozenset[int] | None = None
    left_out: frozenset[int] = frozenset()


def candidates(index: SearchIndex, plan: Plan, reach: Reach) -> Candidates:
    """The candidates for a plan."""
    seeker = _Seeker(index, plan, reach)
    return seeker.candidates()


class _Seeker:
    def __init__(self, index: SearchIndex, plan: Plan, reach: Reach) -> None:
        self._index = index
        self._plan = plan
        self._reach = reach
        self._totals: dict[Expression, float] = {}
        self._newest_of = self._newest_of_each(plan.units)

    def candidates(self) -> Candidates:
        plan = self._plan
        whole = self._newest(plan.required, MOST)
        exact = len(whole) < MOST and not self._index.gave_up
        if len(whole) == MOST:
            entitled = [_entitled(unit) for unit in plan.required if not unit.fields]
            whole += self._newest(entitled, TITLED) if entitled else []
        part = self._partial(set(whole)) if len(whole) < FEW and len(plan.required) > 1 else []
        everything = self._total(EVERYTHING)
        worth = tuple(
            unit.weight * rarity(_frequency(found, everything), self._total(_texts_of(unit)))
            for unit, found in zip(plan.units, self._newest_of, strict=True)
        )
        unknown = tuple(
            unit for unit, found in zip(plan.units, self._newest_of, strict=True) if unit.required and not found
        )
        return Candidates(tuple(dict.fromkeys(whole)), tuple(part), worth, unknown, exact)

    def _partial(self, whole: set[int]) -> list[int]:
        """Items that lack one thing, then items with any, the rarest first."""
        known = [
            (len(found), unit)
            for unit, found in zip(self._plan.units, self._newest_of, strict=True)
            if unit.required and found
        ]
        rarest_first = [unit for _count, unit in sorted(known, key=lambda pair: pair[0])]
        found: dict[int, None] = {}
        if rarest_first and len(rarest_first) < len(self._plan.required):
            found |= self._nearly(rarest_first, MOST // 2)
        if len(rarest_first) > 2:
            for left_out in rarest_first[: -MOST_LEFT_OUT - 1 : -1]:
                found |= self._nearly([unit for unit in rarest_first if unit is not left_out], MOST // 4)
        for unit in rarest_first[:MOST_ALONE]:
            if len(found) >= MOST:
                break
            found |= self._nearly([unit], MOST // 4)
        return [item_id for item_id in found if item_id not in whole][:MOST]

    def _nearly(self, units: Sequence[Unit], limit: int) -> dict[int, None]:
        """Items with these units. Where nothing else has to hold, a name of several words need not stand in a row in
        them: their scores will tell."""
        nearly = not (self._plan.always or self._plan.never or self._plan.choices)
        if nearly and len(units) == 1 and limit <= COUNTED and self._reach.among is None:
            known = next(
                found for unit, found in zip(self._plan.units, self._newest_of, strict=True) if unit is units[0]
            )
            return dict.fromkeys(item_id for item_id in known[:limit] if item_id not in self._reach.left_out)
        return dict.fromkeys(self._newest(units, limit, nearly=nearly))

    def _newest(self, units: Sequence[Unit], limit: int, *, nearly: bool = False) -> list[int]:
        among = self._among(units)
        expression = self._plan.expression(units)
        found = self._index.newest(expression, limit=limit, hidden=self._reach.hidden, among=among, nearly=nearly)
        return [item_id for item_id in found if item_id not in self._reach.left_out]

    def _among(self, units: Sequence[Unit]) -> frozenset[int] | None:
        """The items among which those with all these units are, None where they may be any: so that a rare thing
        spares a walk through all that have a frequent one."""
        known = [found for unit, found in zip(self._plan.units, self._newest_of, strict=True) if unit in units]
        rare = [frozenset(found) for found in known if len(found) < COUNTED]
        sets = rare if self._reach.among is None else [self._reach.among, *rare]
        return frozenset.intersection(*sets) if sets else None

    def _newest_of_each(self, units: Sequence[Unit]) -> list[list[int]]:
        """Of each unit, some of the newest items that have it. What several can be said by, as all words of one name
        can by its other names, is looked for once."""
        ways = [dict.fromkeys(_alternatives(unit)) for unit in units]
        times = Counter(way for some in ways for way in some)
        found: dict[tuple[Expression, ...], list[int]] = {}
        newest: list[list[int]] = []
        for some in ways:
            own, shared = (tuple(way for way in some if (times[way] > 1) is common) for common in (False, True))
            for part in filter(None, (own, shared)):
                if part not in found:
                    found[part] = self._counted(any_of(*part))
            both = {*found.get(own, ()), *found.get(shared, ())}
            newest.append(sorted(both, reverse=True)[:COUNTED])
        return newest

    def _counted(self, expression: Expression) -> list[int]:
        """Some of the newest items that fit, whatever else is asked for: by how close together they stand, it is known
        how many there are. Those of hidden sources do not count: what only they have is unknown."""
        return self._index.newest(expression, limit=COUNTED, hidden=self._reach.hidden, nearly=True)

    def _total(self, expression: Expression) -> float:
        """About how many items fit."""
        if expression not in self._totals:
            newest = self._index.newest(EVERYTHING, limit=1)
            self._totals[expression] = _frequency(self._counted(expression), newest[0] if newest else 0)
        return self._totals[expression]


def _entitled(unit: Unit) -> Unit:
    """The unit in titles, by the names that count most."""
    return replace(unit, fields=(Field.TITLE,), ways=unit.ways[:MOST_NAMES_OF_TITLED])


def _alternatives(unit: Unit) -> tuple[Expression, ...]:
    expression = unit.expression
    return expression.parts if isinstance(expression, AnyOf) else (expression,)


def _frequency(found: Sequence[int], everything: float) -> float:
    """About how many items fit, of which these are some of the newest; there are so many items at all."""
    if len(found) < COUNTED:
        return float(len(found))
    return max(float(len(found)), everything * len(found) / (found[0] - found[-1] + 1))


def _texts_of(unit: Unit) -> Expression:
    """The texts in which a unit may stand: those in its script, where all its ways are in one."""
    script, *others = {script_of(token) for way in unit.ways for token in way.tokens}
    if others or script is Script.LATIN:
        return EVERYTHING
    return any_of(*(facet("lang", language) for language in LANGUAGES[script]))
