"""The tables of calendars: the addresses that people subscribe to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Table, UtcDateTime


class CalendarAddressRow(Table):
    """The address of a community's calendar, or of a member's own. Its `token` is kept as it is, since its owner wants
    to see it again, and it opens nothing that is not in this database. It is found by its hash: how long that takes
    says nothing about the token."""

    __tablename__ = "calendar_addresses"
    __table_args__ = (CheckConstraint("(community_id IS NULL) <> (member_id IS NULL)", name="owner"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    token: Mapped[str] = mapped_column(String(64))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
