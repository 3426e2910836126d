"""/club history and /club stats on every platform."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import Core
from bot.domain.club import SessionPaper
from bot.locales import LANGUAGES
from handlers.command import Chat, Person, Platform
from tests.askers import everywhere
from tests.club_chats import add_session
from tests.handlers.test_calendars import answer
from tests.meetings import meeting, on_discord, on_telegram
from tests.talks import ANN, CHIEF, ask, press
from tests.world import NOW, bot_with

BEN, SUE = Person("2", "Ben"), Person("7", "Sue <b>")


async def a_past(core: Core, sessions: int) -> list[int]:
    """So many sessions that took place, one a week, the last one yesterday; Sue spoke, Ann and Ben were going."""
    ids = []
    for number in range(1, sessions + 1):
        at = NOW - timedelta(days=1 + 7 * (sessions - number))
        paper = SessionPaper(f"Paper {number}", f"https://arxiv.org/abs/2101.{number:05}", f"arxiv:2101.{number:05}")
        ids.append(await add_session(core, title=f"{number} heads", starts_at=at, papers=(paper,)))
    for session in ids:
        await answer(core, SUE, session, "going", speaker=True, attended=True)
        await answer(core, ANN, session, "going", attended=False)
        await answer(core, BEN, session, "waitlisted")
    return ids


@everywhere
async def test_history_shows_what_was_discussed_page_by_page(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        nothing = await person.ask("club history")
        await a_past(core, 7)
        await add_session(core, title="To come")
        await person.ask("club materials", "7 https://example.org/deck Sue's deck")
        first = await person.ask("club history")
        second = await person.press("▶")
        back = await person.press("◀")
        materials = await person.press("📎 7")
    assert "There has been no session yet." in nothing.text
    assert "7 sessions · page 1 of 2" in first.text
    assert "To come" not in first.text
    for words in ("Session 7 · 7 heads · March 9, 2026", "Paper 7", "🎤 Sue <b>", "2 people were going · 1 was there"):
        assert words in first.text
    assert "Sue's deck" in first.text
    assert "Session 1 · 1 heads" in second.text
    assert "Session 7" not in second.text
    assert back.text == first.text
    assert "Sue's deck" in materials.text


@everywhere
async def test_stats_say_the_club_in_numbers(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        nothing = await person.ask("club stats")
        await a_past(core, 1)
        one = await person.ask("club stats")
    assert "There has been no session yet." in nothing.text
    for words in (
        "1 session since March 9, 2026",
        "2 people on average, at most 2 (session 1)",
        "1 speaker",
        "1 paper",
    ):
        assert words in one.text
    assert "2 different people took part" in one.text
    assert "picture" not in one.text  # of one session there is nothing to see


async def test_stats_come_with_a_picture_on_telegram(tmp_path: Path) -> None:
    async with on_telegram(tmp_path) as (core, server):
        ann = server.person("Ann", language="en")
        chat = server.private_chat(ann)
        await server.send_text(chat, ann, "/club_stats")
        await server.next_message(chat)
        await a_past(core, 3)
        await server.send_text(chat, ann, "/club_stats")
        sent = await server.next_message(chat)
    assert sent.picture is not None
    assert sent.picture.content.startswith(b"\x89PNG")
    assert "🟦 going · 🟧 on the waitlist · 🟢 were there · 🔺 speakers" in sent.text


async def test_stats_come_with_a_picture_on_discord(tmp_path: Path) -> None:
    async with on_discord(tmp_path) as (core, server):
        await (await server.slash(server.user, server.channel, "club stats")).answer()
        await a_past(core, 3)
        sent = await (await server.slash(server.user, server.channel, "club stats")).answer()
    (file,) = sent.attachments
    assert file.name == "attendance.png"
    assert file.content.startswith(b"\x89PNG")


async def test_without_its_picture_the_numbers_are_still_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club stats")
        await a_past(core, 3)
        reply = await ask(core, ANN, "club stats")
    assert reply.file is None
    assert "3 sessions" in str(reply.message)
    assert "🟦" not in str(reply.message)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_history_and_stats_are_whole_in_each_language(language: str, tmp_path: Path) -> None:
    async with meeting("console", tmp_path, language=language) as (core, person):
        await person.ask("club stats")
        await a_past(core, 2)
        history = await person.ask("club history")
        stats = await person.ask("club stats")
    assert "2 heads" in history.text
    assert "2026" in stats.text


async def test_a_stranger_in_private_sees_nothing_of_another_club(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, CHIEF, "club stats")
        await a_past(core, 6)
        alone = Chat(Platform.TELEGRAM, "55", private=True)
        stranger = Person("55", "Eve", chat_administrator=True)
        shown = await ask(core, stranger, "club history", alone)
        turned = await press(core, stranger, "chist:1:2", alone)
    assert "heads" not in str(shown.message)
    assert turned.failed
