"""What a club's sessions have to do with what its people look for: papers that were discussed, materials that fit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.club import ClubSession
from bot.domain.discussed import Discussed, DiscussedPapers, discussed_before
from bot.domain.materials import Material
from bot.domain.papers import PaperId
from bot.domain.question_tree import identities
from bot.domain.selection import Ranked
from bot.services.clubs import Asking, reachable
from bot.services.ports import Clock
from bot.services.search import SearchResults
from storage.database import Database
from storage.unit_of_work import UnitOfWork

MOST_MATERIALS = 3
"""Materials above the results of a search."""
NOTHING_DISCUSSED: DiscussedPapers = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FoundMaterial:
    """A material that fits, and the session that it is of."""

    material: Material
    session: ClubSession


class ClubFindings:
    """Looks for what the clubs know that somebody can reach from where they ask, and no others."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def discussed(self, asking: Asking, papers: Iterable[PaperId | str]) -> DiscussedPapers:
        """The sessions in which these papers, or what else has an identity, were discussed; one query, however many
        they are."""
        identities = {str(paper) for paper in papers}
        return await self._database.query(self._discussed, asking, identities) if identities else NOTHING_DISCUSSED

    async def told(self, asking: Asking, stories: Collection[Ranked]) -> tuple[Ranked, ...]:
        """Stories, with the sessions in which their papers were discussed."""
        papers = [paper for one in stories if (paper := one.candidate.links.paper)]
        discussed = await self.discussed(asking, papers)
        return tuple(one.with_discussed(discussed) for one in stories)

    async def materials(self, asking: Asking, results: SearchResults) -> list[FoundMaterial]:
        """The newest materials that fit what somebody looks for."""

        def look_up(uow: UnitOfWork) -> list[FoundMaterial]:
            found = uow.materials.found(
                reachable(uow, asking), results.plan, identities(results.question), limit=MOST_MATERIALS
            )
            return [FoundMaterial(material, session) for material, session in found]

        return await self._database.query(look_up)

    def _discussed(self, uow: UnitOfWork, asking: Asking, identities: set[str]) -> DiscussedPapers:
        found = uow.club_sessions.discussed(reachable(uow, asking), identities)
        pairs: list[tuple[str, Discussed]] = [pair for some in found.values() for pair in some]
        return discussed_before(pairs, self._clock())
