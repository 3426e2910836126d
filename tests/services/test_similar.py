"""What is like a story, in whatever language it is told."""

from __future__ import annotations

import pytest

from bot.domain.associations import Association
from bot.domain.items import ParsedItem
from bot.services.similar import Similar
from bot.services.stories import Stories
from storage.database import Database
from tests.factories import NOW, make_document, make_parsed_item, store

TOLD = make_parsed_item("Knowledge distillation for tadpoles", "A pond teaches its tadpoles to jump.", language="en")
OTHERS = (
    make_parsed_item("Дистилляция знаний в пруду", "Лягушка учит головастиков прыгать.", language="ru"),
    make_parsed_item("知识蒸馏", "池塘里的青蛙。", language="zh"),
    make_parsed_item("Tadpoles of the pond", "How they jump.", language="en"),
    make_parsed_item("Новости пруда", "Сегодня шёл дождь.", language="ru"),
    make_parsed_item("Weather", "It rained.", language="en"),
)


class Archive:
    """Each item is a story of its own, the first of them number 1."""

    def __init__(self, database: Database) -> None:
        self._database = database
        stories = Stories(database, lambda: NOW)
        self._similar = Similar(database, lambda: NOW, stories)

    async def holds(self, *items: ParsedItem) -> None:
        await self._database.run(lambda uow: store(uow, make_document(*items)))

    async def learns(self, *pairs: tuple[str, str]) -> None:
        learned = [Association(one, other, 1.0) for one, other in pairs]
        await self._database.run(lambda uow: uow.associations.replace(("en", "ru"), learned, stories=9, up_to=1))

    async def is_indexed(self, *item_ids: int) -> None:
        """These are in the index, and nothing else."""
        await self._database.run(lambda uow: uow.search_index.clear())
        await self._database.run(lambda uow: uow.items.index_again(item_ids))

    async def like_the_first(self) -> list[str | None]:
        found = await self._similar.page(None, 1)
        assert found is not None
        return [hit.items[0].title for hit in found.results.hits]


@pytest.fixture
def archive(database: Database) -> Archive:
    return Archive(database)


async def test_stories_in_other_languages_are_like_it_that_name_the_same_concepts(archive: Archive) -> None:
    await archive.holds(TOLD, *OTHERS)
    found = await archive.like_the_first()
    assert set(found) == {"Дистилляция знаний в пруду", "知识蒸馏", "Tadpoles of the pond"}
    assert found[0] == "Tadpoles of the pond"  # what has its very words is more like it


async def test_a_story_in_chinese_is_like_one_in_russian(archive: Archive) -> None:
    await archive.holds(OTHERS[1], OTHERS[0], OTHERS[3], OTHERS[4])
    assert await archive.like_the_first() == ["Дистилляция знаний в пруду"]


async def test_one_concept_alone_makes_no_stories_alike(archive: Archive) -> None:
    told = make_parsed_item(
        "Regularization in ponds", "Tadpoles, newts, herons, reeds, ripples, otters and lilies.", language="en"
    )
    near = make_parsed_item("Herons and otters", "Reeds, ripples, newts, tadpoles, ponds and lilies.", language="en")
    common = [make_parsed_item(f"Регуляризация, часть {number}", "Лекция.", language="ru") for number in range(3)]
    others = [make_parsed_item(f"Погода, день {number}", "Дождь.", language="ru") for number in range(30)]
    await archive.holds(told, near, *common, *others)
    assert await archive.like_the_first() == ["Herons and otters"]


async def test_words_that_the_archive_has_taught_make_stories_alike(archive: Archive) -> None:
    told = make_parsed_item("Tadpoles sing", "Of tadpoles.", language="en")
    near = make_parsed_item("Головастики поют", "Слушаем.", language="ru")
    await archive.holds(told, near, OTHERS[3], OTHERS[4], make_parsed_item("More tadpoles", language="en"))
    assert await archive.like_the_first() == ["More tadpoles"]
    await archive.learns(("tadpol", "головастик"))
    assert await archive.like_the_first() == ["More tadpoles", "Головастики поют"]


async def test_a_story_that_the_index_lacks_while_it_is_made_anew_is_compared_all_the_same(archive: Archive) -> None:
    await archive.holds(TOLD, *OTHERS)
    await archive.is_indexed(3, 4, 5)
    assert await archive.like_the_first() == ["Tadpoles of the pond", "知识蒸馏"]
