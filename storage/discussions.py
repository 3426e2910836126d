"""Discussion threads that are still to be opened below digests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from bot.domain.communities import Destination
from bot.domain.deliveries import PartState
from storage.communities import DESTINATION_COLUMNS, destination_of
from storage.community_tables import DestinationRow
from storage.delivery_tables import DeliveryPartRow, DeliveryRow
from storage.digest_tables import DiscussionRow


@dataclass(frozen=True, slots=True)
class DueDiscussion:
    """A thread to open below a message, with a name. `attempts` were made before."""

    delivery_id: int
    destination: Destination
    message_id: str
    name: str
    attempts: int


class Discussions:
    """Threads by the deliveries that they are opened below."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, wanted: Sequence[tuple[int, str]], *, now: datetime) -> None:
        """Threads are wanted below deliveries, which have none yet: delivery, name."""
        rows = [{"delivery_id": one, "name": name, "attempts": 0, "due_at": now} for one, name in wanted]
        if rows:
            self._connection.execute(insert(DiscussionRow), rows)

    def due(self, platform: str, now: datetime, *, limit: int) -> list[DueDiscussion]:
        """Threads to open now: the last parts of these deliveries are sent. Nothing is opened in a destination that is
        paused."""
        last = (
            select(func.max(DeliveryPartRow.number))
            .where(DeliveryPartRow.delivery_id == DiscussionRow.delivery_id)
            .correlate(DiscussionRow)
            .scalar_subquery()
        )
        rows = self._connection.execute(
            select(
                DiscussionRow.delivery_id,
                DiscussionRow.name.label("discussion_name"),
                DiscussionRow.attempts,
                DeliveryPartRow.message_id,
                *DESTINATION_COLUMNS,
            )
            .join(DeliveryRow, DeliveryRow.id == DiscussionRow.delivery_id)
            .join(DestinationRow, DestinationRow.id == DeliveryRow.destination_id)
            .join(
                DeliveryPartRow,
                (DeliveryPartRow.delivery_id == DiscussionRow.delivery_id) & (DeliveryPartRow.number == last),
            )
            .where(
                DiscussionRow.due_at <= now,
                DeliveryRow.platform == platform,
                DeliveryPartRow.state == PartState.SENT,
                DeliveryPartRow.message_id.is_not(None),
                DestinationRow.paused_reason.is_(None),
            )
            .order_by(DiscussionRow.due_at, DiscussionRow.delivery_id)
            .limit(limit)
        )
        return [
            DueDiscussion(row.delivery_id, destination_of(row), row.message_id, row.discussion_name, row.attempts)
            for row in rows
        ]

    def tried(self, delivery_id: int, *, due_at: datetime | None) -> None:
        """A thread was tried to be opened: it is tried again then, None: never, since it is there or cannot be."""
        self._connection.execute(
            update(DiscussionRow)
            .where(DiscussionRow.delivery_id == delivery_id)
            .values(attempts=DiscussionRow.attempts + 1, due_at=due_at)
        )

    def give_up(self, before: datetime) -> None:
        """Threads below deliveries that were stored before that moment are not opened any more. May be repeated."""
        old = select(DeliveryRow.id).where(DeliveryRow.created_at < before)
        self._connection.execute(
            update(DiscussionRow)
            .where(DiscussionRow.due_at.is_not(None), DiscussionRow.delivery_id.in_(old))
            .values(due_at=None)
        )
