"""Which stories fit what digests are about: looked up as searches are, in the words that stand there or their stems."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from bot.domain.schedules import EVERY_DAY, Schedule
from bot.domain.subscriptions import Choices
from bot.services.fitting import Lookup
from bot.services.shelves import candidates
from storage.database import Database
from tests.factories import NOW, make_document, make_parsed_item, store

STORIES = {
    "Atenção esparsa": {"language": "pt"},
    "On BERT": {"code": "https://github.com/a/b"},
    "RoBERTa": {},
    "Sparse attention heads": {},
    "Attention is sparse here": {},
    "我们研究自然语言处理": {"language": "zh"},
    "Frogs sing": {"text": "Transformers listen."},
    "RL in ponds": {},
}


@pytest.fixture
def database(database: Database) -> Database:
    """Each of these titles is a story of its own."""
    with database.write() as uow:
        items = [make_parsed_item(title, **{"text": title, **facts}) for title, facts in STORIES.items()]
        store(uow, make_document(*items), now=NOW)
        uow.stories.start([(number,) for number in range(1, len(items) + 1)], NOW)
    return database


def choices(**facts: Any) -> Choices:
    return Choices(schedule=Schedule((time(9),), EVERY_DAY, "UTC"), **facts)


def having(database: Database, wanted: Choices) -> dict[str, list[str]]:
    """The titles of the stories that fit each question."""
    titles = list(STORIES)
    with database.read() as uow:
        new = {number: {number} for number in range(1, len(titles) + 1)}
        found = Lookup(candidates(uow, new)).having(uow, wanted, NOW)
    return {asked: [titles[story_id - 1] for story_id in sorted(ids)] for asked, ids in found.items()}


@pytest.mark.parametrize(
    ("word", "titles"),
    [
        ("atencao esparsa", ["Atenção esparsa"]),
        ("bert", ["On BERT"]),
        ("sparse attention", ["Sparse attention heads"]),
        ("自然语言", ["我们研究自然语言处理"]),
        ("transformer", ["Frogs sing"]),
        ("-frogs", ["Frogs sing"]),
        ("has:code", []),
        ('"', []),
    ],
)
def test_a_word_of_a_digest_is_that_word_alone_and_a_phrase_its_words_in_a_row(
    database: Database, word: str, titles: list[str]
) -> None:
    (found,) = having(database, choices(include_words=(word,))).values()
    assert found == titles


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("has:code", ["On BERT"]),
        ("frogs has:code", []),
        ("sing -has:code", ["Frogs sing"]),
        ("attention sparse -heads", ["Attention is sparse here"]),
        ("wombats OR frogs", ["Frogs sing"]),
        ("title:sing", ["Frogs sing"]),
        ("lang:zh", ["我们研究自然语言处理"]),
        ("title:transformers", []),
        ("wombats", []),
        ("reinforcement learning", []),
        ("wombats OR reinforcement learning", []),
        ("wombats OR обучение с подкреплением OR RL", ["RL in ponds"]),
        ("https://example.org/posts/frogs", []),
        ("https://github.com/a/b", ["On BERT"]),
        ("", []),
    ],
)
def test_a_question_of_a_digest_is_read_as_a_search_is(database: Database, question: str, titles: list[str]) -> None:
    found = having(database, choices(question=question))
    assert found.get(question, []) == titles


def test_what_the_index_lacks_while_it_is_made_anew_fits_as_it_would(database: Database) -> None:
    with database.write() as uow:
        uow.search_index.clear()
        uow.items.index_again([2])
    (found,) = having(database, choices(question="bert OR lang:pt")).values()
    assert found == ["Atenção esparsa", "On BERT"]
