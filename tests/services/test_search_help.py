"""What a search says that it understands: all of it is understood, in the words of every language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.question import Either, Every, Node, Not, Question
from bot.domain.question_parser import parse_question
from bot.locales import LANGUAGES, translator
from bot.services.search_help import EXAMPLES

NOW = datetime(2020, 3, 4, 12, tzinfo=UTC)


def shape(node: Node) -> list[str]:
    inner = node.parts if isinstance(node, Either | Every) else (node.part,) if isinstance(node, Not) else ()
    return [type(node).__name__ + str(getattr(node, "facet", getattr(node, "field", "")))] + [
        name for one in inner for name in shape(one)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("example", [example for example, _meaning in EXAMPLES])
def test_an_example_asks_for_the_same_in_every_language(example: str, language: str) -> None:
    asked = read(translator(language).gettext(example))
    assert shape(asked.root) == shape(read(example).root)
    assert asked.sort == read(example).sort
    assert asked.unknown == ()


def read(text: str) -> Question:
    return parse_question(text, NOW, UTC)
