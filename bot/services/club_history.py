"""What a club has done: its past sessions page by page, and the club in numbers, with a picture."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.domain.club import ClubSession
from bot.domain.club_history import ClubFigures, Turnout, figures_of
from bot.domain.files import File
from bot.domain.materials import Material
from bot.domain.pages import Page, page_of
from bot.domain.roster import Role
from bot.services.clubs import ClubAccess
from bot.services.ports import DrawChart
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

PAGE_SIZE = 5
MOST_SESSIONS = 1_000
"""Sessions that are counted, of more the newest."""
DRAWN = 30
"""Sessions in the picture, the newest: bars that are still told apart on a telephone."""


@dataclass(frozen=True, slots=True)
class PastSession:
    """A session that took place. `speakers` are the names of those who spoke, perhaps hostile."""

    session: ClubSession
    turnout: Turnout
    speakers: tuple[str, ...]
    materials: tuple[Material, ...]


class ClubHistory:
    """Looks back."""

    def __init__(self, database: Database, draw: DrawChart | None) -> None:
        """`draw` draws the picture; without it there is none."""
        self._database = database
        self._draw = draw

    async def page(self, access: ClubAccess, page: int) -> Page[PastSession]:
        """A page of a club's past, the newest session first; one out of range becomes the nearest there is."""
        return await self._database.query(_page, access, page)

    async def figures(self, access: ClubAccess) -> ClubFigures:
        """The club in numbers."""
        return await self._database.query(_figures, access)

    async def picture(self, figures: ClubFigures) -> File | None:
        """Its sessions as a picture; None where there are too few, or it could not be drawn."""
        sessions = figures.sessions[-DRAWN:]
        if self._draw is None or len(sessions) < 2:
            return None
        try:
            return File("attendance.png", "image/png", await self._draw(sessions))
        except (OSError, TimeoutError, ValueError) as error:
            log.warning("chart_not_drawn", kind=type(error).__name__, reason=str(error))
            return None


def _page(uow: UnitOfWork, access: ClubAccess, page: int) -> Page[PastSession]:
    everything = uow.club_sessions.past(access.community.id, now=access.now, limit=MOST_SESSIONS)
    here = page_of(everything, page, PAGE_SIZE)
    ids = [one.id for one in here.shown]
    turnouts, materials = uow.club_history.turnouts(ids), uow.materials.of_sessions(ids)
    speakers = uow.calendars.speakers(ids)
    return here.showing(
        PastSession(
            one,
            turnouts.get(one.id, Turnout()),
            (*one.plan.speaker_names, *speakers.get(one.id, ())),
            tuple(materials.get(one.id, ())),
        )
        for one in here.shown
    )


def _figures(uow: UnitOfWork, access: ClubAccess) -> ClubFigures:
    sessions = uow.club_sessions.past(access.community.id, now=access.now, limit=MOST_SESSIONS)
    ids = [one.id for one in sessions]
    named = {name for one in sessions for name in one.plan.speaker_names}
    return ClubFigures(
        figures_of(sessions, uow.club_history.turnouts(ids)),
        people=uow.club_history.people(ids),
        speakers=uow.club_history.people(ids, Role.SPEAKER) + len(named),
        papers=uow.club_history.papers(ids),
        materials=uow.club_history.materials(ids),
    )
