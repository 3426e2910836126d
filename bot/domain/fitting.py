"""Whether an expression fits an item: what an engine finds, told of one item without asking the engine."""

from __future__ import annotations

from bot.domain.indexed_items import StoredDocument
from bot.domain.matching import AllOf, AnyOf, Expression, Field, Tokens, Without


def fits(expression: Expression, document: StoredDocument) -> bool:
    """True where the item has what the expression asks for."""
    match expression:
        case Tokens():
            return stands_in(expression, document)
        case AllOf(parts):
            return all(fits(part, document) for part in parts)
        case AnyOf(parts):
            return any(fits(part, document) for part in parts)
        case Without(wanted, unwanted):
            return fits(wanted, document) and not fits(unwanted, document)


def stands_in(row: Tokens, document: StoredDocument) -> bool:
    """True where the tokens stand in a row in one of their fields. In that of forms nothing stands in a row."""
    if not row.tokens:
        return False
    sought = f" {' '.join(row.tokens)} "
    fields = row.fields or tuple(Field)
    if len(row.tokens) > 1:
        fields = tuple(field for field in fields if field is not Field.FORMS)
    return any(sought in getattr(document, field) for field in fields)
