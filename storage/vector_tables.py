"""The table of vectors, which stand for what items mean."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, LargeBinary, Text

from storage.tables import Table, column


class ItemVectorRow(Table):
    """The vector that a model has made of an item, a byte a dimension; empty where it makes none of it. `model` is ""
    where it has to be made anew."""

    __tablename__ = "item_vectors"

    item_id = column(Integer, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    model = column(Text, index=True)
    vector = column(LargeBinary)
