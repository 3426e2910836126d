"""/alert over the real clients: saved, listed, changed and deleted by buttons; in a group by administrators."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core import Core
from bot.domain.alerts import Keeper, Manner
from bot.locales import nearest, translator
from handlers.command import Chat, Person, Platform, Request
from tests.askers import PLATFORMS, asker_on
from tests.factories import make_document, store
from tests.services.test_scheduled_digests import about
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.world import NOW, bot_with

in_every_language = pytest.mark.parametrize("language", ["en", "ru", "pt-BR", "zh-CN"])


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    """A bot that has read two stories about wombats."""
    async with bot_with(tmp_path / "data") as core:

        def work(uow: Any) -> None:
            store(uow, make_document(about(1, "Wombats dig"), about(2, "Wombats sleep")), now=NOW)

        await core.database.run(work)
        await core.stories.catch_up()
        yield core


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_question_is_saved_listed_changed_and_deleted_by_buttons(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as ann:
        made = await ann.ask("alert", "wombats")
        assert "Saved: “wombats”" in made.text
        assert "2 stories fit by now" in made.text
        assert "Wombats" in made.text
        daily = await ann.press("🗞 Once a day")
        assert "once a day" in daily.text
        assert "⚡ At once" in daily.buttons
        paused = await ann.press("⏸ Pause")
        assert "paused" in paused.text
        assert "paused" in (await ann.press("☰ My alerts")).text
        assert "▶️ Resume" in (await ann.press("1")).buttons
        await ann.press("▶️ Resume")
        assert "Deleted" in (await ann.press("🗑 Delete")).text
        assert "Saved" not in (await ann.press("↩️ Undo")).text
        assert "wombats" in (await ann.ask("alert")).text


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_what_fits_now_is_what_a_search_finds(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as ann:
        await ann.ask("alert", "wombats")
        found = await ann.press_for_new("🔎 What fits now")
        assert "Search · wombats" in found.text
        assert "Wombats sleep" in found.text


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_an_alert_of_what_was_meant_is_for_that_and_not_for_what_was_mistyped(core: Core, platform: str) -> None:
    await core.reindexing.catch_up()
    async with asker_on(platform, core.dispatcher) as ann:
        await ann.ask("search", "wombast dig")
        meant = await ann.press_for_new("🔔 Tell me of new ones")
        await ann.ask("search", "wombast dig")
        await ann.press("Search instead for “wombast dig”")
        insisted = await ann.press_for_new("🔔 Tell me of new ones")
    assert "Saved: “wombats dig”" in meant.text
    assert "Saved: “wombast dig”" in insisted.text


async def test_what_there_was_no_room_for_is_shown_the_newest_first(core: Core) -> None:
    ann = Request(Chat(Platform.TELEGRAM, "7", private=True), Person("7", "Ann", "en"))
    await core.dispatcher.answer(replace(ann, command="alert", text="wombats"))
    found = await core.dispatcher.press(replace(ann, action="alert:newest:1"))
    assert "wombats sort:new" in str(found.message)
    assert " sleep" in str(found.message)
    assert (await core.dispatcher.press(replace(ann, person=Person("8", "Eve", "en"), action="alert:newest:1"))).failed


@pytest.mark.parametrize(
    ("language", "saved", "read"),
    [
        ("en", "“wombats -dig lang:en”", "Read as: in English, without “dig”."),
        ("ru", "«wombats -dig lang:en»", "Понято так: английский язык, без «dig»."),
        ("pt-BR", "“wombats -dig lang:en”", "Entendi assim: em inglês, sem “dig”."),
        ("zh-CN", "“wombats -dig lang:en”", "我的理解：英语，不含“dig”。"),
    ],
)
async def test_how_a_question_was_read_is_said_when_it_is_saved(
    core: Core, language: str, saved: str, read: str
) -> None:
    async with asker_on("console", core.dispatcher, language=language) as ann:
        made = await ann.ask("alert", "wombats -dig lang:en")
    assert saved in made.text
    assert read in made.text


async def test_nothing_is_guessed_when_it_is_said_what_fits_by_now(core: Core) -> None:
    async with asker_on("console", core.dispatcher) as ann:
        made = await ann.ask("alert", "wombatz")
    assert "Nothing of what I have read so far fits." in made.text


@pytest.mark.parametrize(
    ("language", "words", "example"),
    [
        ("en", "Your alerts", "/alert distillation"),
        ("ru", "Ваши оповещения", "/alert дистилляция"),
        ("pt-BR", "Seus alertas", "/alert destilação"),
        ("zh-CN", "您的关注", "/alert 蒸馏"),
    ],
)
async def test_who_has_no_alert_is_told_how_to_make_one(core: Core, language: str, words: str, example: str) -> None:
    async with asker_on("console", core.dispatcher, language=language) as ann:
        answer = await ann.ask("alert")
    assert words in answer.text
    assert example in answer.text


async def test_an_alert_never_stands_in_a_group_but_where_an_administrator_wants_it_here(core: Core) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann, bob = server.person("Ann", language="en"), server.person("Bob", language="en")
        group = server.group("Readers", ann, bob)
        await server.send_text(group, bob, "/alert wombats")
        pointer = await server.next_message(group)
        assert "wombats" not in pointer.text
        assert str(pointer.button("Open the private chat")["url"]).endswith("?start=alert")
        await server.send_text(group, bob, "/alert here wombats")
        assert "Only an administrator" in (await server.next_message(group)).text


async def test_what_of_an_alert_fits_now_goes_by_what_its_keeper_has_saved(core: Core) -> None:
    async with asker_on("console", core.dispatcher) as ann:
        before = await ann.ask("alert", "wombats is:saved")
        await ann.ask("search", "wombats dig")
        await ann.press("1")
        await ann.press("☆ Save")
        after = await ann.ask("alert", "wombats is:saved")
    assert "Nothing of what I have read so far fits." in before.text
    assert "One story fits by now:" in after.text
    assert "Wombats dig" in after.text


@in_every_language
async def test_a_chat_is_told_why_it_cannot_have_an_alert_that_depends_on_who_asks(core: Core, language: str) -> None:
    say = translator(nearest(language) or "")
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann = server.person("Ann", language=language)
        group = server.group("Readers", ann, administrators=(ann,))
        await server.send_text(group, ann, f"/alert {say.gettext('here')} wombats is:unread")
        refused = await server.next_message(group)
        await server.send_text(group, ann, f"/alert {say.gettext('here')}")
        listed = await server.next_message(group)
    text = (
        "What is saved or unread differs from person to person, so a chat cannot be told of it. Leave that filter out, "
        "or keep the alert for yourself: /alert without “here”."
    )
    assert refused.text == say.gettext(text)
    assert "wombats" not in listed.text


async def test_an_alert_of_a_chat_that_was_kept_before_such_were_refused_says_so(core: Core) -> None:
    ann = Request(Chat(Platform.TELEGRAM, "-7"), Person("7", "Ann", "en", chat_administrator=True))
    await core.dispatcher.answer(replace(ann, command="alert", text="here wombats"))

    def keep(uow: Any) -> int:
        chat = Keeper.of(uow.alerts.get(1))
        return int(uow.alerts.add(chat, "wombats is:unread", Manner.AT_ONCE, now=NOW).id)

    kept = await core.database.run(keep)
    opened = await core.dispatcher.press(replace(ann, action=f"alert:open:{kept}"))
    proper = await core.dispatcher.press(replace(ann, action="alert:open:1"))
    assert "as if nobody had saved or opened anything" in str(opened.message)
    assert "as if nobody had saved or opened anything" not in str(proper.message)


async def test_a_forged_or_old_button_is_answered_and_changes_nothing(core: Core) -> None:
    here = Chat(Platform.TELEGRAM, "5", private=True)
    for action in ("alert:", "alert:open:", "alert:open:x", "alert:gone:9999", "alert:gone:1:2", "alert:what:1"):
        reply = await core.dispatcher.press(Request(here, Person("5", "Eve"), action=action))
        assert reply.failed


@pytest.mark.parametrize("typed", ["wombats \ud800", "\udc00\ud800", "wombats\x00 \u202e", '"\ud83d" wombats'])
@pytest.mark.parametrize("command", ["alert", "search", "covered", "story", "why"])
async def test_what_is_no_text_is_answered_like_any_other_question(core: Core, command: str, typed: str) -> None:
    ann = Request(Chat(Platform.TELEGRAM, "7", private=True), Person("7", "Ann", "en", chat_administrator=True))
    for asked in (replace(ann, text=typed), replace(ann, options={"query": typed, "story": typed})):
        reply = await core.dispatcher.answer(replace(asked, command=command))
        assert "went wrong" not in str(reply.message)
