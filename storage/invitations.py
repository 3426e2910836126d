"""Personal invitations to a club's chats on another platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.domain.members import PersonalInvitation
from storage.member_tables import InvitationRow

_ALL = select(InvitationRow.__table__).order_by(InvitationRow.id)


class Invitations:
    """Invitations by person, community and address."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        community_id: int,
        member_id: int,
        platform: str,
        chat_id: str,
        address: str,
        *,
        expires_at: datetime,
        now: datetime,
    ) -> PersonalInvitation:
        """A new invitation, which nobody has used."""
        facts: dict[str, Any] = {"platform": platform, "chat_id": chat_id, "address": address, "expires_at": expires_at}
        values = {"community_id": community_id, "member_id": member_id, "made_at": now, **facts}
        made = insert(InvitationRow).values(**values).returning(InvitationRow.id)
        id_ = self._connection.execute(made).scalar_one()
        return PersonalInvitation(id_, community_id, member_id, made_at=now, **facts)

    def of_member(self, member_id: int, community_id: int | None = None) -> list[PersonalInvitation]:
        """The invitations of somebody, to all clubs unless one is named; the oldest first."""
        query = _ALL.where(InvitationRow.member_id == member_id)
        return self._many(query if community_id is None else query.where(InvitationRow.community_id == community_id))

    def of_community(self, community_id: int) -> list[PersonalInvitation]:
        """Everybody's invitations to a club, the oldest first."""
        return self._many(_ALL.where(InvitationRow.community_id == community_id))

    def at(self, platform: str, address: str) -> PersonalInvitation | None:
        """The invitation with an address, None where it is none of ours."""
        found = self._many(_ALL.where(InvitationRow.platform == platform, InvitationRow.address == address))
        return found[0] if found else None

    def use(self, invitation_id: int, *, now: datetime) -> bool:
        """Somebody has come by the invitation. Returns whether that is new; may be repeated."""
        used = update(InvitationRow).where(InvitationRow.id == invitation_id, InvitationRow.used_at.is_(None))
        return self._connection.execute(used.values(used_at=now)).rowcount > 0

    def remove(self, invitation_ids: Sequence[int]) -> None:
        """Forgets invitations. May be repeated."""
        self._connection.execute(delete(InvitationRow).where(InvitationRow.id.in_(invitation_ids)))

    def _many(self, query: Any) -> list[PersonalInvitation]:
        names = PersonalInvitation.__dataclass_fields__
        return [
            PersonalInvitation(**{name: getattr(row, name) for name in names})
            for row in self._connection.execute(query)
        ]
