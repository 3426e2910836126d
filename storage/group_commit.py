"""Small transactions that come at the same time, committed as one: a commit costs more than what is in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from storage.database import Database
from storage.unit_of_work import UnitOfWork

MOST = 200
"""Works that share a commit: more would keep other writers waiting."""

T = TypeVar("T")
_Work = Callable[[UnitOfWork], Any]


class GroupCommit:
    """Takes works that may share a transaction with others."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[_Work, asyncio.Future[Any]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """What the work returns, once that is committed. Works run in the order in which they come. One that raises
        undoes nobody else's; it may be run twice, the first time without effect."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await future

    async def _write(self) -> None:
        await asyncio.sleep(0)  # others that are ready now may join
        while self._waiting:
            group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            await self._write_group(group)
        self._writing = None

    async def _write_group(self, group: Sequence[tuple[_Work, asyncio.Future[Any]]]) -> None:
        try:
            results = await self._database.run(_in_turn, [work for work, _ in group])
        except Exception as error:
            if len(group) > 1:
                for one in group:
                    await self._write_group([one])
            elif not group[0][1].done():
                group[0][1].set_exception(error)
            return
        for (_, future), result in zip(group, results, strict=True):
            if not future.done():  # whoever waited for it may have given up
                future.set_result(result)


def _in_turn(uow: UnitOfWork, works: Sequence[_Work]) -> list[Any]:
    return [work(uow) for work in works]
