"""Writes sessions, with all that follows from it in the same transaction: who edited, cards, and what others hang on
to a session's time, place and state."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.domain.club import ClubSession, SessionPlan
from bot.domain.errors import StorageError
from storage.unit_of_work import UnitOfWork

SessionHook = Callable[[UnitOfWork, ClubSession | None, ClubSession, datetime], None]
"""Is told in the same transaction what a session was (None: there was none) and what it is now."""
PlaceSpeakers = Callable[[UnitOfWork, ClubSession, Sequence[int], datetime], None]
"""Puts members on the list of a session as its speakers."""


def new_uid() -> str:
    """A name that nobody can guess, for calendars and links."""
    return secrets.token_hex(16)


class SessionWriter:
    """Adds and changes sessions, each within the caller's transaction."""

    def __init__(
        self,
        *,
        on_change: Sequence[SessionHook] = (),
        place_speakers: PlaceSpeakers | None = None,
        uid: Callable[[], str] = new_uid,
    ) -> None:
        self._on_change = on_change
        self._place_speakers = place_speakers
        self.uid = uid

    def add(
        self,
        uow: UnitOfWork,
        community_id: int,
        plan: SessionPlan,
        *,
        by: int | None,
        now: datetime,
        chats: Collection[int] = (),
        speakers: Sequence[int] = (),
        series_id: int | None = None,
        occurrence: date | None = None,
    ) -> ClubSession:
        """A new session, shown in these chats, at which these members speak."""
        session = uow.club_sessions.add(
            community_id,
            plan,
            uid=self.uid(),
            now=now,
            drawn_up_by=by,
            series_id=series_id,
            occurrence=occurrence,
        )
        uow.session_drafts.edited(session.id, session.version, by=by, now=now)
        uow.session_cards.show_in(session.id, chats, now=now)
        if speakers and self._place_speakers:
            self._place_speakers(uow, session, speakers, now)
        self._tell(uow, None, session, now)
        return session

    def save(
        self, uow: UnitOfWork, old: ClubSession, new: ClubSession, *, by: int | None, now: datetime
    ) -> ClubSession:
        """Keeps a changed session as the next version; one that is the same is left alone. `old` is how it stands in
        this transaction."""
        if new == old:
            return old
        if _schedule(new) != _schedule(old):
            new = replace(new, schedule_version=old.schedule_version + 1)
        saved = uow.club_sessions.save(replace(new, changed_at=now), expected=old.version)
        if saved is None:
            raise StorageError(f"The session {old.id} was not as it was read in the same transaction.")
        uow.session_drafts.edited(saved.id, saved.version, by=by, now=now)
        uow.session_cards.touch(saved.id, now=now)
        self._tell(uow, old, saved, now)
        return saved

    def _tell(self, uow: UnitOfWork, old: ClubSession | None, new: ClubSession, now: datetime) -> None:
        for hook in self._on_change:
            hook(uow, old, new, now)


def _schedule(session: ClubSession) -> tuple[object, ...]:
    """What calendars and reminders go by."""
    plan = session.plan
    return plan.starts_at, plan.length, plan.place, session.state
