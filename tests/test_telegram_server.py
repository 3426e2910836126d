"""The Telegram double refuses what the real server refuses, and fails when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from tests.pictures import png
from tests.telegram_html import Refused, cut, opens, parse
from tests.telegram_server import HangUp, Hold, Refuse, TelegramServer
from tests.telegram_spec import bot_api
from tests.telegram_world import Chat

needs_spec = pytest.mark.skipif(bot_api() is None, reason="the description of the Bot API is not at hand")


class Caller:
    """Asks the server as any client would, and keeps the connection."""

    def __init__(self, server: TelegramServer, client: httpx.AsyncClient) -> None:
        self._server = server
        self._client = client

    async def __call__(self, method: str, token: str | None = None, **parameters: Any) -> dict[str, Any]:
        address = f"{self._server.url}/bot{token or self._server.token}/{method}"
        answer = await self._client.post(address, json=parameters)
        assert answer.json()["ok"] == (answer.status_code == 200)
        return dict(answer.json())

    async def upload(
        self, method: str, parameters: dict[str, str], file: tuple[str, bytes] | None, *, name: str = "document"
    ) -> dict[str, Any]:
        """Sends a form with a file."""
        address = f"{self._server.url}/bot{self._server.token}/{method}"
        files = {name: file} if file else None
        return dict((await self._client.post(address, data=parameters, files=files, timeout=30)).json())

    async def refusal(self, method: str, **parameters: Any) -> str:
        answer = await self(method, **parameters)
        return "" if answer["ok"] else f"{answer['error_code']} {answer['description']}"


@asynccontextmanager
async def telegram(**options: bool) -> AsyncIterator[tuple[TelegramServer, Caller, Chat]]:
    """A server, a client, and a private chat."""
    async with TelegramServer(**options) as server, httpx.AsyncClient() as client:
        yield server, Caller(server, client), server.private_chat(server.person("Ana"))


# HTML


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("a < b", "unclosed start tag"),
        ("a & b", "is no entity"),
        ("&nbsp;", "unsupported entity"),
        ("&#0;", "unsupported entity"),
        ("<b>x", "can't find end tag"),
        ("x</b>", "unexpected end tag"),
        ("<b><i>x</b></i>", "unmatched end tag"),
        ("<p>x</p>", "unsupported start tag"),
        ("x<br>", "unsupported start tag"),
        ('<b onclick="x">x</b>', "no attribute"),
        ("<span>x</span>", "tg-spoiler"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "nested"),
        ('<tg-emoji emoji-id="x">🎉</tg-emoji>', "custom emoji"),
        ('<tg-time unix="noon">x</tg-time>', "date-time"),
        ('<tg-time unix="1" format="dr">x</tg-time>', "date-time"),
        ("<", "unclosed start tag"),
    ],
)
def test_html_outside_the_grammar_is_refused(html, complaint):
    with pytest.raises(Refused, match=complaint):
        parse(html)


def test_html_within_the_grammar_becomes_text_and_entities():
    text, entities = parse(
        ' <b>🎉 bold <i>both</i></b> <a href="https://example.org/?a=1&amp;b=2">link</a> &lt;&#x1F600;&gt;'
        '<pre><code class="language-python">x</code></pre><blockquote expandable>q</blockquote>'
        '<span class="tg-spoiler">s</span><tg-time unix="1647531900" format="wDT">then</tg-time> '
    )
    assert text == "🎉 bold both link <😀>xqsthen"
    assert [(entity.type, cut(text, entity)) for entity in entities] == [
        ("bold", "🎉 bold both"),
        ("italic", "both"),
        ("text_link", "link"),
        ("pre", "x"),
        ("expandable_blockquote", "q"),
        ("spoiler", "s"),
        ("date_time", "then"),
    ]
    assert entities[0].offset == 0
    assert entities[2].extra == {"url": "https://example.org/?a=1&b=2"}
    assert entities[3].extra == {"language": "python"}
    assert entities[-1].extra == {"unix_time": 1647531900, "date_time_format": "wDT"}


def test_offsets_count_utf16_units():
    _, (entity,) = parse("🎉🎉<b>x</b>")
    assert (entity.offset, entity.length) == (4, 1)


def test_mentions_commands_hashtags_and_addresses_are_found_in_plain_text_only():
    _, entities = parse(
        '@durov /help #nlp https://example.org <a href="https://example.org">@linked</a> <code>@x_y_z</code>'
    )
    assert [entity.type for entity in entities] == ["mention", "bot_command", "hashtag", "url", "text_link", "code"]


@pytest.mark.parametrize("address", ["javascript:x", "https://", "https://localhost.", "x y", "https://a@b.org"])
def test_a_link_that_cannot_be_opened_is_text(address):
    assert not opens(address)
    assert parse(f'<a href="{address}">x</a>') == ("x", ())


# Messages


async def test_a_message_arrives_as_people_see_it():
    async with telegram() as (_, call, chat):
        keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "go:1"}]]}
        answer = await call("sendMessage", chat_id=chat.id, text="a <b>b</b>", parse_mode="HTML", reply_markup=keyboard)
        assert answer["result"]["text"] == "a b"
        assert chat.answers()[0].button("Go")["callback_data"] == "go:1"


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "🎉" * 2049}, "message is too long"),
        ({"text": " \u200b\n"}, "message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "a < b", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "x", "reply_parameters": {"message_id": 77}}, "message to be replied not found"),
        ({"text": "x", "message_thread_id": 5}, "message thread not found"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "я" * 33}]]}},
            "BUTTON_DATA_INVALID",
        ),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": ""}]]}},
            "BUTTON_DATA_INVALID",
        ),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "javascript:x"}]]}},
            "BUTTON_URL_INVALID",
        ),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": " ", "callback_data": "a"}]]}},
            "must have a text",
        ),
        ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}}, "unallowed"),
    ],
)
async def test_a_message_that_breaks_a_rule_is_refused(parameters, complaint):
    async with telegram() as (_, call, chat):
        assert complaint in await call.refusal("sendMessage", chat_id=chat.id, **parameters)
        assert chat.answers() == []


async def test_the_longest_message_and_the_longest_caption_pass():
    async with telegram() as (_, call, chat):
        text = "<b>" + "x" * 4096 + "</b>"
        assert await call.refusal("sendMessage", chat_id=chat.id, text=text, parse_mode="HTML") == ""
        photo = {"chat_id": chat.id, "photo": "https://example.org/a.png"}
        assert await call.refusal("sendPhoto", **photo, caption="x" * 1024) == ""
        assert "caption is too long" in await call.refusal("sendPhoto", **photo, caption="x" * 1025)


@pytest.mark.parametrize(
    ("parameters", "file", "complaint"),
    [
        ({}, None, "document"),
        ({"document": "attach://elsewhere"}, ("a.csv", b"x"), "wrong file identifier"),
        ({"document": "a.csv"}, None, "wrong file identifier"),
        ({}, ("a.csv", b""), "file must be non-empty"),
        ({}, ("a.csv", bytes(50 * 1024**2 + 1)), "413 Request Entity Too Large"),
        ({"caption": "x" * 1025}, ("a.csv", b"x"), "message caption is too long"),
        ({"caption": "<p>", "parse_mode": "HTML"}, ("a.csv", b"x"), "unsupported start tag"),
    ],
)
async def test_an_upload_that_breaks_a_rule_is_refused(parameters, file, complaint):
    async with telegram() as (server, call, chat):
        answer = await call.upload("sendDocument", {"chat_id": str(chat.id), **parameters}, file)
        assert complaint in f"{answer.get('error_code')} {answer.get('description')}"
        assert not chat.said
        assert server.requests[-1].status == answer["error_code"]


async def test_an_upload_arrives_as_it_was_sent_and_has_no_text_to_edit():
    async with telegram() as (_, call, chat):
        sent = await call.upload("sendDocument", {"chat_id": str(chat.id), "caption": "this"}, ("a.csv", b"a\r\n"))
        assert sent["result"]["document"]["file_name"] == "a.csv"
        assert sent["result"]["document"]["file_size"] == 3
        assert sent["result"]["caption"] == "this"
        (message,) = chat.said
        assert message.document is not None
        assert message.document.content == b"a\r\n"
        refusal = await call.refusal("editMessageText", chat_id=chat.id, message_id=message.id, text="that")
        assert "there is no text in the message to edit" in refusal


async def test_of_more_than_100_entities_100_are_kept():
    async with telegram() as (_, call, chat):
        await call("sendMessage", chat_id=chat.id, text="<b>x</b> " * 150, parse_mode="HTML")
        assert len(chat.answers()[0].entities) == 100


async def test_edits_that_the_real_server_refuses_are_refused():
    async with telegram() as (server, call, chat):
        sent = (await call("sendMessage", chat_id=chat.id, text="one"))["result"]["message_id"]
        there = {"chat_id": chat.id, "message_id": sent}
        assert "message is not modified" in await call.refusal("editMessageText", **there, text="one")
        assert await call.refusal("editMessageText", **there, text="two") == ""
        assert "message to edit not found" in await call.refusal(
            "editMessageText", chat_id=chat.id, message_id=99, text="x"
        )
        theirs = await server.send_text(chat, chat.users[chat.id], "mine")
        assert "can't be edited" in await call.refusal(
            "editMessageText", chat_id=chat.id, message_id=theirs.id, text="x"
        )
        await call("deleteMessage", **there)
        assert "message to edit not found" in await call.refusal("editMessageText", **there, text="three")
        assert chat.messages[sent].history == ["one"]


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


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (png(4000, 3), "PHOTO_INVALID_DIMENSIONS"),
        (png(1, 21), "PHOTO_INVALID_DIMENSIONS"),
        (png(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (png(), ""),
    ],
)
async def test_what_is_no_picture_that_can_be_shown_is_refused(content: bytes, complaint: str) -> None:
    async with telegram() as (_, call, chat):
        answer = await call.upload("sendPhoto", {"chat_id": str(chat.id)}, ("a.png", content), name="photo")
        assert complaint in answer.get("description", "") if complaint else answer["ok"]


async def test_a_caption_is_edited_where_there_is_one_and_a_text_where_there_is_one() -> None:
    async with telegram() as (_, call, chat):
        words = (await call("sendMessage", chat_id=chat.id, text="a"))["result"]["message_id"]
        sent = await call.upload("sendDocument", {"chat_id": str(chat.id)}, ("a.csv", b"a"))
        file = sent["result"]["message_id"]
        edited = await call.refusal("editMessageCaption", chat_id=chat.id, message_id=words, caption="b")
        assert "there is no caption" in edited
        assert "there is no text" in await call.refusal("editMessageText", chat_id=chat.id, message_id=file, text="b")
        assert await call.refusal("editMessageCaption", chat_id=chat.id, message_id=file, caption="b") == ""
        assert chat.said[1].text == "b"


async def test_only_an_administrator_with_the_right_invites_and_pins() -> None:
    async with telegram() as (server, call, _):
        group = server.supergroup("Readers")
        number = (await call("sendMessage", chat_id=group.id, text="a"))["result"]["message_id"]
        invite = {"chat_id": group.id, "member_limit": 1}
        pin = {"chat_id": group.id, "message_id": number}
        assert "not enough rights" in await call.refusal("createChatInviteLink", **invite)
        assert "not enough rights" in await call.refusal("pinChatMessage", **pin)
        group.bot_status = "administrator"
        assert await call.refusal("createChatInviteLink", **invite) == ""
        assert await call.refusal("pinChatMessage", **pin) == ""
        group.bot_lacks = {"can_invite_users", "can_pin_messages"}
        assert "not enough rights" in await call.refusal("createChatInviteLink", **invite)
        assert "not enough rights" in await call.refusal("unpinChatMessage", **pin)


@pytest.mark.parametrize(("name", "limit"), [("n" * 33, 1), ("n", 0), ("n", 100_000)])
async def test_an_invitation_beyond_a_limit_is_refused(name: str, limit: int) -> None:
    async with telegram() as (server, call, _):
        group = server.supergroup("Readers")
        group.bot_status = "administrator"
        assert await call.refusal("createChatInviteLink", chat_id=group.id, name=name, member_limit=limit) != ""


async def test_a_link_calls_only_those_whom_the_bot_has_met() -> None:
    async with telegram() as (_, call, chat):
        html = f'<a href="tg://user?id={chat.id}">Ana</a> <a href="tg://user?id=4242">Zed</a>'
        await call("sendMessage", chat_id=chat.id, text=html, parse_mode="HTML")
        assert (chat.said[0].text, chat.said[0].called) == ("Ana Zed", [chat.id])


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
