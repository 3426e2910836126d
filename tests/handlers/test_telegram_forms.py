"""Questions on Telegram: who may answer them, where, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.core import open_core
from tests.meetings import on_telegram
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.telegram_world import Chat, ChatMessage, User
from tests.world import NOW


async def words_asked(server: TelegramServer, chat: Chat, person: User) -> tuple[ChatMessage, ChatMessage]:
    """The set-up of somebody who has been asked for words, and the question."""
    await server.send_text(chat, person, "/subscribe")
    draft = await server.next_message(chat)
    await server.press(draft, "🔎 Words", person)
    return draft, await server.next_message(chat)


async def test_in_a_group_only_a_reply_of_the_one_who_was_asked_is_an_answer(tmp_path: Path) -> None:
    async with on_telegram(tmp_path) as (_, server):
        ann, ben = server.person("Ann"), server.person("Ben")
        group = server.supergroup("Readers", ben, administrators=(ann,), forum=True)
        topic = server.topic(group, "Papers")
        await server.send_text(group, ann, "/subscribe", topic=topic)
        draft = await server.next_message(group)
        await server.press(draft, "🔎 Words", ann)
        question = await server.next_message(group)
        await server.send_text(group, ben, "spam", reply_to=question, topic=topic)
        await server.send_text(group, ann, "just talking", topic=topic)
        await server.send_text(group, ann, "bert", reply_to=question, topic=topic)
        second = await server.next_message(group)
        await server.send_text(group, ann, "-", reply_to=second, topic=topic)
        done = await server.next_message(group)
    assert "1/2" in question.text
    assert "2/2" in second.text
    assert second.thread == done.thread == topic.id
    assert "Only with the words: bert" in done.text
    assert "spam" not in done.text


async def test_a_question_that_a_command_follows_is_answered_no_more(tmp_path: Path) -> None:
    async with on_telegram(tmp_path) as (_, server):
        ann = server.person("Ann")
        chat = server.private_chat(ann)
        await words_asked(server, chat, ann)
        await server.send_text(chat, ann, "/cancel")
        cancelled = await server.next_message(chat)
        await server.send_text(chat, ann, "bert")
        searched = await server.next_message(chat)
        await words_asked(server, chat, ann)
        await server.send_text(chat, ann, "/sources")
        await server.next_message(chat)
        await server.send_text(chat, ann, "bert")
        again = await server.next_message(chat)
        await server.send_text(chat, ann, "/cancel")
        unknown = await server.next_message(chat)
    assert cancelled.text == "Nothing was changed."
    assert "Nothing fits “bert”" in searched.text
    assert "Nothing fits “bert”" in again.text
    assert "I do not know the command /cancel" in unknown.text


async def test_a_question_is_answered_after_a_restart_and_forgotten_after_an_hour(tmp_path: Path) -> None:
    now: datetime = NOW
    settings = Settings.model_validate({"data_dir": tmp_path})
    async with TelegramServer() as server:
        ann = server.person("Ann")
        chat = server.private_chat(ann)
        async with open_core(settings, clock=lambda: now) as core, telegram_bot(server, core.dispatcher):
            await words_asked(server, chat, ann)
        async with open_core(settings, clock=lambda: now) as core, telegram_bot(server, core.dispatcher):
            await server.send_text(chat, ann, "bert")
            second = await server.next_message(chat)
            now += timedelta(hours=1)
            await server.send_text(chat, ann, "survey")
            searched = await server.next_message(chat)
            await core.forms.prune()
            assert await core.forms.open("telegram", str(ann.id), str(ann.id)) is None
    assert "No stories with any of these words" in second.text
    assert "Nothing fits “survey”" in searched.text
