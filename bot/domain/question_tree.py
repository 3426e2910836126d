"""How the parts of a question are put together, so that what means the same looks the same.

In `Every` no part is another `Every`; words come before conditions; words of one field are one part, as are the
languages, sections, sources, issues and numbers that are asked for, and all dates. No part is there twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from bot.domain.folding import fold
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

MOST_LEVELS = 8
"""Parts inside each other; what is deeper is reduced to its words, all of which are then asked for."""

ALTERNATIVES = frozenset((Facet.LANGUAGE, Facet.SECTION, Facet.SOURCE, Facet.ISSUE, Facet.ID))
"""Facets of which an item has one: several are asked for as alternatives."""


def every(parts: Iterable[Node]) -> Node | None:
    """All of the parts; None where there are none."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, Every) else (part,))]
    texts = [part for part in flat if not is_condition(part)]
    conditions = [part for part in flat if is_condition(part)]
    kept = tuple(dict.fromkeys([*_merged_words(texts), *_merged_conditions(conditions)]))
    return None if not kept else kept[0] if len(kept) == 1 else Every(kept)


def either(parts: Iterable[Node]) -> Node:
    """One of the parts, of which there is at least one."""
    flat = (one for part in parts for one in (part.parts if isinstance(part, Either) else (part,)))
    kept = tuple(dict.fromkeys(flat))
    return kept[0] if len(kept) == 1 else Either(kept)


def negated(part: Node) -> Node:
    return part.part if isinstance(part, Not) else Not(part)


def rooted(part: Node | None) -> Every:
    """The root of a question, of no more than `MOST_LEVELS` levels."""
    bounded = _bounded(part, MOST_LEVELS) if part else None
    return bounded if isinstance(bounded, Every) else Every((bounded,) if bounded else ())


def is_condition(part: Node) -> bool:
    """True for what is asked of an item besides what it is about."""
    if isinstance(part, Either | Every):
        return all(map(is_condition, part.parts))
    return isinstance(part, Filter | Appeared | Not)


def identities(question: Question) -> tuple[Identity, ...]:
    """The papers and links that all results of a question have to do with."""
    return tuple(part for part in question.root.parts if isinstance(part, Identity))


def languages_of(question: Question) -> frozenset[str]:
    """The primary tags of the languages of which every result of a question has one; none where it may have any."""
    return next(filter(None, map(_tags, question.root.parts)), frozenset())


def _tags(node: Node) -> frozenset[str]:
    parts = node.parts if isinstance(node, Either) else (node,)
    tags = [part.value for part in parts if isinstance(part, Filter) and part.facet is Facet.LANGUAGE]
    return frozenset(tags) if len(tags) == len(parts) else frozenset()


def without_identities(question: Question) -> Question:
    """The question for what else the results have to be."""
    rest = tuple(part for part in question.root.parts if not isinstance(part, Identity))
    return replace(question, root=Every(rest))


def is_personal(question: Question) -> bool:
    """True where what fits depends on who asks: what they have saved or opened."""
    return any(one.facet is Facet.IS for one in _filters(question.root))


def is_of_club(question: Question) -> bool:
    """True where what fits depends on what a club has discussed."""
    return any(
        one.facet is Facet.HAS and one.value in (Has.DISCUSSION, Has.MATERIALS) for one in _filters(question.root)
    )


def alternatives(part: Node) -> tuple[Facet, tuple[str, ...]] | None:
    """The facet and its values where the part asks for one of them and for nothing else."""
    filters = part.parts if isinstance(part, Either) else (part,)
    values = tuple(one.value for one in filters if isinstance(one, Filter))
    facets = {one.facet for one in filters if isinstance(one, Filter)}
    return (facets.pop(), values) if len(values) == len(filters) and len(facets) == 1 else None


def common_days(spans: Iterable[Appeared]) -> Appeared:
    """The days that are in all of the spans."""
    firsts, lasts = zip(*((span.first, span.last) for span in spans), strict=True)
    return Appeared(
        max((one for one in firsts if one is not None), default=None),
        min((one for one in lasts if one is not None), default=None),
    )


def _merged_words(texts: list[Node]) -> Iterator[Node]:
    merged = set()
    for part in texts:
        if not isinstance(part, Words):
            yield part
        elif part.field not in merged:
            merged.add(part.field)
            words = " ".join(one.text for one in texts if isinstance(one, Words) and one.field == part.field)
            # Who says a word twice in a row has mistyped; further apart it may be a title.
            yield Words(" ".join(next(same) for _, same in groupby(words.split(), fold)), part.field)


def _merged_conditions(conditions: list[Node]) -> Iterator[Node]:
    merged = set()
    dates = [part for part in conditions if isinstance(part, Appeared)]
    for part in conditions:
        named = alternatives(part)
        if isinstance(part, Appeared):
            yield common_days(dates)
        elif named is None or named[0] not in ALTERNATIVES:
            yield part
        elif named[0] not in merged:
            merged.add(named[0])
            alike = [one for one in conditions if (other := alternatives(one)) and other[0] is named[0]]
            yield either(alike)


def _bounded(part: Node, levels: int) -> Node | None:
    """The part with no more than so many levels of parts inside it."""
    inner = _inner(part)
    if not inner:
        return part
    if levels == 1 and any(map(_inner, inner)):
        return every(_texts(part))
    kept = [one for child in inner if (one := _bounded(child, levels - 1))]
    if not kept:
        return None
    if isinstance(part, Not):
        return negated(kept[0])
    return every(kept) if isinstance(part, Every) else either(kept)


def _inner(part: Node) -> tuple[Node, ...]:
    if isinstance(part, Either | Every):
        return part.parts
    return (part.part,) if isinstance(part, Not) else ()


def _texts(part: Node) -> Iterator[Node]:
    if isinstance(part, Words | Phrase | Prefix | Identity):
        yield part
    for inner in _inner(part):
        yield from _texts(inner)


def _filters(part: Node) -> Iterator[Filter]:
    if isinstance(part, Filter):
        yield part
    for inner in _inner(part):
        yield from _filters(inner)
