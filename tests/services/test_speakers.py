"""Finding speakers over a real database and outbox: offers one after the other, swaps, and what speakers are asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from bot.domain.club import ClubSession, SessionPaper, SessionPlan, SessionState
from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.errors import UserError
from bot.domain.members import Account, Membership
from bot.domain.roster import Answer, Role
from bot.domain.speaker_queue import OfferState, Outcome
from bot.platforms.telegram.payload import payloads as telegram_payloads
from bot.services.clubs import Asking, ClubAccess, Clubs
from bot.services.reaching import Reaching
from bot.services.rsvp_words import telling
from bot.services.rsvps import Rsvps
from bot.services.speaker_swaps import SpeakerSwaps
from bot.services.speakers import OfferAnswer, Speakers
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.fakes import FakeClock
from tests.outbox import all_deliveries, text_of

GROUP = DestinationSpec("telegram", "-100", kind=DestinationKind.GROUP, title="Readers")
ANN, BOB, EVE, HEAD = (
    Account("telegram", id_, name, "en") for id_, name in zip("7869", ("Ann", "Bob", "Eve", "Head"), strict=True)
)
DAY = timedelta(days=1)


class World:
    """A club that Ann, Bob and Eve have joined in this order, the first two of whom would speak."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, FakeClock()
        self.reaching = Reaching({"telegram": telegram_payloads})
        tell = telling(self.reaching)
        self.clubs = Clubs(database, self.clock, UTC, directories={})
        self.rsvps = Rsvps(database, self.clock, tell)
        self.with_materials: set[int] = set()
        self.speakers = Speakers(
            database, self.clock, self.reaching, tell, has_materials=lambda _uow, id_: id_ in self.with_materials
        )
        self.swaps = SpeakerSwaps(database, self.clock, self.reaching, tell)
        with database.write() as uow:
            community = uow.communities.ensure_destination(GROUP, zone="UTC", languages=("en",)).community_id
            for days, account in enumerate((ANN, BOB, EVE)):
                member = uow.members.ensure(account, now=self.clock.now)
                joined = self.clock.now + days * timedelta(minutes=1)
                uow.members.put_membership(Membership(community, member.id, joined, speaker=account is not EVE))

    def session(self, days: float = 10, **facts: object) -> ClubSession:
        plan = SessionPlan("Attention", self.clock.now + days * DAY, "UTC", **facts)  # type: ignore[arg-type]
        with self.database.write() as uow:
            number = len(uow.club_sessions.upcoming(1, now=self.clock.now - 99 * DAY)) + 1
            return uow.club_sessions.add(1, plan, uid=f"uid{number}", now=self.clock.now)

    def asking(self, account: Account) -> Asking:
        return Asking(account, GROUP, chat_administrator=account is HEAD)

    async def access(self, account: Account) -> ClubAccess:
        return await self.clubs.enter(self.asking(account), "en")

    async def find(self, session: ClubSession) -> Outcome:
        step, _name = await self.speakers.find(await self.access(HEAD), session)
        return step.outcome

    async def answer(self, account: Account, *, accept: bool, offer: int | None = None) -> OfferAnswer:
        """Somebody answers the newest offer, or this one."""
        if offer is None:
            with self.database.read() as uow:
                offer = max(one for one in range(1, 20) if uow.speakers.offer(one))
        return await self.speakers.answer(self.asking(account), offer, accept=accept)

    def speaks(self, session: ClubSession) -> list[str]:
        with self.database.read() as uow:
            return [one.name for one in uow.rosters.speakers(session.id)]

    def told(self, account: Account, about: str = "") -> list[str]:
        """What somebody was told in private that has these words."""
        there = [one for one in all_deliveries(self.database) if one.destination.chat_id == account.id]
        return [said for one in there if about in (said := text_of(one.parts[0].payload))]

    def id_of(self, account: Account) -> int:
        with self.database.read() as uow:
            member = uow.members.of_account(account)
        assert member is not None
        return member.id

    def place(self, account: Account, session: ClubSession) -> None:
        """Somebody speaks in a session."""

        def put(uow: UnitOfWork) -> None:
            self.rsvps._open(uow, session, self.clock.now).place(self.id_of(account), Role.SPEAKER)

        with self.database.write() as uow:
            put(uow)

    def changed(self, session: ClubSession, **facts: object) -> ClubSession:
        new = replace(session, schedule_version=session.schedule_version + 1, **facts)  # type: ignore[arg-type]
        with self.database.write() as uow:
            saved = uow.club_sessions.save(new, expected=session.version)
            assert saved is not None
            self.speakers.session_changed(uow, session, saved, self.clock.now)
        return saved


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


ASKED = "It would be your turn to speak"


async def test_the_first_in_the_queue_is_asked_and_speaks_when_they_accept(world: World) -> None:
    session = world.session()
    assert await world.find(session) is Outcome.ASK
    assert len(world.told(ANN, ASKED)) == 1
    assert world.told(BOB) == []
    done = await world.answer(ANN, accept=True)
    assert (done.state, done.speaks) == (OfferState.ACCEPTED, True)
    assert world.speaks(session) == ["Ann"]
    assert len(world.told(HEAD, "Ann will speak:")) == 1  # who began the search


async def test_looking_for_a_speaker_again_asks_nobody_twice(world: World) -> None:
    session = world.session()
    await world.find(session)
    assert await world.find(session) is Outcome.WAIT
    assert len(world.told(ANN, ASKED)) == 1


async def test_an_offer_is_answered_once_and_then_tells_what_is_true(world: World) -> None:
    session = world.session()
    await world.find(session)
    for _ in range(2):
        assert (await world.answer(ANN, accept=True, offer=1)).speaks
    late = await world.answer(ANN, accept=False, offer=1)
    assert (late.state, late.speaks) == (OfferState.ACCEPTED, True)
    assert world.speaks(session) == ["Ann"]


async def test_who_declines_makes_way_for_the_next_one(world: World) -> None:
    session = world.session()
    await world.find(session)
    assert (await world.answer(ANN, accept=False)).state is OfferState.DECLINED
    assert len(world.told(BOB, ASKED)) == 1
    await world.answer(BOB, accept=True)
    assert world.speaks(session) == ["Bob"]


async def test_an_offer_that_nobody_answers_goes_to_the_next_one(world: World) -> None:
    session = world.session()
    await world.find(session)
    world.clock.now += timedelta(hours=49)
    assert await world.speakers.advance_due() == 1
    assert await world.speakers.advance_due() == 0
    assert len(world.told(BOB, ASKED)) == 1
    late = await world.answer(ANN, accept=True, offer=1)
    assert (late.state, late.speaks) == (OfferState.EXPIRED, False)
    assert world.speaks(session) == []


async def test_an_answer_that_comes_before_the_clock_did_is_late_all_the_same(world: World) -> None:
    await world.find(world.session())
    world.clock.now += timedelta(hours=49)
    assert (await world.answer(ANN, accept=True, offer=1)).state is OfferState.EXPIRED
    assert len(world.told(BOB, ASKED)) == 1


async def test_when_nobody_is_left_the_organisers_are_told_once(world: World) -> None:
    session = world.session()
    await world.find(session)
    await world.answer(ANN, accept=False)
    await world.answer(BOB, accept=False)
    for _ in range(3):
        await world.speakers.advance_due()
    assert len(world.told(HEAD, "Nobody who would speak is left")) == 1
    world.clock.advance(hours=1)
    assert await world.find(session) is Outcome.ASK  # they may be asked again
    assert len(world.told(ANN, ASKED)) == 2


async def test_the_fallback_is_asked_last(world: World) -> None:
    session = world.session()
    await world.speakers.set_fallback(await world.access(HEAD), session, world.id_of(EVE))
    await world.find(session)
    await world.answer(ANN, accept=False)
    assert world.told(EVE, ASKED) == []
    await world.answer(BOB, accept=False)
    assert len(world.told(EVE, ASKED)) == 1
    await world.answer(EVE, accept=True)
    assert world.speaks(session) == ["Eve"]


async def test_only_somebody_of_the_club_is_a_fallback(world: World) -> None:
    session = world.session()
    with world.database.write() as uow:
        stranger = uow.members.ensure(Account("telegram", "99", "Mallory"), now=world.clock.now)
    with pytest.raises(UserError, match="not in the club"):
        await world.speakers.set_fallback(await world.access(HEAD), session, stranger.id)


async def test_a_speaker_who_leaves_makes_the_search_go_on(world: World) -> None:
    session = world.session()
    await world.find(session)
    await world.answer(ANN, accept=True)
    await world.rsvps.answer(world.asking(ANN), session.id, Answer.DECLINED)
    await world.speakers.advance_due()
    assert len(world.told(BOB, ASKED)) == 1


async def test_an_offer_is_void_when_somebody_else_has_taken_the_place(world: World) -> None:
    session = world.session()
    await world.find(session)
    await world.rsvps.answer(world.asking(EVE), session.id, Answer.SPEAKING)
    await world.speakers.advance_due()
    done = await world.answer(ANN, accept=True, offer=1)
    assert (done.state, done.speaks) == (OfferState.VOID, False)
    assert world.speaks(session) == ["Eve"]


async def test_a_cancelled_session_ends_its_search(world: World) -> None:
    session = world.session()
    await world.find(session)
    world.changed(session, state=SessionState.CANCELLED)
    assert (await world.answer(ANN, accept=True, offer=1)).state is OfferState.VOID
    world.clock.now += timedelta(hours=49)
    await world.speakers.advance_due()
    assert world.told(BOB) == []


async def test_an_offer_for_a_session_that_is_moved_tells_the_new_time(world: World) -> None:
    session = world.session()
    await world.find(session)
    world.changed(session, plan=replace(session.plan, starts_at=session.plan.starts_at + DAY))
    assert len(world.told(ANN, ASKED)) == 2
    assert (await world.answer(ANN, accept=True, offer=1)).speaks


async def test_no_offer_outlives_sign_up_and_late_the_organisers_are_told(world: World) -> None:
    session = world.session(days=0.5, cutoff=timedelta(hours=2))
    await world.find(session)
    with world.database.read() as uow:
        offer = uow.speakers.offer(1)
    assert offer is not None
    assert offer.expires_at <= session.plan.closes_at
    world.clock.now = session.plan.closes_at
    await world.speakers.advance_due()
    assert world.told(BOB) == []
    assert len(world.told(HEAD, "a speaker is still missing")) == 1
    with pytest.raises(UserError, match="too late"):
        await world.find(session)


async def test_who_spoke_last_is_asked_last(world: World) -> None:
    earlier = world.session(days=1)
    world.place(ANN, earlier)
    world.clock.now += 2 * DAY
    await world.find(world.session())
    assert world.told(ANN, ASKED) == []
    assert len(world.told(BOB, ASKED)) == 1
    overview = await world.speakers.overview(await world.access(EVE))
    assert [(name, last is not None) for name, last in overview.queue] == [("Bob", False), ("Ann", True)]


async def test_volunteering_sets_and_keeps_ones_turn(world: World) -> None:
    world.clock.now += DAY
    for _ in range(2):
        await world.speakers.volunteer(await world.access(EVE), wanted=True)
    assert [name for name, _ in (await world.speakers.overview(await world.access(EVE))).queue] == ["Ann", "Bob", "Eve"]
    await world.speakers.volunteer(await world.access(ANN), wanted=False)
    overview = await world.speakers.overview(await world.access(ANN))
    assert [name for name, _ in overview.queue] == ["Bob", "Eve"]
    assert not overview.mine


async def test_who_was_not_in_the_club_joins_it_by_volunteering(world: World) -> None:
    carl = Account("telegram", "5", "Carl")
    await world.speakers.volunteer(await world.access(carl), wanted=True)
    access = await world.access(carl)
    assert access.membership is not None
    assert access.membership.speaker
    assert not access.organiser


async def test_an_offer_is_nobody_elses(world: World) -> None:
    session = world.session()
    await world.find(session)
    for other in (BOB, HEAD, Account("telegram", "99", "Mallory")):
        with pytest.raises(UserError, match="somebody else"):
            await world.answer(other, accept=True, offer=1)
    assert world.speaks(session) == []


async def test_members_look_for_no_speakers(world: World) -> None:
    session = world.session()
    access = await world.access(ANN)
    for tried in (
        world.speakers.find(access, session),
        world.speakers.stop(access, session),
        world.speakers.set_fallback(access, session, world.id_of(BOB)),
        world.speakers.fallbacks(access),
    ):
        with pytest.raises(UserError, match="Only organisers"):
            await tried
    assert world.told(ANN) == world.told(BOB) == []


async def test_a_session_with_all_speakers_is_not_searched_for(world: World) -> None:
    session = world.session()
    world.place(EVE, session)
    with pytest.raises(UserError, match="taken"):
        await world.find(session)


# Swaps


async def test_two_speakers_swap_when_both_want_to(world: World) -> None:
    first, second = world.session(days=5), world.session(days=12)
    world.place(ANN, first)
    world.place(BOB, second)
    (choice,) = await world.swaps.choices(world.asking(ANN), first.id)
    assert (choice.name, choice.session.id) == ("Bob", second.id)
    for _ in range(2):
        assert await world.swaps.ask(world.asking(ANN), first.id, second.id, world.id_of(BOB)) == "Bob"
    assert len(world.told(BOB, "Ann would like to swap talks with you")) == 1
    assert world.speaks(first) == ["Ann"]  # nothing before they agree
    for _ in range(2):
        done = await world.swaps.answer(world.asking(BOB), 1, agree=True)
        assert done.state is OfferState.ACCEPTED
    assert (world.speaks(first), world.speaks(second)) == (["Bob"], ["Ann"])
    assert len(world.told(ANN, "Swapped with Bob")) == 1
    assert len(world.told(ANN, "An organiser has put you on the list")) == 1  # for the first talk
    with world.database.read() as uow:
        stays = uow.rosters.of_member(first.id, world.id_of(ANN))
    assert stays is not None
    assert stays.role is Role.LISTENER
    assert stays.is_coming


async def test_who_would_not_swap_is_asked_once(world: World) -> None:
    first, second = world.session(days=5), world.session(days=12)
    world.place(ANN, first)
    world.place(BOB, second)
    await world.swaps.ask(world.asking(ANN), first.id, second.id, world.id_of(BOB))
    assert (await world.swaps.answer(world.asking(BOB), 1, agree=False)).state is OfferState.DECLINED
    assert len(world.told(ANN, "Bob cannot swap")) == 1
    with pytest.raises(UserError, match="cannot swap"):
        await world.swaps.ask(world.asking(ANN), first.id, second.id, world.id_of(BOB))
    assert (world.speaks(first), world.speaks(second)) == (["Ann"], ["Bob"])


async def test_who_is_being_asked_to_speak_can_take_anothers_talk_instead(world: World) -> None:
    first, second = world.session(days=5), world.session(days=12)
    world.place(EVE, second)
    await world.find(first)
    await world.swaps.ask(world.asking(ANN), first.id, second.id, world.id_of(EVE))
    await world.swaps.answer(world.asking(EVE), 1, agree=True)
    assert (world.speaks(first), world.speaks(second)) == (["Eve"], ["Ann"])
    await world.speakers.advance_due()
    assert world.told(BOB) == []  # nobody is needed any more


async def test_a_swap_that_is_overtaken_does_nothing(world: World) -> None:
    first, second = world.session(days=5), world.session(days=12)
    world.place(ANN, first)
    world.place(BOB, second)
    await world.swaps.ask(world.asking(ANN), first.id, second.id, world.id_of(BOB))
    await world.rsvps.answer(world.asking(ANN), first.id, Answer.DECLINED)
    with pytest.raises(UserError, match="has changed"):
        await world.swaps.answer(world.asking(BOB), 1, agree=True)
    assert (world.speaks(first), world.speaks(second)) == ([], ["Bob"])


async def test_only_speakers_swap_and_only_who_was_asked_answers(world: World) -> None:
    first, second = world.session(days=5), world.session(days=12)
    world.place(ANN, first)
    world.place(BOB, second)
    with pytest.raises(UserError, match="for speakers"):
        await world.swaps.choices(world.asking(EVE), first.id)
    with pytest.raises(UserError, match="for speakers"):
        await world.swaps.ask(world.asking(EVE), first.id, second.id, world.id_of(BOB))
    with pytest.raises(UserError, match="changed"):
        await world.swaps.ask(world.asking(ANN), first.id, second.id, world.id_of(EVE))
    await world.swaps.ask(world.asking(ANN), first.id, second.id, world.id_of(BOB))
    for other in (ANN, EVE, HEAD):
        with pytest.raises(UserError, match="for speakers"):
            await world.swaps.answer(world.asking(other), 1, agree=True)
    assert (world.speaks(first), world.speaks(second)) == (["Ann"], ["Bob"])


# What is still missing


async def test_speakers_are_asked_for_paper_and_slides_once_each_time_also_after_a_restart(world: World) -> None:
    session = world.session(days=10)
    world.place(ANN, session)
    for _ in range(12):
        again = Speakers(world.database, world.clock, world.reaching, lambda *_: None, has_materials=lambda *_: False)
        for process in (world.speakers, again):
            await process.nudge_due()
        world.clock.now += DAY
    assert len(world.told(ANN, "has no paper yet")) == 2
    assert len(world.told(ANN, "If you have slides or notes")) == 2


async def test_speakers_are_not_asked_for_what_is_there(world: World) -> None:
    session = world.session(days=3, papers=(SessionPaper("Attention"),))
    world.place(ANN, session)
    world.with_materials.add(session.id)
    world.clock.now += DAY
    await world.speakers.nudge_due()
    assert world.told(ANN, "You speak soon") == []


async def test_nobody_is_nudged_who_speaks_no_more(world: World) -> None:
    session = world.session(days=6)
    world.place(ANN, session)
    await world.rsvps.answer(world.asking(ANN), session.id, Answer.DECLINED)
    world.clock.now += DAY
    await world.speakers.nudge_due()
    assert world.told(ANN, "You speak soon") == []
