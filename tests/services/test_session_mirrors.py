"""What goes along with cards on Discord: pins, threads and events, through the real client and the double."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core import Core
from bot.domain.club import Club, ClubSession, SessionPlan, SessionState
from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.members import Account
from bot.domain.messages import Message, Paragraph, text
from bot.platforms.discord.events import DiscordEvents
from bot.platforms.discord.payload import payloads as discord_payloads
from bot.platforms.discord.pins import DiscordPins
from bot.platforms.discord.send import DiscordPost
from bot.platforms.discord.threads import DiscordThreads
from bot.services.reaching import Reaching
from handlers.command import Chat, Person, Platform, Request
from tests.discord_client import connected
from tests.discord_server import DiscordServer
from tests.discord_world import CLUB, MEMBER, Channel, PostedMessage, User
from tests.world import bot_with


@dataclass
class World:
    core: Core
    server: DiscordServer
    moment: list[datetime]
    chief: User

    async def plan(self, channels: list[Channel], **facts: Any) -> ClubSession:
        """A session that is shown in these channels, of a club that wants everything unless `facts` say otherwise."""

        def add(uow: Any) -> ClubSession:
            specs = [
                DestinationSpec(
                    "discord",
                    str(one.id),
                    kind=DestinationKind.CHANNEL,
                    title=one.name,
                    server_id=str(self.server.guild.id),
                )
                for one in channels
            ]
            there = [uow.communities.ensure_destination(one, zone="UTC", languages=("en",)) for one in specs]
            community = there[0].community_id
            wants = {"pin": True, "threads": True, "events": True} | facts
            uow.clubs.put(Club(community, **wants))
            plan = SessionPlan("Attention", self.moment[0] + timedelta(days=2), "UTC", place="Room 5")
            chief = uow.members.ensure(Account("discord", str(self.chief.id), "Chief"), now=self.moment[0])
            session = uow.club_sessions.add(community, plan, uid="u", now=self.moment[0], drawn_up_by=chief.id)
            uow.session_cards.show_in(session.id, [one.id for one in there], now=self.moment[0])
            return session

        session = await self.core.database.run(add)
        await self.settle()
        return session

    async def change(self, session: ClubSession, **facts: Any) -> None:
        def save(uow: Any) -> None:
            now = uow.club_sessions.get(session.id)
            plan = {name: facts.pop(name) for name in list(facts) if hasattr(now.plan, name)}
            changed = replace(now, plan=replace(now.plan, **plan), **facts)
            uow.club_sessions.save(changed, expected=now.version)
            uow.session_cards.touch(session.id, now=self.moment[0])

        await self.core.database.run(save)
        await self.settle()

    async def settle(self, seconds: int = 8) -> None:
        """Lets everything happen that is due for so long."""
        for _ in range(seconds):
            await self.core.clubhouse.cards.bring_up_to_date()
            await self.core.deliveries.dispatch()
            await self.core.deliveries.settle()
            await self.core.clubhouse.mirrors.do_due()
            self.moment[0] += timedelta(seconds=1)

    def cards(self, channel: Channel) -> list[PostedMessage]:
        return [one for one in channel.messages if not one.deleted]

    def has_thread(self, card: PostedMessage) -> bool:
        return card.id in self.server.channels

    def events(self) -> list[dict[str, Any]]:
        return list(self.server.events.all.values())

    async def told(self) -> list[str]:
        """What organisers are told, in any chat of their own."""
        found = [one.delivery for one in await self.core.deliveries.outbox()]
        return [str(one.parts[0].payload) for one in found if one.kind == "club"]


@asynccontextmanager
async def world_at(folder: Path) -> AsyncIterator[World]:
    async with DiscordServer() as server, connected(server) as client:
        server.bot_rights = server.channel.bot_rights = CLUB
        moment = [server.now]
        async with bot_with(folder, clock=lambda: moment[0]) as core:
            core.deliveries.connect("discord", DiscordPost(client.connection))
            abilities = core.clubhouse.abilities
            abilities.pinners["discord"] = DiscordPins(client.connection)
            abilities.threads["discord"] = DiscordThreads(client.connection)
            abilities.events["discord"] = DiscordEvents(client.connection)
            yield World(core, server, moment, server.add_user("Chief"))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_at(tmp_path) as world:
        yield world


async def test_a_card_is_pinned_has_a_thread_and_an_event_where_the_club_wants_it(world: World) -> None:
    session = await world.plan([world.server.channel])
    (card,) = world.cards(world.server.channel)
    (event,) = world.events()
    assert card.pinned
    assert world.has_thread(card)
    assert event["name"] == "Session 1 · Attention"
    assert event["entity_metadata"] == {"location": "Room 5"}
    with world.core.database.read() as uow:
        (kept,) = uow.session_cards.of_session(session.id)
    assert kept.mirrored.pinned_id == str(card.id)
    assert kept.mirrored.thread_id == str(card.id)


async def test_what_goes_along_with_a_card_follows_it_to_its_end(world: World) -> None:
    session = await world.plan([world.server.channel])
    await world.change(session, title="Something else", place_for_going=True)
    (event,) = world.events()
    assert event["name"] == "Session 1 · Something else"
    assert event["entity_metadata"] == {"location": "Those who are going see the place."}
    await world.change(session, state=SessionState.CANCELLED)
    (card,) = world.cards(world.server.channel)
    (event,) = world.events()
    assert not card.pinned
    assert event["status"] == 4
    await world.change(session, state=SessionState.PLANNED)
    assert world.cards(world.server.channel)[0].pinned
    assert [one["status"] for one in world.events()] == [4, 1]


async def test_nothing_is_done_again_once_it_is_done(world: World) -> None:
    session = await world.plan([world.server.channel])
    world.server.requests.clear()
    await world.change(session)
    assert [one for one in world.server.requests if "pins" in str(one) or "events" in str(one)] == []


async def test_a_server_has_one_event_however_many_of_its_channels_show_the_session(world: World) -> None:
    other = await world.server.add_channel(world.server.guild, "other", bot_rights=CLUB)
    await world.plan([world.server.channel, other])
    assert len(world.events()) == 1
    assert [one.pinned for channel in (world.server.channel, other) for one in world.cards(channel)] == [True, True]


async def test_what_is_refused_is_told_to_organisers_once_and_not_tried_again(world: World) -> None:
    world.server.bot_rights = world.server.channel.bot_rights = MEMBER
    session = await world.plan([world.server.channel])
    first = await world.told()
    await world.change(session, title="Something else")
    (card,) = world.cards(world.server.channel)
    assert not card.pinned
    assert world.events() == []
    assert len(first) == 2
    assert any("To pin the cards of sessions in" in one for one in first)
    assert any("To make events of sessions in" in one for one in first)
    assert await world.told() == first


async def test_where_nobody_organises_a_club_those_who_run_the_bot_are_told(world: World) -> None:
    reaching = Reaching({"discord": discord_payloads}, administrators=[("discord", "77"), ("telegram", "5")])

    def tell(uow: Any) -> None:
        now = world.moment[0]
        spec = DestinationSpec("discord", "4242", kind=DestinationKind.CHANNEL)
        community_id = uow.communities.ensure_destination(spec, zone="UTC", languages=("en",)).community_id
        reaching.tell_organisers(
            uow, community_id, "k", lambda _say, _one: Message((Paragraph(text("Look here")),)),
            expires_at=now + timedelta(days=1), now=now,
        )  # fmt: skip

    await world.core.database.run(tell)
    found = [one.delivery for one in await world.core.deliveries.outbox()]
    told = [one.destination.chat_id for one in found if "Look here" in str(one.parts[0].payload)]
    assert told == ["77"]


async def test_a_club_that_wants_nothing_of_it_has_its_card_alone(world: World) -> None:
    await world.plan([world.server.channel], pin=False, threads=False, events=False)
    (card,) = world.cards(world.server.channel)
    assert not card.pinned
    assert not world.has_thread(card)
    assert world.events() == []


async def test_what_a_club_wants_from_now_on_reaches_the_cards_that_are_there(world: World) -> None:
    session = await world.plan([world.server.channel], pin=False, threads=False, events=False)
    (card,) = world.cards(world.server.channel)
    before = card.pinned
    channel = Chat(Platform.DISCORD, str(world.server.channel.id), kind=DestinationKind.CHANNEL)
    chief = Person(str(world.chief.id), "Chief", chat_administrator=True)
    pressed = Request(channel, chief, action=f"cset:cards:{session.community_id}", picked={"pin": True})
    await world.core.dispatcher.press(pressed)
    await world.settle()
    assert not before
    assert card.pinned


async def test_a_card_that_is_deleted_on_discord_is_posted_and_pinned_again_at_the_next_change(world: World) -> None:
    session = await world.plan([world.server.channel], threads=False, events=False)
    (card,) = world.cards(world.server.channel)
    await world.server.remove(card)
    await world.settle()
    assert world.cards(world.server.channel) == []
    await world.change(session, title="Something else")
    (again,) = world.cards(world.server.channel)
    assert again.pinned
    assert "Something else" in str(again.payload)
    await world.change(session, title="Another thing")
    (same,) = world.cards(world.server.channel)
    assert same.id == again.id
