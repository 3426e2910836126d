"""/link in private makes two accounts one person; /me shows what is kept, as a file too, and erases it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.config import Settings
from bot.core import Core, open_core
from bot.domain.club import SessionPlan
from bot.domain.communities import DestinationKind
from bot.domain.members import Account, Member
from bot.domain.roster import Answer, Role, Rsvp, Seat
from bot.services.clubs import Asking
from bot.services.rsvps import Rsvps
from handlers.command import Chat, Person, Platform, Reply, Request
from storage.unit_of_work import UnitOfWork
from tests.askers import discord_bot, everywhere
from tests.discord_server import DiscordServer
from tests.meetings import meeting, on_telegram
from tests.talks import said
from tests.world import NOW

CODE = re.compile(r"/link ([A-Z0-9]{4}-[A-Z0-9]{4})")
ANN, EVE = Person("1", "Ann"), Person("666", "Eve")
READERS = Chat(Platform.TELEGRAM, "-100", title="Readers")


def private(person: Person, platform: Platform = Platform.TELEGRAM) -> Chat:
    return Chat(platform, person.id if platform is Platform.TELEGRAM else f"dm{person.id}", private=True)


@dataclass
class World:
    core: Core
    now: datetime = NOW

    async def ask(self, person: Person, words: str, chat: Chat | None = None) -> Reply:
        command, _, text = words.partition(" ")
        decides = Person(person.id, person.name, chat_administrator=True)
        return await self.core.dispatcher.answer(Request(chat or private(person), decides, command, text))

    async def press(self, person: Person, action: str, chat: Chat | None = None) -> Reply:
        return await self.core.dispatcher.press(Request(chat or private(person), person, action=action))

    async def code(self, person: Person, chat: Chat | None = None) -> str:
        match = CODE.search(said(await self.ask(person, "link", chat)))
        assert match is not None
        return match[1]

    async def member(self, person: Person, platform: Platform = Platform.TELEGRAM) -> Member | None:
        return await self.core.database.query(lambda uow: uow.members.of_account(Account(platform.value, person.id)))

    async def link(self, person: Person = ANN) -> Reply:
        """The person joins their accounts: a code on Telegram, typed on Discord, and confirmed."""
        there = private(person, Platform.DISCORD)
        typed = await self.code(person)
        await self.ask(person, f"link {typed}", there)
        return await self.press(person, f"me:yes:{typed.replace('-', '')}", there)

    async def session(self, *, listeners: int | None = None, days: int = 3) -> int:
        def draw_up(uow: UnitOfWork) -> int:
            here = uow.communities.ensure_destination(READERS.destination, zone="UTC", languages=("en",))
            plan = SessionPlan("Attention", self.now + timedelta(days=days), "UTC", listeners=listeners)
            return uow.club_sessions.add(here.community_id, plan, uid=f"s{days}", now=self.now).id

        return await self.core.database.run(draw_up)

    async def answer(self, session_id: int, person: Person, platform: Platform, answer: Answer) -> None:
        """An RSVP as by a press in the group, on either platform."""

        def know(uow: UnitOfWork) -> None:
            session = uow.club_sessions.get(session_id)
            assert session is not None
            member = uow.members.ensure(Account(platform.value, person.id, person.name), now=self.now)
            uow.clubs.came_from(member.id, session.community_id)

        await self.core.database.run(know)
        chat = Chat(platform, "x", private=True, kind=DestinationKind.PRIVATE)
        asking = Asking(Account(platform.value, person.id, person.name), chat.destination)
        rsvps = Rsvps(self.core.database, lambda: self.now, lambda _uow, _news, _now: None)
        await rsvps.answer(asking, session_id, answer)

    async def rsvps(self, session_id: int) -> list[Rsvp]:
        def look_up(uow: UnitOfWork) -> list[Rsvp]:
            session = uow.club_sessions.get(session_id)
            assert session is not None
            found = [uow.rosters.of_member(session_id, number) for number in range(1, 10)]
            return [one for one in found if one is not None]

        return await self.core.database.query(look_up)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    found: list[World] = []
    settings = Settings.model_validate({"data_dir": tmp_path})
    async with open_core(settings, clock=lambda: found[0].now if found else NOW) as core:
        found.append(World(core))
        yield found[0]


# Two accounts, one person


async def test_the_same_person_on_both_platforms_is_linked_by_a_one_time_code_through_the_clients(
    tmp_path: Path,
) -> None:
    async with (
        on_telegram(tmp_path) as (core, telegram),
        DiscordServer() as discord,
        discord_bot(discord, core.dispatcher),
    ):
        ann, anne = telegram.person("Ann", language="en"), discord.add_user("Anne", locale="en-US")
        here, there = telegram.private_chat(ann), discord.dm(anne)
        await telegram.send_text(here, ann, "/link")
        match = CODE.search((await telegram.next_message(here)).text)
        assert match is not None
        offer = await (await discord.slash(anne, there, "link", {"code": match[1]})).answer()
        asked = offer.text
        linked = await (await discord.press(anne, offer, "✅ Yes, that is me")).edited()
        await telegram.send_text(here, ann, "/me")
        me = await telegram.next_message(here)
    assert "Is Ann (Telegram) you too?" in asked
    assert "You are one person now: Anne (Discord) and Ann (Telegram)." in linked.text
    assert "Accounts: Anne (Discord) and Ann (Telegram)" in me.text
    assert "✂ Separate Anne (Discord)" in me.buttons


async def test_two_rsvps_become_one_and_the_seat_is_kept(world: World) -> None:
    session = await world.session(listeners=1)
    await world.answer(session, ANN, Platform.TELEGRAM, Answer.GOING)
    await world.answer(session, EVE, Platform.TELEGRAM, Answer.GOING)
    await world.answer(session, ANN, Platform.DISCORD, Answer.GOING)
    assert [one.seat for one in await world.rsvps(session)] == [Seat.GOING, Seat.WAITLISTED, Seat.WAITLISTED]
    await world.link()
    ann, eve = await world.rsvps(session)
    assert (ann.seat, ann.role, ann.turn) == (Seat.GOING, Role.LISTENER, 1)
    assert eve.seat is Seat.WAITLISTED


async def test_a_place_that_somebody_had_twice_goes_to_the_next(world: World) -> None:
    session = await world.session(listeners=2)
    await world.answer(session, ANN, Platform.TELEGRAM, Answer.GOING)
    await world.answer(session, ANN, Platform.DISCORD, Answer.GOING)
    await world.answer(session, EVE, Platform.TELEGRAM, Answer.GOING)
    await world.link()
    assert [one.seat for one in await world.rsvps(session)] == [Seat.GOING, Seat.GOING]


async def test_nothing_happens_before_somebody_says_that_it_is_them(world: World) -> None:
    typed = await world.code(ANN)
    there = private(ANN, Platform.DISCORD)
    offer = await world.ask(ANN, f"link {typed}", there)
    said_no = await world.press(ANN, "me:no", there)
    assert "Is Ann (Telegram) you too?" in said(offer)
    assert "Nothing was changed." in said(said_no)
    assert await world.member(ANN, Platform.DISCORD) is None


async def test_a_code_of_an_account_holds_once_and_for_a_quarter_of_an_hour(world: World) -> None:
    there = private(ANN, Platform.DISCORD)
    typed = await world.code(ANN)
    await world.link(EVE)
    world.now += timedelta(minutes=15)
    late = await world.press(ANN, f"me:yes:{typed.replace('-', '')}", there)
    used = (await world.code(ANN)).replace("-", "")
    await world.press(ANN, f"me:yes:{used}", there)
    again = await world.press(EVE, f"me:yes:{used}", private(EVE, Platform.DISCORD))
    assert "This code does not hold" in said(late)
    assert "This code does not hold" in said(again)


async def test_who_guesses_codes_of_accounts_is_stopped_even_with_the_right_one(world: World) -> None:
    typed = (await world.code(ANN)).replace("-", "")
    chat = private(EVE, Platform.DISCORD)
    for number in range(3):
        await world.press(EVE, f"me:yes:AAAAAAA{number}", chat)
    for number in range(2):
        await world.ask(EVE, f"link BBBB-BBB{number}", chat)
    pressed = await world.press(EVE, f"me:yes:{typed}", chat)
    written = await world.ask(EVE, f"link {typed}", chat)
    assert "too many wrong codes" in said(pressed)
    assert "too many wrong codes" in said(written)
    assert await world.member(EVE, Platform.DISCORD) is None


async def test_a_code_of_an_account_that_others_could_read_holds_no_more(world: World) -> None:
    typed = await world.code(ANN)
    in_group = await world.ask(EVE, f"link {typed}", READERS)
    in_private = await world.ask(ANN, f"link {typed}", private(ANN, Platform.DISCORD))
    assert "others could read it here" in said(in_group)
    assert "This code does not hold" in said(in_private)


async def test_somebodys_own_code_joins_them_with_nobody(world: World) -> None:
    typed = await world.code(ANN)
    assert "one person already" in said(await world.ask(ANN, f"link {typed}"))


async def test_a_code_of_a_chat_still_joins_a_private_chat_to_its_community(world: World) -> None:
    typed = await world.code(ANN, READERS)
    joined = await world.ask(EVE, f"link {typed}")
    assert "These chats belong together now" in said(joined)


async def test_accounts_that_are_separated_are_two_people_and_what_was_kept_stays(world: World) -> None:
    session = await world.session()
    await world.answer(session, ANN, Platform.TELEGRAM, Answer.GOING)
    await world.link()
    not_hers = await world.press(EVE, "me:part:discord:1")
    me = await world.press(ANN, "me:part:discord:1")
    ann, other = await world.member(ANN), await world.member(ANN, Platform.DISCORD)
    assert not_hers.failed
    assert "✂" not in said(me)
    assert ann is not None
    assert other is not None
    assert ann.id != other.id
    assert [one.member_id for one in await world.rsvps(session)] == [ann.id]
    assert (await world.press(ANN, "me:part:telegram:1")).failed  # the only one that is left


# What is kept


@everywhere
async def test_what_is_kept_is_shown_and_erased_once_confirmed(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        nothing = await person.ask("me")
        await person.ask("club join")
        await person.fill("💬 Topics", ["agents"])
        me = await person.ask("me")
        asked = await person.press("🗑 Delete everything")
        left = await person.press("✖ Leave it")
        await person.press("🗑 Delete everything")
        done = await person.press("🗑 Delete everything")
        members = await core.database.query(lambda uow: uow.members.many(range(9)))
        again = await person.ask("me")
    assert "Only when you last wrote to me here" in nothing.text
    assert "agents" in me.text
    assert "cannot be undone" in asked.text
    assert "agents" in left.text
    assert "Done: I keep nothing about you any more." in done.text
    assert members == []
    assert "agents" not in again.text


async def test_the_file_has_everything_with_names(world: World) -> None:
    session = await world.session()
    await world.answer(session, ANN, Platform.TELEGRAM, Answer.GOING)
    await world.link()
    reply = await world.press(ANN, "me:file")
    assert reply.file is not None
    kept = json.loads(reply.file.content)
    assert {one["platform"] for one in kept["accounts"]} == {"telegram", "discord"}
    assert kept["rsvps"][0]["session"] == "Attention"
    assert kept["rsvps"][0]["seat"] == "going"
    eves = (await world.press(EVE, "me:file")).file
    assert eves is not None
    assert json.loads(eves.content).keys() == {"exported_at", "private_chats"}


async def test_the_places_of_who_is_erased_go_to_who_waits(world: World) -> None:
    session = await world.session(listeners=1)
    await world.answer(session, ANN, Platform.TELEGRAM, Answer.GOING)
    await world.answer(session, EVE, Platform.TELEGRAM, Answer.GOING)
    await world.press(ANN, "me:erased")
    (eve,) = await world.rsvps(session)
    assert eve.seat is Seat.GOING
    assert await world.member(ANN) is None


async def test_what_a_group_was_not_to_see_is_shown_in_private(world: World) -> None:
    await world.ask(ANN, "club join", READERS)
    reply = await world.ask(ANN, "me", READERS)
    assert reply.private
    assert reply.start == "me"
    assert "Readers" in said(await world.ask(ANN, "start me"))


@pytest.mark.parametrize(
    "action", ["me:yes:1", "me:part", "me:part:telegram", "me:x", "me:part:telegram:1:2", "me:yes:"]
)
async def test_forged_presses_change_nothing(world: World, action: str) -> None:
    await world.ask(ANN, "club join", READERS)
    before = await world.member(ANN)
    assert (await world.press(ANN, action)).failed
    assert await world.member(ANN) == before


@pytest.mark.parametrize("action", ["me", "me:file", "me:link", "me:yes:ABCDEFGH", "me:erased"])
async def test_an_administrator_who_stays_anonymous_is_no_person_whose_data_are_the_groups(
    world: World, action: str
) -> None:
    await world.core.database.run(lambda uow: uow.chats.set_language("telegram", READERS.id, "ru"))
    pressed = await world.press(Person(READERS.id, "Readers", chat_administrator=True), action, READERS)
    kept = await world.core.database.query(lambda uow: uow.chats.language("telegram", READERS.id))
    assert pressed.failed
    assert kept == "ru"
