"""Proposing papers for the club and voting for them, over the real clients."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import Settings
from bot.core import Core, open_core
from bot.domain.club import SessionPaper, SessionPlan
from bot.domain.papers import PaperFacts, PaperId
from bot.locales import LANGUAGES
from bot.services.papers import Papers
from handlers.command import Request
from storage.unit_of_work import UnitOfWork
from tests.askers import asker_on, discord_bot, everywhere
from tests.discord_server import DiscordServer
from tests.factories import make_document, store
from tests.fakes import FakeClock
from tests.handlers.test_why import ANN, CHANNEL, action, publish, subscribe
from tests.handlers.test_why import ask as in_channel
from tests.handlers.test_why import press as press_in_channel
from tests.meetings import meeting
from tests.readers.test_arxiv import PATH, entry, feed
from tests.services.test_papers import Archive
from tests.services.test_scheduled_digests import about
from tests.talks import seen
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.web_server import Answer, WebServer
from tests.world import NOW, bot_with

FROGS = "Frogs & toads"
GPT = "https://arxiv.org/abs/2005.14165"
HOSTILE = "<b>@everyone</b> [x](https://evil.example) `*_~|\u202egnp & " + "long " * 300


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    """A bot with a story about frogs, which asks no archive."""
    async with bot_with(tmp_path / "data") as core:
        await core.database.run(with_frogs)
        await core.stories.catch_up()
        yield core


def with_frogs(uow: UnitOfWork) -> None:
    store(uow, make_document(about(1, FROGS, authors=("Ann Lee",))), now=NOW, address="https://one.example.org/")


@asynccontextmanager
async def bot_that_asks(folder: Path, *answers: Answer) -> AsyncIterator[Core]:
    """A bot that asks a double of arXiv's API, which answers this."""
    async with WebServer() as arxiv:
        arxiv.answer(PATH, *answers)
        settings = {"arxiv_api_url": arxiv.url(PATH), "fetch_allowed_private_hosts": "127.0.0.1"}
        async with bot_with(folder, **settings, fetch_host_delay_seconds=0) as core:
            yield core


def discussed(uow: UnitOfWork, *, days: int, community_id: int = 1) -> None:
    """The fourth session, so many days from now, was about GPT-3."""
    for number in range(4):
        about_gpt = SessionPaper("Few-Shot Learners", GPT, "arxiv:2005.14165")
        at = NOW + timedelta(days=days if number == 3 else days - 7)
        plan = SessionPlan("Models", at, "Europe/Moscow", papers=(about_gpt,) if number == 3 else ())
        uow.club_sessions.add(community_id, plan, uid=f"u{number}", now=NOW)


# Proposing


@everywhere
async def test_a_paper_is_proposed_with_what_arxiv_calls_it(tmp_path: Path, platform: str) -> None:
    async with bot_that_asks(tmp_path, feed(entry())) as core, asker_on(platform, core.dispatcher) as asker:
        seen = await asker.ask("club propose", "2005.14165v2")
        assert "Proposed for the club:" in seen.text
        assert "Language Models are Few-Shot Learners" in seen.text
        assert "Tom B. Brown, Benjamin Mann" in seen.text
        assert "1 vote" in seen.text  # who proposes is for it
        listed = await asker.ask("club proposals")
        assert "Language Models are Few-Shot Learners" in listed.text
        assert "you are for it" in listed.text
        whole = await asker.press("🔎 1")
        assert "Recent work has shown substantial gains." in whole.text


@pytest.mark.parametrize("answer", [Answer(status=503), Answer(b"Rate exceeded."), feed()])
async def test_a_failed_look_up_blocks_no_proposal(tmp_path: Path, answer: Answer) -> None:
    async with bot_that_asks(tmp_path, answer) as core, asker_on("console", core.dispatcher) as asker:
        seen = await asker.ask("club propose", f"Few-Shot Learners {GPT}")
        assert "Proposed for the club:" in seen.text
        assert "Few-Shot Learners" in seen.text
        assert "arxiv.org/abs/1706.03762" in (await asker.ask("club propose", "1706.03762")).text


@everywhere
async def test_a_repeat_is_recognised_however_the_paper_is_named(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        await asker.ask("club propose", GPT)
        for named in ("2005.14165", "https://huggingface.co/papers/2005.14165", "doi:10.48550/arXiv.2005.14165"):
            seen = await asker.ask("club propose", named)
            assert "It is proposed already:" in seen.text
            assert "1 vote" in seen.text
        assert len((await asker.ask("club proposals")).buttons) == 3  # one proposal to vote on and to open, one to make


@everywhere
async def test_what_was_discussed_is_said_and_can_be_proposed_again(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        await asker.ask("club proposals")  # founds the club of this chat
        await core.database.run(discussed, days=-10)
        seen = await asker.ask("club propose", GPT)
        assert "It was discussed in session 4 on February 28, 2026." in seen.text
        assert "Nothing is proposed yet" in (await asker.ask("club proposals")).text
        await asker.ask("club propose", GPT)
        again = await asker.press_for_new("Propose it again")
        assert "Proposed for the club:" in again.text


async def test_what_is_planned_is_said_to_be_so(core: Core) -> None:
    async with asker_on("console", core.dispatcher) as asker:
        await asker.ask("club proposals")
        await core.database.run(discussed, days=5)
        assert "It is planned for session 4" in (await asker.ask("club propose", GPT)).text


@everywhere
async def test_an_opened_result_of_a_search_is_proposed_with_its_paper_and_title(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        await asker.ask("search", "frogs")
        await asker.press("1")
        seen = await asker.press_for_new("Propose for the club")
        assert "Proposed for the club:" in seen.text
        assert FROGS in seen.text
        assert "It is proposed already:" in (await asker.ask("club propose", "2101.00001")).text


@everywhere
async def test_a_story_is_proposed_by_the_button_below_it(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        await asker.ask("story", "frogs")
        seen = await asker.press_for_new("Propose for the club")
        assert FROGS in seen.text


async def test_a_paper_named_by_its_number_is_called_as_our_library_calls_it(core: Core) -> None:
    async with asker_on("console", core.dispatcher) as asker:
        assert FROGS in (await asker.ask("club propose", "2101.00001")).text


@everywhere
async def test_a_title_asks_which_paper_is_meant(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        asked = await asker.ask("club propose", "frogs toads")
        assert "Which one do you mean?" in asked.text
        assert asked.buttons == ("1", "Propose it by this title")
        assert "Proposed for the club:" in (await asker.press_for_new("1")).text
        asked = await asker.ask("club propose", "Nobody knows this paper")
        assert asked.buttons == ("Propose it by this title",)
        assert "Nobody knows this paper" in (await asker.press_for_new("Propose it by this title")).text


@pytest.mark.parametrize("platform", ["console", "telegram"])
async def test_the_button_below_the_list_asks_for_a_paper(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        await asker.ask("club proposals")
        seen = await asker.fill("Propose a paper", [GPT])
        assert "Proposed for the club:" in seen.text


async def test_the_button_opens_a_form_on_discord_whose_answer_stands_below_for_all(core: Core) -> None:
    async with DiscordServer() as server, discord_bot(server, core.dispatcher):
        listed = await (await server.slash(server.user, server.channel, "club proposals")).answer()
        opened = await server.press(server.user, listed, "Propose a paper")
        (field,) = [one["component"]["custom_id"] for one in (await opened.responded())["data"]["components"]]
        answer = await (await server.submit_modal(opened, {field: GPT})).answer()
        assert "Proposed for the club:" in answer.text


@everywhere
async def test_a_hostile_title_is_shown_as_text(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        await asker.ask("club propose", HOSTILE + " https://example.org/x")
        listed = await asker.ask("club proposals")
        assert "<b>@everyone</b>" in listed.text.replace("\u200b", "").replace("\u2060", "")
        assert len(" ".join(listed.text.split())) < 400
        await asker.press("🔎 1")
        assert "everyone</b>" in (await asker.press("✕ Take the proposal back")).text


async def test_nobody_fills_the_list_alone(core: Core) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann, head = server.person("Ann"), server.person("Head")
        group = server.group("Readers", ann, administrators=(head,))
        for number in range(21):
            await server.send_text(group, ann, f"/club propose 2101.{number:05}")
            said = await server.next_message(group)
        assert "You have 20 open proposals" in said.text


# Votes


@everywhere
async def test_a_vote_is_set_and_not_toggled(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        await asker.ask("club propose", GPT)
        seen = await asker.ask("club proposals")
        assert "✓ 1" in seen.buttons
        without = await asker.press("✓ 1")
        assert "0 votes" in without.text
        assert "👍 1" in without.buttons
        again = await asker.press("👍 1")
        assert "1 vote" in again.text
        assert "you are for it" in again.text


async def test_everybody_in_the_chat_votes_once_and_a_second_press_says_what_is_true(core: Core) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann, bob = server.person("Ann"), server.person("Bob")
        group = server.group("Readers", ann, bob)
        await server.send_text(group, ann, f"/club propose {GPT}")
        proposed = await server.next_message(group)
        for _ in range(2):
            press = await server.answered(await server.press(proposed, "👍 I am for it", bob))
            assert press.toast == "You are for “arxiv.org/abs/2005.14165”: 2 votes."
        await server.send_text(group, bob, "/club proposals")
        listed = await server.next_message(group)
        assert listed.buttons == ["👍 1", "↩ 1", "🔎 1", "Propose a paper"]
        assert "you are for it" not in listed.text  # others read it too
        await server.press(listed, "↩ 1", bob)
        assert "1 vote " in (await server.edited(listed)).text
        press = await server.answered(await server.press(listed, "↩ 1", bob))
        assert press.toast == "You are not for “arxiv.org/abs/2005.14165”: 1 vote."


async def test_a_repeat_by_somebody_else_adds_their_vote(core: Core) -> None:
    async with DiscordServer() as server, discord_bot(server, core.dispatcher):
        bob = server.add_user("Bob")
        await (await server.slash(server.user, server.channel, "club propose", {"query": GPT})).answer()
        asked = await server.slash(bob, server.channel, "club propose", {"query": "2005.14165"})
        answer = await asked.answer()
        assert not answer.ephemeral  # others see it and vote below it
        assert "It is proposed already; your vote was added:" in answer.text
        assert "2 votes" in answer.text
        pressed = await (await server.press(bob, answer, "👍 I am for it")).answer()
        assert pressed.ephemeral
        assert "2 votes" in pressed.text


# Rights


async def test_only_who_proposed_it_and_organisers_take_a_proposal_back(core: Core) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann, bob, head = server.person("Ann"), server.person("Bob"), server.person("Head")
        group = server.group("Readers", ann, bob, administrators=(head,))
        await server.send_text(group, ann, f"/club propose {GPT}")
        await server.next_message(group)
        await server.send_text(group, ann, "/club proposals")
        listed = await server.next_message(group)
        await server.press(listed, "🔎 1", bob)
        assert "✕ Take the proposal back" not in (await server.edited(listed)).buttons
        press = await server.answered(await server.press_data(listed, "nom:drop:1", bob))
        assert "Only those who proposed it and organisers" in press.toast
        await server.press_data(listed, "nom:drop:1", head)
        assert "Taken back: “arxiv.org/abs/2005.14165”." in (await server.edited(listed, times=2)).text
        for person in (ann, bob):  # what an organiser removed, an organiser brings back
            press = await server.answered(await server.press_data(listed, "nom:undo:1", person))
            assert "Only" in press.toast
        await server.press_data(listed, "nom:undo:1", head)
        assert "1 vote" in (await server.edited(listed, times=3)).text  # its votes are there again


async def test_what_somebody_took_back_they_bring_back(core: Core) -> None:
    async with asker_on("console", core.dispatcher) as asker:
        await asker.ask("club propose", GPT)
        await asker.ask("club proposals")
        await asker.press("🔎 1")
        assert "Taken back" in (await asker.press("✕ Take the proposal back")).text
        assert "arxiv.org/abs/2005.14165" in (await asker.press("Undo")).text
        assert "1 vote" in (await asker.ask("club proposals")).text


async def test_a_proposal_of_another_club_is_out_of_reach(core: Core) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann, eve = server.person("Ann"), server.person("Eve")
        group, other = server.group("Readers", ann), server.group("Others", eve, administrators=(eve,))
        await server.send_text(group, ann, f"/club propose {GPT}")
        await server.next_message(group)
        await server.send_text(other, eve, "/club proposals")
        listed = await server.next_message(other)
        assert "arxiv" not in listed.text
        for action in ("nom:show:1:1", "nom:vote:1:1:1", "nom:drop:1", "nom:undo:1"):
            press = await server.answered(await server.press_data(listed, action, eve))
            assert "I do not know you in this club" in press.toast


@pytest.mark.parametrize("action", ["nom", "nom:", "nom:vote:1", "nom:what:1", "nom:show:x:1", "nom:vote:1:1:1:1"])
async def test_a_forged_press_is_answered_politely(core: Core, action: str) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann = server.person("Ann")
        chat = server.private_chat(ann)
        await server.send_text(chat, ann, "/club proposals")
        listed = await server.next_message(chat)
        press = await server.answered(await server.press_data(listed, action, ann))
        assert "from an older version" in press.toast


@everywhere
async def test_who_has_to_do_with_several_clubs_is_told_in_private_for_which_one_a_paper_is_proposed(
    platform: str, tmp_path: Path
) -> None:
    def found_two(uow: UnitOfWork) -> None:
        for name in ("Readers", "Frog & toad club"):
            club = uow.communities.add(name, zone="UTC", languages=["en"])
            uow.clubs.came_from(1, club.id)  # the only member there is yet

    async with meeting(platform, tmp_path) as (core, person):
        alone = await person.ask("club propose", GPT)
        await core.database.run(found_two)
        several = await person.ask("club propose", GPT)
    assert "The club:" not in alone.text
    assert "The club: Frog & toad club. /club leads to another one." in several.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_language_has_words_for_it(core: Core, language: str) -> None:
    async with asker_on("console", core.dispatcher, language=language.replace("_", "-")) as asker:
        seen = [await asker.ask("club propose", GPT), await asker.ask("club proposals")]
        assert all("arxiv.org/abs/2005.14165" in one.text for one in seen)
        assert language == "en" or not any("vote" in one.text for one in seen)


@everywhere
async def test_a_vote_where_a_whole_proposal_is_shown_is_shown_there(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        await asker.ask("club propose", GPT)
        await asker.ask("club proposals")
        whole = await asker.press("🔎 1")
        assert "👍 I am for it" not in whole.buttons
        seen = await asker.press("↩ Take my vote back")
        assert "0 votes" in seen.text
        assert "you are for it" in (await asker.press("👍 I am for it")).text


async def test_a_title_that_could_not_be_looked_up_is_filled_in_later(tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    async with WebServer() as arxiv:
        arxiv.answer(PATH, Answer(status=503))
        settings = {"arxiv_api_url": arxiv.url(PATH), "fetch_allowed_private_hosts": "127.0.0.1"}
        chosen = Settings.model_validate({"data_dir": tmp_path, "fetch_host_delay_seconds": 0, **settings})
        async with open_core(chosen, clock=clock) as core, asker_on("console", core.dispatcher) as asker:
            assert "arxiv.org/abs/2005.14165" in (await asker.ask("club propose", GPT)).text
            clock.advance(minutes=5)
            archive = Archive({PaperId("arxiv", "2005.14165"): PaperFacts("Few-Shot Learners")})
            assert await Papers(core.database, clock, archive).look_up_due() == 1
            assert "Few-Shot Learners" in (await asker.ask("club proposals")).text


async def test_a_story_of_the_last_digest_is_proposed_by_its_number_or_below_its_why(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        assert "There is no story 1 in the last digest here." in await in_channel(core, "1", "club propose")
        await subscribe(core)
        await publish(core, about(1, FROGS))
        await core.scheduled_digests.build_due()
        proposed = await in_channel(core, "1", "club propose")
        assert "Proposed for the club:" in proposed
        assert FROGS in proposed
        why = await core.dispatcher.answer(Request(CHANNEL, ANN, "why", "1"))
        again = await press_in_channel(core, action(why, "Propose for the club"))
        assert "It is proposed already:" in seen(again)
