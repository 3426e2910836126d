"""Which edition of a story is read first by somebody who has searched."""

from __future__ import annotations

from datetime import UTC

import pytest

from bot.domain.items import Link
from bot.domain.papers import find_papers
from bot.services.search import Search
from bot.services.stories import Stories
from storage.database import Database
from tests.factories import NOW, make_document, make_parsed_item, store

PAPER = "https://arxiv.org/abs/1810.04805"
TOLD = {
    "en": ("Reinforcement learning for frogs", "Frogs learn to jump."),
    "pt": ("Aprendizado por reforço para rãs", "As rãs aprendem a saltar."),
    "ru": ("Обучение с подкреплением для лягушек", "Лягушки учатся прыгать."),
    "zh": ("青蛙的强化学习", "青蛙学习跳跃。"),
}


class Front:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._stories = Stories(database, lambda: NOW)
        self._search = Search(database, lambda: NOW, UTC)

    async def told_in(self, *languages: str) -> None:
        for language in languages:
            title, text = TOLD[language]
            item = make_parsed_item(
                title, text, links=(Link(PAPER, "paper"),), papers=find_papers("", [PAPER]), language=language
            )
            document = make_document(item, guid=f"issue-{language}", language=language)
            await self._database.run(
                lambda uow, document=document, language=language: store(
                    uow, document, address=f"https://{language}.example.org/feed"
                )
            )
        await self._stories.catch_up()

    async def of(self, words: str, reader: str | None) -> str | None:
        """The language of the edition in front of the one story."""
        (hit,) = (await self._search.page(None, words, language=reader)).hits
        return hit.items[0].language


@pytest.fixture
def front(database: Database) -> Front:
    return Front(database)


@pytest.mark.parametrize(
    ("words", "reader", "in_front"),
    [
        ("обучение с подкреплением", "pt_BR", "pt"),  # the reader's own
        ("强化学习", "ru", "ru"),
        ("обучение с подкреплением", "tr", "ru"),  # else that of the question
        ("强化学习", "tr", "zh"),
        ("aprendizado por reforço", None, "pt"),
        ("reinforcement learning", "tr", "en"),
        ("1810.04805", "tr", "en"),  # else English
        ("arxiv", "zh_Hans", "zh"),
    ],
)
async def test_the_edition_in_front_is_the_readers_else_the_questions_else_the_english_one(
    front: Front, words: str, reader: str | None, in_front: str
) -> None:
    await front.told_in("pt", "ru", "en", "zh")
    assert await front.of(words, reader) == in_front


async def test_where_there_is_none_of_these_the_best_edition_is_in_front(front: Front) -> None:
    await front.told_in("zh", "pt")
    assert await front.of("1810.04805", "ru") == "pt"  # the newest is the best where all are equally good


async def test_an_edition_in_the_readers_language_that_has_only_some_of_the_words_is_not_in_front(front: Front) -> None:
    await front.told_in("en", "ru")
    assert await front.of('"frogs learn to jump"', "ru") == "en"
