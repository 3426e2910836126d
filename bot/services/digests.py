"""Digests on request: the items of a window, page by page."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, tzinfo

from bot.domain.digests import DigestFilter, DigestPage, DigestWindow, Period, arrange, page_of, window_of
from bot.domain.sections import Section
from bot.services.ports import Clock
from storage.database import Database
from storage.unit_of_work import UnitOfWork

_Key = tuple[DigestWindow, DigestFilter, int]


class Digests:
    """Answers what appeared in a window. The same question asked several times at once is computed once."""

    def __init__(self, database: Database, clock: Clock, zone: tzinfo) -> None:
        self._database = database
        self._clock = clock
        self.zone = zone
        self._running: dict[_Key, asyncio.Task[DigestPage]] = {}

    def window(self, period: Period | date) -> DigestWindow:
        """The window of a period in the zone of this bot."""
        return window_of(period, now=self._clock(), zone=self.zone)

    def today(self) -> date:
        return self._clock().astimezone(self.zone).date()

    async def languages(self) -> list[str]:
        """The primary tags of the languages that there are items in, the most frequent first."""
        return await self._database.query(lambda uow: uow.items.languages())

    async def page(self, window: DigestWindow, wanted: DigestFilter, page: int = 1) -> DigestPage:
        """A page of the digest; one out of range becomes the nearest there is. May be repeated.

        Items are in the window by the time they were first seen, or by the time their document was published.
        """
        key = (window, wanted, page)
        task = self._running.get(key)
        if task is None:
            task = asyncio.ensure_future(self._database.query(_page, window, wanted, page))
            self._running[key] = task
            task.add_done_callback(lambda _done: self._running.pop(key, None))
        return await asyncio.shield(task)

    async def remember(self, window: DigestWindow, wanted: DigestFilter) -> int:
        """Keeps the question, so that the buttons below its answer work for as long as the message is there."""
        parameters = {
            "start": window.start.isoformat(),
            "end": window.end.isoformat(),
            "section": wanted.section.value if wanted.section else None,
            "language": wanted.language,
        }
        now = self._clock()
        return await self._database.run(lambda uow: uow.views.add("digest", parameters, now=now))

    async def recall(self, view_id: int) -> tuple[DigestWindow, DigestFilter] | None:
        """The question that was remembered, None where it has been forgotten."""
        view = await self._database.query(lambda uow: uow.views.get(view_id))
        if view is None or view.kind != "digest":
            return None
        kept = view.parameters
        window = DigestWindow(datetime.fromisoformat(str(kept["start"])), datetime.fromisoformat(str(kept["end"])))
        section = Section(str(kept["section"])) if kept["section"] else None
        return window, DigestFilter(section, str(kept["language"]) if kept["language"] else None)


def _page(uow: UnitOfWork, window: DigestWindow, wanted: DigestFilter, page: int) -> DigestPage:
    outlines = uow.items.outlines(window.start, window.end, section=wanted.section, language=wanted.language)
    shown, page, pages = page_of(arrange(outlines), page)
    found = DigestPage(
        window=window,
        filter=wanted,
        items=tuple(uow.items.many([one.item_id for one in shown])),
        total=len(outlines),
        documents=len({one.document_id for one in outlines}),
        page=page,
        pages=pages,
    )
    if outlines:
        return found
    return replace(found, newest=uow.items.newest_moment(section=wanted.section, language=wanted.language))
