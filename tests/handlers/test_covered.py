"""/covered, a reply with it, and the message command *Was this covered?*, over the clients and the doubles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.platforms.discord.referred import referred
from bot.platforms.telegram.referred import referred_by
from handlers.command import Chat, Person, Platform, Request
from tests.askers import everywhere
from tests.meetings import meeting, on_discord, on_telegram
from tests.world import bot_with, samples

BERT = "https://arxiv.org/abs/1810.04805"
NEVER = "https://arxiv.org/abs/2209.99999"
HOW = "answer a message with /covered"


@everywhere
async def test_what_was_covered_is_told_with_source_date_and_language(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        seen = await person.ask("covered", "arxiv.org/pdf/1810.04805v2")
    assert "Was this covered?" in seen.text
    assert "BERT: one model, pre-trained once" in seen.text
    assert "Covered once:" in seen.text
    assert "Reading Desk · March 2, 2026 · English" in seen.text
    assert "Propose for the club" in seen.buttons


@everywhere
async def test_what_was_never_covered_is_said_plainly_and_can_be_proposed(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        seen = await person.ask("covered", "2209.99999 1810.04805 https://example.org/")
        proposed = await person.press_for_new("Propose number 1")
    assert "arxiv.org/abs/2209.99999" in seen.text
    assert seen.text.count("Not covered yet.") == 2
    assert "arxiv.org/abs/2209.99999" in proposed.text


@everywhere
async def test_words_without_an_address_are_sent_to_the_search(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, samples()) as (_, person):
        seen = await person.ask("covered", "bert")
    assert "/search looks for words" in seen.text


@pytest.mark.parametrize(
    "action", ["nom:paper:", "nom:paper:arxiv:1", "nom:paper:javascript:x", "nom:paper:link:example.org", "nom:paper"]
)
async def test_a_forged_proposal_of_no_paper_is_refused(tmp_path: Path, action: str) -> None:
    async with bot_with(tmp_path) as core:
        chat = Chat(Platform.TELEGRAM, "5", private=True)
        reply = await core.dispatcher.press(Request(chat, Person("5", "Ann", "en"), action=action))
    assert reply.failed
    assert "older version" in str(reply.message)


# Telegram


async def test_a_reply_in_a_group_with_privacy_mode_looks_up_what_is_behind_words(tmp_path: Path) -> None:
    async with on_telegram(tmp_path, samples()) as (_, server):
        ana = server.person("Ana")
        group = server.group("Readers", ana)
        hidden = {"entities": [{"type": "text_link", "offset": 4, "length": 4, "url": BERT}]}
        post = await server.send_text(group, ana, "see this 🔥 one", **hidden)
        await server.send_text(group, ana, "/covered", reply_to=post)
        answer = await server.next_message(group)
    assert "Covered once:" in answer.text


async def test_a_reply_to_a_picture_looks_up_the_links_of_its_caption(tmp_path: Path) -> None:
    async with on_telegram(tmp_path, samples()) as (_, server):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        picture = await server.send_photo(chat, ana, f"a figure from {BERT}")
        await server.polled()
        await server.send_text(chat, ana, "/covered", reply_to=picture)
        answer = await server.next_message(chat)
    assert "Covered once:" in answer.text


async def test_a_reply_to_a_forward_and_to_buttons_looks_up_where_they_lead(tmp_path: Path) -> None:
    async with on_telegram(tmp_path, samples()) as (_, server):
        ana = server.person("Ana")
        group = server.group("Readers", ana)
        channel = server.channel("News")
        post = await server.send_text(channel, None, f"new: {BERT}")
        await server.send_text(group, ana, "/covered", reply_to=await server.forward(group, ana, post))
        forwarded = await server.next_message(group)
        keyboard = {"inline_keyboard": [[{"text": "Read", "url": BERT}]]}
        card = await server.send_text(group, ana, "a card", reply_markup=keyboard)
        await server.send_text(group, ana, "/covered", reply_to=card)
        behind_a_button = await server.next_message(group)
    assert "Covered once:" in forwarded.text
    assert "Covered once:" in behind_a_button.text


@pytest.mark.parametrize(
    ("language", "words", "nothing"),
    [
        ("en", "Covered once:", "I find no link in this message."),
        ("ru", "Писали один раз:", "В этом сообщении нет ссылок."),
        ("pt-br", "Saiu uma vez:", "Não encontro nenhum link nesta mensagem."),
        ("zh-hans", "报道过一次：", "这条消息里没有链接。"),
    ],
)
async def test_a_reply_is_answered_in_the_readers_language(
    tmp_path: Path, language: str, words: str, nothing: str
) -> None:
    async with on_telegram(tmp_path, samples()) as (_, server):
        ana = server.person("Ana", language=language)
        group = server.group("Readers", ana)
        answers = []
        for text in (f"see {BERT}", "nothing in here"):
            await server.send_text(group, ana, "/covered", reply_to=await server.send_text(group, ana, text))
            answers.append((await server.next_message(group)).text)
    assert words in answers[0]
    assert nothing in answers[1]


async def test_the_quote_of_a_message_in_another_chat_is_enough(tmp_path: Path) -> None:
    async with on_telegram(tmp_path, samples()) as (_, server):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}
        quote = {"text": f"look at {BERT}", "position": 0, "is_manual": True}
        await server.send_text(chat, ana, "/covered", quote=quote, external_reply={"origin": origin})
        quoted = await server.next_message(chat)
        preview = {"url": NEVER}
        external = {"origin": origin, "link_preview_options": preview}
        await server.send_text(chat, ana, "/covered", external_reply=external)
        previewed = await server.next_message(chat)
    assert "Covered once:" in quoted.text
    assert "Not covered yet." in previewed.text


async def test_covered_alone_says_how_it_is_used(tmp_path: Path) -> None:
    async with on_telegram(tmp_path, samples()) as (_, server):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/covered")
        alone = await server.next_message(chat)
        post = await server.send_text(chat, ana, "/digest@somebody_else_bot no link in here")
        await server.send_text(chat, ana, "/covered", reply_to=post)
        empty = await server.next_message(chat)
        forum = server.supergroup("Forum", ana, forum=True)
        topic = server.topic(forum, "Papers")
        created = forum.messages[topic.id]
        created.extra["forum_topic_created"] = {"name": "Papers", "icon_color": 1}
        await server.send_text(forum, ana, "/covered", topic=topic, reply_to=created)
        in_topic = await server.next_message(forum)
    assert HOW in alone.text
    assert "I find no link in this message." in empty.text
    assert HOW in in_topic.text


async def test_an_address_behind_the_words_of_the_command_itself_counts(tmp_path: Path) -> None:
    async with on_telegram(tmp_path, samples()) as (_, server):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        hidden = {"entities": [{"type": "text_link", "offset": 9, "length": 4, "url": BERT}]}
        await server.send_text(chat, ana, "/covered this", **hidden)
        answer = await server.next_message(chat)
    assert "Covered once:" in answer.text


@pytest.mark.parametrize(
    "entity",
    [
        {"type": "url", "offset": -5, "length": 9},
        {"type": "url", "offset": 5000, "length": 20},
        {"type": "url", "offset": 1, "length": 1},  # half of an emoji
        {"type": "url", "offset": 0, "length": 0},
        {"type": "text_link", "offset": 0, "length": 3, "url": "javascript:alert(1)"},
        {"type": "text_link", "offset": 0, "length": 3, "url": ""},
    ],
)
def test_entities_that_lie_anywhere_or_lead_nowhere_do_no_harm(entity: dict[str, Any]) -> None:
    from telegram import Message

    chat = {"id": 5, "type": "private", "first_name": "Ana"}
    common = {"date": 0, "chat": chat}
    told = {**common, "message_id": 1, "text": f"🔥🔥 {BERT}", "entities": [entity]}
    answering = Message.de_json({**common, "message_id": 2, "text": "/covered", "reply_to_message": told})
    about = referred_by(answering)
    assert about is not None
    assert BERT in about.text


# Discord


async def test_the_message_command_answers_only_the_one_who_asked(tmp_path: Path) -> None:
    async with on_discord(tmp_path, samples()) as (_, server):
        bob = server.add_user("bob")
        post = await server.write(bob, server.channel, f"have you seen [this]({BERT})?")
        asked = await server.apply(server.user, post, "Was this covered?")
        answer = await asked.answer()
    assert "Covered once:" in answer.text
    assert answer.ephemeral


@pytest.mark.parametrize(
    ("locale", "command", "words"),
    [
        ("ru", "Об этом уже писали?", "Писали один раз:"),
        ("pt-BR", "Isto já saiu?", "Saiu uma vez:"),
        ("zh-CN", "这个报道过吗？", "报道过一次："),
        ("de", "Was this covered?", "Covered once:"),
    ],
)
async def test_the_message_command_is_called_and_answers_in_the_readers_language(
    tmp_path: Path, locale: str, command: str, words: str
) -> None:
    async with on_discord(tmp_path, samples()) as (_, server):
        ann = server.add_user("ann", locale=locale)
        post = await server.write(ann, server.channel, BERT)
        answer = await (await server.apply(ann, post, command)).answer()
    assert words in answer.text


@pytest.mark.parametrize(
    "extra",
    [
        {"embeds": [{"type": "rich", "description": f"In the news: [a paper]({BERT})"}]},
        {"embeds": [{"type": "link", "url": BERT, "title": "BERT"}]},
        {"embeds": [{"type": "rich", "fields": [{"name": "Paper", "value": f"<{BERT}>"}]}]},
        {"message_snapshots": [{"message": {"content": f"forwarded: {BERT}", "embeds": []}}]},
        {"message_snapshots": [{"message": {"content": "", "embeds": [{"type": "rich", "url": BERT}]}}]},
        {"components": [{"type": 1, "components": [{"type": 2, "style": 5, "label": "Read", "url": BERT}]}]},
    ],
    ids=["card", "preview", "field", "forward", "forwarded-card", "button"],
)
async def test_the_message_command_looks_into_cards_forwards_and_buttons(tmp_path: Path, extra: dict[str, Any]) -> None:
    async with on_discord(tmp_path, samples()) as (_, server):
        post = await server.write(server.user, server.channel, "look", **extra)
        answer = await (await server.apply(server.user, post, "Was this covered?")).answer()
    assert "Covered once:" in answer.text


async def test_a_message_without_a_link_is_told_so(tmp_path: Path) -> None:
    async with on_discord(tmp_path, samples()) as (_, server):
        post = await server.write(server.user, server.channel, "hello @everyone")
        answer = await (await server.apply(server.user, post, "Was this covered?")).answer()
    assert "I find no link in this message." in answer.text


def test_a_message_with_ten_thousand_links_and_parts_that_lack_everything_is_read_within_bounds() -> None:
    many = " ".join(f"[a](https://example.org/{number})" for number in range(10_000))
    told = referred({"content": many, "embeds": [{}] * 500, "message_snapshots": [{}, {"message": None}]})
    assert len(told.links) == 200
    assert referred({}).links == ()
