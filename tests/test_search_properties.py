"""What holds of every search, whatever is in the archive and whatever is asked."""

from __future__ import annotations

import re
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.folding import fold
from bot.domain.function_words import FUNCTION_WORDS
from bot.services.search import Asked, SearchResults, find
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.factories import NOW, make_database, make_document, make_parsed_item, store

_WORDS = (
    *("frog", "frogs", "jumping", "ponds", "model", "distillation", "naïve", "l'été", "C++", "GPT-2", "état", "übung"),
    *("модели", "обучение", "ёлка", "сжатие", "знаний", "modelo", "destilação", "ações", "ışık", "çalışma", "İstanbul"),
    *("نموذج", "التعلم", "الآلي", "知识蒸馏", "模型", "机器学习", "モデル", "학습", "2005.14165", "x86", "état-major"),
)
_LANGUAGES = ("en", "ru", "pt", "fr", "tr", "ar", "zh", None)
_text = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(" ".join)
_item = st.tuples(_text, _text, st.sampled_from(_LANGUAGES))
_stories = st.lists(st.lists(_item, min_size=1, max_size=3), min_size=1, max_size=6)
_ROUNDS = settings(max_examples=60)


def _filled(folder: str, stories: list[list[tuple[str, str, str | None]]]) -> Database:
    """A database with these stories of items: title, text, language."""
    database = make_database(Path(folder))
    flat = [one for story in stories for one in story]
    items = [
        make_parsed_item(title, text, language=language, guid=f"item {number}")
        for number, (title, text, language) in enumerate(flat)
    ]
    with database.write() as uow:
        store(uow, make_document(*items, language=None))
        ids = iter(range(1, len(items) + 1))
        uow.stories.start([[next(ids) for _ in story] for story in stories], NOW)
    return database


def _ask(uow: UnitOfWork, words: str, page: int = 1, size: int = 100) -> SearchResults:
    return find(uow, Asked(words, NOW, zone=UTC, literal=True), page, size)


def _shown(found: SearchResults) -> set[int]:
    return {item.id for hit in found.hits for item in hit.items}


def _plain(text: str) -> list[str]:
    """The words of a text without signs, which are operators in questions."""
    return [word for word in re.findall(r"[^\W_]+", text) if len(word) > 1 and fold(word) not in FUNCTION_WORDS]


@_ROUNDS
@given(_stories)
def test_what_is_stored_is_found_by_each_of_its_words_together_with_its_story(
    stories: list[list[tuple[str, str, str | None]]],
) -> None:
    with TemporaryDirectory() as folder:
        database = _filled(folder, stories)
        number = 0
        with database.read() as uow:
            for story in stories:
                first = number + 1
                number += len(story)
                of_story = set(range(first, number + 1))
                for item_id, (title, text, _language) in enumerate(story, first):
                    for word in {*_plain(title), *_plain(text)}:
                        (hit,) = [one for one in _ask(uow, word).hits if item_id in {item.id for item in one.items}]
                        assert item_id in hit.fits, word
                        assert {item.id for item in hit.items} == of_story
        database.close()


@_ROUNDS
@given(_stories, st.sampled_from(_WORDS), st.sampled_from(_WORDS))
def test_what_has_an_excluded_word_is_never_shown(
    stories: list[list[tuple[str, str, str | None]]], wanted: str, excluded: str
) -> None:
    with TemporaryDirectory() as folder:
        database = _filled(folder, stories)
        with database.read() as uow:
            having = {
                number
                for number, (title, text, _language) in enumerate((one for story in stories for one in story), 1)
                if excluded in f"{title} {text}".split()
            }
            for words in (f"{wanted} -{excluded}", f"-{excluded}", f"-{excluded} sort:new"):
                found = _ask(uow, words)
                assert not _shown(found) & having, words
                assert not {item_id for hit in found.hits for item_id in hit.fits} & having
        database.close()


@_ROUNDS
@given(_stories, st.sampled_from(_WORDS), st.integers(1, 7), st.sampled_from(("", " sort:new")))
def test_pages_neither_repeat_nor_skip_and_the_order_is_always_the_same(
    stories: list[list[tuple[str, str, str | None]]], word: str, size: int, sort: str
) -> None:
    with TemporaryDirectory() as folder:
        database = _filled(folder, stories)
        with database.read() as uow:
            every = [hit.story_id for hit in _ask(uow, word + sort).hits]
        with database.read() as uow:
            first = _ask(uow, word + sort, 1, size)
            pages = [_ask(uow, word + sort, page, size) for page in range(1, first.pages + 1)]
        assert [hit.story_id for page in pages for hit in page.hits] == every
        assert len(set(every)) == len(every) == first.total
        database.close()
