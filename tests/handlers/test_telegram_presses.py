"""Presses of buttons on Telegram, over python-telegram-bot and the double."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from handlers.command import Reply, Request
from tests.dispatchers import FakeDispatcher, pages, say
from tests.telegram_bot import telegram_bot
from tests.telegram_server import Hold, TelegramServer

# Presses


async def test_a_press_turns_the_page_in_place_and_is_acknowledged():
    dispatcher = FakeDispatcher(pages)
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        answer = await server.next_message(chat)
        press = await server.press(answer, "▶")
        await server.edited(answer)
        await server.answered(press)
    assert answer.text == "page 2"
    assert answer.history == ["page 1"]
    assert len(chat.answers()) == 1
    assert press.toast == ""
    assert dispatcher.asked[-1].action == "page:2"


async def test_a_press_that_changes_nothing_is_no_error():
    with capture_logs() as logged:
        async with TelegramServer() as server, telegram_bot(server, FakeDispatcher(pages)):
            ana = server.person("Ana")
            chat = server.private_chat(ana)
            await server.send_text(chat, ana, "/digest")
            answer = await server.next_message(chat)
            await server.answered(await server.press(answer, "◀"))
            await server.wait_until(lambda: len(server.calls("editMessageText")) == 1)
            await server.send_text(chat, ana, "/digest")
            await server.next_message(chat)
    assert server.calls("editMessageText")[0].status == 400
    assert answer.history == []
    assert "telegram_answer_not_sent" not in {entry["event"] for entry in logged}


async def test_a_press_that_does_not_replace_sends_a_new_message_in_the_same_topic():
    async with (
        TelegramServer() as server,
        telegram_bot(server, FakeDispatcher(lambda request: say(request.action or "first", buttons=True))),
    ):
        ana = server.person("Ana")
        forum = server.supergroup("Readers", ana, forum=True)
        topic = server.topic(forum, "Papers")
        await server.send_text(forum, ana, "/digest", topic=topic)
        answer = await server.next_message(forum)
        await server.press(answer, "▶", ana)
        second = await server.next_message(forum)
    assert (second.text, second.thread) == ("page:2", topic.id)
    assert answer.text == "first"


async def test_a_press_on_a_message_that_is_gone_sends_the_page_anew():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher(pages)):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        answer = await server.next_message(chat)
        server.delete(answer)
        press = await server.press(answer, "▶")
        again = await server.next_message(chat)
        await server.answered(press)
    assert again.text == "page 2"


async def test_a_mistake_with_a_button_is_told_to_the_one_who_pressed_only():
    def answer(request: Request) -> Reply:
        return say("This button is old.", private=True) if request.action else say("page 1", buttons=True)

    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher(answer)):
        ana = server.person("Ana")
        group = server.group("Readers", ana)
        await server.send_text(group, ana, "/digest")
        press = await server.press_data(await server.next_message(group), "old:1:2", ana)
        await server.answered(press)
    assert press.toast == "This button is old."
    assert press.answer
    assert press.answer["show_alert"] == "true"
    assert len(group.answers()) == 1


async def test_a_slow_press_is_acknowledged_before_its_answer_is_there():
    dispatcher = FakeDispatcher(pages)
    dispatcher.waits["page:2"] = asyncio.Event()
    async with TelegramServer() as server, telegram_bot(server, dispatcher, patience=0.0):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        answer = await server.next_message(chat)
        await server.answered(await server.press(answer, "▶"))
        assert answer.text == "page 1"
        dispatcher.waits["page:2"].set()
        await server.edited(answer)
    assert answer.text == "page 2"


async def test_a_press_that_is_too_old_to_be_acknowledged_still_has_its_effect():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher(pages)):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        answer = await server.next_message(chat)
        hold = Hold()
        server.fail("answerCallbackQuery", hold)
        press = await server.press(answer, "▶")
        press.expired = True
        await server.edited(answer)
        hold.release()
        await server.wait_until(lambda: bool(server.calls("answerCallbackQuery")))
    assert server.calls("answerCallbackQuery")[0].status == 400
    assert answer.text == "page 2"
