"""Who joins on one platform is invited to the other, personally and once; who comes by it is taken for nobody else."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from telegram import Bot

from bot.config import Settings
from bot.core import Core, open_core
from bot.domain.deliveries import Rejected, Unknown
from bot.domain.members import Account, Member, PersonalInvitation
from bot.domain.messages import LinkButton
from bot.platforms.discord.invitations import DiscordInvitations
from bot.platforms.telegram.invitations import TelegramInvitations
from bot.services.ports import Invitation
from handlers.command import Chat, Person, Platform, Reply, Request
from storage.unit_of_work import UnitOfWork
from tests.askers import discord_bot
from tests.discord_server import DiscordServer
from tests.discord_world import Rights
from tests.talks import said
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.world import NOW, bot_with

GROUP = Chat(Platform.TELEGRAM, "-100", title="Readers")
CHANNEL = Chat(Platform.DISCORD, "7", title="papers", server_id="99")
ANN, BEN = Person("1", "Ann", "en"), Person("2", "Ben", "en")
CHIEF = Person("9", "Chief", chat_administrator=True)
ANNE = Account("discord", "11", "Anne")


@dataclass
class Maker:
    """A platform that makes invitations; `refusal` is what it answers instead."""

    clock: list[datetime]
    refusal: Rejected | Unknown | None = None
    made: list[tuple[str, str]] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    cannot_revoke: bool = False
    used: set[str] = field(default_factory=set)

    async def make(self, chat_id: str, *, expires_at: datetime, name: str) -> Invitation | Rejected | Unknown:
        if self.refusal is not None:
            return self.refusal
        self.made.append((chat_id, name))
        return Invitation(f"https://discord.gg/way{len(self.made)}", expires_at)

    async def revoke(self, _chat_id: str, address: str) -> bool:
        self.revoked.append(address)
        return not self.cannot_revoke

    async def is_open(self, address: str) -> bool | None:
        return False if address in self.used else None


@dataclass
class World:
    core: Core
    clock: list[datetime]
    discord: Maker

    async def ask(self, person: Person, words: str, chat: Chat = GROUP) -> Reply:
        command, _, text = words.partition(" ")
        return await self.core.dispatcher.answer(Request(chat, person, command, text))

    async def press(self, person: Person, action: str, chat: Chat = GROUP) -> Reply:
        return await self.core.dispatcher.press(Request(chat, person, action=action))

    async def member(self, account: Account) -> Member | None:
        return await self.core.database.query(lambda uow: uow.members.of_account(account))

    async def invitations(self) -> list[PersonalInvitation]:
        return await self.core.database.query(lambda uow: uow.invitations.of_community(1))

    async def told(self) -> list[str]:
        """What was put into the outbox for people."""

        def look_up(uow: UnitOfWork) -> list[str]:
            keys = [f"word:{key}" for key in ("invit", "cannot")]
            entries = uow.deliveries.entries()
            return [str(one.delivery.parts) for one in entries if one.delivery.key.startswith(tuple(keys))]

        return await self.core.database.query(look_up)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A club with a group on Telegram and a channel on Discord."""
    clock = [NOW]
    async with open_core(Settings.model_validate({"data_dir": tmp_path}), clock=lambda: clock[0]) as core:
        await together(core, GROUP.id, CHANNEL.id)
        maker = Maker(clock)
        core.clubhouse.abilities.invitations["discord"] = maker
        yield World(core, clock, maker)


async def together(core: Core, group: str, channel: str) -> None:
    """A group on Telegram and a channel on Discord that are one community."""

    def found(uow: UnitOfWork) -> None:
        one = replace(GROUP, id=group).destination
        other = replace(CHANNEL, id=channel).destination
        here = uow.communities.ensure_destination(one, zone="UTC", languages=("en",))
        there = uow.communities.ensure_destination(other, zone="UTC", languages=("en",))
        uow.communities.join(there.id, here.community_id)

    await core.database.run(found)


def addresses(reply: Reply) -> list[str]:
    return [one.url for row in reply.message.buttons for one in row if isinstance(one, LinkButton)]


async def test_joining_on_telegram_gives_a_personal_invitation_to_discord_and_the_same_again(world: World) -> None:
    joined = await world.ask(ANN, "club join")
    again = await world.ask(ANN, "club join")
    other = await world.ask(BEN, "club join")
    assert addresses(joined) == addresses(again) == ["https://discord.gg/way1"]
    assert addresses(other) == ["https://discord.gg/way2"]
    assert joined.private
    assert world.discord.made == [("7", "Ann"), ("7", "Ben")]


async def test_joining_on_discord_gives_one_to_telegram(world: World) -> None:
    maker = world.core.clubhouse.abilities.invitations["telegram"] = Maker(world.clock)
    await world.ask(ANN, "club join", CHANNEL)
    assert maker.made == [("-100", "Ann")]


async def test_who_is_on_both_platforms_already_is_not_invited(world: World) -> None:
    def link(uow: UnitOfWork) -> None:
        one, two = (uow.members.ensure(each, now=NOW).id for each in (Account("telegram", "1", "Ann"), ANNE))
        uow.member_data.merge(one, two)

    await world.core.database.run(link)
    assert addresses(await world.ask(ANN, "club join")) == []


async def test_a_club_on_one_platform_invites_nobody(world: World) -> None:
    await world.ask(ANN, "club join", replace(GROUP, id="-200"))
    assert world.discord.made == []


async def test_an_invitation_that_is_over_is_followed_by_a_new_one(world: World) -> None:
    await world.ask(ANN, "club join")
    world.clock[0] += timedelta(days=8)
    assert addresses(await world.ask(ANN, "club join")) == ["https://discord.gg/way2"]


async def test_what_the_bot_may_not_is_said_to_who_joins_and_to_organisers_once(world: World) -> None:
    await world.ask(BEN, "club join")
    await world.press(CHIEF, "cmo:orgs:1:1")
    await world.core.dispatcher.press(Request(GROUP, CHIEF, action="cmo:orgs:1:1", picked={"1": True}))
    world.discord.refusal = Rejected("Missing Permissions", right="Create Invite")
    joined = await world.ask(ANN, "club join")
    await world.ask(ANN, "club join")
    assert "I lack the right “Create Invite”" in said(joined)
    assert "You are in." in said(joined)
    (told,) = await world.told()
    assert "Create Invite" in told


async def test_a_failure_of_the_moment_does_not_keep_anybody_from_joining(world: World) -> None:
    world.discord.refusal = Unknown("timed out")
    joined = await world.ask(ANN, "club join")
    assert "You are in." in said(joined)
    assert "try /club join later" in said(joined)
    assert await world.told() == []


# Coming by it


async def test_who_comes_by_somebodys_invitation_is_not_taken_for_them(world: World) -> None:
    """It may have been passed on, or read by others: neither of them gets the other's answers and rights."""
    await world.ask(ANN, "club join")
    invited = world.core.clubhouse.invited
    await invited("discord", "7", "https://discord.gg/way1", ANNE)
    await invited("discord", "7", "https://discord.gg/way1", ANNE)  # told again
    ann = await world.member(Account("telegram", "1"))
    (told,) = await world.told()
    assert ann is not None
    assert [one.id for one in ann.accounts] == ["1"]
    assert await world.member(ANNE) is None
    assert "If that is you" in told
    assert "me:link" in told


async def test_where_it_is_not_said_who_came_they_are_asked(world: World) -> None:
    await world.ask(ANN, "club join")
    await world.core.clubhouse.invited("discord", "7", "https://discord.gg/way1", None)
    (told,) = await world.told()
    (invitation,) = await world.invitations()
    assert "write /link here and the code there" in told
    assert invitation.used_at == NOW
    assert addresses(await world.ask(ANN, "club join")) == []


async def test_invitations_of_others_and_those_that_expired_say_nothing(world: World) -> None:
    await world.ask(ANN, "club join")
    await world.core.clubhouse.invited("discord", "7", "https://discord.gg/somebodys", ANNE)
    world.clock[0] += timedelta(days=7)
    await world.core.clubhouse.invited("discord", "7", "https://discord.gg/way1", None)
    assert await world.told() == []
    assert (await world.invitations())[0].used_at is None


async def test_one_of_which_the_platform_said_nothing_is_asked_after(world: World) -> None:
    await world.ask(ANN, "club join")
    world.discord.used.add("https://discord.gg/way1")
    seen = await world.ask(CHIEF, "club members")
    assert "came by the invitation to Discord" in said(seen)
    assert len(await world.told()) == 1


# Through the clients


async def test_who_joins_on_discord_comes_to_telegram_by_the_link_and_is_asked_to_link(tmp_path: Path) -> None:
    async with (
        TelegramServer() as telegram,
        DiscordServer() as discord,
        bot_with(tmp_path, now=datetime.fromtimestamp(telegram.now(), UTC)) as core,
        discord_bot(discord, core.dispatcher, invited=core.clubhouse.invited),
    ):

        async def ready(bot: Bot) -> None:
            core.clubhouse.abilities.invitations["telegram"] = TelegramInvitations(bot)

        async with telegram_bot(telegram, core.dispatcher, ready=ready, invited=core.clubhouse.invited):
            group, channel = telegram.supergroup("Readers"), discord.channel
            group.bot_status = "administrator"
            await together(core, str(group.id), str(channel.id))
            anne = discord.add_user("Anne", locale="en-US")
            answer = await (await discord.slash(anne, channel, "club join")).answer()
            (button,) = [one for one in answer.buttons if one["label"] == "Open Telegram"]
            ann = telegram.person("Ann", language="en")
            await telegram.join(group, ann, button["url"])
            account = Account("telegram", str(ann.id))
            await telegram.wait_until(lambda: any(link.used for link in telegram.methods.links.values()))
            await telegram.send_text(telegram.private_chat(ann), ann, "/me")
            await telegram.next_message(telegram.private_chat(ann))
            member = await core.database.query(lambda uow: uow.members.of_account(account))
            told = await core.deliveries.outbox()
    assert member is None or [one.platform for one in member.accounts] == ["telegram"]
    assert any("Somebody came to Telegram by your invitation" in str(one.delivery.parts) for one in told)


async def test_who_joins_on_telegram_is_asked_to_link_after_the_invitation_to_discord_was_used(tmp_path: Path) -> None:
    async with (
        DiscordServer() as discord,
        bot_with(tmp_path, now=discord.now) as core,
        discord_bot(discord, core.dispatcher, invited=core.clubhouse.invited) as client,
        TelegramServer() as telegram,
        telegram_bot(telegram, core.dispatcher),
    ):
        discord.channel.bot_rights |= Rights.CREATE_INSTANT_INVITE | Rights.MANAGE_CHANNELS
        core.clubhouse.abilities.invitations["discord"] = DiscordInvitations(client.connection, core.clock)
        ann = telegram.person("Ann", language="en")
        group = telegram.group("Readers", ann)
        await together(core, str(group.id), str(discord.channel.id))
        chat = telegram.private_chat(ann)
        await telegram.send_text(chat, ann, "/help")
        await telegram.next_message(chat)
        await telegram.send_text(group, ann, "/club join")
        joined = await telegram.next_message(chat)
        await discord.invites.use(str(joined.button("Open Discord")["url"]), discord.add_user("Anne"))

        def used(uow: UnitOfWork) -> list[PersonalInvitation]:
            return [one for one in uow.invitations.of_community(1) if one.used_at]

        async with asyncio.timeout(60):
            while not await core.database.query(used):  # noqa: ASYNC110 -- the bot's own database says when
                await asyncio.sleep(0)
    assert "This invitation is for you alone" in joined.text


# What organisers see and do


async def test_organisers_see_who_has_not_used_it_and_send_another(world: World) -> None:
    await world.ask(ANN, "club join")
    await world.ask(BEN, "club join")
    await world.core.clubhouse.invited("discord", "7", "https://discord.gg/way2", Account("discord", "22", "Benny"))
    seen = await world.ask(CHIEF, "club members")
    sent = await world.press(CHIEF, "cmo:invite:1:1")
    table = (await world.press(CHIEF, "cmo:csv:1")).file
    both = await world.press(CHIEF, "cmo:invite:1:2")
    assert "invited to Discord, not used yet" in said(seen)
    assert "came by the invitation to Discord" in said(seen)
    assert [one.label for row in seen.message.buttons for one in row] == ["✉ 1", "CSV", "Organisers"]
    assert "on its way" in said(sent)
    assert world.discord.revoked == ["https://discord.gg/way1"]
    assert "https://discord.gg/way3" in "".join(await world.told())
    assert table is not None
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"), newline="")))
    assert [one["invitation_used_on"] for one in rows] == ["", NOW.date().isoformat()]
    assert both.failed


async def test_members_and_strangers_send_nobody_an_invitation(world: World) -> None:
    await world.ask(ANN, "club join")
    replies = [await world.press(one, "cmo:invite:1:1") for one in (ANN, BEN)]
    assert all("Only organisers" in said(reply) for reply in replies)
    assert len(world.discord.made) == 1
    assert world.discord.revoked == []


async def test_one_that_cannot_be_revoked_is_still_known_when_somebody_comes_by_it(world: World) -> None:
    await world.ask(ANN, "club join")
    world.discord.cannot_revoke = True
    await world.press(CHIEF, "cmo:invite:1:1")
    await world.core.clubhouse.invited("discord", "7", "https://discord.gg/way1", ANNE)
    assert any("Somebody came to Discord" in one for one in await world.told())


async def test_leaving_and_erasing_void_invitations(world: World) -> None:
    await world.ask(ANN, "club join")
    await world.ask(ANN, "club leave")
    await world.ask(BEN, "club join")
    await world.press(BEN, "me:erased", Chat(Platform.TELEGRAM, "2", private=True))
    assert world.discord.revoked == ["https://discord.gg/way1", "https://discord.gg/way2"]
    assert await world.invitations() == []
