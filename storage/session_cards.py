"""Where sessions are shown, and which of these messages are to be brought up to date."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, update

from storage.club_tables import SessionCardRow


class SessionCards:
    """The cards of sessions: at most one for a session in a destination."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def touch(self, session_id: int, *, now: datetime) -> None:
        """Something that the session's cards show has changed: they are brought up to date soon. May be repeated."""
        due = func.coalesce(SessionCardRow.due_at, now)
        self._connection.execute(
            update(SessionCardRow).where(SessionCardRow.session_id == session_id).values(due_at=due)
        )
