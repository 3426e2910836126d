"""/club pick over the real clients: until when people vote, the result in the chats, and the winner as a session."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.config import Settings
from bot.core import Core, open_core
from bot.domain.nominations import NominationState
from bot.locales import LANGUAGES
from bot.platforms.telegram.directory import TelegramDirectory
from tests.askers import asker_on, discord_bot, everywhere
from tests.discord_server import DiscordServer
from tests.fakes import FakeClock
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.world import NOW

FROGS, TOADS = "On frogs https://arxiv.org/abs/2101.00001", "On toads https://arxiv.org/abs/2101.00002"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
async def core(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Core]:
    settings = Settings.model_validate({"data_dir": tmp_path / "data", "arxiv_api_url": "off"})
    async with open_core(settings, clock=clock) as core:
        yield core


async def end_votes(core: Core) -> None:
    await next(work for name, _seconds, work in core.clubhouse.due if name == "end_due_votes")()


async def closes_at(core: Core, community_id: int = 1) -> datetime | None:
    return await core.database.query(lambda uow: uow.nominations.voting(community_id).closes_at)


async def states(core: Core) -> list[NominationState]:
    def read(uow):  # type: ignore[no-untyped-def]
        return [one.state for one in (uow.nominations.get(1), uow.nominations.get(2)) if one]

    return await core.database.query(read)


@everywhere
async def test_the_winner_is_drawn_up_as_a_session_and_the_rest_stays(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        await asker.ask("club propose", FROGS)
        await asker.ask("club propose", TOADS)
        await asker.ask("club proposals")
        await asker.press("✓ 1")  # toads have one vote more then
        seen = await asker.ask("club pick")
        assert "Most votes: “On toads” (1 vote)" in seen.text
        await asker.press_for_new("1")
        assert await states(core) == [NominationState.OPEN, NominationState.OPEN]  # nothing is posted yet
        drafted = await asker.fill("✍️ Write when", ["20 March 2026 at 18:00"])
        assert "On toads" in drafted.text
        await asker.press("✅ Post it")
        assert await states(core) == [NominationState.OPEN, NominationState.PICKED]
        listed = await asker.ask("club proposals")
        assert "On frogs" in listed.text
        assert "On toads" not in listed.text
        assert "It is planned for session 1" in (await asker.ask("club propose", TOADS)).text


@everywhere
async def test_an_organiser_writes_until_when_people_vote(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        await asker.ask("club propose", FROGS)
        await asker.ask("club pick")
        assert "The vote has no end." in (await asker.press("Until when people vote")).text
        seen = await asker.fill("✍️ Write when", ["20 March 2026 at 18:00"])
        assert "The vote ends: " in seen.text
        ends = await closes_at(core)
        assert ends is not None
        assert ends.isoformat() == "2026-03-20T18:00:00+00:00"
        assert "The vote ends: " in (await asker.ask("club proposals")).text
        await asker.ask("club pick")
        await asker.press("Until when people vote")
        assert "The vote has no end." in (await asker.press("Without end")).text
        assert await closes_at(core) is None


@everywhere
async def test_what_is_no_time_changes_nothing_and_what_is_unclear_is_asked(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        await asker.ask("club pick")
        await asker.press("Until when people vote")
        await asker.fill("✍️ Write when", ["when frogs fly"])
        assert await closes_at(core) is None
        seen = await asker.fill("✍️ Write when", ["20 March 2026 at 6"])
        choice = next(label for label in seen.buttons if "18:00" in label)
        await asker.press(choice)
        ends = await closes_at(core)
        assert ends is not None
        assert ends.hour == 18


async def test_a_vote_by_button_ends_and_its_result_stands_in_the_group(core: Core, clock: FakeClock) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher) as client:
        core.directories["telegram"] = TelegramDirectory(client._bot)
        ann, head = server.person("Ann"), server.person("Head")
        group, private = server.group("Readers", ann, administrators=(head,)), server.private_chat(head)
        await server.send_text(private, head, "/help")
        await server.next_message(private)
        for words in (FROGS, TOADS):
            await server.send_text(group, ann, f"/club propose {words}")
            await server.next_message(group)
        await server.send_text(group, head, "/club pick")
        panel = await server.next_message(private)  # it is nobody else's business
        await server.press(panel, "Until when people vote", head)
        await server.edited(panel)
        await server.press(panel, "In 3 days", head)
        assert "The vote ends: " in (await server.edited(panel, times=2)).text
        assert await closes_at(core) == NOW.replace(hour=13, day=13)
        clock.advance(days=4)
        await end_votes(core)
    said = await core.database.query(lambda uow: [one.delivery for one in uow.deliveries.entries(limit=10)])
    texts = [str(one.parts[0].payload["html"]) for one in said if one.destination.chat_id == str(group.id)]
    assert len(texts) == 1
    assert re.search("A tie .1 vote each.: “On frogs”.*“On toads”", texts[0])


async def test_a_member_picks_nothing_and_ends_no_vote(core: Core) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann = server.person("Ann")
        group = server.group("Readers", ann, administrators=(server.person("Head"),))
        await server.send_text(group, ann, f"/club propose {FROGS}")
        shown = await server.next_message(group)
        await server.send_text(group, ann, "/club pick")
        assert "Only organisers" in (await server.next_message(group)).text
        for action in (
            "pick:list:1:1",
            "pick:take:1",
            "pick:until:1",
            "pick:in:1:3",
            "pick:at:1:1800000000",
            "pick:write:1",
            "pick:free:1",
            "pick:end:1",
        ):
            press = await server.answered(await server.press_data(shown, action, ann))
            assert "Only organisers" in press.toast, action
    assert await states(core) == [NominationState.OPEN]
    assert await closes_at(core) is None


async def test_a_stranger_in_another_server_picks_nothing(core: Core) -> None:
    async with DiscordServer() as server, discord_bot(server, core.dispatcher):
        eve = server.add_user("Eve")
        asked = await server.slash(eve, server.channel, "club pick")
        assert "Only organisers" in (await asked.answer()).text


@pytest.mark.parametrize(
    "action", ["pick", "pick:", "pick:list:1", "pick:in:1:4", "pick:at:1:99999999999999", "pick:x"]
)
async def test_a_forged_press_is_answered_politely(core: Core, action: str) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann = server.person("Ann")
        chat = server.private_chat(ann)
        await server.send_text(chat, ann, "/club pick")
        panel = await server.next_message(chat)
        press = await server.answered(await server.press_data(panel, action, ann))
        assert "from an older version" in press.toast or "within a year" in press.toast


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_language_has_words_for_it(core: Core, language: str) -> None:
    async with asker_on("console", core.dispatcher, language=language.replace("_", "-")) as asker:
        await asker.ask("club propose", FROGS)
        seen = await asker.ask("club pick")
        assert "On frogs" in seen.text
        assert language == "en" or "vote" not in seen.text
