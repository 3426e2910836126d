"""The tables of the outbox: what is to be sent where, and how far each part of it has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.deliveries import DeliveryKind, PartState
from bot.domain.subscriptions import UnknownPolicy
from storage.tables import Table, UtcDateTime, words_of


class DeliveryRow(Table):
    """Something to send to one destination. `platform` is the destination's.

    `due_at` is when there is something to do about it, NULL when there is nothing more. While it is leased that is the
    end of the lease, so that what a process leaves behind comes due by itself.
    """

    __tablename__ = "deliveries"
    # Ids are in buttons below messages, and nonces are made of them: none may ever come to mean another delivery.
    __table_args__ = (Index(None, "platform", "kind", "due_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    destination_id: Mapped[int] = mapped_column(ForeignKey("destinations.id", ondelete="CASCADE"))
    platform: Mapped[str] = mapped_column(String(16))
    kind: Mapped[DeliveryKind] = mapped_column(words_of(DeliveryKind, "kind"))
    unknown_policy: Mapped[UnknownPolicy] = mapped_column(words_of(UnknownPolicy, "unknown_policy"))
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


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

    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[PartState] = mapped_column(words_of(PartState, "state"))
    attempts: Mapped[int]
    doubts: Mapped[int]
    error: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str | None] = mapped_column(String(64), index=True)
    attempted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int]
    posted: Mapped[int | None]


class FileBodyRow(Table):
    """What a file holds, kept once however many deliveries bring it along. `digest` is its SHA-256."""

    __tablename__ = "file_bodies"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class DeliveryFileRow(Table):
    """The file that comes with a part of a delivery."""

    __tablename__ = "delivery_files"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("file_bodies.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(128))
