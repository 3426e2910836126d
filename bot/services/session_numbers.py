"""The session of a club that somebody means: by its number, or the next where they name none."""

from __future__ import annotations

from bot.domain.club import ClubSession
from bot.domain.errors import UserError
from bot.services.clubs import ClubAccess
from storage.unit_of_work import UnitOfWork


def numbered_session(uow: UnitOfWork, access: ClubAccess, number: int) -> ClubSession:
    """The session with this number. Raises UserError where there is none."""
    found = uow.club_sessions.numbered(access.community.id, number)
    if found is None:
        raise UserError("There is no session {number}.", number=number)
    return found


def meant_session(uow: UnitOfWork, access: ClubAccess, number: int | None) -> ClubSession | None:
    """The session with this number, without one the next, None where none is planned. Raises UserError where a number
    is given that no session has."""
    if number is None:
        return uow.club_sessions.next(access.community.id, now=access.now)
    return numbered_session(uow, access, number)
