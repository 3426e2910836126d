"""From the user's message to the answer that arrives, over python-telegram-bot and the double."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.files import File
from bot.domain.messages import Message, Paragraph, text
from handlers.command import Reply, Request
from tests.dispatchers import BUTTONS, FakeDispatcher, pages, say
from tests.telegram_bot import telegram_bot
from tests.telegram_server import Refuse, TelegramServer


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
