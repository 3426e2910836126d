"""The tables of calendars: the addresses that people subscribe to."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String

from storage.tables import Table, UtcDateTime, column


class CalendarAddressRow(Table):
    """The address of a community's calendar, or of a member's own. Its `token` is kept as it is, since its owner wants
    to see it again, and it opens nothing that is not in this database. It is found by its hash: how long that takes
    says nothing about the token."""

    __tablename__ = "calendar_addresses"
    __table_args__ = (CheckConstraint("(community_id IS NULL) <> (member_id IS NULL)", name="owner"),)

    token_hash = column(String(64), primary_key=True)
    token = column(String(64))
    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"), unique=True, nullable=True)
    member_id = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), unique=True, nullable=True)
    made_at = column(UtcDateTime)
