"""/club materials: added, shown, told, found, and by whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core import Core
from bot.domain.files import MOST_BYTES
from bot.domain.materials import GATHERED_FOR, Material
from bot.locales import LANGUAGES
from handlers.command import Attachment, Chat, Person, Platform, Reply, Request
from tests.askers import everywhere
from tests.club_chats import START, add_session
from tests.fakes import FakeClock
from tests.handlers.test_calendars import answer
from tests.handlers.test_questions import words_for
from tests.meetings import meeting, on_discord, on_telegram
from tests.talks import ANN, CHIEF, GROUP, ask, press
from tests.telegram_server import TelegramServer
from tests.telegram_world import Chat as TelegramChat
from tests.telegram_world import Upload, User
from tests.world import NOW, bot_with

BEN, SUE = Person("2", "Ben"), Person("7", "Sue")
PDF = b"%PDF-1.7\nslides"
SLIDES = "https://example.org/slides"
AFTER = START + timedelta(hours=2)


async def materials(core: Core, session: int = 1) -> list[Material]:
    return await core.database.query(lambda uow: uow.materials.of_session(session))


async def attach(core: Core, person: Person, words: str, name: str = "slides.pdf", content: bytes = PDF) -> Reply:
    async def load() -> bytes:
        return content

    return await core.dispatcher.answer(
        Request(GROUP, person, "club", f"materials {words}", attachment=Attachment(name, load))
    )


async def a_club(core: Core) -> int:
    """A session with Sue as its speaker; Ann is going, Ben has declined."""
    await ask(core, CHIEF, "club ask")
    session = await add_session(core)
    await answer(core, SUE, session, "going", speaker=True)
    await answer(core, ANN, session, "going")
    await answer(core, BEN, session, "declined")
    return session


@everywhere
async def test_an_address_is_added_named_and_taken_away_again(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        nothing = await person.ask("club materials")
        await add_session(core)
        empty = await person.ask("club materials")
        said = await person.ask("club materials", f"1 {SLIDES} Slides of <b>Ann</b>")
        changed = await person.press("📝 Notes")
        named = await person.fill("✏️ Title", ["What Ann said"])
        gone = await person.press("✕ Remove")
        back = await person.press("↩ Undo")
        formed_from = await person.press("All materials")
        formed = await person.fill("➕ Add an address", ["https://youtu.be/abcdefghijk", ""])
        listed = await person.ask("club materials")
        wrong = await person.ask("club materials", "1 nonsense")
    assert "There has been no session yet." in nothing.text
    assert "There is nothing yet." in empty.text
    assert "🖼 Slides: Slides of <b>Ann</b>" in said.text
    assert "In a minute the club's chats" in said.text
    assert "📝 Notes: Slides of" in changed.text
    assert "What Ann said" in named.text
    assert "Removed: What Ann said" in gone.text
    assert "What Ann said" in back.text
    assert "1. 📝 Notes: What Ann said" in formed_from.text
    assert "🎬 Recording: " in formed.text
    assert "2. 🎬 Recording" in listed.text
    assert "“nonsense” is no address" in wrong.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_list_is_whole_in_each_language(language: str, tmp_path: Path) -> None:
    async with meeting("discord", tmp_path, language=language.replace("_", "-")) as (core, p):
        await p.ask("club materials")
        await add_session(core)
        await p.ask("club materials", SLIDES)
        listed = await p.ask("club materials")
    assert "example.org · slides" in listed.text
    assert len(listed.buttons) >= 3


@asynccontextmanager
async def club_of_one(folder: Path) -> AsyncIterator[tuple[Core, TelegramServer, User, TelegramChat]]:
    """Somebody in a private chat on Telegram, alone in a club that has a session."""
    async with on_telegram(folder) as (core, server):
        ann = server.person("Ann", language="en")
        chat = server.private_chat(ann)
        await server.send_text(chat, ann, "/club_materials")
        await server.next_message(chat)
        await add_session(core)
        yield core, server, ann, chat


async def test_a_file_comes_with_a_caption_on_telegram_and_is_sent_back_on_request(tmp_path: Path) -> None:
    async with club_of_one(tmp_path) as (core, server, ann, chat):
        file = Upload("Слайды <b>.pdf", "application/pdf", PDF)
        await server.send_document(chat, ann, file, "/club_materials 1")
        said = await server.next_message(chat)
        assert "🖼 Slides: Слайды <b> (PDF, 1 kB)" in said.text
        await server.send_text(chat, ann, "/club_materials")
        listed = await server.next_message(chat)
        await server.press(listed, "⬇ Слайды <b>", ann)
        sent = await server.next_message(chat)
        assert sent.document is not None
        assert (sent.document.name, sent.document.content) == ("b.pdf", PDF)
        await server.send_document(chat, ann, Upload("x.exe", "application/x", b"MZ"), "/club materials 1")
        assert "I take files of these kinds" in (await server.next_message(chat)).text
        assert len(await materials(core)) == 1


async def test_a_command_that_answers_a_file_takes_it_and_a_file_alone_is_nothing(tmp_path: Path) -> None:
    async with club_of_one(tmp_path) as (_, server, ann, chat):
        sent = await server.send_document(chat, ann, Upload("slides.pdf", "application/pdf", PDF), "look at this")
        await server.send_text(chat, ann, "/club_materials Ann's", reply_to=sent)
        said = await server.next_message(chat)
    assert "Slides: Ann's (PDF" in said.text
    assert len(chat.said) == 2


async def test_a_file_that_is_too_large_is_not_even_fetched(tmp_path: Path) -> None:
    async with club_of_one(tmp_path) as (_, server, ann, chat):
        large = Upload("slides.pdf", "application/pdf", PDF + b"x" * MOST_BYTES)
        await server.send_document(chat, ann, large, "/club_materials")
        said = await server.next_message(chat)
        assert server.calls("getFile") == []
    assert "This file is too large: at most 8 MB." in said.text


async def test_a_file_is_attached_to_the_command_on_discord(tmp_path: Path) -> None:
    async with on_discord(tmp_path) as (core, server):
        await (await server.slash(server.user, server.dm(server.user), "club materials")).answer()
        await add_session(core)
        options: Any = {"address": "1 Ann's slides", "file": ("a b.pdf", PDF)}
        said = await (await server.slash(server.user, server.dm(server.user), "club materials", options)).answer()
        options = {"file": ("a.pdf", PDF + b"x" * MOST_BYTES)}
        large = await (await server.slash(server.user, server.dm(server.user), "club materials", options)).answer()
        listed = await (await server.slash(server.user, server.dm(server.user), "club materials")).answer()
        got = await (await server.press(server.user, listed, "⬇ Ann's slides")).answer()
        server.uploads.clear()
        lost = await server.slash(server.user, server.dm(server.user), "club materials", {"file": ("a.pdf", PDF)})
    assert "🖼 Slides: Ann's slides (PDF, 1 kB)" in said.text
    assert "too large" in large.text
    assert [(one.name, one.content) for one in got.attachments] == [("a-b.pdf", PDF)]
    assert lost


async def test_a_file_is_named_by_its_path_in_the_local_chat(tmp_path: Path) -> None:
    (tmp_path / "slides.pdf").write_bytes(PDF)
    async with meeting("console", tmp_path / "data") as (core, person):
        await person.ask("club materials")
        await add_session(core)
        said = await person.ask("club materials", f"1 Ann's file:{tmp_path}/slides.pdf")
        missing = await person.ask("club materials", f"1 file:{tmp_path}/none.pdf")
    assert "Slides: Ann's (PDF" in said.text
    assert "none.pdf cannot be read." in missing.text


# Who may


async def test_members_and_strangers_add_and_change_nothing(tmp_path: Path) -> None:
    fetched = False

    async def load() -> bytes:
        nonlocal fetched
        fetched = True
        return PDF

    async with bot_with(tmp_path) as core:
        await a_club(core)
        await ask(core, CHIEF, f"club materials {SLIDES}")
        for person in (ANN, BEN, Person("66", "Eve")):
            for words in (
                "mat:drop:1",
                "mat:named:1",
                "mat:kind:1",
                "mat:name:1",
                "mat:news:1",
                "mat:new:1",
                "mat:add:1",
            ):
                request = Request(GROUP, person, action=words, answers={"title": "Evil", "address": SLIDES})
                assert (await core.dispatcher.press(request)).failed, words
            assert (await ask(core, person, "club materials https://evil.example.org/")).failed
            file = Request(GROUP, person, "club", "materials", attachment=Attachment("a.pdf", load))
            assert (await core.dispatcher.answer(file)).failed
            shown = await ask(core, person, "club materials")
            assert "Add an address" not in str(shown.message)
            assert "slides" in str(shown.message)
        (only,) = await materials(core)
    assert (only.title, only.announced_at) == ("example.org · slides", None)
    assert not fetched


async def test_who_speaks_adds_and_changes_their_own_and_no_others(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await a_club(core)
        await ask(core, CHIEF, f"club materials {SLIDES}")
        assert not (await ask(core, SUE, "club materials https://example.org/sue")).failed
        assert (await press(core, SUE, "mat:drop:1")).failed
        assert not (await press(core, SUE, "mat:drop:2")).failed
        assert len(await materials(core)) == 1
        assert not (await press(core, CHIEF, "mat:back:2")).failed
        assert len(await materials(core)) == 2


async def test_nobody_gets_a_file_of_a_club_that_is_none_of_theirs(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await a_club(core)
        await attach(core, CHIEF, "1")
        stranger = Person("55", "Eve", chat_administrator=True)
        alone = Chat(Platform.TELEGRAM, "55", private=True)
        refused = await press(core, stranger, "mat:get:1", alone)
        got = await press(core, BEN, "mat:get:1")
        await press(core, CHIEF, "mat:drop:1")
        gone = await press(core, BEN, "mat:get:1")
    assert refused.file is None
    assert got.file is not None
    assert gone.file is None
    assert "not there any more" in str(gone.message)


async def test_the_same_address_and_the_same_file_are_there_once(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await a_club(core)
        for _ in range(2):
            await ask(core, CHIEF, f"club materials {SLIDES}")
            await attach(core, CHIEF, "1")
        assert len(await materials(core)) == 2


# Telling


async def test_those_who_came_are_told_once_of_what_was_added_together(tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    async with bot_with(tmp_path, clock=clock) as core:
        session = await a_club(core)
        await answer(core, Person("8", "Absent"), session, "going", attended=False)
        clock.now = AFTER
        await ask(core, CHIEF, f"club materials {SLIDES}")
        await attach(core, CHIEF, "1")
        assert await core.clubhouse.materials.announce_due() == 0
        clock.now += GATHERED_FOR
        assert await core.clubhouse.materials.announce_due() == 1
        assert await core.clubhouse.materials.announce_due() == 0
        told = {person.name: await words_for(core, person) for person in (ANN, BEN, SUE, Person("8", "Absent"))}
    assert {name: len(words) for name, words in told.items()} == {"Ann": 1, "Ben": 0, "Sue": 1, "Absent": 0}
    assert SLIDES in told["Ann"][0]
    assert "slides (PDF, 1 kB)" in told["Ann"][0]


async def test_the_chats_get_the_news_with_its_files(tmp_path: Path) -> None:
    clock = FakeClock(AFTER)
    async with bot_with(tmp_path, clock=clock) as core:
        session = await a_club(core)

        def show(uow: Any) -> None:
            place = uow.communities.of(GROUP.destination)
            chats = uow.communities.destinations(place.id)
            uow.session_cards.show_in(session, [chats[0].id], now=AFTER)

        await core.database.run(show)
        await attach(core, CHIEF, "1")
        told = await press(core, CHIEF, "mat:news:1")
        entries = await core.database.query(lambda uow: uow.deliveries.entries(destination="-100"))
        parts = [part for one in entries for part in one.delivery.parts if "Materials" in str(part.payload)]
        (delivery,) = (one.delivery for one in entries if "club:materials" in one.delivery.key)
        file = await core.database.query(lambda uow: uow.deliveries.file(delivery.id, delivery.parts[-1].number))
    assert not told.failed
    assert "Tell everybody now" not in str(told.message)
    assert parts
    assert file is not None
    assert (file.name, file.content) == ("slides.pdf", PDF)


async def test_what_was_taken_back_within_the_minute_is_told_to_nobody(tmp_path: Path) -> None:
    clock = FakeClock(AFTER)
    async with bot_with(tmp_path, clock=clock) as core:
        await a_club(core)
        await ask(core, CHIEF, f"club materials {SLIDES}")
        await press(core, CHIEF, "mat:drop:1")
        clock.now += GATHERED_FOR
        await core.clubhouse.materials.announce_due()
        assert await words_for(core, ANN) == []
        await press(core, CHIEF, "mat:back:1")
        clock.now += GATHERED_FOR
        await core.clubhouse.materials.announce_due()
        assert len(await words_for(core, ANN)) == 1


async def test_a_card_shows_materials_and_no_markup_of_theirs(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        session = await a_club(core)
        await ask(core, CHIEF, f"club materials {SLIDES} <b>Slides</b> @everyone")

        def blocks(uow: Any) -> Any:
            from bot.locales import translator

            return core.clubhouse.materials.on_card(uow, uow.club_sessions.get(session), translator("en"))

        (paragraph,) = await core.database.query(blocks)
    assert [(run.text, run.url) for run in paragraph.line][1] == ("<b>Slides</b> @everyone", SLIDES)
