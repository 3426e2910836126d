"""Which club somebody means, and what they may do there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, timedelta

import pytest

from bot.domain.club import ClubSession, SessionPlan
from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.errors import UserError
from bot.domain.members import Account, Membership
from bot.services.clubs import Asking, Clubs
from bot.services.ports import ResolvedChat
from storage.database import Database
from tests.fakes import FakeClock

GROUP = DestinationSpec("telegram", "-100", kind=DestinationKind.GROUP, title="Readers")
OTHER = DestinationSpec("telegram", "-200", kind=DestinationKind.GROUP, title="Others")
ANN = Account("telegram", "7", "Ann", "en")


@dataclass
class Rights:
    """A platform where these people administer these chats."""

    administrators: set[tuple[str, str]] = field(default_factory=set)
    asked: int = 0

    async def resolve(self, name: str) -> ResolvedChat | None:
        raise NotImplementedError

    async def missing_right(self, chat_id: str) -> str | None:
        raise NotImplementedError

    async def is_administrator(self, chat_id: str, person_id: str) -> bool:
        self.asked += 1
        return (chat_id, person_id) in self.administrators


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def rights() -> Rights:
    return Rights()


@pytest.fixture
def clubs(database: Database, clock: FakeClock, rights: Rights) -> Clubs:
    return Clubs(database, clock, UTC, directories={"telegram": rights})  # type: ignore[dict-item]  # asked this only


def in_private(account: Account = ANN) -> Asking:
    spec = DestinationSpec(account.platform, account.id, kind=DestinationKind.PRIVATE)
    return Asking(account, spec, chat_administrator=True)


def community_of(database: Database, spec: DestinationSpec) -> int:
    with database.write() as uow:
        return uow.communities.ensure_destination(spec, zone="Europe/Moscow", languages=("ru",)).community_id


def a_session(database: Database, community_id: int, clock: FakeClock) -> ClubSession:
    with database.write() as uow:
        plan = SessionPlan("Attention", clock.now + timedelta(days=3), "Europe/Moscow")
        return uow.club_sessions.add(community_id, plan, uid=f"uid{community_id}", now=clock.now)


async def test_in_a_group_it_is_the_club_of_its_community_and_its_administrators_decide(
    database: Database, clubs: Clubs
) -> None:
    community = community_of(database, GROUP)
    stranger = await clubs.enter(Asking(ANN, GROUP), "en")
    administrator = await clubs.enter(Asking(ANN, GROUP, chat_administrator=True), "en")
    assert stranger.community.id == administrator.community.id == community
    assert stranger.member is None
    assert not stranger.organiser
    assert administrator.organiser
    with pytest.raises(UserError, match="Only organisers"):
        stranger.require_organiser()


async def test_who_is_in_no_club_has_one_of_their_own_in_private(clubs: Clubs) -> None:
    access = await clubs.enter(in_private(), "pt_BR")
    assert access.organiser
    assert access.community.languages == ("pt_BR",)


async def test_in_private_it_is_the_club_that_somebody_joined_and_being_alone_there_gives_no_rights(
    database: Database, clubs: Clubs, clock: FakeClock
) -> None:
    community = community_of(database, GROUP)
    with database.write() as uow:
        member = uow.members.ensure(ANN, now=clock.now)
        uow.members.put_membership(Membership(community, member.id, clock.now))
    access = await clubs.enter(in_private(), "en")
    assert access.community.id == community
    assert access.membership is not None
    assert not access.organiser


async def test_in_private_the_administrators_of_a_chat_and_the_appointed_are_organisers(
    database: Database, clubs: Clubs, clock: FakeClock, rights: Rights
) -> None:
    community = community_of(database, GROUP)
    with database.write() as uow:
        member = uow.members.ensure(ANN, now=clock.now)
        uow.members.put_membership(Membership(community, member.id, clock.now))
    rights.administrators.add(("-100", "7"))
    assert (await clubs.enter(in_private(), "en")).organiser
    assert (await clubs.enter(in_private(), "en")).organiser
    assert rights.asked == 1  # what was said a moment ago still holds
    rights.administrators.clear()
    clock.advance(minutes=2)
    assert not (await clubs.enter(in_private(), "en")).organiser
    with database.write() as uow:
        uow.members.put_membership(Membership(community, member.id, clock.now, organiser=True))
    assert (await clubs.enter(in_private(), "en")).organiser


async def test_an_organiser_who_asks_in_a_chat_finds_its_club_in_private_and_nobody_else_is_remembered(
    database: Database, clubs: Clubs, rights: Rights
) -> None:
    community = community_of(database, GROUP)
    rights.administrators.add(("-100", "7"))
    await clubs.enter(Asking(Account("telegram", "8"), GROUP), "en")
    assert (await clubs.enter(Asking(ANN, GROUP, chat_administrator=True), "en")).community.id == community
    in_private_now = await clubs.enter(in_private(), "en")
    assert (in_private_now.community.id, in_private_now.organiser) == (community, True)
    with database.read() as uow:
        assert uow.members.of_account(Account("telegram", "8")) is None


async def test_of_several_clubs_the_one_that_somebody_came_from_last_is_meant_until_they_choose(
    database: Database, clubs: Clubs, clock: FakeClock
) -> None:
    one, two = community_of(database, GROUP), community_of(database, OTHER)
    with database.write() as uow:
        member = uow.members.ensure(ANN, now=clock.now)
        uow.members.put_membership(Membership(one, member.id, clock.now))
        uow.clubs.came_from(member.id, two)
    assert (await clubs.enter(in_private(), "en")).community.id == two
    assert [community.id for community in await clubs.choices(in_private())] == [two, one]
    await clubs.choose(in_private(), one)
    assert (await clubs.enter(in_private(), "en")).community.id == one
    with pytest.raises(UserError, match="another club"):
        await clubs.choose(in_private(Account("telegram", "8")), one)


async def test_a_session_is_reached_from_its_own_club_only(database: Database, clubs: Clubs, clock: FakeClock) -> None:
    session = a_session(database, community_of(database, GROUP), clock)
    community_of(database, OTHER)
    access, found = await clubs.enter_session(Asking(ANN, GROUP), session.id)
    assert found == session
    assert access.community.id == session.community_id
    for elsewhere in (Asking(ANN, OTHER, chat_administrator=True), in_private()):
        with pytest.raises(UserError, match="another club"):
            await clubs.enter_session(elsewhere, session.id)
    with pytest.raises(UserError, match="another club"):
        await clubs.enter_session(Asking(ANN, GROUP), 404)
