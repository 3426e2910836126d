"""/help: what can be asked, and what a search understands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.handlers.test_console import Terminal
from tests.world import bot_with


@pytest.mark.parametrize(
    ("language", "typed", "title", "example"),
    [
        ("en", "/help search", "What a search understands", "title:bert author:devlin"),
        ("ru", "/help поиск", "Что понимает поиск", "заголовок:bert автор:devlin"),
        ("pt", "/help /search", "O que a busca entende", "título:bert autor:devlin"),
        ("zh", "/help 搜索", "搜索能理解什么", "标题:bert 作者:devlin"),
    ],
)
async def test_the_grammar_of_searches_is_explained(
    tmp_path: Path, language: str, typed: str, title: str, example: str
) -> None:
    async with bot_with(tmp_path) as core:
        shown = await Terminal(core, language).type(typed)
    assert title in shown
    assert example in shown


async def test_help_about_anything_else_lists_everything(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        shown = await Terminal(core).type("/help me please")
    assert "What I can do" in shown
    assert "/help search says what else a search understands." in shown
