"""Learning from the archive, with a real database."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.items import Link, ParsedItem
from bot.domain.papers import find_papers
from bot.domain.posts import ChatKind, PostChat
from bot.domain.sources import SourceKind, SourceSpec
from bot.services.associations import FEWEST_STORIES, Associations
from bot.services.stories import assign_stories
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.factories import NOW, make_document, make_parsed_item, store

ANIMALS = {
    "en": ("frog", "newt", "heron", "stork", "otter", "beaver", "badger", "weasel", "ferret", "marten"),
    "ru": ("лягушка", "тритон", "цапля", "аист", "выдра", "бобр", "барсук", "ласка", "хорёк", "куница"),
    "pt": ("sapo", "tritão", "garça", "cegonha", "lontra", "castor", "texugo", "doninha", "furão", "marta"),
}
SENTENCES = {"en": "A paper number {} about a {}.", "ru": "Статья номер {} про слово {}.", "pt": "Artigo número {} {}."}


def telling(language: str, number: int) -> ParsedItem:
    """An item that tells the story with a number in a language."""
    url = f"https://arxiv.org/abs/2101.{number:05}"
    animal = ANIMALS[language][number % 10]
    text = SENTENCES[language].format(number, animal)
    paper = {"links": (Link(url, "paper"),), "papers": find_papers("", [url])}
    return make_parsed_item(animal, text, language=language, **paper)


def put(database: Database, language: str, numbers: Sequence[int], *, guid: str = "1") -> None:
    """Stores stories, each with an item in a language."""
    with database.write() as uow:
        issue = make_document(*(telling(language, number) for number in numbers), guid=guid, language=language)
        store(uow, issue, address=f"https://{language}.example/feed", now=NOW)
        while fresh := uow.stories.unassigned(after=0, limit=500):
            assign_stories(uow, fresh, NOW)


def known(database: Database, *words: str) -> dict[str, set[tuple[str, str | None]]]:
    with database.read() as uow:
        found = uow.associations.of(words)
    return {word: {(" ".join(way.tokens), way.language) for way in ways} for word, ways in found.items()}


async def learn(database: Database) -> int:
    """Learns as long as something is due; how many times there was something."""
    associations = Associations(database)
    times = 0
    while await associations.learn_due():
        times += 1
    return times


async def test_words_are_learned_from_stories_in_several_languages_and_found_from_either_side(
    database: Database,
) -> None:
    for language in ANIMALS:
        put(database, language, range(50))
    assert await learn(database) == 3
    assert known(database, "otter", "выдр", "paper") == {
        "otter": {("выдр", "ru"), ("lontr", "pt")},
        "выдр": {("otter", "en"), ("lontr", "pt")},
    }


async def test_nothing_is_learned_from_what_is_written_where_not_everybody_is(database: Database) -> None:
    with database.write() as uow:
        source = uow.sources.add(SourceSpec("https://pt.example/feed", SourceKind.TELEGRAM), now=NOW)
        uow.source_chats.add(source.id, PostChat("telegram", "-42", ChatKind.GROUP, "Readers"))
    for language in ANIMALS:
        put(database, language, range(50))
    assert await learn(database) == 1
    assert known(database, "otter") == {"otter": {("выдр", "ru")}}


async def test_ways_that_were_learned_weigh_less_than_the_glossary(database: Database) -> None:
    for language in ("en", "ru"):
        put(database, language, range(50))
    await learn(database)
    with database.read() as uow:
        (way,) = uow.associations.of(["otter"])["otter"]
    assert 0 < way.weight <= 0.35


async def test_nothing_is_learned_anew_while_little_has_come_not_even_after_a_restart(database: Database) -> None:
    for language in ("en", "ru"):
        put(database, language, range(50))
    assert await learn(database) == 1
    put(database, "en", range(50, 60), guid="2")
    assert await learn(database) == 0


async def test_what_is_learned_later_takes_the_place_of_what_was_known(database: Database) -> None:
    for language in ("en", "ru"):
        put(database, language, range(50))
    await learn(database)
    put(database, "en", range(50, 100), guid="2")
    put(database, "ru", range(50, 100), guid="2")
    assert await learn(database) == 1
    assert known(database, "otter") == {"otter": {("выдр", "ru")}}


async def test_a_stop_between_two_pairs_of_languages_loses_none_of_them(database: Database) -> None:
    for language in ANIMALS:
        put(database, language, range(50))
    assert await Associations(database).learn_due() == 50
    assert await learn(database) == 3
    assert known(database, "lontr") == {"lontr": {("otter", "en"), ("выдр", "ru")}}


async def test_what_only_one_language_tells_teaches_nothing(database: Database) -> None:
    put(database, "en", range(80))
    assert await learn(database) == 0


async def test_a_few_stories_teach_nothing(database: Database) -> None:
    put(database, "en", range(80))
    put(database, "ru", range(FEWEST_STORIES - 1))
    assert await learn(database) == 0


async def test_items_that_were_withdrawn_teach_nothing(database: Database) -> None:
    for language in ("en", "ru"):
        put(database, language, range(50))

    def withdraw(uow: UnitOfWork) -> None:
        uow.items.withdraw(
            [item for _story, item, tag in uow.associations.members(first=0, last=999) if tag == "ru"], NOW
        )

    await database.run(withdraw)
    assert await learn(database) == 0
