"""Small works that come at the same time, done in one transaction: a commit costs more than what is in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from storage.database import Database
from storage.unit_of_work import UnitOfWork

MOST = 200
"""Works that share a commit: more would keep other writers waiting."""
GATHER = 0.004
"""Seconds for which works are gathered. Far less than a message is under way, and a third of the commits: the thread
that writes and the one that sends hinder each other whenever they run at once."""

A = TypeVar("A")
R = TypeVar("R")
Work = Callable[[UnitOfWork, Sequence[A]], Sequence[R]]
"""Does the same to several things, and says of each, in order, what came of it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    work: Work[Any, Any]
    thing: Any
    done: asyncio.Future[Any]


class GroupCommit:
    """Takes works that may share a transaction with others, and a call with others of their kind."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Wish] = []
        self._writing: asyncio.Task[None] | None = None

    async def run(self, work: Work[A, R], thing: A) -> R:
        """What the work says of the thing, once that is committed. One that raises undoes nobody else's; it may be run
        twice, the first time without effect. What waits at the same time is done in any order."""
        wish = _Wish(work, thing, asyncio.get_running_loop().create_future())
        self._waiting.append(wish)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        result: R = await wish.done
        return result

    async def _write(self) -> None:
        while self._waiting:
            await asyncio.sleep(GATHER)  # others may join
            wishes, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            await self._write_together(wishes)
        self._writing = None

    async def _write_together(self, wishes: Sequence[_Wish]) -> None:
        try:
            results = await self._database.run(_carry_out, wishes)
        except Exception as error:
            if len(wishes) > 1:
                for one in wishes:
                    await self._write_together([one])
            elif not wishes[0].done.done():
                wishes[0].done.set_exception(error)
            return
        for wish, result in results:
            if not wish.done.done():  # whoever waited for it may have given up
                wish.done.set_result(result)


def _carry_out(uow: UnitOfWork, wishes: Sequence[_Wish]) -> list[tuple[_Wish, Any]]:
    by_work: dict[Work[Any, Any], list[_Wish]] = {}
    for wish in wishes:
        by_work.setdefault(wish.work, []).append(wish)
    return [
        pair
        for work, group in by_work.items()
        for pair in zip(group, work(uow, [wish.thing for wish in group]), strict=True)
    ]
