"""What Telegram does for a club beyond messages: invitations, pins, who is there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from telegram import Bot

from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import Rejected, Sent
from bot.domain.errors import StorageError
from bot.domain.members import Account
from bot.platforms.telegram.directory import TelegramDirectory
from bot.platforms.telegram.invitations import INVITE, TelegramInvitations
from bot.platforms.telegram.pins import PIN, TelegramPins
from bot.services.ports import Invitation
from handlers.registry import Dispatcher
from tests.outbox import telegram_bot as bare_bot
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.telegram_world import Chat

UNTIL = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)


@dataclass
class World:
    server: TelegramServer
    bot: Bot
    group: Chat
    pins: TelegramPins
    invitations: TelegramInvitations
    directory: TelegramDirectory


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with TelegramServer() as server, bare_bot(server.token, server.url, connections=4) as bot:
        group = server.supergroup("Readers")
        group.bot_status = "administrator"
        yield World(server, bot, group, TelegramPins(bot), TelegramInvitations(bot), TelegramDirectory(bot))


def place(chat: Chat) -> Destination:
    return Destination(1, 1, "telegram", str(chat.id), None, DestinationKind.GROUP, chat.title, None)


async def test_an_invitation_is_for_one_person_and_for_a_time(world: World) -> None:
    made = await world.invitations.make(
        str(world.group.id), expires_at=UNTIL, name="Ann Lee, who has a long name indeed"
    )
    assert isinstance(made, Invitation)
    link = world.server.methods.links[made.address]
    assert (link.limit, link.expires, made.expires_at) == (1, int(UNTIL.timestamp()), UNTIL)
    assert link.name == "Ann Lee, who has a long name"
    assert await world.invitations.is_open(made.address) is None


async def test_an_invitation_that_is_revoked_is_of_no_use(world: World) -> None:
    chat = str(world.group.id)
    made = await world.invitations.make(chat, expires_at=UNTIL, name="")
    assert isinstance(made, Invitation)
    assert await world.invitations.revoke(chat, made.address)
    assert world.server.methods.links[made.address].revoked
    assert await world.invitations.revoke(chat, "https://t.me/+never")
    world.server.kick_bot(world.group)
    assert not await world.invitations.revoke(chat, made.address)


async def test_the_right_to_invite_is_named_where_it_is_lacking(world: World) -> None:
    world.group.bot_lacks.add("can_invite_users")
    refused = await world.invitations.make(str(world.group.id), expires_at=UNTIL, name="Ann")
    assert isinstance(refused, Rejected)
    assert (refused.right, refused.gone) == (INVITE, False)


async def test_a_message_is_pinned_and_freed_again_however_often(world: World) -> None:
    message = await world.bot.send_message(world.group.id, "Session 4")
    here, number = place(world.group), str(message.message_id)
    for _ in range(2):
        assert await world.pins.pin(here, number) == Sent(number)
    assert world.group.pinned == [message.message_id]
    for _ in range(2):
        assert await world.pins.unpin(here, number) == Sent(number)
    assert world.group.pinned == []


async def test_what_is_gone_cannot_be_pinned(world: World) -> None:
    message = await world.bot.send_message(world.group.id, "Session 4")
    world.server.delete(world.group.said[0])
    refused = await world.pins.pin(place(world.group), str(message.message_id))
    assert isinstance(refused, Rejected)
    assert (refused.missing, refused.gone) == (True, False)


async def test_the_right_to_pin_is_named_where_it_is_lacking(world: World) -> None:
    message = await world.bot.send_message(world.group.id, "Session 4")
    world.group.bot_status = "member"
    refused = await world.pins.pin(place(world.group), str(message.message_id))
    assert isinstance(refused, Rejected)
    assert (refused.right, refused.gone) == (PIN, False)


# What comes in


@dataclass
class Told:
    """What was told of invitations; the first `failures` times that cannot be stored."""

    failures: int = 0

    def __post_init__(self) -> None:
        self.all: list[tuple[str, str, str, Account | None]] = []

    async def __call__(self, platform: str, chat_id: str, address: str, account: Account | None) -> None:
        if self.failures:
            self.failures -= 1
            raise StorageError("the disk is full")
        self.all.append((platform, chat_id, address, account))


async def _no_language(_request: object) -> str | None:
    return None


@pytest.mark.parametrize("failures", [0, 2])
async def test_who_came_by_an_invitation_is_told_with_it_and_not_lost(failures: int) -> None:
    told = Told(failures)
    dispatcher = Dispatcher((), {}, language_of=_no_language, default_language="en")
    async with TelegramServer() as server:
        group = server.supergroup("Readers")
        group.bot_status = "administrator"
        ann, bia = server.person("Ann", language="pt-br"), server.person("Bia")
        async with (
            bare_bot(server.token, server.url, connections=2) as other,
            telegram_bot(server, dispatcher, invited=told),
        ):
            await server.polled()  # from then on Telegram knows that we want to be told
            made = await TelegramInvitations(other).make(str(group.id), expires_at=UNTIL, name="Ann")
            assert isinstance(made, Invitation)
            await server.join(group, bia)  # by herself
            await server.join(group, ann, made.address)
            await server.wait_until(lambda: bool(told.all), "somebody is told")
        assert told.all == [("telegram", str(group.id), made.address, Account("telegram", str(ann.id), "Ann", "pt-br"))]


async def test_only_an_administrator_is_told_who_comes() -> None:
    told = Told()
    dispatcher = Dispatcher((), {}, language_of=_no_language, default_language="en")
    async with TelegramServer() as server, telegram_bot(server, dispatcher, invited=told):
        await server.polled()
        group, ann = server.supergroup("Readers"), server.person("Ann")
        await server.join(group, ann)
        await server.polled()
        assert told.all == []
