"""Whether an expression fits an item: what an engine finds, told of one item without asking the engine."""

from __future__ import annotations

from collections.abc import Callable
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
            some = [fitter(part) for part in parts]
            return lambda document: any(fits(document) for fits in some)
        case Without(wanted, unwanted):
            kept, left_out = fitter(wanted), fitter(unwanted)
            return lambda document: kept(document) and not left_out(document)
        case OneOf(item_ids):
            return lambda document: document.item_id in item_ids


def _row_fitter(row: Tokens) -> Fitter:
    """Whether tokens stand in a row in one of their fields. In that of forms nothing stands in a row."""
    if not row.tokens:
        return lambda _document: False
    sought = f" {' '.join(row.tokens)} "
    fields = [field for field in row.fields or Field if field is not Field.FORMS or len(row.tokens) == 1]
    if len(fields) == 1:
        text = attrgetter(fields[0])
        return lambda document: sought in text(document)
    texts = attrgetter(*fields) if fields else lambda _document: ()
    return lambda document: any(sought in text for text in texts(document))
