"""Vectors of items: storing them, and finding those that point the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bot.domain.vectors import LONGEST_TEXT, Vector, packed, text_for_vector
from storage.parts import in_parts
from storage.tables import ItemRow
from storage.vector_tables import ItemVectorRow

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

MOST_COMPARED = 30_000
"""Vectors that a question is compared with, those of the newest items."""
BLOCK = 1_024  # vectors that are held in memory at a time
FEWEST_TO_JUDGE = 100
CLEARLY = 2.5
"""So many standard deviations nearer than the mean something has to be. Each model has other numbers for what is near;
in all of them nearly everything is about as far."""

STALE = ""

_FIRST_STALE = (
    select(ItemVectorRow.item_id)
    .where(ItemVectorRow.model == STALE)
    .order_by(ItemVectorRow.item_id.desc())
    .limit(bindparam("limit"))
)
_WITHOUT = (
    select(ItemRow.id)
    .outerjoin(ItemVectorRow, ItemVectorRow.item_id == ItemRow.id)
    .where(
        ItemRow.id.between(bindparam("first"), bindparam("last")),
        ItemVectorRow.item_id.is_(None),
        ItemRow.withdrawn_at.is_(None),
    )
    .order_by(ItemRow.id.desc())
    .limit(bindparam("limit"))
)
_NEWEST = (
    select(ItemVectorRow.item_id, ItemVectorRow.vector)
    .where(ItemVectorRow.model == bindparam("model"), func.length(ItemVectorRow.vector) == bindparam("length"))
    .order_by(ItemVectorRow.item_id.desc())
    .limit(bindparam("limit"))
)
_OF_OTHERS = (
    select(ItemVectorRow.item_id)
    .where(ItemVectorRow.model.not_in((bindparam("model"), STALE)))
    .order_by(ItemVectorRow.item_id)
    .limit(bindparam("limit"))
)


class Vectors:
    """Vectors by item. Those of one model are never compared with those of another."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def nearest(self, vector: Vector, *, model: str, limit: int) -> list[tuple[int, float]]:
        """The items whose meaning is clearly nearer to the vector's than most, the nearest first, each with its
        similarity (the cosine, up to 1); withdrawn items and those of hidden sources are among them."""
        import numpy as np  # tens of megabytes that most who run the bot do without

        direction = np.asarray(vector, dtype=np.float32)
        direction /= np.linalg.norm(direction)
        facts = {"model": model, "length": len(vector), "limit": MOST_COMPARED}
        ids: list[int] = []
        similarities: list[NDArray[float32]] = []
        for block in self._connection.execute(_NEWEST, facts).partitions(BLOCK):
            ids += (row.item_id for row in block)
            joined = np.frombuffer(b"".join(row.vector for row in block), dtype=np.int8)
            rows = joined.reshape(len(block), len(vector)).astype(np.float32)
            similarities.append(rows @ direction / np.linalg.norm(rows, axis=1))
        if not ids:
            return []
        all_ = np.concatenate(similarities)
        least = all_.mean() + CLEARLY * all_.std() if len(ids) >= FEWEST_TO_JUDGE else -1.0
        order = np.argsort(-all_, kind="stable")[:limit]
        return [(ids[place], float(all_[place])) for place in order if all_[place] >= least]

    def keep(self, vectors: Mapping[int, Vector | None], *, model: str) -> None:
        """Writes the vectors that a model has made of items, None where it makes none; items that are gone are left
        out. May be repeated."""
        there = self._there(list(vectors))
        rows = [
            {"item_id": item_id, "model": model, "vector": packed(vector) if vector else b""}
            for item_id, vector in vectors.items()
            if item_id in there
        ]
        if rows:
            ids = [row["item_id"] for row in rows]
            self._connection.execute(delete(ItemVectorRow).where(ItemVectorRow.item_id.in_(ids)))
            self._connection.execute(insert(ItemVectorRow.__table__), rows)

    def leave_to(self, model: str, *, limit: int) -> int:
        """Marks vectors of other models, at most `limit`, as to be made anew; how many."""
        ids = list(self._connection.scalars(_OF_OTHERS, {"model": model, "limit": limit}))
        for part in in_parts(ids):
            self._connection.execute(update(ItemVectorRow).where(ItemVectorRow.item_id.in_(part)).values(model=STALE))
        return len(ids)

    def stale(self, limit: int) -> list[int]:
        """Items whose vectors are to be made anew, the newest first."""
        return list(self._connection.scalars(_FIRST_STALE, {"limit": limit}))

    def without(self, *, first: int, last: int, limit: int) -> list[int]:
        """Items from one id to another that have no vector, the newest first."""
        return list(self._connection.scalars(_WITHOUT, {"first": first, "last": last, "limit": limit}))

    def newest_item(self) -> int:
        """The newest item there is, 0 where there is none."""
        return self._connection.scalar(select(func.max(ItemRow.id))) or 0

    def texts(self, item_ids: Sequence[int]) -> dict[int, str]:
        """What of items a model is given."""
        beginning = func.substr(ItemRow.text, 1, LONGEST_TEXT)
        rows = self._connection.execute(select(ItemRow.id, ItemRow.title, beginning).where(ItemRow.id.in_(item_ids)))
        return {item_id: text_for_vector(title, text) for item_id, title, text in rows}

    def _there(self, item_ids: Sequence[int]) -> set[int]:
        return set(self._connection.scalars(select(ItemRow.id).where(ItemRow.id.in_(item_ids))))
