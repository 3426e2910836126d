"""Whether an expression fits an item: what an engine finds, told of one item without asking the engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter

from bot.domain.indexed_items import StoredDocument
from bot.domain.matching import AllOf, AnyOf, Expression, Field, OneOf, Tokens, Without

Fitter = Callable[[StoredDocument], bool]


def fitter(expression: Expression) -> Fitter:
    """What tells of an item whether it has what the expression asks for. Made once, it is asked of many items."""
    match expression:
        case Tokens():
            return _row_fitter(expression)
        case AllOf(parts):
            every = [fitter(part) for part in parts]
            return lambda document: all(fits(document) for fits in every)
        case AnyOf(parts):
            return _any_fitter(parts)
        case Without(wanted, unwanted):
            kept, left_out = fitter(wanted), fitter(unwanted)
            return lambda document: kept(document) and not left_out(document)
        case OneOf(item_ids):
            return lambda document: document.item_id in item_ids


def _any_fitter(parts: Sequence[Expression]) -> Fitter:
    """The other names of a concept are dozens of rows in the same fields: they are looked for in one go."""
    some = list(_fitters(parts))
    return some[0] if len(some) == 1 else lambda document: any(fits(document) for fits in some)


def _fitters(parts: Sequence[Expression]) -> Iterator[Fitter]:
    rows: dict[tuple[Field, ...], list[str]] = defaultdict(list)
    for part in parts:
        if not isinstance(part, Tokens):
            yield fitter(part)
        elif _is_sayable(part):
            rows[_fields_of(part)].append(_sought(part))
    for fields, sought in rows.items():
        yield _rows_fitter(sought, fields)


def _row_fitter(row: Tokens) -> Fitter:
    """Whether tokens stand in a row in one of their fields."""
    return _rows_fitter([_sought(row)], _fields_of(row)) if _is_sayable(row) else lambda _document: False


def _is_sayable(row: Tokens) -> bool:
    """Whether any text could have it: tokens are letters and digits."""
    return bool(row.tokens) and all(map(str.isalnum, row.tokens))


def _fields_of(row: Tokens) -> tuple[Field, ...]:
    """In the field of forms nothing stands in a row."""
    return tuple(field for field in row.fields or Field if field is not Field.FORMS or len(row.tokens) == 1)


def _sought(row: Tokens) -> str:
    return f" {' '.join(row.tokens)} "


def _rows_fitter(sought: Sequence[str], fields: Sequence[Field]) -> Fitter:
    if not fields:
        return lambda _document: False
    if len(fields) == 1:
        one_text = attrgetter(fields[0])
        return lambda document: any(map(one_text(document).__contains__, sought))
    # Fields are framed by spaces, so that no row reaches from one into the next.
    texts = attrgetter(*fields)
    return lambda document: any(map("".join(texts(document)).__contains__, sought))
