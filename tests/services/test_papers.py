"""Papers: asked for politely, kept, and never in anybody's way."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.errors import FetchFailed, ReadError
from bot.domain.papers import PaperFacts, PaperId
from bot.services.papers import ATTEMPTS, FIRST_WAIT, FRESH, Papers
from storage.database import Database
from tests.fakes import FakeClock

GPT = PaperId("arxiv", "2005.14165")
ATTENTION = PaperId("arxiv", "1706.03762")
TOLD = PaperFacts("Few-Shot Learners", ("Tom B. Brown",), "Recent work.")


@dataclass
class Archive:
    """An archive with these papers; `faults` are raised first, one a question."""

    papers: dict[PaperId, PaperFacts] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)
    asked: list[tuple[PaperId, ...]] = field(default_factory=list)
    silent: bool = False

    def knows(self, paper: PaperId) -> bool:
        return paper.scheme == "arxiv"

    async def look_up(self, papers: Sequence[PaperId]) -> Mapping[PaperId, PaperFacts]:
        self.asked.append(tuple(papers))
        if self.silent:
            await asyncio.Event().wait()
        if self.faults:
            raise self.faults.pop(0)
        return {paper: self.papers[paper] for paper in papers if paper in self.papers}


def want(database: Database, papers: Papers, *wanted: PaperId, clock: FakeClock) -> None:
    with database.write() as uow:
        for paper in wanted:
            assert papers.want(uow, paper, now=clock())


def facts_of(database: Database, *papers: PaperId) -> dict[str, PaperFacts]:
    with database.read() as uow:
        return uow.papers.facts([str(paper) for paper in papers])


async def test_what_is_wanted_is_asked_for_together_and_kept(database: Database) -> None:
    clock, archive = FakeClock(), Archive({GPT: TOLD, ATTENTION: PaperFacts("Attention")})
    papers = Papers(database, clock, archive)
    want(database, papers, GPT, ATTENTION, GPT, clock=clock)
    assert await papers.look_up_due() == 2
    assert facts_of(database, GPT) == {str(GPT): TOLD}
    want(database, papers, GPT, ATTENTION, clock=clock)
    assert await papers.look_up_due() == 0
    assert [set(asked) for asked in archive.asked] == [{GPT, ATTENTION}]


async def test_old_word_of_an_archive_is_asked_for_again_and_holds_meanwhile(database: Database) -> None:
    clock, archive = FakeClock(), Archive({GPT: TOLD})
    papers = Papers(database, clock, archive)
    want(database, papers, GPT, clock=clock)
    await papers.look_up_due()
    clock.now += FRESH + timedelta(days=1)
    want(database, papers, GPT, clock=clock)
    archive.faults = [FetchFailed("no network")]
    await papers.look_up_due()
    assert facts_of(database, GPT) == {str(GPT): TOLD}
    assert len(archive.asked) == 2


async def test_an_archive_that_fails_is_left_alone_for_as_long_as_it_asks(database: Database) -> None:
    clock = FakeClock()
    archive = Archive({GPT: TOLD}, faults=[FetchFailed("busy", retry_after=timedelta(hours=1))])
    papers = Papers(database, clock, archive)
    want(database, papers, GPT, clock=clock)
    assert await papers.look_up_due() == 0
    clock.advance(minutes=59)
    assert await papers.look_up_due() == 0
    assert len(archive.asked) == 1
    clock.advance(minutes=2)
    assert await papers.look_up_due() == 1


async def test_a_paper_that_is_refused_does_not_keep_the_others_back(database: Database) -> None:
    clock = FakeClock()
    archive = Archive({GPT: TOLD}, faults=[ReadError("refused")])
    papers = Papers(database, clock, archive)
    want(database, papers, GPT, ATTENTION, clock=clock)
    await papers.look_up_due()
    clock.now += FIRST_WAIT
    await papers.look_up_due()
    assert [len(asked) for asked in archive.asked] == [2, 1, 1]  # after the refusal, each by itself
    assert facts_of(database, GPT, ATTENTION) == {str(GPT): TOLD}


async def test_what_an_archive_never_has_is_given_up(database: Database) -> None:
    clock, archive = FakeClock(), Archive()
    papers = Papers(database, clock, archive)
    want(database, papers, GPT, clock=clock)
    for _ in range(3 * ATTEMPTS):
        await papers.look_up_due()
        clock.advance(hours=12)
    assert len(archive.asked) == ATTEMPTS
    assert facts_of(database, GPT) == {}


async def test_nobody_waits_for_an_archive_that_does_not_answer(database: Database) -> None:
    clock, archive = FakeClock(), Archive({GPT: TOLD}, silent=True)
    papers = Papers(database, clock, archive, patience=0.01)
    want(database, papers, GPT, clock=clock)
    await papers.look_up_soon()
    assert facts_of(database, GPT) == {}
    archive.silent = False
    assert await papers.look_up_due() == 1  # nothing was lost by not waiting


async def test_without_an_archive_nothing_is_wanted(database: Database) -> None:
    clock = FakeClock()
    papers = Papers(database, clock, None)
    with database.write() as uow:
        assert not papers.want(uow, GPT, now=clock())
    assert await papers.look_up_due() == 0
    with_one = Papers(database, clock, Archive())
    with database.write() as uow:
        assert not with_one.want(uow, PaperId("doi", "10.1/x"), now=clock())
        assert not with_one.want(uow, None, now=clock())
