"""Telegram's double: chats, presses, faults and updates, and that it refuses what the real server refuses."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.doubles.telegram_caller import telegram
from tests.telegram_server import HangUp, Hold, Refuse
from tests.telegram_spec import bot_api

needs_spec = pytest.mark.skipif(bot_api() is None, reason="the description of the Bot API is not at hand")


# Chats


async def test_chats_that_cannot_be_written_to_say_why():
    async with telegram() as (server, call, chat):
        stranger, group = server.person("Bo"), server.group("Readers")
        channel = server.channel("Papers")

        async def why(chat_id: int) -> str:
            return await call.refusal("sendMessage", chat_id=chat_id, text="x")

        assert await why(12) == "400 Bad Request: chat not found"
        assert await why(stranger.id) == "403 Forbidden: bot can't initiate conversation with a user"
        server.block(chat.users[chat.id])
        assert await why(chat.id) == "403 Forbidden: bot was blocked by the user"
        server.kick_bot(group)
        assert await why(group.id) == "403 Forbidden: bot was kicked from the group chat"
        channel.bot_status = "member"
        assert "need administrator rights" in await why(channel.id)
        channel.bot_status = "left"
        assert await why(channel.id) == "403 Forbidden: bot is not a member of the channel chat"


async def test_a_group_that_became_a_supergroup_names_its_new_id():
    async with telegram() as (server, call, _):
        group = server.group("Readers")
        moved = server.migrate(group)
        answer = await call("sendMessage", chat_id=group.id, text="x")
        assert answer["parameters"] == {"migrate_to_chat_id": moved.id}
        assert await call.refusal("sendMessage", chat_id=moved.id, text="x") == ""


async def test_topics_must_exist_and_be_open():
    async with telegram() as (server, call, _):
        forum = server.supergroup("Readers", forum=True)
        topic = server.topic(forum, "Papers")
        there = {"chat_id": forum.id, "text": "x"}
        assert await call.refusal("sendMessage", **there, message_thread_id=topic.id) == ""
        topic.closed = True
        assert "TOPIC_CLOSED" in await call.refusal("sendMessage", **there, message_thread_id=topic.id)
        assert "thread not found" in await call.refusal("sendMessage", **there, message_thread_id=1)


async def test_members_and_administrators_are_told():
    async with telegram() as (server, call, chat):
        ana, bo = server.person("Ana"), server.person("Bo")
        group = server.group("Readers", bo, administrators=(ana,))
        listed = (await call("getChatAdministrators", chat_id=group.id))["result"]
        assert [member["user"]["id"] for member in listed] == [ana.id]
        statuses = [
            (await call("getChatMember", chat_id=group.id, user_id=user.id))["result"]["status"]
            for user in (ana, bo, chat.users[chat.id])
        ]
        assert statuses == ["administrator", "member", "left"]
        assert "private chat" in await call.refusal("getChatAdministrators", chat_id=chat.id)


# Presses and menus


async def test_a_press_is_answered_once_and_in_time():
    async with telegram() as (server, call, chat):
        keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "go:1"}]]}
        await call("sendMessage", chat_id=chat.id, text="x", reply_markup=keyboard)
        press, late = [await server.press(chat.answers()[0], "Go") for _ in range(2)]
        assert "MESSAGE_TOO_LONG" in await call.refusal(
            "answerCallbackQuery", callback_query_id=press.id, text="x" * 201
        )
        assert await call.refusal("answerCallbackQuery", callback_query_id=press.id, text="done") == ""
        assert press.toast == "done"
        assert "too old" in await call.refusal("answerCallbackQuery", callback_query_id=press.id)
        late.expired = True
        assert "too old" in await call.refusal("answerCallbackQuery", callback_query_id=late.id)
        assert "too old" in await call.refusal("answerCallbackQuery", callback_query_id="1")


@pytest.mark.parametrize(
    ("commands", "language", "complaint"),
    [
        ([("Digest", "x")], "", "BOT_COMMAND_INVALID"),
        ([("x" * 33, "x")], "", "BOT_COMMAND_INVALID"),
        ([("поиск", "x")], "ru", "BOT_COMMAND_INVALID"),
        ([("digest", "")], "", "DESCRIPTION_INVALID"),
        ([("digest", "x" * 257)], "", "DESCRIPTION_INVALID"),
        ([(f"c{number}", "x") for number in range(101)], "", "TOO_MUCH"),
        ([("digest", "x")], "pt-br", "language code"),
    ],
)
async def test_menus_follow_the_rules(commands, language, complaint):
    async with telegram() as (_, call, _chat):
        listed = [{"command": name, "description": description} for name, description in commands]
        assert complaint in await call.refusal("setMyCommands", commands=listed, language_code=language)


async def test_each_language_has_its_own_menu():
    async with telegram() as (server, call, _):
        await call("setMyCommands", commands=[{"command": "digest", "description": "News"}])
        await call("setMyCommands", commands=[{"command": "digest", "description": "Новости"}], language_code="ru")
        assert server.menu() == {"digest": "News"}
        assert server.menu("ru") == {"digest": "Новости"}
        assert (await call("getMyCommands", language_code="pt"))["result"] == []


# Tokens, methods, parameters


async def test_wrong_tokens_and_methods_are_told_apart():
    async with telegram() as (server, call, _):
        assert (await call("getMe"))["result"]["username"] == "paper_round_bot"
        assert (await call("getMe", token=server.token[:-1] + "y"))["error_code"] == 401
        assert (await call("getMe", token="nonsense"))["error_code"] == 404
        assert (await call("getMeNot"))["error_code"] in {404, 501}


@needs_spec
@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"chat_id": 1}, 'parameter "text" is required'),
        ({"chat_id": 1, "text": "x", "disable_web_page_preview": True}, "unknown parameter"),
        ({"chat_id": 1, "text": "x", "message_thread_id": "five"}, "must be Integer"),
        ({"chat_id": 1, "text": "x", "disable_notification": "perhaps"}, "must be Boolean"),
        ({"chat_id": 1, "text": "x", "link_preview_options": {"disabled": True}}, "has no field"),
        ({"chat_id": 1, "text": "x", "link_preview_options": {"is_disabled": "yes"}}, "must be Boolean"),
        ({"chat_id": 1, "text": "x", "reply_parameters": {}}, "is required"),
        ({"chat_id": 1, "text": "x", "entities": {"type": "bold"}}, "must be an array"),
    ],
)
async def test_requests_that_the_description_does_not_allow_are_refused(parameters, complaint):
    async with telegram() as (_, call, _chat):
        assert complaint in await call.refusal("sendMessage", **parameters)


# Rates and faults


async def test_rates_are_limited_where_a_test_asks_for_it():
    async with telegram() as (server, call, chat):
        time = [100.0]
        server.clock = lambda: time[0]
        server.limit_rates()
        group = server.group("Readers")
        assert await call.refusal("sendMessage", chat_id=chat.id, text="x") == ""
        answer = await call("sendMessage", chat_id=chat.id, text="x")
        assert answer["error_code"] == 429
        assert answer["parameters"] == {"retry_after": 1}
        for _ in range(20):
            time[0] += 1
            assert await call.refusal("sendMessage", chat_id=group.id, text="x") == ""
        time[0] += 1
        assert (await call("sendMessage", chat_id=group.id, text="x"))["parameters"] == {"retry_after": 40}
        people = [server.private_chat(server.person(str(number))) for number in range(31)]
        refusals = [await call.refusal("sendMessage", chat_id=each.id, text="x") for each in people]
        assert refusals[:30] == [""] * 30
        assert refusals[30].startswith("429")


async def test_faults_come_in_the_order_given_and_then_no_more():
    async with telegram() as (server, call, chat):
        server.fail("sendMessage", Refuse(500), Refuse(429, "Too Many Requests", 7))
        answers = [await call("sendMessage", chat_id=chat.id, text=str(number)) for number in range(3)]
        assert [answer.get("error_code") for answer in answers] == [500, 429, None]
        assert [message.text for message in chat.answers()] == ["2"]


@pytest.mark.parametrize("accepted", [False, True])
async def test_it_hangs_up_before_or_after_it_accepted(accepted):
    async with telegram() as (server, call, chat):
        server.fail("sendMessage", HangUp(accepted=accepted))
        with pytest.raises(httpx.TransportError):
            await call("sendMessage", chat_id=chat.id, text="x")
        assert len(chat.answers()) == accepted


@pytest.mark.parametrize("accepted", [False, True])
async def test_it_keeps_an_answer_back_until_it_is_released(accepted):
    async with telegram() as (server, call, chat):
        hold = Hold(accepted=accepted)
        server.fail("sendMessage", hold)
        asking = asyncio.create_task(call("sendMessage", chat_id=chat.id, text="x"))
        await hold.reached.wait()
        assert (len(chat.answers()), asking.done()) == (accepted, False)
        hold.release()
        assert (await asking)["ok"]
        assert len(chat.answers()) == 1


async def test_it_goes_away_and_comes_back_at_the_same_address():
    async with telegram() as (server, call, _):
        address = server.url
        await server.go_away()
        with pytest.raises(httpx.TransportError):
            await call("getMe")
        await server.come_back()
        assert server.url == address
        assert (await call("getMe"))["ok"]


# Updates


async def test_updates_come_until_they_are_confirmed():
    async with telegram() as (server, call, chat):
        ana = chat.users[chat.id]
        await server.send_text(chat, ana, "/digest one")
        await server.send_text(chat, ana, "two")
        first, second = (await call("getUpdates"))["result"]
        assert first["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 7}]
        assert len((await call("getUpdates"))["result"]) == 2
        assert (await call("getUpdates", offset=second["update_id"]))["result"] == [second]
        assert (await call("getUpdates", offset=second["update_id"] + 1))["result"] == []


async def test_a_poll_waits_for_an_update_and_a_second_poller_ends_it():
    async with telegram() as (server, call, chat):
        first = asyncio.create_task(call("getUpdates", timeout=30))
        await server.polled()
        second = asyncio.create_task(call("getUpdates", timeout=30))
        assert (await first)["error_code"] == 409
        await server.send_text(chat, chat.users[chat.id], "hello")
        assert (await second)["result"][0]["message"]["text"] == "hello"


async def test_only_the_wanted_updates_come():
    async with telegram() as (server, call, chat):
        await call("getUpdates", allowed_updates=["message"])
        written = await server.send_text(chat, chat.users[chat.id], "one")
        await server.edit_text(written, "two")
        assert [list(update)[1] for update in (await call("getUpdates"))["result"]] == ["message"]


async def test_nothing_comes_from_a_group_that_put_the_bot_out():
    async with telegram() as (server, call, _):
        ana = server.person("Ana")
        group = server.group("Readers", ana)
        server.kick_bot(group)
        await server.send_text(group, ana, "/digest")
        assert (await call("getUpdates"))["result"] == []


async def test_polling_conflicts_with_a_webhook():
    async with telegram(local=True) as (_, call, _chat):
        await call("setWebhook", url="http://127.0.0.1:9/hook")
        assert "webhook is active" in await call.refusal("getUpdates")
        await call("deleteWebhook")
        assert await call.refusal("getUpdates") == ""


async def test_a_webhook_needs_tls_and_one_of_four_ports():
    async with telegram() as (_, call, _chat):
        for address in ("http://example.org/hook", "https://example.org:8080/hook"):
            assert "HTTPS URL must be provided" in await call.refusal("setWebhook", url=address)
        assert "unallowed characters" in await call.refusal(
            "setWebhook", url="https://example.org/", secret_token="a b"
        )


# What a club needs
