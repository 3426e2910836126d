"""Expressions that ask whether an item is one of some that are known, as looks that an engine can take: each for tokens
alone, among some items or besides them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from bot.domain.matching import EVERYTHING, AllOf, AnyOf, Expression, OneOf, Tokens, Without, all_of, any_of


@dataclass(frozen=True, slots=True)
class Look:
    """What fits `expression`, in which is no `OneOf`: only `among` these items where they are given, and none of
    `besides`."""

    expression: Expression
    among: frozenset[int] | None = None
    besides: frozenset[int] = frozenset()


def looks(expression: Expression) -> list[Look]:
    """The looks that find together what fits, each item in one of them; none where nothing can fit."""
    sets = list(dict.fromkeys(_sets(expression)))
    if not sets:
        return [Look(expression)]
    chosen = frozenset().union(*sets)
    found = []
    # Items that are in the same sets are asked for the same, and so is all that is in none.
    if (asked := _reduced(expression, frozenset())) is not False:
        found.append(Look(_expression(asked), besides=chosen))
    alike: dict[frozenset[frozenset[int]], set[int]] = defaultdict(set)
    for item_id in chosen:
        alike[frozenset(one for one in sets if item_id in one)].add(item_id)
    among: dict[Expression, set[int]] = defaultdict(set)
    for holding, item_ids in alike.items():
        if (asked := _reduced(expression, holding)) is not False:
            among[_expression(asked)] |= item_ids
    return [*found, *(Look(asked, frozenset(item_ids)) for asked, item_ids in among.items())]


def _sets(expression: Expression) -> list[frozenset[int]]:
    match expression:
        case OneOf(item_ids):
            return [item_ids]
        case AllOf(parts) | AnyOf(parts):
            return [one for part in parts if not isinstance(part, Tokens) for one in _sets(part)]
        case Without(wanted, unwanted):
            return [*_sets(wanted), *_sets(unwanted)]
        case Tokens():
            return []


def _reduced(expression: Expression, holding: frozenset[frozenset[int]]) -> Expression | bool:
    """What is left to be asked of an item that is in these sets and in no other; True or False where that is known."""
    match expression:
        case OneOf(item_ids):
            return item_ids in holding
        case Tokens():
            return True if expression == EVERYTHING else expression
        case AllOf(parts):
            return _any_or_all(parts, holding, decisive=False)
        case AnyOf(parts):
            return _any_or_all(parts, holding, decisive=True)
        case Without(wanted, unwanted):
            kept, left_out = _reduced(wanted, holding), _reduced(unwanted, holding)
            if kept is False or left_out is True:
                return False
            return kept if left_out is False else Without(_expression(kept), _expression(left_out))


def _any_or_all(
    parts: tuple[Expression, ...], holding: frozenset[frozenset[int]], *, decisive: bool
) -> Expression | bool:
    left = []
    for part in parts:
        reduced = _reduced(part, holding)
        if reduced is decisive:
            return decisive
        if not isinstance(reduced, bool):
            left.append(reduced)
    if not left:
        return not decisive
    return any_of(*left) if decisive else all_of(*left)


def _expression(reduced: Expression | bool) -> Expression:
    """What is not known to be False."""
    return EVERYTHING if isinstance(reduced, bool) else reduced
