"""Votes that end, their results, and what becomes of what is picked: over a real database and outbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from bot.domain.club import ClubSession, SessionPlan, SessionState
from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.errors import UserError
from bot.domain.members import Account
from bot.domain.nominations import Nomination, NominationState, read_proposal
from bot.domain.session_drafts import NewSession
from bot.platforms.telegram.payload import payloads as telegram_payloads
from bot.services.clubs import Asking, ClubAccess, Clubs
from bot.services.nominations import Nominations, Told
from bot.services.papers import Papers
from bot.services.reaching import Reaching
from bot.services.votings import Votings
from storage.database import Database
from tests.fakes import FakeClock
from tests.outbox import all_deliveries, text_of

GROUP = DestinationSpec("telegram", "-100", kind=DestinationKind.GROUP, title="Readers")
ANN, BOB = Account("telegram", "7", "Ann", "en"), Account("telegram", "8", "Bob", "en")
HEAD = Account("telegram", "9", "Head", "en")


class World:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FakeClock()
        self.clubs = Clubs(database, self.clock, UTC, directories={})
        self.nominations = Nominations(database, Papers(database, self.clock, None))
        self.votings = Votings(database, self.clock, Reaching({"telegram": telegram_payloads}))

    async def access(self, account: Account) -> ClubAccess:
        return await self.clubs.enter(Asking(account, GROUP, chat_administrator=account is HEAD), "en")

    async def propose(self, account: Account, typed: str) -> Nomination:
        paper = read_proposal(typed)
        assert paper is not None
        answer = await self.nominations.propose(await self.access(account), paper)
        assert answer.nomination is not None
        return answer.nomination

    async def vote(self, account: Account, nomination: Nomination, *, wanted: bool = True) -> None:
        await self.nominations.vote(await self.access(account), nomination.id, wanted=wanted)

    async def session_of(self, nomination: Nomination) -> ClubSession:
        """The session that organisers make of a proposal."""
        new = await self.votings.draft(await self.access(HEAD), nomination.id)
        return self.made(new)

    def made(self, new: NewSession) -> ClubSession:
        plan = SessionPlan(new.title, self.clock.now + timedelta(days=7), "UTC", papers=new.papers)
        with self.database.write() as uow:
            number = len(uow.club_sessions.upcoming(1, now=self.clock.now))
            session = uow.club_sessions.add(1, plan, uid=f"u{number}", now=self.clock.now)
            self.votings.settle(uow, None, session, self.clock.now)
        return session

    def change(self, session: ClubSession, changed: Callable[[ClubSession], ClubSession]) -> ClubSession:
        with self.database.write() as uow:
            new = uow.club_sessions.save(changed(session), expected=session.version)
            assert new is not None
            self.votings.settle(uow, session, new, self.clock.now)
        return new

    def stored(self, nomination: Nomination) -> Nomination:
        with self.database.read() as uow:
            found = uow.nominations.get(nomination.id)
        assert found is not None
        return found

    def told(self, chat_id: str) -> list[str]:
        """What goes to a chat."""
        return [
            text_of(one.parts[0].payload) for one in all_deliveries(self.database) if one.destination.chat_id == chat_id
        ]


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


async def test_the_chats_and_the_organiser_are_told_the_result_once(world: World) -> None:
    frogs, toads = await world.propose(ANN, "2101.00001"), await world.propose(ANN, "2101.00002")
    await world.vote(BOB, toads)
    await world.votings.end_at(await world.access(HEAD), world.clock.now + timedelta(days=3))
    assert await world.votings.end_due() == 0
    world.clock.advance(days=3)
    assert await world.votings.end_due() == 1
    assert await world.votings.end_due() == 0
    (said,) = world.told("-100")
    assert "The vote for the next paper is over" in said
    assert "Most votes: “arxiv.org/abs/2101.00002” (2 votes)" in said
    (to_organiser,) = world.told("9")
    assert "Most votes" in to_organiser
    with pytest.raises(UserError, match="over"):
        await world.vote(BOB, frogs)


async def test_a_result_that_was_due_while_the_bot_was_down_is_told_afterwards(world: World) -> None:
    await world.propose(ANN, "2101.00001")
    await world.votings.end_at(await world.access(HEAD), world.clock.now + timedelta(days=3))
    world.clock.advance(days=30)
    await world.votings.end_due()
    assert len(world.told("-100")) == 1


async def test_ending_the_vote_at_once_tells_the_result_once(world: World) -> None:
    await world.propose(ANN, "2101.00001")
    for _ in range(2):
        await world.votings.end_now(await world.access(HEAD))
    assert len(world.told("-100")) == 1


async def test_a_tie_is_said_and_not_decided(world: World) -> None:
    frogs, toads = await world.propose(ANN, "2101.00001"), await world.propose(BOB, "2101.00002")
    await world.votings.end_now(await world.access(HEAD))
    (said,) = world.told("-100")
    assert "A tie (1 vote each)" in said
    assert world.stored(frogs).is_open
    assert world.stored(toads).is_open
    ranking = await world.votings.ranking(await world.access(HEAD))
    assert [one.id for one in ranking.winners] == [frogs.id, toads.id]


async def test_a_vote_without_proposals_or_votes_says_so(world: World) -> None:
    nomination = await world.propose(ANN, "2101.00001")
    await world.vote(ANN, nomination, wanted=False)
    await world.votings.end_now(await world.access(HEAD))
    assert "Nobody has voted." in world.told("-100")[0]


async def test_a_vote_ends_in_the_future_and_within_a_year(world: World) -> None:
    access = await world.access(HEAD)
    for when in (timedelta(0), timedelta(days=-1), timedelta(days=400)):
        with pytest.raises(UserError):
            await world.votings.end_at(access, world.clock.now + when)


async def test_members_end_no_votes_and_pick_nothing(world: World) -> None:
    nomination = await world.propose(ANN, "2101.00001")
    access = await world.access(ANN)
    for tried in (
        world.votings.end_at(access, world.clock.now + timedelta(days=1)),
        world.votings.end_at(access, None),
        world.votings.end_now(access),
        world.votings.ranking(access),
        world.votings.draft(access, nomination.id),
    ):
        with pytest.raises(UserError, match="Only organisers"):
            await tried
    assert world.stored(nomination) == nomination
    assert world.told("-100") == []


async def test_the_winner_becomes_a_session_and_the_rest_stay(world: World) -> None:
    frogs = await world.propose(ANN, "On frogs https://arxiv.org/abs/2101.00001")
    toads = await world.propose(BOB, "2101.00002")
    session = await world.session_of(frogs)
    (paper,) = session.plan.papers
    assert (paper.title, paper.identity, paper.nomination_id) == ("On frogs", "arxiv:2101.00001", frogs.id)
    picked = world.stored(frogs)
    assert (picked.state, picked.session_id) == (NominationState.PICKED, session.id)
    assert world.stored(toads).is_open
    (said,) = world.told("7")
    assert "Your proposal was picked for session 1: " in said
    with pytest.raises(UserError, match="not open"):
        await world.session_of(frogs)


async def test_people_vote_again_after_a_pick(world: World) -> None:
    frogs, toads = await world.propose(ANN, "2101.00001"), await world.propose(BOB, "2101.00002")
    await world.votings.end_now(await world.access(HEAD))
    await world.session_of(frogs)
    await world.vote(ANN, toads)
    assert world.stored(toads).votes == 2


async def test_a_session_about_the_same_paper_settles_its_proposal_too(world: World) -> None:
    frogs = await world.propose(ANN, "2101.00001")
    new = await world.votings.draft(await world.access(HEAD), frogs.id)
    by_hand = replace(new, papers=tuple(replace(one, nomination_id=None) for one in new.papers))
    session = world.made(by_hand)
    assert world.stored(frogs).session_id == session.id


async def test_a_cancelled_session_gives_its_proposal_back_with_its_votes(world: World) -> None:
    frogs = await world.propose(ANN, "2101.00001")
    session = await world.session_of(frogs)
    cancelled = world.change(session, lambda one: replace(one, state=SessionState.CANCELLED))
    assert world.stored(frogs).is_open
    assert world.stored(frogs).votes == 1
    world.change(cancelled, lambda one: replace(one, state=SessionState.PLANNED))
    assert world.stored(frogs).session_id == session.id
    assert len(world.told("7")) == 1  # they are told once


async def test_a_session_that_is_about_something_else_gives_its_proposal_back(world: World) -> None:
    frogs = await world.propose(ANN, "2101.00001")
    session = await world.session_of(frogs)
    world.change(session, lambda one: replace(one, plan=replace(one.plan, papers=())))
    assert world.stored(frogs).is_open


async def test_a_proposal_made_again_outlives_edits_of_the_session_about_it(world: World) -> None:
    frogs = await world.propose(ANN, "2101.00001")
    session = await world.session_of(frogs)
    paper = read_proposal("2101.00001")
    assert paper is not None
    access = await world.access(BOB)
    assert (await world.nominations.propose(access, paper)).told is Told.DISCUSSED
    again = await world.nominations.propose(access, paper, again=True)
    assert again.told is Told.PROPOSED
    assert again.nomination is not None
    world.change(session, lambda one: replace(one, plan=replace(one.plan, notes="Bring tea.")))
    assert world.stored(again.nomination).is_open


async def test_two_people_who_are_one_have_one_vote(world: World) -> None:
    frogs, toads = await world.propose(ANN, "2101.00001"), await world.propose(BOB, "2101.00002")
    await world.vote(BOB, frogs)
    assert world.stored(frogs).votes == 2
    with world.database.write() as uow:
        kept, gone = (uow.members.of_account(one) for one in (ANN, BOB))
        assert kept is not None
        assert gone is not None
        uow.member_data.merge(kept.id, gone.id)
        assert uow.nominations.votes_of(kept.id, [frogs.id, toads.id]) == {frogs.id, toads.id}
    assert world.stored(frogs).votes == 1
    assert world.stored(toads).votes == 1
    assert world.stored(toads).proposed_by == kept.id


async def test_a_chat_that_speaks_for_itself_proposes_and_does_not_vote(world: World) -> None:
    channel = Account("telegram", "-100", "Readers")
    nomination = await world.propose(channel, "2101.00001")
    assert (nomination.votes, nomination.proposed_by) == (0, None)
    with pytest.raises(UserError, match="Only people"):
        await world.vote(channel, nomination)
