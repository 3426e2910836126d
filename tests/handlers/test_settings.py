"""/language: who may choose, and what is understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.messages import Paragraph, Text
from handlers.command import Chat, Person, Platform, Reply, Request
from tests.world import bot_with


def request(words: str = "", *, action: str = "", administrator: bool = True, language: str | None = "en") -> Request:
    person = Person("7", "Ann", language, chat_administrator=administrator)
    return Request(Chat(Platform.TELEGRAM, "-100"), person, "language", text=words, action=action)


def words_of(reply: Reply) -> str:
    (block,) = reply.message.blocks
    assert isinstance(block, Paragraph)
    return "".join(run.text for run in block.line if isinstance(run, Text))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("ru", "Теперь я говорю здесь по-русски."),
        ("Русский", "Теперь я говорю здесь по-русски."),
        ("португальский", "A partir de agora falo português aqui."),
        ("pt-PT", "A partir de agora falo português aqui."),
        ("português (brasil)", "A partir de agora falo português aqui."),
        ("中文", "从现在起，我在这里使用简体中文。"),
        ("zh_Hant_TW", "从现在起，我在这里使用简体中文。"),
        ("ENGLISH", "From now on I speak English here."),
        ("auto", "From now on I answer everybody here in the language of their own client."),
    ],
)
async def test_a_language_is_known_by_its_tag_and_its_names(tmp_path: Path, typed: str, answer: str) -> None:
    async with bot_with(tmp_path) as core:
        assert words_of(await core.dispatcher.answer(request(typed))) == answer


@pytest.mark.parametrize("typed", ["klingon", "<b>@everyone", "\u202e", "e" * 5000, "-", "{names}"])
async def test_a_language_that_is_not_spoken_is_answered_with_those_that_are(tmp_path: Path, typed: str) -> None:
    async with bot_with(tmp_path) as core:
        said = words_of(await core.dispatcher.answer(request(typed)))
    assert said == f"I do not speak “{typed[:32]}”. I speak: English, русский, português (Brasil), 中文 (简体)."


@pytest.mark.parametrize(
    "asked", [request("ru", administrator=False), request(action="language:auto", administrator=False)]
)
async def test_who_is_no_administrator_changes_nothing(tmp_path: Path, asked: Request) -> None:
    async with bot_with(tmp_path) as core:
        await core.dispatcher.answer(request("pt"))
        answer = core.dispatcher.press if asked.action else core.dispatcher.answer
        assert words_of(await answer(asked)) == "Só um administrador deste chat pode mudar o idioma."
        assert await core.dispatcher.language_for(request()) == "pt_BR"


async def test_a_reader_whose_language_is_not_spoken_is_told_so_in_the_default_language(tmp_path: Path) -> None:
    async with bot_with(tmp_path, default_language="ru") as core:
        said = words_of(await core.dispatcher.answer(request("auto", language="de")))
    assert said == "Теперь я отвечаю здесь каждому на языке его приложения."
