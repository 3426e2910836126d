"""/club reminders: what people and organisers choose, who was reminded, and who came."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.core import Core
from bot.domain.club import DEFAULT_LEADS, ClubSession, SessionPlan
from bot.domain.members import Account, Member, Membership
from bot.domain.roster import Seat
from bot.locales import LANGUAGES, translator
from handlers.command import Chat, Person, Reply, Request
from storage.unit_of_work import UnitOfWork
from tests.askers import everywhere
from tests.meetings import meeting
from tests.reaching import put_rsvps
from tests.talks import GROUP, ask, private, said
from tests.world import NOW, bot_with

ANN, BEN = Person("1", "Ann", "en"), Person("2", "Ben", "en")
CHIEF = Person("9", "Chief", "en", chat_administrator=True)
HOUR = timedelta(hours=1)
ONLY = "Only organisers of the club can do that"


async def press(core: Core, person: Person, action: str, chat: Chat = GROUP, **picked: bool) -> Reply:
    chosen = {one.removeprefix("s"): on for one, on in picked.items()}
    return await core.dispatcher.press(Request(chat, person, action=action, picked=chosen))


async def plan(core: Core, *, starts_at: datetime = NOW + 24 * HOUR, attendance: bool = False) -> ClubSession:
    """A session of the group's club, to which Ann is going."""

    def work(uow: UnitOfWork) -> ClubSession:
        place = uow.communities.ensure_destination(GROUP.destination, zone="Europe/Moscow", languages=("en",))
        session = uow.club_sessions.add(
            place.community_id, SessionPlan("Attention", starts_at, "Europe/Moscow"), uid="x", now=NOW
        )
        ann = uow.members.ensure(Account("telegram", ANN.id, ANN.name), now=NOW)
        club = uow.clubs.get(place.community_id)
        uow.clubs.put(replace(club, attendance=attendance))
        uow.members.put_membership(Membership(place.community_id, ann.id, NOW, attendance=attendance))
        core.clubhouse.reminders.session_changed(uow, None, session, NOW)
        return session

    session = await core.database.run(work)
    put_rsvps(core.database, session.id, [1], Seat.GOING)
    return session


async def member(core: Core, person: Person) -> Member | None:
    return await core.database.query(lambda uow: uow.members.of_account(Account("telegram", person.id)))


@everywhere
@pytest.mark.parametrize("language", LANGUAGES)
async def test_reminders_are_chosen_one_by_one_and_given_back_to_the_club(
    platform: str, language: str, tmp_path: Path
) -> None:
    say = translator(language)
    async with meeting(platform, tmp_path, language=language) as (_, person):
        first = await person.ask("club reminders")
        chosen = await person.press(say.duration(3 * HOUR))
        usual = await person.press(say.gettext("As the club does it"))
    assert say.gettext("⏰ Your reminders") in first.text
    assert f"☑ {say.duration(HOUR)}" in first.buttons
    assert f"☑ {say.duration(3 * HOUR)}" in chosen.buttons
    assert f"☑ {say.duration(3 * HOUR)}" not in usual.buttons
    assert say.gettext("As the club does it") not in usual.buttons


async def test_somebody_may_want_no_reminders(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await plan(core)
        for lead in DEFAULT_LEADS:
            reply = await press(core, ANN, "cr:mine:1", **{f"s{int(lead.total_seconds())}": False})
        ann = await member(core, ANN)
    assert "You are not reminded." in said(reply)
    assert ann is not None
    assert ann.leads == ()


async def test_what_somebody_chooses_is_theirs_and_the_clubs_stays(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await plan(core)
        await press(core, ANN, "cr:mine:1", s10800=True)
        ann, club = await member(core, ANN), await core.database.query(lambda uow: uow.clubs.get(1))
    assert ann is not None
    assert ann.leads == (24 * HOUR, 3 * HOUR, HOUR, 0 * HOUR)
    assert club.leads == DEFAULT_LEADS


async def test_only_organisers_set_the_clubs_leads_and_see_who_was_reminded(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await plan(core)
        actions = ("cr:club:1", "cr:last:1", f"cr:log:{session.id}:1", f"cr:who:{session.id}:0")
        for person in (ANN, BEN):
            for action in actions:
                refused = await press(core, person, action, s60=True)
                assert refused.failed
                assert ONLY in said(refused)
        changed = await press(core, CHIEF, "cr:club:1", s10800=True, s0=False)
        club = await core.database.query(lambda uow: uow.clubs.get(1))
    assert not changed.failed
    assert club.leads == (24 * HOUR, 3 * HOUR, HOUR)


@pytest.mark.parametrize("action", ["cr:mine:1", "cr:club:1"])
@pytest.mark.parametrize("lead", ["59", "x", "99999999999", "-1"])
async def test_leads_that_there_are_not_are_not_taken(action: str, lead: str, tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await plan(core)
        await core.dispatcher.press(Request(GROUP, CHIEF, action=action, picked={lead: True}))
        chief, club = await member(core, CHIEF), await core.database.query(lambda uow: uow.clubs.get(1))
    assert chief is None or chief.leads in (None, DEFAULT_LEADS)
    assert club.leads == DEFAULT_LEADS


async def test_the_ledger_shows_organisers_by_which_way_each_was_told(tmp_path: Path) -> None:
    async with bot_with(tmp_path, now=NOW + 30 * HOUR) as core:
        await plan(core, starts_at=NOW + 31 * HOUR)
        await core.clubhouse.reminders.enqueue_due()
        reply = await press(core, CHIEF, "cr:last:1")
    assert reply.private
    assert "Who was told of Session 1 · Attention" in said(reply)
    assert "Ann" in said(reply)
    assert "Telegram: under way" in said(reply)
    assert "1 person told" in said(reply)


async def test_a_link_in_a_group_leads_to_the_private_chat_which_is_known_from_then_on(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await plan(core)
        reply = await press(core, BEN, f"cr:here:{session.id}")
        there = await ask(core, BEN, f"start {reply.start}", private(BEN))
        ben = await member(core, BEN)
        assert ben is not None
        person = (await core.database.query(lambda uow: uow.reaching.reachable([ben.id])))[ben.id]
    assert reply.private
    assert reply.start == f"club-{session.id}"
    assert "I write to you in private on Telegram." in said(there)
    assert person.chats[0].heard_at is not None


@pytest.mark.parametrize("start", ["club-", "club-x", "club-999", "club-1-2", "club"])
async def test_a_link_that_leads_nowhere_says_so(start: str, tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await plan(core)
        stranger = Person("3", "Eve", "en")
        assert (await ask(core, stranger, f"start {start}", private(stranger))).failed


async def test_a_stranger_reaches_no_session_of_another_club(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await plan(core, attendance=True)
        stranger = Person("3", "Eve", "en")
        verbs = (f"here:{session.id}", f"set:{session.id}", f"log:{session.id}:1", f"was:{session.id}:1", "mine:1")
        for verb in verbs:
            assert (await press(core, stranger, f"cr:{verb}", private(stranger))).failed, verb


# Who came


async def test_who_was_going_says_whether_they_came(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await plan(core, starts_at=NOW - 2 * HOUR, attendance=True)
        reply = await press(core, ANN, f"cr:was:{session.id}:1", private(ANN))
        people = await core.database.query(lambda uow: uow.attendance.of_session(session.id))
    assert "Noted: you were there." in said(reply)
    assert [(one.name, one.attended) for one in people] == [("Ann", True)]


async def test_nobody_came_who_was_not_going_nor_before_it_began_nor_where_it_is_not_kept(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await plan(core, starts_at=NOW - 2 * HOUR, attendance=True)
        assert "You were not signed up" in said(await press(core, BEN, f"cr:was:{session.id}:1"))
        later = await plan_again(core)
        assert "has not begun yet" in said(await press(core, ANN, f"cr:was:{later.id}:1"))
    async with bot_with(tmp_path / "other") as core:
        session = await plan(core, starts_at=NOW - 2 * HOUR)
        assert "does not keep who came" in said(await press(core, ANN, f"cr:was:{session.id}:1"))


async def plan_again(core: Core) -> ClubSession:
    return await core.database.run(
        lambda uow: uow.club_sessions.add(1, SessionPlan("Later", NOW + HOUR, "UTC"), uid="y", now=NOW)
    )


async def test_organisers_tick_those_who_want_it_to_be_kept_and_nobody_else(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await plan(core, starts_at=NOW - 2 * HOUR, attendance=True)
        await core.database.run(lambda uow: uow.members.ensure(Account("telegram", BEN.id, BEN.name), now=NOW))
        put_rsvps(core.database, session.id, [2], Seat.GOING)
        reply = await press(core, CHIEF, f"cr:who:{session.id}:0", s1=True, s2=True)
        attended = await core.database.query(
            lambda uow: [one.attended for one in uow.rosters.everybody(session.id) for one in [one.rsvp]]
        )
    assert "Ann" in said(reply)
    assert "Ben" not in said(reply)
    assert attended == [True, None]
