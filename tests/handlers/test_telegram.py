"""From the user's message to the answer that arrives, over python-telegram-bot and the double."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import SettingsError
from bot.domain.files import File
from bot.domain.messages import Button, Message, Paragraph, text
from bot.domain.offers import Offers
from bot.platforms.telegram.client import TelegramClient, Webhook
from handlers.command import Reply, Request
from handlers.registry import Command
from handlers.telegram import TelegramHandlers
from tests.telegram_bot import at_once, running, telegram_bot
from tests.telegram_server import HangUp, Hold, Refuse, TelegramServer

Answer = Callable[[Request], Reply]
BUTTONS = ((Button("◀", "page:1"), Button("▶", "page:2")),)


class FakeDispatcher:
    """Answers with what a test says, and keeps what it was asked. By default it repeats the command."""

    languages = ("en", "ru", "pt_BR", "zh_Hans")
    forms = None

    def __init__(self, answer: Answer | None = None) -> None:
        self.commands = tuple(Command(name, name.title(), None) for name in ("digest", "search", "language"))
        self.asked: list[Request] = []
        self.waits: dict[str, asyncio.Event] = {}
        self._answer = answer or (lambda request: say(f"/{request.command} {request.text}{request.action}".strip()))

    @property
    def names(self) -> frozenset[str]:
        return frozenset(command.name for command in self.commands)

    def menu(self, language: str) -> list[tuple[str, str]]:
        return [(command.name, f"{command.description} ({language})") for command in self.commands]

    async def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        if request.text in self.waits:
            await self.waits[request.text].wait()
        return self._answer(request)

    async def press(self, request: Request) -> Reply:
        self.asked.append(request)
        if request.action in self.waits:
            await self.waits[request.action].wait()
        return self._answer(request)

    async def offers(self, request: Request, more: str = "") -> Offers:
        return Offers()


def say(words: str, *, buttons: bool = False, private: bool = False, replaces: bool = False) -> Reply:
    return Reply(Message((Paragraph(text(words)),), BUTTONS if buttons else ()), private=private, replaces=replaces)


def pages(request: Request) -> Reply:
    """A first page with buttons; presses turn it in place."""
    if request.action:
        return say(f"page {request.action[-1]}", buttons=True, replaces=True)
    return say("page 1", buttons=True)


async def test_a_command_in_a_private_chat_is_answered_there():
    dispatcher = FakeDispatcher()
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana = server.person("Ana", language="pt-br")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/search bert")
        answer = await server.next_message(chat)
    assert answer.text == "/search bert"
    assert answer.reply_to is None
    (request,) = dispatcher.asked
    assert (request.command, request.text, request.chat.private) == ("search", "bert", True)
    assert (request.person.id, request.person.name, request.person.language) == (str(ana.id), "Ana", "pt-br")
    assert request.person.chat_administrator
    assert not request.person.administrator


async def test_link_previews_do_not_take_over():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher(pages)):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        answer = await server.next_message(chat)
        await server.press(answer, "▶")
        await server.edited(answer)
    assert answer.preview == {"is_disabled": True}


async def test_words_without_a_command_are_a_search_in_private_and_nothing_in_a_group():
    dispatcher = FakeDispatcher()
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        group = server.group("Readers", ana)
        await server.send_text(group, ana, "who read this one?")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "  language models ")
        answer = await server.next_message(chat)
    assert answer.text == "/search language models"
    assert len(dispatcher.asked) == 1


async def test_an_administrator_of_the_bot_is_known_by_the_settings():
    dispatcher = FakeDispatcher()
    async with TelegramServer() as server:
        ana = server.person("Ana")
        async with telegram_bot(server, dispatcher, administrators=frozenset({str(ana.id)})):
            await server.send_text(server.private_chat(ana), ana, "/digest")
            await server.next_message(server.chats[ana.id])
    assert dispatcher.asked[0].person.administrator


async def test_a_command_in_a_group_is_answered_as_a_reply():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher()):
        ana = server.person("Ana")
        group = server.group("Readers", ana)
        question = await server.send_text(group, ana, "/digest week")
        answer = await server.next_message(group)
    assert answer.text == "/digest week"
    assert answer.reply_to == question.id


@pytest.mark.parametrize("written", ["/digest@paper_round_bot week", "/DIGEST@Paper_Round_BOT  week"])
async def test_a_command_with_our_name_is_for_us_in_any_case(written):
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher()):
        ana = server.person("Ana")
        group = server.group("Readers", ana)
        await server.send_text(group, ana, written)
        assert (await server.next_message(group)).text == "/digest week"


async def test_a_command_for_another_bot_is_left_to_it():
    dispatcher = FakeDispatcher()
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        group = server.group("Readers", ana)
        await server.send_text(group, ana, "/digest@weather_bot")
        await server.send_text(group, ana, "/weather")
        await server.send_text(group, ana, "/digest mine")
        await server.next_message(group)
    assert [request.text for request in dispatcher.asked] == ["mine"]


async def test_an_unknown_command_that_is_meant_for_us_gets_an_answer():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher()):
        ana = server.person("Ana")
        group, chat = server.group("Readers", ana), server.private_chat(ana)
        await server.send_text(group, ana, "/wether@paper_round_bot")
        await server.send_text(chat, ana, "/wether")
        assert (await server.next_message(group)).text == "/wether"
        assert (await server.next_message(chat)).text == "/wether"


async def test_captions_and_edits_run_no_command():
    dispatcher = FakeDispatcher()
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_photo(chat, ana, "/digest")
        question = await server.send_text(chat, ana, "/digest")
        await server.next_message(chat)
        await server.edit_text(question, "/digest week")
        await server.send_text(chat, ana, "/search last")
        await server.next_message(chat)
    assert [request.command for request in dispatcher.asked] == ["digest", "search"]


async def test_a_command_in_a_topic_is_answered_in_the_topic_and_in_general_without_one():
    dispatcher = FakeDispatcher()
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        forum = server.supergroup("Readers", ana, forum=True)
        topic = server.topic(forum, "Papers")
        await server.send_text(forum, ana, "/digest", topic=topic)
        assert (await server.next_message(forum)).thread == topic.id
        await server.send_text(forum, ana, "/digest")
        assert (await server.next_message(forum)).thread is None
    assert [request.chat.thread_id for request in dispatcher.asked] == [str(topic.id), None]


async def test_a_command_in_a_chain_of_replies_is_answered_although_that_is_no_topic():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher()):
        ana = server.person("Ana")
        group = server.supergroup("Readers", ana)
        first = await server.send_text(group, ana, "look at this")
        await server.send_text(group, ana, "/search it", reply_to=first)
        answer = await server.next_message(group)
    assert answer.thread is None


async def test_a_command_posted_in_a_channel_is_answered_in_the_channel_once():
    dispatcher = FakeDispatcher()
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        channel, group = server.channel("Papers", administrators=(ana,)), server.supergroup("Discussion", ana)
        await server.send_text(channel, None, "/digest")
        await server.send_text(group, None, "/digest", is_automatic_forward=True)
        assert (await server.next_message(channel)).text == "/digest"
        await server.send_text(group, ana, "/search x")
        await server.next_message(group)
    assert [request.command for request in dispatcher.asked] == ["digest", "search"]
    assert dispatcher.asked[0].person.chat_administrator


async def test_administrators_of_a_group_are_known_and_asked_for_once():
    dispatcher = FakeDispatcher()
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana, bo = server.person("Ana"), server.person("Bo")
        group = server.group("Readers", bo, administrators=(ana,))
        for person in (ana, bo, ana):
            await server.send_text(group, person, "/language ru")
            await server.next_message(group)
        await server.send_text(group, None, "/language ru")
        await server.next_message(group)
    assert [request.person.chat_administrator for request in dispatcher.asked] == [True, False, True, True]
    assert len(server.calls("getChatAdministrators")) == 1


async def test_nobody_is_an_administrator_where_telegram_does_not_say():
    dispatcher = FakeDispatcher()
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        group = server.group("Readers", administrators=(ana,))
        server.fail("getChatAdministrators", Refuse(500))
        await server.send_text(group, ana, "/language ru")
        await server.next_message(group)
    assert not dispatcher.asked[0].person.chat_administrator


async def test_a_long_answer_comes_in_parts_in_order_with_the_buttons_on_the_last():
    words = [f"paragraph {number} " + "word " * 300 for number in range(8)]
    message = Message(tuple(Paragraph(text(each)) for each in words), BUTTONS)
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher(lambda _: Reply(message))):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        await server.wait_until(lambda: any(answer.buttons for answer in chat.answers()))
        answers = chat.answers()
    assert len(answers) == 4
    assert "\n\n".join(answer.text for answer in answers) == "\n\n".join(each.strip() for each in words)
    assert [answer.buttons for answer in answers] == [[], [], [], ["◀", "▶"]]


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


# What is for one person only


async def test_a_private_answer_in_a_group_goes_to_the_private_chat():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher(lambda _: say("secret", private=True))):
        ana = server.person("Ana")
        group, chat = server.group("Readers", ana), server.private_chat(ana)
        await server.send_text(group, ana, "/digest")
        assert (await server.next_message(chat)).text == "secret"
    assert group.answers() == []


@pytest.mark.parametrize("blocked", [False, True], ids=["never started the bot", "blocked the bot"])
async def test_a_private_answer_to_somebody_without_a_private_chat_comes_in_the_group(blocked):
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher(lambda _: say("secret", private=True))):
        ana = server.person("Ana")
        if blocked:
            server.private_chat(ana)
            server.block(ana)
        group = server.group("Readers", ana)
        await server.send_text(group, ana, "/digest")
        assert (await server.next_message(group)).text == "secret"


async def test_a_private_page_is_not_put_into_a_message_of_the_group():
    def answer(request: Request) -> Reply:
        return say("secret", private=True, replaces=True) if request.action else say("page 1", buttons=True)

    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher(answer)):
        ana = server.person("Ana")
        group, chat = server.group("Readers", ana), server.private_chat(ana)
        await server.send_text(group, ana, "/digest")
        shown = await server.next_message(group)
        await server.press(shown, "▶", ana)
        assert (await server.next_message(chat)).text == "secret"
    assert shown.text == "page 1"


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


# Menus


async def test_command_menus_are_set_in_four_languages():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher()):
        await server.wait_until(lambda: len(server.calls("setMyCommands")) == 4)
    assert server.menu()["digest"] == "Digest (en)"
    assert server.menu("ru")["digest"] == "Digest (ru)"
    assert server.menu("pt")["search"] == "Search (pt_BR)"
    assert server.menu("zh")["language"] == "Language (zh_Hans)"


async def test_menus_that_are_right_are_left_alone():
    async with TelegramServer() as server:
        async with telegram_bot(server, FakeDispatcher()):
            await server.wait_until(lambda: len(server.calls("setMyCommands")) == 4)
        async with telegram_bot(server, FakeDispatcher()):
            await server.wait_until(lambda: len(server.calls("getMyCommands")) == 8)
            await server.polled()
    assert len(server.calls("setMyCommands")) == 4


# Connection


async def test_what_was_written_while_the_bot_was_away_is_answered_once():
    dispatcher = FakeDispatcher()
    async with TelegramServer() as server:
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        async with telegram_bot(server, dispatcher):
            await server.next_message(chat)
        async with telegram_bot(server, dispatcher):
            await server.polled()
    assert len(dispatcher.asked) == 1


async def test_it_starts_while_telegram_is_down_and_comes_up_with_it():
    async with TelegramServer() as server:
        await server.go_away()
        handlers = TelegramHandlers(FakeDispatcher())
        client = TelegramClient(server.token, bind=handlers.bind, api_base_url=server.url, sleep=at_once)
        async with running(client):
            assert not client.connected.is_set()
            await server.come_back()
            await asyncio.wait_for(client.connected.wait(), 10)
            ana = server.person("Ana")
            await server.send_text(server.private_chat(ana), ana, "/digest")
            await server.next_message(server.chats[ana.id])


async def test_it_goes_on_after_telegram_was_away():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher()):
        await server.polled()
        await server.go_away()
        await server.come_back()
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        assert (await server.next_message(chat)).text == "/digest"


@pytest.mark.parametrize("fault", [Refuse(500), Refuse(502, "Bad Gateway"), Refuse(429, "wait", 5), HangUp(False)])
async def test_a_failing_poll_is_repeated(fault):
    async with TelegramServer() as server:
        server.fail("getMe", fault)
        server.fail("getUpdates", fault, fault)
        async with telegram_bot(server, FakeDispatcher()):
            ana = server.person("Ana")
            chat = server.private_chat(ana)
            await server.send_text(chat, ana, "/digest")
            assert (await server.next_message(chat)).text == "/digest"


async def test_a_second_poller_is_reported():
    with capture_logs() as logged:
        async with TelegramServer() as server:
            server.fail("getUpdates", Refuse(409, "Conflict: terminated by other getUpdates request"))
            async with telegram_bot(server, FakeDispatcher()):
                await server.polled()
    assert "telegram_polled_by_another_process" in {entry["event"] for entry in logged}


async def test_a_refused_token_ends_the_client_with_advice_and_without_the_token():
    async with TelegramServer() as server:
        wrong = server.token[:-3] + "yyy"
        client = TelegramClient(wrong, bind=lambda _: None, api_base_url=server.url, sleep=at_once)
        with pytest.raises(SettingsError, match="TELEGRAM_TOKEN") as caught:
            await client.run()
    assert wrong not in str(caught.value)
    assert caught.value.__context__ is None


async def test_a_token_that_is_revoked_while_it_runs_ends_the_client():
    async with TelegramServer() as server:
        client = TelegramClient(server.token, bind=lambda _: None, api_base_url=server.url, sleep=at_once)
        serving = asyncio.create_task(client.run())
        await server.polled()
        server.fail("getUpdates", Refuse(401, "Unauthorized"))
        await server.go_away()
        await server.come_back()
        with pytest.raises(SettingsError):
            await asyncio.wait_for(serving, 10)


async def test_no_log_record_holds_the_token(caplog):
    with caplog.at_level(logging.DEBUG), capture_logs() as logged:
        async with TelegramServer() as server:
            server.fail("getUpdates", HangUp(False), Refuse(500))
            async with telegram_bot(server, FakeDispatcher()):
                ana = server.person("Ana")
                chat = server.private_chat(ana)
                server.fail("sendMessage", HangUp(False))
                await server.send_text(chat, ana, "/digest")
                await server.wait_until(lambda: len(server.calls("sendMessage")) == 1)
                await server.go_away()
            client = TelegramClient(
                server.token[:-2] + "zz", bind=lambda _: None, api_base_url=server.url, sleep=at_once
            )
            await server.come_back()
            with pytest.raises(SettingsError):
                await client.run()
    formatter = logging.Formatter("%(name)s %(message)s")
    written = "\n".join(formatter.format(record) for record in caplog.records)
    assert "Double-of-a-token" in server.token
    assert "Double-of-a-token" not in written
    assert "Double-of-a-token" not in repr(logged)
    assert {"telegram_connected", "telegram_unreachable"} <= {entry["event"] for entry in logged}


async def test_it_stops_although_an_answer_hangs(monkeypatch):
    monkeypatch.setattr("bot.platforms.telegram.client.STOP_SECONDS", 0.05)
    dispatcher = FakeDispatcher()
    dispatcher.waits["for ever"] = asyncio.Event()
    async with TelegramServer() as server, asyncio.timeout(3), telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        await server.send_text(server.private_chat(ana), ana, "/search for ever")
        await server.send_text(server.private_chat(ana), ana, "/search next")
        await server.wait_until(lambda: bool(dispatcher.asked))


async def test_answers_under_way_are_sent_before_it_stops():
    dispatcher = FakeDispatcher()
    async with TelegramServer() as server:
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        hold = Hold()
        async with telegram_bot(server, dispatcher):
            server.fail("sendMessage", hold)
            await server.send_text(chat, ana, "/digest")
            await hold.reached.wait()
            asyncio.get_running_loop().call_later(0.01, hold.release)
    assert [answer.text for answer in chat.answers()] == ["/digest"]


# Webhook


async def test_updates_come_by_webhook_where_one_is_set(unused_tcp_port):
    hook = Webhook(f"http://127.0.0.1:{unused_tcp_port}/telegram", "127.0.0.1", unused_tcp_port, "a-long-secret")
    async with TelegramServer(local=True) as server, telegram_bot(server, FakeDispatcher(), webhook=hook):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        assert (await server.next_message(chat)).text == "/digest"
    assert server.webhook_answers == [200]
    assert server.calls("getUpdates") == []


@pytest.mark.parametrize("secret", ["", "another-secret"])
async def test_a_webhook_call_without_the_secret_is_refused(unused_tcp_port, secret):
    hook = Webhook(f"http://127.0.0.1:{unused_tcp_port}/telegram", "127.0.0.1", unused_tcp_port, "a-long-secret")
    dispatcher = FakeDispatcher()
    async with TelegramServer(local=True) as server, telegram_bot(server, dispatcher, webhook=hook):
        assert server.webhook
        server.webhook = {**server.webhook, "secret_token": secret}
        ana = server.person("Ana")
        await server.send_text(server.private_chat(ana), ana, "/digest")
        await server.wait_until(lambda: bool(server.webhook_answers))
    assert server.webhook_answers[0] == 403
    assert dispatcher.asked == []


async def test_polling_removes_a_webhook_that_was_set_before():
    async with TelegramServer(local=True) as server:
        server.webhook = {"url": "http://127.0.0.1:9/gone"}
        async with telegram_bot(server, FakeDispatcher()):
            ana = server.person("Ana")
            chat = server.private_chat(ana)
            await server.send_text(chat, ana, "/digest")
            assert (await server.next_message(chat)).text == "/digest"


async def test_a_file_whose_words_are_too_long_for_a_caption_stands_below_them():
    file = File("club.csv", "text/csv", b"name")
    dispatcher = FakeDispatcher(lambda _: replace(say("word " * 300, buttons=True), file=file))
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        forum = server.supergroup("Readers", ana, forum=True)
        topic = server.topic(forum, "Papers")
        await server.send_text(forum, ana, "/digest", topic=topic)
        words = await server.next_message(forum)
        sent = await server.next_message(forum)
    assert words.document is None
    assert words.buttons == ["◀", "▶"]
    assert sent.document is not None
    assert (sent.document.name, sent.document.content, sent.text) == ("club.csv", b"name", "")
    assert sent.thread == topic.id


async def test_the_few_words_of_a_press_are_no_notice_where_there_is_a_file_with_them():
    file = File("club.csv", "text/csv", b"name")
    dispatcher = FakeDispatcher(
        lambda request: replace(say("Here.", private=True), file=file) if request.action else say("?", buttons=True)
    )
    async with TelegramServer() as server, telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        group = server.group("Readers", ana)
        await server.send_text(group, ana, "/digest")
        press = await server.press(await server.next_message(group), "▶", ana)
        sent = await server.next_message(chat)
        await server.answered(press)
        assert not press.toast
        assert sent.document is not None
        assert len(group.said) == 1


def test_a_message_cannot_become_a_file():
    with pytest.raises(ValueError, match="cannot become"):
        replace(say("Here.", replaces=True), file=File("club.csv", "text/csv", b"name"))
