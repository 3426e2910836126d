"""Presses on what is old, gone, or was never shown."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import Core
from bot.domain.messages import Button, Paragraph, Text
from handlers.command import Chat, Person, Platform, Reply, Request
from tests.world import NOW, bot_with, newsletter

OLD_VERSION = "This button is from an older version of mine."


def request(command: str = "", words: str = "", *, action: str = "") -> Request:
    return Request(
        Chat(Platform.TELEGRAM, "7", private=True), Person("7", "Ann", "en"), command, text=words, action=action
    )


async def press(core: Core, action: str) -> Reply:
    return await core.dispatcher.press(request(action=action))


def words_of(reply: Reply) -> str:
    (block,) = reply.message.blocks
    assert isinstance(block, Paragraph)
    return "".join(run.text for run in block.line if isinstance(run, Text))


def action_of(reply: Reply, label: str) -> str:
    buttons = [button for row in reply.message.buttons for button in row]
    return next(button.action for button in buttons if isinstance(button, Button) and button.label == label)


@pytest.mark.parametrize(
    "action",
    [
        ":",
        "digest",
        "digest:",
        "digest:1",
        "digest:1:99999999999999999999",
        "digest:-1:1",
        "digest:1:-1",
        "digest:1:2:3",
        "digest:٣:١",
        "digest:²:1",
        "digest:1.0:1",
        "item:1:1:1",
        "item:x:1:1:1",
        "search: 1:1",
        "day:2026-03-05",
        "sources:",
        "nothing:1",
        "language",
        "\u202e" * 64,
    ],
)
async def test_a_forged_button_is_answered_politely_to_the_one_who_pressed(tmp_path: Path, action: str) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 3)]) as core:
        reply = await press(core, action)
    assert words_of(reply).startswith((OLD_VERSION, "Only an administrator", "I do not speak “”"))
    assert reply.private
    assert not reply.replaces


@pytest.mark.parametrize(
    ("action", "answer"),
    [
        ("digest:0:0", "This digest is too old to turn its pages."),
        ("digest:999999999999999999:1", "This digest is too old to turn its pages."),
        ("search:999999999999999999:1", "These results are too old. Please search again."),
        ("item:0:0:0:0", "This item is not there any more."),
        ("item:999999999999999999:1:1:1", "This item is not there any more."),
        ("day:99991231", "This digest is too old to turn its pages."),
        ("day:20260231", "This digest is too old to turn its pages."),
        ("day:0", "This digest is too old to turn its pages."),
    ],
)
async def test_a_button_to_what_never_was_is_answered_with_what_to_do(tmp_path: Path, action: str, answer: str) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 3)]) as core:
        assert words_of(await press(core, action)).startswith(answer)


async def test_a_page_out_of_range_becomes_the_nearest(tmp_path: Path) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 30)]) as core:
        digest = await core.dispatcher.answer(request("digest"))
        view = action_of(digest, "▶").split(":")[1]
        first, last = await press(core, f"digest:{view}:0"), await press(core, f"digest:{view}:{10**17}")
    assert first.message == digest.message
    assert action_of(last, "◀") == f"digest:{view}:7"


async def test_the_buttons_of_one_question_do_not_answer_for_another_kind(tmp_path: Path) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 30)]) as core:
        view = action_of(await core.dispatcher.answer(request("digest")), "▶").split(":")[1]
        assert words_of(await press(core, f"search:{view}:1")).startswith("These results are too old")


async def test_a_question_that_was_forgotten_is_to_be_asked_again(tmp_path: Path) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 30)]) as core:
        digest = await core.dispatcher.answer(request("digest"))
        results = await core.dispatcher.answer(request("search", "sparse attention"))
        await core.database.run(lambda uow: uow.views.prune(NOW + timedelta(days=1)))
        assert words_of(await press(core, action_of(digest, "▶"))).endswith("/digest shows a new one.")
        assert words_of(await press(core, action_of(results, "▶"))).endswith("Please search again.")


async def test_an_item_that_was_withdrawn_after_it_was_listed_is_said_to_be_gone(tmp_path: Path) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 12)]) as core:
        results = await core.dispatcher.answer(request("search", "study 12"))
        newsletter(tmp_path, 3)
        (one,) = await core.sources.overview(None)
        await core.sources.poll(one.source.id)
        reply = await press(core, action_of(results, "1"))
    assert words_of(reply) == "This item is not there any more."
    assert reply.private


@pytest.mark.parametrize("words", ["", "   ", "\n\t", "\u200b\u200d \u2060", "\u202e\u0000"])
async def test_a_search_without_words_says_how_to_search(tmp_path: Path, words: str) -> None:
    async with bot_with(tmp_path) as core:
        assert words_of(await core.dispatcher.answer(request("search", words))).endswith("/search bert")


@pytest.mark.parametrize("words", ["x" * 300, "word " * 5000, '"' * 300, "OR AND NOT (", "🔥" * 300, "*"])
async def test_no_query_is_a_fault(tmp_path: Path, words: str) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 3)]) as core:
        reply = await core.dispatcher.answer(request("search", words))
    assert "Nothing fits" in repr(reply.message)
