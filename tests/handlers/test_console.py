"""The local chat: what is typed, and what is shown for it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.core import Core
from bot.domain.messages import Button, Message, Paragraph, text
from bot.platforms.console.send import ConsolePost
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

    async def press(self, label: str) -> str:
        """Types the number of a button."""
        (number,) = (at for at, one in enumerate(self.chat.buttons, start=1) if one.label == label)
        return await self.type(str(number))

    async def receive(self, message: Message) -> str:
        self._file.truncate(self._file.seek(0))
        await self.chat.receive(message)
        return self._file.getvalue()

    async def sent(self, core: Core) -> str:
        """What the outbox brings here."""
        self._file.truncate(self._file.seek(0))
        core.deliveries.connect("console", ConsolePost(self.chat.receive))
        await core.deliveries.dispatch()
        await core.deliveries.settle()
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


async def test_a_digest_that_is_sent_now_arrives_with_buttons_to_press(tmp_path: Path) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 3)]) as core:
        terminal = Terminal(core)
        asked = await terminal.type("/subscribe 09:00 max:2")
        await terminal.press("✅ Confirm")
        await terminal.type("/subscriptions")
        on_its_way = await terminal.press("📤 Send now")
        digest = await terminal.sent(core)
        more = await terminal.press("More (1)")
        once = await terminal.sent(core)
    assert "\n• Wed, Mar 11, 2026, 09:00 UTC" in asked
    assert "A digest with 2 stories is on its way." in on_its_way
    assert "Result number 1 about sparse attention" in digest
    assert "[1]" in digest
    assert "Result number 3 about sparse attention" in more
    assert once == ""


async def test_a_question_is_asked_again_below_what_comes_in_between(tmp_path: Path) -> None:
    async with bot_with(tmp_path, samples()) as core:
        terminal = Terminal(core)
        await terminal.type("/subscribe 09:00")
        await terminal.press("🔎 Words")
        question = await terminal.press("✍️ Write")
        between = await terminal.receive(Message((Paragraph(text("News")),), ((Button("More", "more:1:1"),),)))
        assert terminal.chat.is_asking
        answered = await terminal.type("bert")
    assert question.strip() in between.partition("News")[2]
    assert "bert" in answered
