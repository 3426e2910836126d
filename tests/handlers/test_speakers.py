"""/club speakers over the real clients: the queue, offers that arrive in private, and what only organisers may."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import Core
from bot.domain.club import SessionPlan
from bot.domain.members import Account, Membership
from bot.domain.roster import Role
from bot.locales import LANGUAGES
from bot.platforms.telegram.directory import TelegramDirectory
from bot.platforms.telegram.limits import TelegramLimits
from bot.platforms.telegram.send import TelegramPost
from bot.services.rosters import OpenRoster
from storage.unit_of_work import UnitOfWork
from tests.askers import asker_on, discord_bot, everywhere
from tests.discord_server import DiscordServer
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.world import NOW, bot_with

HOSTILE = "<b>@everyone</b> [x](https://evil.example) \u202e" + "x" * 300


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with bot_with(tmp_path / "data") as core:
        yield core


def a_session(uow: UnitOfWork, title: str = "Attention", days: int = 10, community_id: int = 1) -> int:
    plan = SessionPlan(title, NOW + timedelta(days=days), "Europe/Moscow")
    return uow.club_sessions.add(community_id, plan, uid=f"{title[:9]}{days}", now=NOW).id


def joined(uow: UnitOfWork, account: Account, *, speaker: bool = True) -> int:
    member = uow.members.ensure(account, now=NOW)
    uow.members.put_membership(Membership(1, member.id, NOW, speaker=speaker))
    return member.id


async def speaking(core: Core, session_id: int) -> list[str]:
    return await core.database.query(lambda uow: [one.name for one in uow.rosters.speakers(session_id)])


@everywhere
async def test_somebody_volunteers_is_asked_and_speaks(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        seen = await asker.ask("club speakers")
        assert "No session is planned yet." in seen.text
        assert "Nobody has said that they would speak yet." in seen.text
        seen = await asker.press("🎤 I would speak")
        assert "Who would speak, the next one first" in seen.text
        assert "✖ I would not speak any more" in seen.buttons
        await core.database.run(a_session)
        seen = await asker.ask("club speakers")
        assert "nobody yet" in seen.text
        seen = await asker.press_for_new("Find a speaker: 1")
        assert "I have asked " in seen.text
        assert "being asked: " in (await asker.ask("club speakers")).text


@everywhere
async def test_an_organiser_names_a_fallback_and_stops_asking(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        await asker.ask("club speakers")
        await core.database.run(a_session)
        await core.database.run(joined, Account("telegram", "77", HOSTILE))
        await asker.ask("club speakers")
        await asker.press_for_new("Find a speaker: 1")
        chosen = await asker.press("Name a fallback")
        name = next(label for label in chosen.buttons if "everyone" in label)
        seen = await asker.press(name)
        assert "fallback: <b>@" in seen.text
        await asker.press_for_new("Find a speaker: 1")
        assert "being asked" not in (await asker.press("Stop asking")).text


async def test_an_offer_arrives_in_private_and_is_taken_by_a_button(core: Core) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher) as client:
        core.directories["telegram"] = TelegramDirectory(client._bot)
        core.deliveries.connect("telegram", TelegramPost(client._bot, TelegramLimits()))
        ann, head = server.person("Ann"), server.person("Head")
        group, private = server.group("Readers", ann, administrators=(head,)), server.private_chat(ann)
        for chat, person in ((private, ann), (server.private_chat(head), head)):
            await server.send_text(chat, person, "/help")
            await server.next_message(chat)
        await server.send_text(group, ann, "/club speakers")
        shown = await server.next_message(group)
        press = await server.answered(await server.press(shown, "🎤 I would speak", ann))
        assert press.toast == "Thank you! I ask you in private when it is your turn."
        session = await core.database.run(a_session, "Frogs & <toads>", 10, await community_of(core, str(group.id)))
        press = await server.answered(await server.press_data(shown, f"spk:find:{session}", ann))
        assert "Only organisers" in press.toast
        await server.press_data(shown, f"spk:find:{session}", head)
        assert "I have asked Ann" in (await server.next_message(server.private_chat(head))).text
        await core.deliveries.dispatch()
        offer = await server.next_message(private)
        assert "It would be your turn to speak" in offer.text
        assert "Frogs & <toads>" in offer.text
        assert offer.buttons == ["🎤 I will speak", "✖ Not this time", "🔁 Swap with another speaker"]
        await server.press(offer, "🎤 I will speak", ann)
        assert "Thank you! You speak in this session:" in (await server.edited(offer)).text
        assert await speaking(core, session) == ["Ann"]
        await core.deliveries.dispatch()
        assert "Ann will speak:" in (await server.next_message(server.private_chat(head))).text


async def community_of(core: Core, chat_id: str) -> int:
    def read(uow: UnitOfWork) -> int:
        chat = uow.communities.destination_at("telegram", chat_id)
        assert chat is not None
        return chat.community_id

    return await core.database.query(read)


async def test_a_member_and_a_stranger_change_nothing_by_organisers_buttons(core: Core) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann, eve = server.person("Ann"), server.person("Eve")
        group = server.group("Readers", ann, administrators=(server.person("Head"),))
        await server.send_text(group, ann, "/club speakers")
        shown = await server.next_message(group)
        assert "Find a speaker: 1" not in shown.buttons
        session = await core.database.run(a_session)
        await core.database.run(joined, Account("telegram", str(ann.id), "Ann"))
        elsewhere = server.group("Others", eve, administrators=(eve,))
        await server.send_text(elsewhere, eve, "/club speakers")
        others = await server.next_message(elsewhere)
        for action in (f"spk:find:{session}", f"spk:stop:{session}", f"spk:fall:{session}", f"spk:fall:{session}=11"):
            press = await server.answered(await server.press_data(shown, action, ann))
            assert "Only organisers" in press.toast, action
            press = await server.answered(await server.press_data(others, action, eve))
            assert "another club" in press.toast, action
        for action in ("spk:take:1", "spk:agree:1", f"spk:swap:{session}", f"spk:with:{session}:1:1"):
            press = await server.answered(await server.press_data(shown, action, ann))
            assert press.toast, action
        assert await core.database.query(lambda uow: uow.speakers.search(session)) is None


@pytest.mark.parametrize("action", ["spk", "spk:", "spk:take", "spk:find:x", "spk:with:1:2", "spk:fall:1=1x"])
async def test_a_forged_press_is_answered_politely(core: Core, action: str) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann = server.person("Ann")
        chat = server.private_chat(ann)
        await server.send_text(chat, ann, "/club speakers")
        shown = await server.next_message(chat)
        await core.database.run(a_session)
        await core.database.run(joined, Account("telegram", "77", "Bob"))
        press = await server.answered(await server.press_data(shown, action, ann))
        assert "from an older version" in press.toast


def _place(uow: UnitOfWork, session_id: int, account_id: str) -> None:
    member, session = uow.members.of_account(Account("discord", account_id)), uow.club_sessions.get(session_id)
    assert member is not None
    assert session is not None
    OpenRoster(uow, session, uow.clubs.get(1), lambda *_: None, NOW).place(member.id, Role.SPEAKER)


async def test_two_speakers_swap_by_buttons_in_private(core: Core) -> None:
    async with DiscordServer() as server, discord_bot(server, core.dispatcher):
        ann, bob = server.add_user("Ann"), server.add_user("Bob")
        await (await server.slash(server.user, server.channel, "club speakers")).answer()
        first = await core.database.run(a_session, "First", 5)
        second = await core.database.run(a_session, "Second", 12)
        for user, session in ((ann, first), (bob, second)):
            await core.database.run(joined, Account("discord", str(user.id), user.name))
            card = await (await server.slash(user, server.channel, "club speakers")).answer()
            assert "nobody yet" in card.text
            await core.database.run(_place, session, str(user.id))
        dm = server.dm(ann)
        shown = await (await server.slash(ann, dm, "club speakers")).answer()
        swap = await (await server.press(ann, shown, "🔁 Swap: 1")).answer()
        assert swap.labels == ["Bob · Session 2 · Second"]
        asked = await server.press(ann, swap, "Bob · Session 2 · Second")
        assert "I have asked Bob" in (await asked.edited()).text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_language_has_words_for_it(core: Core, language: str) -> None:
    async with asker_on("console", core.dispatcher, language=language.replace("_", "-")) as asker:
        await asker.ask("club speakers")
        await core.database.run(a_session)
        await core.database.run(joined, Account("telegram", "77", "Bob"))
        seen = await asker.ask("club speakers")
        assert "Bob" in seen.text
        assert "Attention" in seen.text
        assert language == "en" or "speak" not in seen.text
