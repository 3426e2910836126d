"""Joining a club, saying what one comes as, leaving it; who is in it and who organises it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from telegram import Bot

from bot.core import Core
from bot.domain.club import SessionPlan
from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.members import Membership
from bot.locales import LANGUAGES, translator
from bot.platforms.telegram.directory import TelegramDirectory
from handlers.command import Chat, Person
from tests.askers import everywhere
from tests.discord_world import MODERATOR
from tests.meetings import meeting, on_discord, on_telegram
from tests.talks import ANN, CHIEF, GROUP, ask, press, private, said
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.world import NOW, bot_with

BEN = Person("2", "Ben")
ONLY = "Only organisers of the club can do that"


async def memberships(core: Core, chat: Chat = GROUP) -> list[Membership]:
    def look_up(uow):  # type: ignore[no-untyped-def]  # a query's callback
        community = uow.communities.of(chat.destination)
        return uow.members.memberships(community.id) if community else []

    return await core.database.query(look_up)


# Joining


@everywhere
async def test_one_command_suffices_to_have_joined(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        joined = await person.ask("club join")
        again = await person.ask("club join")
        members = await core.database.query(lambda uow: uow.members.memberships(1))
    assert "You are in." in joined.text
    assert "You take part as: listener" in joined.text
    assert "No session is planned yet" in joined.text
    assert "You are in." not in again.text  # nothing new
    assert len(members) == 1


@everywhere
async def test_what_holds_for_somebody_is_chosen_with_buttons_and_in_words(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (_, person):
        await person.ask("club join")
        await person.press("🎧 Take part as")
        both = await person.press("Listener and speaker")
        topics = await person.fill("💬 Topics", ["agents\n  and <b>bold</b> claims"])
        await person.press("📨 Messages")
        reach = await person.press("Only in the club's chats")
        await person.press("🌍 Zone")
        zone = await person.fill("✍️ Write a city", ["Lisbon"])
        await person.press("🗣 Language")
        language = await person.press("русский")
        later = await person.ask("club join")
    assert "You take part as: listener and speaker" in both.text
    assert "agents and <b>bold</b> claims" in topics.text
    assert "I write to you: only in the club's chats" in reach.text
    assert "Time zone: Europe/Lisbon" in zone.text
    assert "Language: русский" in language.text
    for kept in ("listener and speaker", "<b>bold</b>", "only in the club's", "Europe/Lisbon", "русский"):
        assert kept in later.text


@everywhere
async def test_leaving_can_be_undone(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        await person.ask("club join")
        await person.fill("💬 Topics", ["agents"])
        left = await person.ask("club leave")
        nobody = await core.database.query(lambda uow: uow.members.memberships(1))
        back = await person.press("↩ Undo")
        await person.ask("club leave")
        again = await person.ask("club leave")
    assert "You have left the club" in left.text
    assert nobody == []
    assert "Topics: agents" in back.text
    assert "You are not in the club" in again.text


@everywhere
@pytest.mark.parametrize("language", LANGUAGES)
async def test_joining_tells_what_comes_next(platform: str, language: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, language=language) as (core, person):
        await person.ask("club join")
        plan = SessionPlan("Attention *is* all", NOW.replace(month=6), "Europe/Moscow")
        await core.database.run(lambda uow: uow.club_sessions.add(1, plan, uid="x", now=NOW))
        joined = await person.ask("club join")
    assert "Attention *is* all" in joined.text
    assert translator(language).gettext("Next session: ").strip() in joined.text


@everywhere
async def test_who_joins_a_club_of_their_own_is_told_how_to_get_into_that_of_a_chat(
    platform: str, tmp_path: Path
) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        alone = await person.ask("club join")
        group = DestinationSpec("telegram", "-100", None, DestinationKind.GROUP, "Readers")
        await core.database.run(
            lambda uow: uow.communities.join(
                uow.communities.ensure_destination(group, zone="UTC", languages=("en",)).id, 1
            )
        )
        together = await person.ask("club join")
    assert "You are alone in this club" in alone.text
    assert "alone" not in together.text


@everywhere
async def test_a_session_without_a_title_is_called_by_its_number_to_who_joins(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        await person.ask("club join")
        plan = SessionPlan("", NOW.replace(month=6), "Europe/Moscow")
        await core.database.run(lambda uow: uow.club_sessions.add(1, plan, uid="x", now=NOW))
        joined = await person.ask("club join")
    assert "Next session: Session 1 · " in joined.text
    assert "Europe/Moscow" not in joined.text.partition("Next session")[2]


async def test_what_somebody_writes_of_themselves_is_bounded(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club join")
        await press(core, ANN, "cm:topics:1", answers={"topics": "x\x00\x1b[31m \n" * 4000})
        (membership,) = await memberships(core)
    assert len(membership.topics) <= 300
    assert "\x00" not in membership.topics
    assert "\n" not in membership.topics


async def test_a_zone_that_there_is_not_leaves_the_old_one(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club join")
        reply = await press(core, ANN, "cm:city:1", answers={"city": "zzyzx"})
        (member,) = await core.database.query(lambda uow: uow.members.many([1]))
    assert "There is no time zone “zzyzx”" in said(reply)
    assert member.zone is None


@pytest.mark.parametrize(
    ("action", "picked"),
    [
        ("cm:as:1", "x"),
        ("cm:reach:1", "discord"),  # has no account there
        ("cm:reach:1", "console"),
        ("cm:zone:1", "../../etc"),
        ("cm:lang:1", "xx"),
        ("cm:nothing:1", "l"),
        ("cm:as:1:2", "l"),
        ("cm:as", "l"),
        ("cm:as:99999999999999999999", "l"),
    ],
)
async def test_forged_choices_change_nothing(action: str, picked: str, tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club join")
        before = await core.database.query(lambda uow: (uow.members.many([1]), uow.members.memberships(1)))
        reply = await press(core, ANN, action, picked={picked: True})
        after = await core.database.query(lambda uow: (uow.members.many([1]), uow.members.memberships(1)))
    assert reply.failed
    assert before == after


async def test_a_chat_that_speaks_for_itself_joins_nothing(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        reply = await ask(core, replace(CHIEF, id="-100"), "club join")
        assert await memberships(core) == []
    assert "You write as a chat here" in said(reply)


# By buttons and links


async def test_a_card_button_in_a_group_joins_its_club_and_the_answer_is_private(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        reply = await press(core, ANN, "cm:join")
        (membership,) = await memberships(core)
        # What stands in private goes on with the same club, wherever else somebody is at home.
        changed = await press(core, ANN, f"cm:as:{membership.community_id}", private(ANN), picked={"s": True})
        (membership,) = await memberships(core)
    assert reply.private
    assert "The reading club of Readers" in said(reply)
    assert not changed.failed
    assert (membership.listener, membership.speaker) == (False, True)


async def test_a_link_joins_the_club_whose_token_it_has_and_no_other(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        shown = await press(core, ANN, "cm:join")
        joined = await ask(core, BEN, f"start {shown.start}", private(BEN))
        wrong = await ask(core, Person("3", "Eve"), "start join-123", private(Person("3", "Eve")))
        empty = await ask(core, Person("3", "Eve"), "start join-", private(Person("3", "Eve")))
        members = await memberships(core)
    assert "The reading club of Readers" in said(joined)
    assert wrong.failed
    assert empty.failed
    assert len(members) == 2
    assert len(shown.start) <= 64  # Telegram's limit


async def test_nobody_reaches_another_club_by_counting(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await press(core, ANN, "cm:join")
        for action in ("cm:me:1", "cm:back:1", "cm:leave:1", "cm:as:1", "cmo:list:1:1", "cmo:csv:1", "cmo:orgs:1:1"):
            reply = await press(core, BEN, action, private(BEN))
            assert reply.failed, action
        assert len(await memberships(core)) == 1


async def test_the_token_stays_when_the_club_is_set_otherwise(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        first = (await press(core, ANN, "cm:join")).start
        await core.database.run(lambda uow: uow.clubs.put(replace(uow.clubs.get(1), pin=True)))
        assert (await press(core, ANN, "cm:join")).start == first
        assert (await core.database.query(lambda uow: uow.clubs.get(1))).pin


# Who is in it


async def test_only_organisers_see_who_is_in_the_club_and_take_the_table(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club join")
        refused = [
            await ask(core, ANN, "club members"),
            await ask(core, BEN, "club members"),
            await ask(core, BEN, "club organisers"),
            await press(core, ANN, "cmo:list:1:1"),
            await press(core, ANN, "cmo:csv:1"),
            await press(core, ANN, "cmo:orgs:1:1", picked={"1": True}),
        ]
        seen = await ask(core, CHIEF, "club members")
        table = await press(core, CHIEF, "cmo:csv:1")
        (membership,) = await memberships(core)
    assert [reply for reply in refused if ONLY not in said(reply)] == []
    assert not any(reply.file for reply in refused)
    assert not membership.organiser
    assert seen.private
    assert "Ann" in said(seen)
    assert table.private
    assert table.file is not None


async def test_the_table_is_safe_in_a_spreadsheet(tmp_path: Path) -> None:
    hostile = Person("7", '=HYPERLINK("http://x")\n"quoted"', "ru")
    async with bot_with(tmp_path) as core:
        await ask(core, hostile, "club join")
        await press(core, hostile, "cm:topics:1", answers={"topics": "  @SUM(1), агенты; 智能体"})
        table = (await press(core, CHIEF, "cmo:csv:1")).file
    assert table is not None
    assert table.content.startswith(b"\xef\xbb\xbf")
    heading, row = csv.reader(io.StringIO(table.content.decode("utf-8-sig"), newline=""))
    facts = dict(zip(heading, row, strict=True))
    assert facts["name"].startswith("'=HYPERLINK")
    assert facts["topics"] == "'@SUM(1), агенты; 智能体"
    assert (facts["listener"], facts["speaker"], facts["organiser"]) == ("1", "0", "0")
    assert facts["joined"] == NOW.date().isoformat()


async def test_many_members_have_pages(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        for number in range(1, 20):
            await ask(core, Person(str(number), f"Reader {number}"), "club join")
        first = await ask(core, CHIEF, "club members")
        last = await press(core, CHIEF, "cmo:list:1:99")
    assert "19 members" in said(first)
    assert "Reader 8'" in said(first)
    assert "Reader 9'" not in said(first)
    assert "Reader 19" in said(last)
    assert [button.label for row in first.message.buttons for button in row] == ["▶", "CSV", "Organisers"]


# Who organises it


async def test_an_appointed_organiser_organises_but_appoints_nobody(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club join")
        await ask(core, BEN, "club join")
        ann, ben = (one.member_id for one in await memberships(core))
        before = await ask(core, ANN, "club members")
        await press(core, CHIEF, "cmo:orgs:1:1", picked={str(ann): True})
        seen = await ask(core, ANN, "club members")
        panel = await ask(core, ANN, "club organisers")
        tried = [
            await press(core, ANN, "cmo:orgs:1:1", picked={str(ben): True}),
            await press(core, ANN, "cmo:orgs:1:1", picked={str(ann): False}),
        ]
        organisers = [one.member_id for one in await memberships(core) if one.organiser]
        await press(core, CHIEF, "cmo:orgs:1:1", picked={str(ann): False})
        after = await ask(core, ANN, "club members")
    assert ONLY in said(before)
    assert "Ann" in said(seen)
    assert not panel.message.selects
    assert all("Only the administrators of the club's chats appoint" in said(reply) for reply in tried)
    assert organisers == [ann]
    assert ONLY in said(after)


async def test_who_leaves_and_comes_back_is_no_organiser_any_more(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club join")
        await press(core, CHIEF, "cmo:orgs:1:1", picked={"1": True})
        await ask(core, ANN, "club leave")
        gone = await press(core, CHIEF, "cmo:orgs:1:1", picked={"1": True})
        await press(core, ANN, "cm:back:1")
        reply = await ask(core, ANN, "club members")
    assert "not in the club any more" in said(gone)
    assert ONLY in said(reply)


# In groups, through the doubles


async def test_who_joins_in_a_telegram_group_is_answered_in_private(tmp_path: Path) -> None:
    async with on_telegram(tmp_path) as (_, server):
        ann, ben = server.person("Ann", language="en"), server.person("Ben", language="en")
        group = server.group("Readers", ann, ben)
        alone = server.private_chat(ann)
        await server.send_text(alone, ann, "/help")
        await server.next_message(alone)
        await server.send_text(group, ann, "/club join")
        private_answer = await server.next_message(alone)
        await server.send_text(group, ben, "/club_join")
        pointer = await server.next_message(group)
        start = str(pointer.button("Open the private chat")["url"]).partition("?start=")[2]
        await server.send_text(server.private_chat(ben), ben, f"/start {start}")
        joined = await server.next_message(server.private_chat(ben))
    assert "The reading club of Readers" in private_answer.text
    assert "You take part as" not in pointer.text
    assert "The reading club of Readers" in joined.text


async def test_who_joins_in_a_discord_server_sees_the_answer_alone(tmp_path: Path) -> None:
    async with on_discord(tmp_path) as (_, server):
        ann = server.add_user("Ann", locale="en-US")
        guild = await server.add_guild("Readers")
        channel = await server.add_channel(guild, "papers")
        asked = await server.slash(ann, channel, "club join")
        answer = await asked.answer()
        joined = answer.text
        pressed = await server.press(ann, answer, "🎧 Take part as")
        panel = await pressed.edited()
        chosen = await (await server.select(ann, panel, ["b"])).edited()
    assert answer.ephemeral
    assert "You are in." in joined
    assert "listener and speaker" in chosen.text


async def test_in_a_telegram_group_only_its_administrators_see_who_is_in_the_club_and_in_private(
    tmp_path: Path,
) -> None:
    async def ready(bot: Bot) -> None:
        core.directories["telegram"] = TelegramDirectory(bot)

    async with (
        bot_with(tmp_path) as core,
        TelegramServer() as server,
        telegram_bot(server, core.dispatcher, ready=ready),
    ):
        ann, chief = server.person("Ann", language="en"), server.person("Chief", language="en")
        group = server.group("Readers", ann, administrators=(chief,))
        for one in (ann, chief):
            await server.send_text(server.private_chat(one), one, "/help")
            await server.next_message(server.private_chat(one))
        await server.send_text(group, ann, "/club join")
        await server.next_message(server.private_chat(ann))
        await server.send_text(group, ann, "/club members")
        refused = await server.next_message(group)
        await server.send_text(group, chief, "/club members")
        seen = await server.next_message(server.private_chat(chief))
        taken = await server.press_data(seen, "cmo:csv:1", chief)
        await server.answered(taken)
        table = await server.next_message(server.private_chat(chief))
        forged = await server.answered(await server.press_data(refused, "cmo:csv:1", ann))
    assert ONLY in refused.text
    assert "1. Ann" in seen.text
    assert table.document is not None
    assert ONLY in str(forged.toast)


async def test_on_a_discord_server_only_who_manages_it_sees_who_is_in_the_club(tmp_path: Path) -> None:
    async with on_discord(tmp_path) as (_, server):
        ann, chief = server.add_user("Ann", locale="en-US"), server.add_user("Chief", locale="en-US")
        channel = server.channel
        assert channel.guild is not None
        channel.guild.rights[chief.id] = MODERATOR
        await (await server.slash(ann, channel, "club join")).answer()
        refused = await (await server.slash(ann, channel, "club members")).answer()
        seen = await (await server.slash(chief, channel, "club members")).answer()
        table = await (await server.press(chief, seen, "CSV")).answer()
        appointing = await (await server.slash(chief, channel, "club organisers")).answer()
        chosen = await (await server.select(chief, appointing, ["1"])).edited()
        now = await (await server.slash(ann, channel, "club members")).answer()
    assert ONLY in refused.text
    assert all(one.ephemeral for one in (refused, seen, table, appointing, chosen))
    assert "1. Ann" in seen.text.replace("**", "")
    assert table.attachments
    assert "Ann" in now.text
