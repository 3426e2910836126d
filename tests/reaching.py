"""A club whose members can be told something: the real outbox and renderers, with senders that a test tells what to
refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any, cast

from sqlalchemy import create_engine, delete, insert

from bot.domain.club import SessionPlan
from bot.domain.communities import Destination, DestinationKind, DestinationSpec
from bot.domain.deliveries import Payload, Rejected, SendOutcome, Sent
from bot.domain.files import File
from bot.domain.members import Account, Member
from bot.domain.messages import Message, Paragraph, text
from bot.domain.reaching import WordKind, WordRecord
from bot.domain.roster import Role, Seat
from bot.platforms.discord.payload import payloads as discord_payloads
from bot.platforms.telegram.payload import payloads as telegram_payloads
from bot.services.deliveries import Deliveries
from bot.services.delivery_notices import DeliveryNotices
from bot.services.reaching import Reaching, Word
from storage.club_tables import RsvpRow
from storage.database import Database
from storage.member_tables import AccountRow
from tests.outbox import START, VirtualTime

BLOCKED = "Forbidden: bot was blocked by the user"
CLOSED = "Cannot send messages to this user (50007)"
RENDERERS = {"telegram": telegram_payloads, "discord": discord_payloads}
LATER = START + timedelta(days=1)


_LABELS: dict[str, str] = {}


def account_id(platform: str, name: str) -> str:
    """The id of somebody's account, a number as the platforms have them."""
    number = str(int.from_bytes(f"{platform[0]}{name}".encode()) % 10**9 + (10**17 if platform == "discord" else 0))
    _LABELS[number] = f"{platform}-{name}"
    return number


@dataclass
class Post:
    """A sender that refuses what goes to these chats; `said` is what has arrived, with the chat: "telegram-Ana" is the
    private one of Ana."""

    closed: dict[str, str] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)
    said: list[tuple[str, str]] = field(default_factory=list)

    async def wait_turn(self, destination: Destination) -> None:
        """There are no limits here."""

    async def send(
        self, destination: Destination, payload: Payload, *, nonce: str, file: File | None = None
    ) -> SendOutcome:
        chat = _LABELS.get(destination.chat_id, destination.chat_id)
        if chat in self.closed:
            return Rejected(self.closed[chat], gone=True)
        if chat in self.faulty:
            return Rejected("can't parse entities")
        self.said.append((chat, said_by(payload)))
        return Sent(nonce)

    async def edit(self, destination: Destination, message_id: str, payload: Payload) -> SendOutcome:
        raise AssertionError("nothing is edited here")


def said_by(payload: Payload) -> str:
    """What a message says; on Discord who is called comes first."""
    if "html" in payload:
        return str(payload["html"])
    (embed,) = cast(list[dict[str, Any]], payload["embeds"])
    lines = [payload.get("content"), embed.get("title"), embed.get("description")]
    return "\n".join(str(line) for line in lines if line)


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
        first, *others = [Account(one, account_id(one, name), name, "en") for one in platforms]
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
        word = Word(member.id, key, compose=lambda say, _member: message(f"{said} ({say.language})"), **values | facts)
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


def message(said: str) -> Message:
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


def put_rsvps(
    database: Database, session_id: int, member_ids: Sequence[int], seat: Seat, role: Role = Role.LISTENER
) -> None:
    """Answers, as they are stored."""
    rows = [
        {
            "session_id": session_id,
            "member_id": one,
            "guest_name": "",
            "role": role,
            "seat": seat,
            "turn": one,
            "answered_at": START,
        }
        for one in member_ids
    ]
    engine = create_engine(f"sqlite:///{database.path}")
    with engine.begin() as connection:
        connection.execute(insert(RsvpRow.__table__), rows)
    engine.dispose()


def take_rsvp(database: Database, session_id: int, member_id: int) -> None:
    """Somebody's answer is gone."""
    here = (RsvpRow.session_id == session_id, RsvpRow.member_id == member_id)
    engine = create_engine(f"sqlite:///{database.path}")
    with engine.begin() as connection:
        connection.execute(delete(RsvpRow.__table__).where(*here))
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
