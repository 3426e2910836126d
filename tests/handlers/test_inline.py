"""Telegram's inline mode: stories that somebody sends into any chat, over the client and the double."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.core import Core
from bot.domain.messages import Message, Paragraph, text
from bot.domain.offers import Offer, Offers
from bot.domain.text import utf16_length
from bot.locales import LANGUAGES, translator
from bot.services.story_card import story_card, story_offer
from handlers.command import Chat, Person, Platform, Request
from tests.dispatchers import FakeDispatcher
from tests.factories import make_document, make_item, make_parsed_item, store
from tests.handlers.test_visibility import Directory, Ears, post_chat
from tests.telegram_bot import telegram_bot
from tests.telegram_server import Hold, Refuse, TelegramServer
from tests.world import NOW, bot_with, newsletter, samples

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@asynccontextmanager
async def server_with_inline_mode() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        server.methods.inline_mode = True
        yield server


@asynccontextmanager
async def bot_on(core: Core) -> AsyncIterator[TelegramServer]:
    async with server_with_inline_mode() as server, telegram_bot(server, core.dispatcher):
        yield server


async def test_typing_behind_the_bots_name_offers_stories_whose_cards_can_be_sent(tmp_path: Path) -> None:
    async with bot_with(tmp_path, samples()) as core, bot_on(core) as server:
        ana = server.person("Ana")
        club = server.group("Readers", ana)
        question = await server.offered(await server.type_inline(ana, "bert pre-trained"))
        card = await server.choose(question, 1, club)
    assert question.titles[0] == "BERT: one model, pre-trained once, fine-tuned for everything"
    assert question.results[0]["description"].startswith("BERT hides some words of a sentence")
    assert card.text.startswith("BERT: one model, pre-trained once, fine-tuned for everything\n\n")
    assert "📄 paper" in card.text
    assert "— Reading Desk (en)" in card.text
    assert "https://arxiv.org/abs/1810.04805" in card.links


async def test_before_anything_is_typed_the_newest_stories_are_offered(tmp_path: Path) -> None:
    async with bot_with(tmp_path, samples()) as core, bot_on(core) as server:
        question = await server.offered(await server.type_inline(server.person("Ana"), "  "))
    assert len(question.titles) == 10
    assert question.next_offset == ""


async def test_who_scrolls_down_gets_the_next_page_until_there_is_none(tmp_path: Path) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 23)]) as core, bot_on(core) as server:
        ana = server.person("Ana")
        seen: list[str] = []
        offset = ""
        for _ in range(3):
            question = await server.offered(await server.type_inline(ana, "sparse attention", offset=offset))
            seen += question.titles
            offset = question.next_offset
    assert len(seen) == len(set(seen)) == 23
    assert offset == ""


@pytest.mark.parametrize("typed", ["distilb", "celular DISTILB", "menor que distilbe"])
async def test_the_last_word_need_not_be_finished(tmp_path: Path, typed: str) -> None:
    async with bot_with(tmp_path, samples()) as core, bot_on(core) as server:
        await core.reindexing.catch_up()
        question = await server.offered(await server.type_inline(server.person("Ana"), typed))
    assert question.titles[0] == "DistilBERT: um BERT menor que cabe no celular"


async def test_what_is_mistyped_offers_what_was_meant_and_says_so(tmp_path: Path) -> None:
    async with bot_with(tmp_path, samples()) as core, bot_on(core) as server:
        await core.reindexing.catch_up()
        question = await server.offered(await server.type_inline(server.person("Ana"), "distilbrt "))
    assert question.titles == ["DistilBERT: um BERT menor que cabe no celular"]
    assert "Showing results for distilbert" in (question.answer or {})["button"]


@pytest.mark.parametrize(
    ("language", "meant", "nothing", "paper"),
    [
        ("en", "Showing results for distilbert.", "Nothing fits. Ask me in our chat", "📄 paper"),
        ("ru", "Показываю, что нашлось по запросу distilbert.", "Ничего не нашлось.", "📄 статья"),
        ("pt-br", "Mostrando resultados para distilbert.", "Nada encontrado.", "📄 artigo"),
        ("zh-hans", "以下是 distilbert 的搜索结果。", "没有找到。", "📄 论文"),
    ],
)
async def test_hints_and_cards_are_in_the_language_of_who_types(
    tmp_path: Path, language: str, meant: str, nothing: str, paper: str
) -> None:
    async with bot_with(tmp_path, samples()) as core, bot_on(core) as server:
        await core.reindexing.catch_up()
        ana = server.person("Ana", language=language)
        mended = await server.offered(await server.type_inline(ana, "distilbrt "))
        empty = await server.offered(await server.type_inline(ana, "zzyzx"))
        card = await server.choose(mended, 1, server.group("Readers", ana))
    assert json.loads((mended.answer or {})["button"])["text"] == meant
    assert json.loads((empty.answer or {})["button"])["text"].startswith(nothing)
    assert paper in card.text


@pytest.mark.parametrize("offset", ["999", "0", "-1", "x", "1" * 64, "٣", "2;"])
async def test_an_offset_that_nobody_gave_out_does_no_harm(tmp_path: Path, offset: str) -> None:
    async with bot_with(tmp_path, samples()) as core, bot_on(core) as server:
        question = await server.offered(await server.type_inline(server.person("Ana"), "bert", offset=offset))
    assert question.answer is not None


async def test_where_nothing_fits_a_button_leads_to_the_private_chat(tmp_path: Path) -> None:
    async with bot_with(tmp_path, samples()) as core, bot_on(core) as server:
        question = await server.offered(await server.type_inline(server.person("Ana", language="ru"), "zzyzx"))
        ana = server.person("Bea")
        await server.send_text(server.private_chat(ana), ana, "/start inline")
        welcome = await server.next_message(server.chats[ana.id])
    assert question.results == []
    assert '"start_parameter": "inline"' in (question.answer or {})["button"]
    assert "Paper Round" in welcome.text


async def test_an_answer_is_kept_for_the_one_who_asked_only_since_it_is_in_their_language(tmp_path: Path) -> None:
    async with bot_with(tmp_path, samples()) as core, bot_on(core) as server:
        question = await server.offered(await server.type_inline(server.person("Ana", language="ru"), "distilbert"))
    answer = question.answer or {}
    assert answer["is_personal"] == "true"
    assert int(answer["cache_time"]) > 0
    assert "статья" in next(iter(question.messages.values()))[0]


async def test_a_card_sent_to_the_bot_itself_is_no_search(tmp_path: Path) -> None:
    async with bot_with(tmp_path, samples()) as core, bot_on(core) as server:
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        question = await server.offered(await server.type_inline(ana, "bert"))
        await server.choose(question, 1, chat)
        await server.send_text(chat, ana, "/language")
        answer = await server.next_message(chat)
    assert "language" in answer.text.casefold()
    assert len(chat.said) == 1


async def test_what_a_community_watches_is_offered_to_nobody_not_even_its_own_people(tmp_path: Path) -> None:
    async with bot_with(tmp_path / "data") as core:
        core.listeners["telegram"] = Ears(Platform.TELEGRAM)
        core.directories["telegram"] = Directory()
        async with bot_on(core) as server:
            ana = server.person("Ana")
            chat = Chat(Platform.TELEGRAM, str(ana.id), private=True)
            person = Person(str(ana.id), "Ana", "en", chat_administrator=True)
            watched = await core.dispatcher.answer(Request(chat, person, "watch", "-1001"))
            assert not watched.failed
            from bot.domain.posts import ChatPost

            den = post_chat(Platform.TELEGRAM, "-1001")
            await core.chat_posts.take(
                ChatPost(den, 1, NOW, "Wombats in our draft. See https://arxiv.org/abs/2101.00077")
            )
            known = await core.dispatcher.answer(Request(chat, person, "search", "wombats"))
            assert "Wombats" in str(known.message)
            found = await server.offered(await server.type_inline(ana, "wombats"))
            newest = await server.offered(await server.type_inline(ana, ""))
            public = make_document(
                make_parsed_item("Wombats in public", "See https://arxiv.org/abs/2101.00077"), guid="p"
            )
            await core.database.run(lambda uow: store(uow, public, now=NOW, address="https://open.example.org/"))
            after = await server.offered(await server.type_inline(ana, "wombats"))
    assert found.results == newest.results == []
    assert after.titles == ["Wombats in public"]
    assert "draft" not in str(after.messages)


# Whose answer counts


class Slow(FakeDispatcher):
    """Offers what was typed, but only when a test lets it."""

    def __init__(self, *held: str) -> None:
        super().__init__()
        self.reached = {typed: asyncio.Event() for typed in held}
        self.given_up: list[str] = []

    async def offers(self, request: Request, more: str = "") -> Offers:
        self.asked.append(request)
        try:
            if event := self.reached.get(request.text):
                event.set()
                await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.given_up.append(request.text)
            raise
        return Offers((Offer("1", request.text, "", Message((Paragraph(text(request.text)),))),))


async def test_of_what_a_person_types_only_the_newest_is_answered() -> None:
    dispatcher = Slow("b", "be")
    async with server_with_inline_mode() as server, telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        first = await server.type_inline(ana, "b")
        await dispatcher.reached["b"].wait()
        second = await server.type_inline(ana, "be")
        await dispatcher.reached["be"].wait()
        third = await server.offered(await server.type_inline(ana, "ber"))
    assert third.titles == ["ber"]
    assert (first.answer, second.answer) == (None, None)
    assert dispatcher.given_up == ["b", "be"]


async def test_one_who_types_holds_up_nobody_else() -> None:
    dispatcher = Slow("slow")
    async with server_with_inline_mode() as server, telegram_bot(server, dispatcher):
        slow = await server.type_inline(server.person("Ana"), "slow")
        await dispatcher.reached["slow"].wait()
        quick = await server.offered(await server.type_inline(server.person("Bob"), "quick"))
    assert quick.titles == ["quick"]
    assert slow.answer is None


async def test_an_answer_that_comes_too_late_is_no_error() -> None:
    async with server_with_inline_mode() as server, telegram_bot(server, Slow()):
        ana = server.person("Ana")
        with capture_logs() as logs:
            server.fail("answerInlineQuery", Refuse(400, TOO_OLD))
            await server.type_inline(ana, "late")
            await server.wait_until(lambda: bool(server.calls("answerInlineQuery")), "an answer")
            question = await server.offered(await server.type_inline(ana, "again"))
    assert question.titles == ["again"]
    late = [one for one in logs if one["event"] == "telegram_offers_not_shown"]
    assert [one["log_level"] for one in late] == ["info"]


async def test_typing_on_while_an_answer_is_being_sent_is_harmless() -> None:
    async with server_with_inline_mode() as server, telegram_bot(server, Slow()):
        ana = server.person("Ana")
        hold = Hold()
        server.fail("answerInlineQuery", hold)
        await server.type_inline(ana, "b")
        await hold.reached.wait()
        question = await server.offered(await server.type_inline(ana, "be"))
        hold.release()
    assert question.titles == ["be"]


async def test_a_bot_whose_inline_mode_is_off_says_how_to_switch_it_on() -> None:
    with capture_logs() as logs:
        async with TelegramServer() as server, telegram_bot(server, FakeDispatcher()):
            await server.wait_until(lambda: len(server.calls("setMyCommands")) == 4, "the menus")
            await server.polled()
    (said,) = [one for one in logs if one["event"] == "telegram_inline_mode_is_off"]
    assert "/setinline" in said["advice"]


# Cards


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_of_a_hostile_story_is_one_message_within_the_limits(language: str) -> None:
    from bot.platforms.telegram.render import render

    nasty = "<b>&_*`@everyone \u202e👨‍👩‍👧‍👦 "
    items = [
        make_item(id=n, title=nasty * 400, text=nasty * 4000, source_title=nasty * 50, language="pt", url=None)
        for n in range(60)
    ]
    offer = story_offer("7", items, translator(language))
    (part,) = render(offer.message)
    assert utf16_length(re.sub("<[^>]*>", "", part.html)) <= 2048
    assert len(offer.key.encode()) <= 64
    assert utf16_length(offer.description) <= 160
    assert utf16_length(offer.title) <= 140


def test_a_card_is_told_in_the_language_of_who_sends_it() -> None:
    items = [
        make_item(id=1, title="Frogs", language="en"),
        replace(make_item(id=2, title="Лягушки", language="ru"), source_title="Статьи"),
    ]
    assert "Лягушки" in str(story_card(items, translator("ru")).blocks)
    assert "Frogs" in str(story_card(items, translator("pt_BR")).blocks[0])


def test_a_card_is_told_in_english_where_nobody_wrote_in_the_language_of_who_sends_it() -> None:
    items = [make_item(id=1, title="青蛙", language="zh"), make_item(id=2, title="Frogs", language="en")]
    assert "Frogs" in str(story_card(items, translator("ru")).blocks[0])
