"""Small works in common transactions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.domain.errors import StorageError
from storage.database import Database
from storage.group_commit import MOST, GroupCommit
from storage.unit_of_work import UnitOfWork


class Note:
    """Works that write chats' languages, and how many things each call of them was for."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def write(self, uow: UnitOfWork, chats: Sequence[str]) -> list[str]:
        self.calls.append(len(chats))
        for chat in chats:
            uow.chats.set_language("telegram", chat, "ru")
            if chat == "refused":
                raise StorageError("this one cannot be written")
        return [f"{chat} is written" for chat in chats]


def languages(database: Database, *chats: str) -> list[str | None]:
    with database.read() as uow:
        return [uow.chats.language("telegram", chat) for chat in chats]


async def test_works_of_one_kind_that_come_together_share_a_call(database: Database) -> None:
    note, commits = Note(), GroupCommit(database)
    answers = await asyncio.gather(*(commits.run(note.write, str(number)) for number in range(5)))
    assert answers == [f"{number} is written" for number in range(5)]
    assert note.calls == [5]
    assert languages(database, "0", "4") == ["ru", "ru"]


async def test_works_of_two_kinds_get_their_own_answers(database: Database) -> None:
    one, other, commits = Note(), Note(), GroupCommit(database)
    answers = await asyncio.gather(
        commits.run(one.write, "a"), commits.run(other.write, "b"), commits.run(one.write, "c")
    )
    assert answers == ["a is written", "b is written", "c is written"]
    assert (one.calls, other.calls) == ([2], [1])


async def test_one_that_fails_undoes_nobody_elses(database: Database) -> None:
    note, commits = Note(), GroupCommit(database)
    chats = ("a", "refused", "b")
    answers = await asyncio.gather(*(commits.run(note.write, chat) for chat in chats), return_exceptions=True)
    assert [isinstance(answer, StorageError) for answer in answers] == [False, True, False]
    assert languages(database, *chats) == ["ru", None, "ru"]


async def test_who_gives_up_waiting_keeps_nobody_from_an_answer(database: Database) -> None:
    note, commits = Note(), GroupCommit(database)
    impatient = asyncio.create_task(commits.run(note.write, "a"))
    patient = asyncio.create_task(commits.run(note.write, "b"))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == "b is written"
    with pytest.raises(asyncio.CancelledError):
        await impatient


async def test_a_transaction_is_not_longer_than_it_may_be(database: Database) -> None:
    note, commits = Note(), GroupCommit(database)
    await asyncio.gather(*(commits.run(note.write, str(number)) for number in range(MOST + 1)))
    assert note.calls == [MOST, 1]
    assert await commits.run(note.write, "later") == "later is written"
