"""What an engine is asked for: expressions over analysed tokens, in no engine's own language.

An index engine (SQLite's FTS5, PostgreSQL's tsvector) finds the items whose fields fit an expression. Tokens are what
`bot.domain.analysis` makes of texts, so that all engines find the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Field(StrEnum):
    """A part of an item that is searched. Tokens in a row are always of one field."""

    TITLE = "title"
    NAMES = "names"  # authors, identifiers of papers, repositories, hosts of links
    BODY = "body"
    ORIGINAL = "original"  # what a translated issue keeps of its original
    PLACE = "place"  # the heading of its section, the title of its source, and its facets
    FORMS = "forms"  # words as they stand in the text, where they differ from their stems; in no order


@dataclass(frozen=True, slots=True)
class Tokens:
    """These tokens in a row; in one of these fields, in any where none is named."""

    tokens: tuple[str, ...]
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part fits. Has at least one."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part fits. Has at least one."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The one fits, and the other does not."""

    wanted: Expression
    unwanted: Expression


@dataclass(frozen=True, slots=True)
class OneOf:
    """The item is one of these: what somebody has saved, what a club has discussed. Engines know nothing of it; see
    `bot.domain.chosen_items`."""

    item_ids: frozenset[int]


Expression = Tokens | AllOf | AnyOf | Without | OneOf


@dataclass(frozen=True, slots=True)
class Way:
    """Tokens in a row by which a text says something. `weight`: 1 for what was asked for itself, less for what says it
    in other words. `language`: the primary tag of the texts in which it means that, None for any."""

    tokens: tuple[str, ...]
    weight: float = 1.0
    language: str | None = None

    def may_be_in(self, language: str) -> bool:
        """Whether a text in a language (a primary tag, "" where it is not known) may say it so. Terms in English stand
        in texts of every language."""
        return self.language in {None, "en", language} or not language


FACET = "Ω"
"""How facets begin. Folded words have no capital letters, so that no word that somebody types is taken for a facet."""

EVERYTHING = Tokens((f"{FACET}all",), (Field.PLACE,))
"""Fits every item."""


def facet(kind: str, value: str | int = "") -> Tokens:
    """What fits the items that have a facet: `facet("lang", "pt")`, `facet("section", "education")`."""
    return Tokens((facet_token(kind, value),), (Field.PLACE,))


@lru_cache(4096)  # of what items and questions have in common
def facet_token(kind: str, value: str | int = "") -> str:
    """The token of a facet: letters and digits only."""
    return FACET + "".join(filter(str.isalnum, f"{kind}{value}"))


NOTHING = facet("none")
"""Fits no item: none has this facet."""


def tokens_in(expression: Expression) -> int:
    """How many tokens an engine is asked for."""
    match expression:
        case Tokens(tokens):
            return len(tokens)
        case AllOf(parts) | AnyOf(parts):
            return sum(map(tokens_in, parts))
        case Without(wanted, unwanted):
            return tokens_in(wanted) + tokens_in(unwanted)
        case OneOf():
            return 0


def all_of(*parts: Expression) -> Expression:
    """Every part, as simple as it can be said. What neighbours have in common is said once: "(a or c) and (b or c)" is
    "(a and b) or c", which takes an engine one walk along `c` instead of two."""
    flat = dict.fromkeys(one for part in parts for one in (part.parts if isinstance(part, AllOf) else (part,)))
    several = tuple(dict.fromkeys(_with_common_alternatives(tuple(flat))))
    return several[0] if len(several) == 1 else AllOf(several)


def _with_common_alternatives(parts: tuple[Expression, ...]) -> Iterator[Expression]:
    group: list[tuple[Expression, ...]] = []
    common: frozenset[Expression] = frozenset()
    for part in parts:
        ways = part.parts if isinstance(part, AnyOf) else (part,)
        shared = (
            common.intersection(ways) if len(group) > 1 else frozenset(group[0] if group else ()).intersection(ways)
        )
        if group and (shared != common or not shared) and not (len(group) == 1 and shared):
            yield _group(group, common)
            group, shared = [], frozenset()
        group.append(ways)
        common = shared
    if group:
        yield _group(group, common)


def _group(group: Sequence[tuple[Expression, ...]], common: frozenset[Expression]) -> Expression:
    """What fits all of a group, whose parts have some alternatives in common where they are several."""
    if len(group) == 1:
        return any_of(*group[0])
    alternatives = tuple(way for way in group[0] if way in common)
    apart = [tuple(way for way in ways if way not in common) for ways in group]
    if not all(apart):
        return any_of(*alternatives)
    return any_of(AllOf(tuple(dict.fromkeys(any_of(*ways) for ways in apart))), *alternatives)


def any_of(*parts: Expression) -> Expression:
    """Any part, as simple as it can be said."""
    flat = tuple(one for part in parts for one in (part.parts if isinstance(part, AnyOf) else (part,)))
    return flat[0] if len(flat) == 1 else AnyOf(tuple(dict.fromkeys(flat)))
