"""Word for people, by whichever way it reaches them: the real outbox and renderers, with senders that a test tells what
to refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import create_engine, insert

from bot.domain.club import SessionPlan
from bot.domain.communities import Destination, DestinationKind, DestinationSpec
from bot.domain.deliveries import Payload, Rejected, SendOutcome, Sent
from bot.domain.members import Account, Member, Membership, Reach
from bot.domain.messages import Message, Paragraph, text
from bot.domain.reaching import WordKind, WordRecord
from bot.platforms.discord.payload import payloads as discord_payloads
from bot.platforms.telegram.payload import payloads as telegram_payloads
from bot.services.deliveries import Deliveries
from bot.services.delivery_notices import DeliveryNotices
from bot.services.reaching import Reaching, Word
from storage.database import Database
from storage.member_tables import AccountRow
from tests.outbox import START, VirtualTime

BLOCKED = "Forbidden: bot was blocked by the user"
CLOSED = "Cannot send messages to this user (50007)"
RENDERERS = {"telegram": telegram_payloads, "discord": discord_payloads}
LATER = START + timedelta(days=1)


@dataclass
class Post:
    """A sender that refuses what goes to these chats; `said` is what has arrived, with the chat."""

    closed: dict[str, str] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)
    said: list[tuple[str, str]] = field(default_factory=list)

    async def wait_turn(self, destination: Destination) -> None:
        """There are no limits here."""

    async def send(self, destination: Destination, payload: Payload, *, nonce: str) -> SendOutcome:
        if destination.chat_id in self.closed:
            return Rejected(self.closed[destination.chat_id], gone=True)
        if destination.chat_id in self.faulty:
            return Rejected("can't parse entities")
        self.said.append((destination.chat_id, _said(payload)))
        return Sent(nonce)

    async def edit(self, destination: Destination, message_id: str, payload: Payload) -> SendOutcome:
        raise AssertionError("nothing is edited here")


def _said(payload: Any) -> str:
    return str(payload["html"] if "html" in payload else payload["embeds"][0]["description"])


@dataclass
class World:
    """A club with a chat on each platform, and who is in it."""

    database: Database
    time: VirtualTime
    reaching: Reaching
    deliveries: Deliveries
    telegram: Post
    discord: Post
    community_id: int
    session_id: int

    @property
    def posts(self) -> list[Post]:
        return [self.telegram, self.discord]

    def member(self, name: str, *platforms: str, **choices: Any) -> Member:
        """Somebody with an account on each of these platforms, of which the first is the oldest."""
        first, *others = [Account(one, f"{one}-{name}", name, "en") for one in platforms]
        with self.database.write() as uow:
            member = uow.members.ensure(first, now=START)
            uow.members.save(replace(member, **choices))
        for other in others:
            link(self.database, member.id, other)
        with self.database.read() as uow:
            found = uow.members.get(member.id)
        assert found is not None
        return found

    def tell(self, member: Member, said: str, key: str = "word", **facts: Any) -> None:
        values: dict[str, Any] = {"kind": WordKind.SEAT, "session_id": self.session_id, "expires_at": LATER}
        word = Word(member.id, key, compose=lambda say, _member: _message(f"{said} ({say.language})"), **values | facts)
        with self.database.write() as uow:
            self.reaching.tell(uow, word, now=self.time.now())

    def hear(self, member: Member, platform: str) -> None:
        account = member.account_on(platform)
        assert account is not None
        with self.database.write() as uow:
            self.reaching.heard(uow, account, account.id, now=self.time.now())

    async def run(self) -> None:
        """Half a minute in which everything is sent that is due."""
        for _ in range(6):
            await self.deliveries.dispatch()
            await self.deliveries.settle()
            self.time.seconds += 5

    def record(self) -> WordRecord:
        with self.database.read() as uow:
            (found,) = uow.reaching.of_session(self.session_id)
        return found


def _message(said: str) -> Message:
    return Message((Paragraph(text(said)),))


def link(database: Database, member_id: int, account: Account) -> None:
    """Another account of somebody."""
    values = {
        "member_id": member_id,
        "name": account.name,
        "language": account.language,
        "added_at": START + timedelta(days=1),
    }
    engine = create_engine(f"sqlite:///{database.path}")
    with engine.begin() as connection:
        connection.execute(insert(AccountRow).values(platform=account.platform, account_id=account.id, **values))
    engine.dispose()


@asynccontextmanager
async def world(database: Database) -> AsyncIterator[World]:
    time, telegram, discord = VirtualTime(), Post(), Post()
    reaching = Reaching(RENDERERS)
    notices = DeliveryNotices([("telegram", "boss")], RENDERERS)
    deliveries = Deliveries(database, time.now, Random(7), notices, reaching=reaching)
    deliveries.connect("telegram", telegram)
    deliveries.connect("discord", discord)
    with database.write() as uow:
        spec = DestinationSpec("telegram", "club-on-telegram", title="The club")
        place = uow.communities.ensure_destination(spec, zone="UTC", languages=("pt_BR",))
        spec = DestinationSpec("discord", "club-on-discord", kind=DestinationKind.CHANNEL, title="club", server_id="1")
        other = uow.communities.ensure_destination(spec, zone="UTC", languages=())
        uow.communities.join(other.id, place.community_id)
        plan = SessionPlan("Attention", START + timedelta(hours=8), "UTC")
        session = uow.club_sessions.add(place.community_id, plan, uid="uid", now=START)
    yield World(database, time, reaching, deliveries, telegram, discord, place.community_id, session.id)
    await deliveries.stop(within=0)


async def test_word_goes_to_the_platform_that_the_member_has_chosen(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", "discord", reach=Reach.DISCORD)
        club.hear(ana, "telegram")
        club.tell(ana, "You have a place")
        await club.run()
        assert club.discord.said == [("discord-Ana", "You have a place (en)")]
        assert club.telegram.said == []


async def test_word_goes_where_the_member_last_wrote_when_they_have_chosen_nothing(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", "discord")
        club.hear(ana, "telegram")
        club.time.seconds += 60
        club.hear(ana, "discord")
        club.tell(ana, "You have a place")
        await club.run()
        assert club.discord.said == [("discord-Ana", "You have a place (en)")]


async def test_telling_the_same_twice_tells_it_once(database: Database) -> None:
    async with world(database) as club:
        ana, bia = club.member("Ana", "telegram"), club.member("Bia", "telegram")
        for member in (ana, bia, ana):
            club.tell(member, "You have a place", key="seat:1")
        await club.run()
        assert sorted(chat for chat, _ in club.telegram.said) == ["telegram-Ana", "telegram-Bia"]


async def test_a_refusal_moves_the_word_to_the_linked_platform(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", "discord")
        club.hear(ana, "telegram")
        club.telegram.closed["telegram-Ana"] = BLOCKED
        club.tell(ana, "You have a place")
        await club.run()
        assert club.discord.said == [("discord-Ana", "You have a place (en)")]
        first, second = club.record().routes
        assert (first.platform, first.refusal, first.arrived) == ("telegram", BLOCKED, False)
        assert (second.platform, second.mention, second.arrived) == ("discord", False, True)


async def test_a_message_that_a_platform_does_not_take_goes_the_other_way_too(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", "discord")
        club.telegram.faulty.add("telegram-Ana")
        club.tell(ana, "You have a place")
        await club.run()
        assert club.discord.said == [("discord-Ana", "You have a place (en)")]


async def test_who_cannot_be_written_to_is_mentioned_where_the_session_is_shown(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "discord")
        club.discord.closed["discord-Ana"] = CLOSED
        club.tell(ana, "You have a place", aloud=lambda say: "you have a place now.")
        await club.run()
        assert club.discord.said == [("club-on-discord", "**Ana**: you have a place now.")]
        first, second = club.record().routes
        assert (first.platform, first.refusal) == ("discord", CLOSED)
        assert (second.mention, second.arrived) == (True, True)


async def test_what_is_said_in_private_is_not_said_aloud(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram")
        club.telegram.closed["telegram-Ana"] = BLOCKED
        club.tell(ana, "The call is at https://call.example/secret")
        await club.run()
        ((chat, said),) = club.telegram.said
        assert chat == "club-on-telegram"
        assert "Ana" in said
        assert "secret" not in said


async def test_several_who_cannot_be_written_to_are_mentioned_together(database: Database) -> None:
    async with world(database) as club:
        for name in ("Ana", "Bia", "Cem"):
            club.discord.closed[f"discord-{name}"] = CLOSED
            club.tell(club.member(name, "discord"), "It begins", key="reminder", aloud=lambda say: "it begins.")
        await club.run()
        assert club.discord.said == [("club-on-discord", "**Ana**, **Bia**, **Cem**: it begins.")]


async def test_word_that_nobody_can_bring_is_recorded(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram")
        club.telegram.closed |= {"telegram-Ana": BLOCKED, "club-on-telegram": "Forbidden: bot was kicked"}
        club.tell(ana, "You have a place")
        await club.run()
        assert [chat for chat, _ in club.telegram.said] == ["boss"], "the group is paused, which is told"
        record = club.record()
        assert record.lost_at is not None
        assert [one.refusal for one in record.routes] == [BLOCKED, "Forbidden: bot was kicked"]


async def test_a_closed_private_chat_is_nobody_elses_business(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", "discord")
        club.telegram.closed["telegram-Ana"] = BLOCKED
        club.tell(ana, "You have a place")
        await club.run()
        assert [chat for chat, _ in club.telegram.said] == []


async def test_a_closed_chat_is_not_tried_again_before_its_owner_writes(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", "discord")
        club.hear(ana, "telegram")
        club.telegram.closed["telegram-Ana"] = BLOCKED
        club.tell(ana, "one", key="1")
        await club.run()
        del club.telegram.closed["telegram-Ana"]
        club.tell(ana, "two", key="2")
        await club.run()
        assert [said for _, said in club.discord.said] == ["one (en)", "two (en)"]
        club.hear(ana, "telegram")
        club.tell(ana, "three", key="3")
        await club.run()
        assert club.telegram.said == [("telegram-Ana", "three (en)")]


async def test_pressing_start_brings_what_could_not_be_brought(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram")
        club.telegram.closed["telegram-Ana"] = "Forbidden: bot can't initiate conversation with a user"
        club.tell(ana, "You have a place")
        await club.run()
        club.tell(ana, "And a session was moved", key="moved")
        await club.run()
        del club.telegram.closed["telegram-Ana"]
        club.hear(ana, "telegram")
        await club.run()
        private = [said for chat, said in club.telegram.said if chat == "telegram-Ana"]
        assert private == ["You have a place (en)", "And a session was moved (en)"]


async def test_what_is_too_late_by_then_is_not_brought(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram")
        club.telegram.closed["telegram-Ana"] = BLOCKED
        club.tell(ana, "You have a place", expires_at=START + timedelta(hours=1))
        await club.run()
        club.time.advance_to(START + timedelta(hours=1))
        del club.telegram.closed["telegram-Ana"]
        club.hear(ana, "telegram")
        await club.run()
        assert [chat for chat, _ in club.telegram.said if chat == "telegram-Ana"] == []


async def test_who_wants_no_private_word_gets_none(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", "discord", reach=Reach.CHANNEL)
        club.tell(ana, "You have a place", aloud=lambda say: "you have a place now.")
        await club.run()
        assert club.telegram.said == [("club-on-telegram", "<b>Ana</b>: you have a place now.")]
        assert club.discord.said == []


async def test_word_comes_in_the_members_language(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram", language="ru")
        club.tell(ana, "Место есть")
        await club.run()
        assert club.telegram.said == [("telegram-Ana", "Место есть (ru)")]


async def test_word_is_withdrawn_before_it_is_sent(database: Database) -> None:
    async with world(database) as club:
        ana = club.member("Ana", "telegram")
        club.tell(ana, "It begins", kind=WordKind.REMINDER, not_before=START + timedelta(minutes=1))
        with database.write() as uow:
            club.reaching.withdraw(uow, club.session_id, [WordKind.REMINDER], now=START)
        await club.run()
        assert club.telegram.said == []


async def test_organisers_are_told_and_members_are_not(database: Database) -> None:
    async with world(database) as club:
        ana, bia = club.member("Ana", "telegram"), club.member("Bia", "discord")
        with database.write() as uow:
            uow.members.put_membership(Membership(club.community_id, ana.id, START, organiser=True))
            uow.members.put_membership(Membership(club.community_id, bia.id, START))
            club.reaching.tell_organisers(
                uow,
                club.community_id,
                "few:1",
                lambda say, _member: _message("Only two are going"),
                expires_at=LATER,
                now=START,
            )
        await club.run()
        assert club.telegram.said == [("telegram-Ana", "Only two are going")]
        assert club.discord.said == []
