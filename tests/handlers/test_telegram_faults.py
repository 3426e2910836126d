"""What goes wrong on the way of an answer, and in which order answers come, on Telegram."""

from __future__ import annotations

import asyncio

from handlers.command import Reply, Request
from tests.dispatchers import FakeDispatcher, pages
from tests.telegram_bot import telegram_bot
from tests.telegram_server import HangUp, Refuse, TelegramServer

# Limits and failures


async def test_too_many_requests_are_waited_for_as_long_as_told_and_sent_once():
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher(), sleep=sleep):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        server.fail("sendMessage", Refuse(429, "Too Many Requests: retry after 3", 3), Refuse(429, "again", 1))
        await server.send_text(chat, ana, "/digest")
        assert (await server.next_message(chat)).text == "/digest"
    assert waits == [3, 1]
    assert len(chat.answers()) == 1


async def test_an_answer_that_could_only_be_sent_much_later_is_given_up():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher()):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        server.fail("sendMessage", Refuse(429, "Too Many Requests: retry after 4000", 4000))
        await server.send_text(chat, ana, "/digest one")
        await server.send_text(chat, ana, "/digest two")
        assert (await server.next_message(chat)).text == "/digest two"


async def test_a_server_error_is_tried_again():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher()):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        server.fail("sendMessage", Refuse(502, "Bad Gateway"))
        await server.send_text(chat, ana, "/digest")
        assert (await server.next_message(chat)).text == "/digest"


async def test_an_answer_that_may_have_arrived_is_not_sent_twice():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher()):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        server.fail("sendMessage", HangUp(accepted=True))
        await server.send_text(chat, ana, "/digest one")
        await server.next_message(chat)
        await server.send_text(chat, ana, "/digest two")
        await server.next_message(chat)
    assert [answer.text for answer in chat.answers()] == ["/digest one", "/digest two"]


async def test_an_edit_is_repeated_after_the_line_was_cut():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher(pages)):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        answer = await server.next_message(chat)
        server.fail("editMessageText", HangUp(accepted=False), HangUp(accepted=True))
        await server.press(answer, "▶")
        await server.wait_until(lambda: len(server.calls("editMessageText")) == 3)
    assert answer.text == "page 2"
    assert len(chat.answers()) == 1


async def test_a_group_that_became_a_supergroup_is_followed():
    dispatcher = FakeDispatcher()
    dispatcher.waits["week"] = asyncio.Event()
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        group = server.group("Readers", ana)
        await server.send_text(group, ana, "/digest week")
        await server.wait_until(lambda: len(server.calls("getChatAdministrators")) == 1)
        moved = server.migrate(group)
        dispatcher.waits["week"].set()
        assert (await server.next_message(moved)).text == "/digest week"


async def test_a_chat_that_we_were_put_out_of_disturbs_nobody_else():
    dispatcher = FakeDispatcher()
    dispatcher.waits["late"] = asyncio.Event()
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        group, chat = server.group("Readers", ana), server.private_chat(ana)
        await server.send_text(group, ana, "/digest late")
        await server.wait_until(lambda: len(server.calls("getChatAdministrators")) == 1)
        server.kick_bot(group)
        dispatcher.waits["late"].set()
        await server.wait_until(lambda: any(call.status == 403 for call in server.calls("sendMessage")))
        await server.send_text(chat, ana, "/digest")
        assert (await server.next_message(chat)).text == "/digest"


async def test_a_fault_of_ours_gets_an_apology_with_an_id_in_the_language_of_the_client():
    def broken(_request: Request) -> Reply:
        raise ValueError("a fault")

    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher(broken)):
        ana = server.person("Ana", language="ru")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        answer = await server.next_message(chat)
    assert "a fault" not in answer.text
    assert answer.text.split()[-1].rstrip(".").isalnum()


# Order


async def test_a_slow_answer_holds_nobody_else():
    dispatcher = FakeDispatcher()
    dispatcher.waits["slow"] = asyncio.Event()
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana, bo = server.person("Ana"), server.person("Bo")
        group = server.group("Readers", ana, bo)
        await server.send_text(group, ana, "/search slow")
        await server.send_text(group, bo, "/search quick")
        assert (await server.next_message(group)).text == "/search quick"
        dispatcher.waits["slow"].set()
        assert (await server.next_message(group)).text == "/search slow"


async def test_what_one_person_writes_is_answered_in_order():
    dispatcher = FakeDispatcher()
    dispatcher.waits["first"] = asyncio.Event()
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/language first")
        await server.send_text(chat, ana, "/digest second")
        await server.polled()
        dispatcher.waits["first"].set()
        texts = [(await server.next_message(chat)).text for _ in range(2)]
    assert texts == ["/language first", "/digest second"]
