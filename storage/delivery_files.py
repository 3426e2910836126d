"""The files that deliveries bring along."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import Connection, Select, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_if_new

from bot.domain.files import File
from storage.delivery_tables import DeliveryFileRow, FileBodyRow

_FILE, _BODY = DeliveryFileRow.__table__, FileBodyRow.__table__


class DeliveryFiles:
    """Kept while their deliveries may still be sent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, files: Iterable[tuple[int, int, File]]) -> None:
        """Keeps the files of parts: delivery, number and file."""
        bodies: dict[File, int] = {}
        for delivery_id, number, file in files:
            if file not in bodies:
                bodies[file] = self._body(file.content)
            facts = {"name": file.name, "media_type": file.media_type, "body_id": bodies[file]}
            self._connection.execute(insert(_FILE).values(delivery_id=delivery_id, number=number, **facts))

    def get(self, delivery_id: int, number: int) -> File | None:
        found = self._connection.execute(
            select(_FILE.c.name, _FILE.c.media_type, _BODY.c.content)
            .join(_BODY, _BODY.c.id == _FILE.c.body_id)
            .where(_FILE.c.delivery_id == delivery_id, _FILE.c.number == number)
        ).first()
        return File(found.name, found.media_type, found.content) if found else None

    def forget(self, deliveries: Select[int]) -> None:
        """Forgets the files of deliveries, and what no other brings along. May be repeated."""
        self._connection.execute(delete(_FILE).where(_FILE.c.delivery_id.in_(deliveries)))
        kept = select(_FILE.c.body_id).where(_FILE.c.body_id == _BODY.c.id).exists()
        self._connection.execute(delete(_BODY).where(~kept))

    def _body(self, content: bytes) -> int:
        digest = sha256(content).hexdigest()
        new = insert_if_new(_BODY).values(digest=digest, content=content).on_conflict_do_nothing()
        self._connection.execute(new)
        body_id: int = self._connection.execute(select(_BODY.c.id).where(_BODY.c.digest == digest)).scalar_one()
        return body_id
