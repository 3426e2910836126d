"""The buttons below a question about a delivery."""

from __future__ import annotations

from typing import Any, cast

import pytest

from bot.domain.errors import UserError
from bot.domain.messages import Paragraph, Text
from bot.locales import translator
from bot.services.deliveries import Answer
from handlers.command import Chat, Person, Platform, Request
from handlers.deliveries import DeliveryHandlers


class Known:
    """Deliveries that answer with what a test says."""

    def __init__(self, answer: Answer) -> None:
        self.answer_given = answer
        self.asked: list[tuple[Any, ...]] = []

    async def answer(self, *where: int, **what: Any) -> Answer:
        self.asked.append((*where, what))
        return self.answer_given


async def press(answer: Answer, action: str) -> tuple[str, list[tuple[Any, ...]]]:
    known = Known(answer)
    handlers = DeliveryHandlers(cast(Any, known))
    request = Request(Chat(Platform.TELEGRAM, "5", private=True), Person("5", "Boss"), action=action)
    reply = await handlers.actions()["delivery"](request, translator("en"))
    assert reply.replaces
    (block,) = reply.message.blocks
    assert isinstance(block, Paragraph)
    assert isinstance(block.line[0], Text)
    return block.line[0].text, known.asked


async def test_a_press_says_which_part_it_is_about_and_who_says_so() -> None:
    words, asked = await press(Answer.TAKEN, "delivery:7:2:1")
    assert words == "Good, it arrived."
    assert asked == [(7, 2, {"arrived": True, "platform": "telegram", "chat_ids": ("5", "5")})]


async def test_it_is_told_what_happens_next() -> None:
    assert (await press(Answer.TAKEN, "delivery:7:2:0"))[0] == "I send it again."
    assert "settled already" in (await press(Answer.TOO_LATE, "delivery:7:2:0"))[0]


@pytest.mark.parametrize("action", ["delivery:7:2", "delivery:7:x:1"])
async def test_a_forged_press_gets_a_helpful_answer(action: str) -> None:
    with pytest.raises(UserError, match="older version"):
        await press(Answer.TAKEN, action)


async def test_who_was_not_asked_is_told_so() -> None:
    with pytest.raises(UserError, match="whom I have asked"):
        await press(Answer.NOT_ASKED, "delivery:7:2:1")
