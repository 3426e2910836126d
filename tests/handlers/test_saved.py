"""What people have saved, over the real clients: shown to them alone, and as a file that they can open elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.core import Core
from bot.services.saved import Saved
from handlers.command import Chat, Platform
from handlers.console import ConsoleChat
from handlers.saved import NOTHING_SAVED
from tests.askers import asker_on, discord_bot
from tests.discord_server import DiscordServer
from tests.factories import make_document, store
from tests.fakes import FakeClock
from tests.services.test_scheduled_digests import about
from tests.telegram_bot import telegram_bot
from tests.telegram_server import HangUp, Refuse, TelegramServer
from tests.world import NOW, bot_with

FROGS = "Frogs & toads"
HERE = Chat(Platform.CONSOLE, "local", private=True).destination


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    """Two stories, the first told in Russian too."""
    async with bot_with(tmp_path / "data") as core:

        def work(uow: Any) -> None:
            items = (about(1, FROGS, authors=("Ann Lee", "Bo Li")), about(2, "=1+1"))
            store(uow, make_document(*items), now=NOW, address="https://one.example.org/")
            russian = about(1, "Лягушки и жабы", language="ru")
            store(uow, make_document(russian), now=NOW, address="https://two.example.org/")

        await core.database.run(work)
        await core.stories.catch_up()
        yield core


async def save(core: Core, person: str) -> None:
    """Somebody saves the story of the first item, a minute later that of the second."""
    clock = FakeClock(NOW)
    for _, story in sorted((await core.stories.of_items((1, 2))).items()):
        assert await Saved(core.database, clock).save(HERE, person, story)
        clock.advance(minutes=1)


def bib(content: bytes) -> None:
    """Fails unless it is the BibTeX of both stories, in the order in which they were saved."""
    entries = content.decode()
    assert entries.startswith("@misc{lee2021frogs,\n  title = {{Frogs \\& toads}},\n  author = {Ann Lee and Bo Li},\n")
    assert "  eprint = {2101.00001},\n  archivePrefix = {arXiv},\n" in entries
    assert "@misc{arxiv-2101.00002,\n" in entries


# Telegram


@pytest.mark.parametrize(("form", "ending"), [("bibtex", "bib"), ("ris", "ris"), ("csv", "csv")])
async def test_an_export_is_a_document_on_telegram(core: Core, form: str, ending: str) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann = server.person("Ann", language="en")
        chat = server.private_chat(ann)
        await save(core, f"telegram:{ann.id}")
        await server.send_text(chat, ann, f"/saved export {form}")
        answer = await server.next_message(chat)
    assert answer.text.startswith("2 saved stories as ")
    assert answer.document is not None
    assert answer.document.name == f"saved-stories.{ending}"
    if form == "bibtex":
        bib(answer.document.content)
        assert answer.document.media_type == "application/x-bibtex"
    elif form == "ris":
        assert answer.document.content.count(b"\r\nER  - \r\n") == 2
        assert answer.document.content.count(b"\n") == answer.document.content.count(b"\r\n")
    else:
        rows = list(csv.reader(io.StringIO(answer.document.content.decode("utf-8-sig"), newline="")))
        assert [row[0] for row in rows] == ["title", FROGS, "'=1+1"]


async def test_the_buttons_of_the_list_send_a_document_and_leave_the_list(core: Core) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann = server.person("Ann", language="ru")
        chat = server.private_chat(ann)
        await save(core, f"telegram:{ann.id}")
        await server.send_text(chat, ann, "/saved")
        listed = await server.next_message(chat)
        assert listed.buttons[-3:] == ["BibTeX", "RIS", "CSV"]
        await server.answered(await server.press(listed, "BibTeX"))
        sent = await server.next_message(chat)
    assert "Лягушки и жабы" in listed.text  # the reader's language
    assert FROGS not in listed.text
    assert not listed.history
    assert sent.text == "2 сохранённых сюжета в формате BibTeX"
    assert sent.document is not None
    assert "title = {{Лягушки и жабы}}" in sent.document.content.decode()
    assert "@misc{lee2021frogs," in sent.document.content.decode()  # in every language


async def test_what_somebody_has_saved_never_stands_in_a_group(core: Core) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann = server.person("Ann", language="en")
        group = server.group("Readers", ann)
        await save(core, f"telegram:{ann.id}")
        ways = []
        for words in ("/saved", "/saved export ris"):
            await server.send_text(group, ann, words)
            pointer = await server.next_message(group)
            assert "not for everybody's eyes" in pointer.text
            assert pointer.document is None
            ways.append(str(pointer.button("Open the private chat")["url"]).partition("?start=")[2])
        assert ways == ["saved", "saved-ris"]
        chat = server.private_chat(ann)
        await server.send_text(chat, ann, f"/start {ways[0]}")
        assert FROGS in (await server.next_message(chat)).text
        await server.send_text(chat, ann, f"/start {ways[1]}")
        sent = await server.next_message(chat)
        assert sent.document is not None
        assert sent.document.name == "saved-stories.ris"
        await server.send_text(group, ann, "/saved export")
        assert (await server.next_message(chat)).document is not None
        assert group.unread == len(group.said) == 2


async def test_a_document_waits_as_told_and_is_not_sent_twice_on_the_chance_that_it_got_lost(core: Core) -> None:
    async with TelegramServer() as server, telegram_bot(server, core.dispatcher):
        ann = server.person("Ann", language="en")
        chat = server.private_chat(ann)
        await save(core, f"telegram:{ann.id}")
        server.fail("sendDocument", Refuse(429, "Too Many Requests: retry after 1", retry_after=1), Refuse(500))
        await server.send_text(chat, ann, "/saved export")
        document = (await server.next_message(chat)).document
        assert document is not None
        bib(document.content)
        server.fail("sendDocument", HangUp(accepted=True))
        await server.send_text(chat, ann, "/saved export csv")
        await server.next_message(chat)
        await server.send_text(chat, ann, "/saved export ris")
        await server.wait_until(lambda: len(server.calls("sendDocument")) == 5)
    assert [one.document.name for one in chat.said if one.document] == [
        f"saved-stories.{e}" for e in ("bib", "csv", "ris")
    ]


# Discord


async def test_an_export_is_an_attachment_on_discord_that_one_person_sees(core: Core) -> None:
    async with DiscordServer() as server, discord_bot(server, core.dispatcher):
        await save(core, f"discord:{server.user.id}")
        asked = await server.slash(server.user, server.channel, "saved", {"query": "export bibtex"})
        answer = await asked.answer()
        assert answer.ephemeral
        assert "2 saved stories as BibTeX" in answer.text
        assert answer.labels == []  # there is nothing in it to share
        (file,) = answer.attachments
        assert file.name == "saved-stories.bib"
        bib(file.content)


async def test_the_buttons_of_the_list_bring_an_attachment_below_it(core: Core) -> None:
    async with DiscordServer() as server, discord_bot(server, core.dispatcher):
        for channel in (server.channel, server.dm(server.user)):
            await save(core, f"discord:{server.user.id}")
            listed = await (await server.slash(server.user, channel, "saved")).answer()
            assert listed.labels[-3:] == ["BibTeX", "RIS", "CSV"]
            pressed = await server.press(server.user, listed, "CSV")
            answer = await pressed.answer()
            assert answer.ephemeral is (channel is server.channel)
            assert [one.name for one in answer.attachments] == ["saved-stories.csv"]
            assert answer.attachments[0].content.startswith(b"\xef\xbb\xbf")
            assert not listed.attachments


async def test_an_attachment_goes_out_again_where_the_connection_broke_before(core: Core) -> None:
    async with DiscordServer() as server, discord_bot(server, core.dispatcher):
        await save(core, f"discord:{server.user.id}")
        server.hang_up("PATCH .*@original")
        asked = await server.slash(server.user, server.channel, "saved", {"query": "export"})
        (file,) = (await asked.answer()).attachments
        bib(file.content)


# In the local chat


class Terminal:
    def __init__(self, core: Core, folder: Path) -> None:
        self._file = io.StringIO()
        console = Console(file=self._file, width=500, color_system=None)
        self.chat = ConsoleChat(core.dispatcher, console, language="en", folder=folder)

    async def type(self, line: str) -> str:
        self._file.truncate(self._file.seek(0))
        assert await self.chat.say(line)
        return self._file.getvalue()


async def test_the_local_chat_writes_a_file_beside_what_is_there_and_says_where(core: Core, tmp_path: Path) -> None:
    await save(core, "console:local")
    terminal = Terminal(core, tmp_path)
    (tmp_path / "saved-stories.bib").write_text("mine")
    (tmp_path / "saved-stories-2.bib").symlink_to(tmp_path / "elsewhere.bib")
    seen = await terminal.type("/saved export")
    assert "2 saved stories as BibTeX" in seen
    assert f"Written to {tmp_path / 'saved-stories-3.bib'}" in seen
    bib((tmp_path / "saved-stories-3.bib").read_bytes())
    assert (tmp_path / "saved-stories.bib").read_text() == "mine"
    assert not (tmp_path / "elsewhere.bib").exists()


async def test_the_local_chat_says_where_it_could_not_write(core: Core, tmp_path: Path) -> None:
    await save(core, "console:local")
    seen = await Terminal(core, tmp_path / "missing").type("/saved export csv")
    assert f"The file could not be written into {tmp_path / 'missing'}." in seen


# Everywhere


@pytest.mark.parametrize("platform", ["console", "telegram", "discord"])
async def test_who_has_saved_nothing_is_told_how_to(core: Core, platform: str) -> None:
    async with asker_on(platform, core.dispatcher) as asker:
        for words in ("", "export csv"):
            seen = await asker.ask("saved", words)
            assert NOTHING_SAVED in seen.text
            assert not seen.buttons
        assert "Write /saved for the list" in (await asker.ask("saved", "export pdf")).text
