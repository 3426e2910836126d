"""Telegram's double: what is offered while somebody types."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles.telegram_caller import telegram

# Inline mode


def offered(**changes: Any) -> dict[str, Any]:
    content = {"message_text": "<b>Frogs</b>", "parse_mode": "HTML"}
    return {"type": "article", "id": "1", "title": "Frogs", "input_message_content": content} | changes


def written(words: str) -> dict[str, Any]:
    return offered(input_message_content={"message_text": words, "parse_mode": "HTML"})


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"results": [offered(id=str(number)) for number in range(51)]}, "RESULTS_TOO_MUCH"),
        ({"results": [offered(), offered()]}, "RESULT_ID_DUPLICATE"),
        ({"results": [offered(id="ж" * 33)]}, "RESULT_ID_INVALID"),
        ({"results": [offered(id="")]}, "RESULT_ID_INVALID"),
        ({"results": [offered(title=" ")]}, "TITLE_EMPTY"),
        ({"results": [offered(url="javascript:x")]}, "URL_INVALID"),
        ({"results": [written("a < b")]}, "can't parse entities"),
        ({"results": [written("x" * 4097)]}, "too long"),
        ({"results": [written("\u200b")]}, "EMPTY"),
        ({"results": [], "next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ({"results": [], "button": {"text": "Start", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
        ({"results": [], "button": {"text": "Start"}}, "BUTTON_INVALID"),
    ],
)
async def test_an_offer_that_breaks_a_rule_is_refused(wrong: dict[str, Any], complaint: str) -> None:
    async with telegram() as (server, call, chat):
        server.methods.inline_mode = True
        question = await server.type_inline(chat.users[chat.id], "frogs")
        assert complaint in await call.refusal("answerInlineQuery", inline_query_id=question.id, **wrong)
        assert question.answer is None


async def test_what_is_typed_is_answered_once_and_in_time() -> None:
    async with telegram() as (server, call, chat):
        server.methods.inline_mode = True
        ana = chat.users[chat.id]
        question, late = await server.type_inline(ana, "frogs"), await server.type_inline(ana, "frogs are")
        late.expired = True
        assert (await call("answerInlineQuery", inline_query_id=question.id, results=[offered()]))["ok"]
        for one in (question.id, late.id, "0"):
            assert "too old" in await call.refusal("answerInlineQuery", inline_query_id=one, results=[offered()])
        sent = await server.choose(question, 1, server.group("Readers", ana))
    assert (sent.text, sent.extra["via_bot"]["id"]) == ("Frogs", server.bot.id)


async def test_a_bot_whose_inline_mode_is_off_is_asked_nothing() -> None:
    async with telegram() as (server, call, chat):
        assert not (await call("getMe"))["result"]["supports_inline_queries"]
        with pytest.raises(AssertionError):
            await server.type_inline(chat.users[chat.id], "frogs")
