"""What may be proposed for a club: the papers that items, stories and people's words are about."""

from __future__ import annotations

from dataclasses import asdict, replace

from bot.domain.items import Item, visible
from bot.domain.nominations import LONGEST_TITLE, ProposedPaper, for_address, for_paper
from bot.domain.story_links import links_of, target_of
from bot.domain.text import cut
from bot.services.clubs import ClubAccess
from bot.services.item_message import UNTITLED, item_title
from bot.services.search import find_items
from storage.database import Database
from storage.unit_of_work import UnitOfWork

KEPT = "proposal"
"""The kind of the views that keep what may be proposed."""
MOST_CANDIDATES = 5
"""Items to choose from: a button each fits beside each other."""


class Proposable:
    """Finds the paper that somebody wants to propose, among what they may see, and keeps it for a button."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_item(self, access: ClubAccess, item_id: int) -> ProposedPaper | None:
        """What an item is about, None where it is gone, or not for those who ask."""
        viewer = access.asking.spec

        def look_up(uow: UnitOfWork) -> ProposedPaper | None:
            items = visible(uow.items.many([item_id]), uow.hidden_from(viewer))
            return _of_items(items) if items else None

        return await self._database.query(look_up)

    async def of_story(self, access: ClubAccess, story_id: int) -> ProposedPaper | None:
        """What a story is about, None where nothing is left of it, or nothing for those who ask."""
        viewer = access.asking.spec

        def look_up(uow: UnitOfWork) -> ProposedPaper | None:
            story = uow.stories.get(story_id)
            items = visible(uow.items.many(story.item_ids), uow.hidden_from(viewer)) if story else ()
            return _of_items(items) if items else None

        return await self._database.query(look_up)

    async def candidates(self, access: ClubAccess, words: str) -> list[Item]:
        """Items that somebody may mean who typed a title."""
        viewer = access.asking.spec

        def look_up(uow: UnitOfWork) -> list[Item]:
            return find_items(uow, viewer, words, limit=MOST_CANDIDATES, now=access.now)

        return await self._database.query(look_up)

    async def keep(self, access: ClubAccess, paper: ProposedPaper) -> int:
        """Keeps what somebody may propose, for a button."""
        facts = {**asdict(paper), "authors": "", "community": access.community.id}
        return await self._database.run(lambda uow: uow.views.add(KEPT, facts, now=access.now))

    async def kept(self, access: ClubAccess, view_id: int) -> ProposedPaper | None:
        """What was kept, None where it was forgotten, or kept for another club."""

        def look_up(uow: UnitOfWork) -> ProposedPaper | None:
            view = uow.views.get(view_id)
            if view is None or view.kind != KEPT or view.parameters["community"] != access.community.id:
                return None
            item_id = view.parameters["item_id"]
            identity, address, title = (str(view.parameters[name]) for name in ("identity", "address", "title"))
            return ProposedPaper(identity, address, title, item_id=item_id if isinstance(item_id, int) else None)

        return await self._database.query(look_up)

    async def community_of_kept(self, view_id: int) -> int | None:
        """For whose club something was kept for a button, None where it was forgotten."""
        view = await self._database.query(lambda uow: uow.views.get(view_id))
        community = view.parameters["community"] if view and view.kind == KEPT else None
        return community if isinstance(community, int) else None


def as_we_call_it(uow: UnitOfWork, access: ClubAccess, paper: ProposedPaper) -> ProposedPaper:
    """A paper that was named without a title, with that of an item that is about it and nothing else."""
    named = find_items(uow, access.asking.spec, paper.address, limit=MOST_CANDIDATES, now=access.now)
    for item in named:
        told = _of_items((item,))
        if told is not None and told.identity == paper.identity and len(item.papers) <= 1 and item.title:
            return replace(paper, title=told.title, item_id=item.id)
    return paper


def _of_items(items: tuple[Item, ...]) -> ProposedPaper | None:
    """The paper that items are about most, else the page that they are about; in the words of the first."""
    told = items[0]
    where = links_of(items)
    title = item_title(told)
    named = cut(title, LONGEST_TITLE) if title != UNTITLED else ""
    if where.paper is not None:
        return replace(for_paper(where.paper, named), item_id=told.id)
    target = target_of(told, where)
    found = for_address(target, named) if target else None
    return replace(found, item_id=told.id) if found else None
