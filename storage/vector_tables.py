"""The table of vectors, which stand for what items mean."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Table


class ItemVectorRow(Table):
    """The vector that a model has made of an item, a byte a dimension; empty where it makes none of it. `model` is ""
    where it has to be made anew."""

    __tablename__ = "item_vectors"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(Text, index=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
