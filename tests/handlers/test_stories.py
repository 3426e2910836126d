from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rich.console import Console

from bot.core import Core
from bot.platforms.console.render import render
from handlers.command import Chat, Person, Platform, Reply, Request
from tests.world import bot_with, newsletter

PRIVATE = Chat(Platform.CONSOLE, "1", private=True)


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    """A bot that has read the same four papers in two newsletters."""
    specs = [newsletter(tmp_path, 4, name=name) for name in ("one.md", "two.md")]
    async with bot_with(tmp_path / "data", specs) as core:
        yield core


async def ask(core: Core, words: str, *, administrator: bool = True) -> str:
    person = Person("7", "Ann", "en", administrator=administrator)
    reply: Reply = await core.dispatcher.answer(Request(PRIVATE, person, "story", words))
    out = io.StringIO()
    Console(file=out, width=300, color_system=None).print(render(reply.message, addresses=False), soft_wrap=True)
    return out.getvalue()


async def test_a_story_is_found_by_words_and_by_its_number(core: Core) -> None:
    answer = await ask(core, "result 1 sparse")
    assert "Story 1" in answer
    assert "same paper: arxiv:2101.00001" in answer
    assert (await ask(core, "1")).count("Result number 1") == 2


async def test_an_administrator_splits_a_story_and_merges_it_again(core: Core) -> None:
    answer = await ask(core, "split 1 2")
    assert "Story 1" in answer
    assert "Story 5" in answer
    assert (await ask(core, "1")).count("Result number 1") == 1
    assert "Story 1" in await ask(core, "merge 1 5")
    assert (await ask(core, "5")).count("Result number 1") == 2


async def test_an_item_that_only_an_administrator_put_there_says_so(core: Core) -> None:
    await ask(core, "split 1 2")
    assert "put here by an administrator" in await ask(core, "merge 2 5")


async def test_a_story_that_is_not_there_is_said_to_be_missing(core: Core) -> None:
    assert "There is no story 77" in await ask(core, "77")
    assert "There is no story 77" in await ask(core, "merge 1 77")


async def test_only_administrators_change_stories(core: Core) -> None:
    assert "Only administrators" in await ask(core, "merge 1 2", administrator=False)
    assert (await ask(core, "1", administrator=False)).count("Result number 1") == 2


async def test_a_question_without_words_is_told_what_to_write(core: Core) -> None:
    assert "/story bert" in await ask(core, "")
    assert "Nothing fits" in await ask(core, "xylophone")
