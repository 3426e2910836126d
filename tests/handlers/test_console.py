"""The local chat: what is typed, and what is shown for it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.app import Core
from handlers.console import ConsoleChat
from tests.world import bot_with, newsletter, samples


class Terminal:
    """A chat whose output can be read."""

    def __init__(self, core: Core, language: str = "en") -> None:
        self._file = io.StringIO()
        self.chat = ConsoleChat(core.dispatcher, Console(file=self._file, width=300), language=language)

    async def type(self, line: str) -> str:
        self._file.truncate(self._file.seek(0))
        assert await self.chat.say(line)
        return self._file.getvalue()

    async def welcome(self, *, samples: bool) -> str:
        await self.chat.welcome(samples=samples)
        return self._file.getvalue()


async def test_a_newcomer_is_told_what_to_type_and_that_these_are_samples(tmp_path: Path) -> None:
    async with bot_with(tmp_path, samples()) as core:
        seen = await Terminal(core).welcome(samples=True)
    assert "I am Paper Round" in seen
    assert "Digest · March 10, 2026" in seen
    assert seen.rstrip().endswith(
        "These are sample issues. Name your own sources in sources.toml. "
        "Write a command, words to look for, or the number of a button. /quit leaves."
    )


async def test_who_has_sources_is_told_nothing_of_samples(tmp_path: Path) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 1)]) as core:
        seen = await Terminal(core, "ru").welcome(samples=False)
    assert "образцы" not in seen
    assert "Выход — /quit" in seen


@pytest.mark.parametrize("typed", ["9" * 5000, "²", "0", "99", "٣" * 40])
async def test_a_number_without_a_button_is_looked_for_as_words(tmp_path: Path, typed: str) -> None:
    async with bot_with(tmp_path, samples()) as core:
        terminal = Terminal(core)
        await terminal.type("/digest")
        seen = await terminal.type(typed)
    assert seen.lstrip().startswith("Search · ")


async def test_plain_words_are_a_search_and_a_number_is_a_press(tmp_path: Path) -> None:
    async with bot_with(tmp_path, samples()) as core:
        terminal = Terminal(core)
        found = await terminal.type("bert celular")
        opened = await terminal.type("1")
    assert "1 result" in found
    assert "O código está na biblioteca transformers." in opened
