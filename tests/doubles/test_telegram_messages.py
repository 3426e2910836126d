"""Telegram's double: what is a message, and what none."""

from __future__ import annotations

import pytest

from tests.doubles.telegram_caller import telegram
from tests.pictures import png
from tests.telegram_html import Refused, cut, opens, parse

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
