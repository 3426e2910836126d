"""The tables of the outbox: what is to be sent where, and how far each part of it has come."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnClause, ForeignKey, Index, Integer, LargeBinary, String, Text

from bot.domain.deliveries import DeliveryKind, PartState
from bot.domain.subscriptions import UnknownPolicy
from storage.tables import Table, UtcDateTime, column, words_of


class DeliveryRow(Table):
    """Something to send to one destination. `platform` is the destination's.

    `due_at` is when there is something to do about it, NULL when there is nothing more. While it is leased that is the
    end of the lease, so that what a process leaves behind comes due by itself.
    """

    __tablename__ = "deliveries"
    # Ids are in buttons below messages, and nonces are made of them: none may ever come to mean another delivery.
    __table_args__ = (Index(None, "platform", "kind", "due_at"), {"sqlite_autoincrement": True})

    id = column(Integer, primary_key=True)
    key = column(Text, unique=True)
    destination_id = column(Integer, ForeignKey("destinations.id", ondelete="CASCADE"))
    platform = column(String(16))
    kind = column(words_of(DeliveryKind, "kind"))
    unknown_policy = column(words_of(UnknownPolicy, "unknown_policy"))
    not_before = column(UtcDateTime)
    expires_at = column(UtcDateTime, nullable=True)
    created_at = column(UtcDateTime, index=True)
    due_at = column(UtcDateTime, nullable=True)
    lease_owner = column(String(64), nullable=True)
    lease_until = column(UtcDateTime, nullable=True)


Index(None, DeliveryRow.destination_id, DeliveryRow.due_at)


class DeliveryPartRow(Table):
    """One message of a delivery, as it was rendered when the delivery was stored.

    `doubts` counts how often nobody knew whether it had arrived. `version` counts corrections of the payload, `posted`
    is the one that readers see.
    """

    __tablename__ = "delivery_parts"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("doubts >= 0", name="doubts"),
    )

    delivery_id = column(Integer, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True)
    number = column(Integer, primary_key=True)
    payload: ColumnClause[dict[str, Any]] = column(JSON)
    state = column(words_of(PartState, "state"))
    attempts = column(Integer)
    doubts = column(Integer)
    error = column(Text, nullable=True)
    message_id = column(String(64), index=True, nullable=True)
    attempted_at = column(UtcDateTime, nullable=True)
    sent_at = column(UtcDateTime, nullable=True)
    version = column(Integer)
    posted = column(Integer, nullable=True)


class FileBodyRow(Table):
    """What a file holds, kept once however many deliveries bring it along. `digest` is its SHA-256."""

    __tablename__ = "file_bodies"

    id = column(Integer, primary_key=True)
    digest = column(String(64), unique=True)
    content = column(LargeBinary)


class DeliveryFileRow(Table):
    """The file that comes with a part of a delivery."""

    __tablename__ = "delivery_files"

    delivery_id = column(Integer, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True)
    number = column(Integer, primary_key=True)
    body_id = column(Integer, ForeignKey("file_bodies.id"), index=True)
    name = column(String(64))
    media_type = column(String(128))
