"""The running process: both platforms, in any state of the network, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import signal
import socket
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import httpx
import pytest

from handlers.console import PROMPT
from tests.discord_gateway import MESSAGE_CONTENT
from tests.discord_server import DiscordServer
from tests.discord_world import MODERATOR, PostedMessage
from tests.process import PATIENCE, Program, program
from tests.telegram_server import TelegramServer
from tests.telegram_world import ChatMessage
from tests.web_server import HOLD, Answer, SeenRequest, WebServer

DISCORD_TOKEN = "Double-of-a-token.for-discord.0123456789"
FEED = b"""<rss version="2.0"><channel><title>Sparse Weekly</title>%b</channel></rss>""" % b"".join(
    b"<item><guid>%d</guid><title>Result %d about sparse attention</title><link>https://example.org/%d</link>"
    b"<description>The authors prune heads. Nothing is lost.</description></item>" % (n, n, n)
    for n in range(1, 8)
)


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer(token=DISCORD_TOKEN) as server:
        yield server


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[WebServer]:
    """A server with a feed that the bot is told to read."""
    async with WebServer() as server:
        server.answer("/feed", Answer(FEED))
        (tmp_path / "sources.toml").write_text(f'[[source]]\naddress = "{server.url("/feed")}"\n')
        yield server


def on_telegram(server: TelegramServer, **settings: str) -> dict[str, str]:
    return {"TELEGRAM_TOKEN": server.token, "TELEGRAM_API_BASE_URL": server.url, **settings}


def on_discord(server: DiscordServer, **settings: str) -> dict[str, str]:
    addresses = {"DISCORD_API_BASE_URL": server.api_base_url, "DISCORD_GATEWAY_URL": server.gateway_url}
    return {"DISCORD_TOKEN": DISCORD_TOKEN, **addresses, **settings}


READING = {"FETCH_ALLOWED_PRIVATE_HOSTS": "127.0.0.1", "FETCH_HOST_DELAY_SECONDS": "0"}


async def ask_on_telegram(server: TelegramServer, words: str) -> ChatMessage:
    person = server.person("Ann", language="en")
    chat = server.private_chat(person)
    await server.send_text(chat, person, words)
    return await server.next_message(chat)


async def ask_on_discord(server: DiscordServer, query: str) -> PostedMessage:
    return await (await server.slash(server.user, server.channel, "search", {"query": query})).answer()


class Gate:
    """An address on loopback that refuses connections until it is opened: then it leads to a server."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname, parts.port
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))  # bound but not listening: whoever connects is refused
        self.address = address.replace(f":{parts.port}", f":{self._socket.getsockname()[1]}")
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, sock=self._socket)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._socket.close() if self._server is None else self._server.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._passing.add(task)
        there, back = await asyncio.open_connection(self._host, self._port)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_pass_on(reader, back))
                both.create_task(_pass_on(there, writer))
        except asyncio.CancelledError:
            pass
        finally:
            self._passing.discard(task)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()


async def test_both_platforms_answer_and_no_secret_is_in_the_log(
    tmp_path: Path, telegram: TelegramServer, discord: DiscordServer, web: WebServer
) -> None:
    settings = {**on_telegram(telegram), **on_discord(discord), **READING}
    async with program(tmp_path, "run", LOG_LEVEL="DEBUG", **settings) as bot:
        await bot.wrote("source read")
        asked = await asyncio.gather(
            ask_on_telegram(telegram, "/search sparse attention"), ask_on_discord(discord, "sparse attention")
        )
        assert await bot.stop() == 0
    assert "7 results" in asked[0].text
    assert "7 results" in str(asked[1].embeds)
    assert "stopped" in bot.lines[-1]
    for token in (telegram.token, DISCORD_TOKEN, telegram.token.replace(":", "%3A")):
        assert token not in bot.output
    assert "Traceback" not in bot.output


async def test_what_is_posted_in_watched_chats_is_found_and_in_no_line_of_the_log(
    tmp_path: Path, telegram: TelegramServer, discord: DiscordServer
) -> None:
    discord.gateway.intents_granted = MESSAGE_CONTENT
    discord.guild.rights[discord.user.id] = MODERATOR
    content = {"DISCORD_MESSAGE_CONTENT": "true", "LOG_LEVEL": "DEBUG"}
    async with program(tmp_path, "run", **on_telegram(telegram), **on_discord(discord, **content)) as bot:
        await bot.wrote("telegram_connected")
        await bot.wrote("discord_connected")
        channel = telegram.channel("Papers")
        await telegram.send_text(channel, None, "/watch here")
        assert "From now on" in (await telegram.next_message(channel)).text
        asked = await discord.slash(discord.user, discord.channel, "watch", {"chat": "here"})
        assert "From now on" in (await asked.answer()).text
        await telegram.send_text(channel, None, "Heads that a channel prunes")
        await discord.write(discord.user, discord.channel, "Heads of https://arxiv.org/abs/1905.10650 on a server")
        await bot.wrote("post_read", times=2)
        elsewhere = await ask_on_telegram(telegram, "/search heads")
        await telegram.send_text(channel, None, "/search heads")
        found = await telegram.next_message(channel)
        asked = await discord.slash(discord.user, discord.channel, "search", {"query": "heads"})
        found_on_discord = await asked.answer()
        assert await bot.stop() == 0
    assert "prunes" in found.text
    assert "on a server" in found_on_discord.text
    assert "Nothing fits" in elsewhere.text
    assert "prunes" not in bot.output
    assert "Traceback" not in bot.output


async def test_updates_come_through_a_webhook_whose_secret_is_in_no_line(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    secret = "A-secret_that-is_long-enough"
    webhook = {
        "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
        "TELEGRAM_WEBHOOK_PORT": str(port),
        "TELEGRAM_WEBHOOK_SECRET": secret,
    }
    async with TelegramServer(local=True) as server:
        async with program(tmp_path, "run", LOG_LEVEL="DEBUG", **on_telegram(server, **webhook)) as bot:
            await server.wait_until(lambda: server.webhook is not None, "a webhook")
            assert "Nothing fits" in (await ask_on_telegram(server, "/search bert")).text
            assert await bot.stop() == 0
        assert secret not in bot.output
        assert server.token not in bot.output


async def test_calendars_are_served_and_no_address_is_in_the_log(tmp_path: Path, telegram: TelegramServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = {"CALENDAR_LISTEN": f"127.0.0.1:{port}", "CALENDAR_URL": f"http://127.0.0.1:{port}"}
    async with program(tmp_path, "run", LOG_LEVEL="DEBUG", **on_telegram(telegram, **served)) as bot:
        shown = await ask_on_telegram(telegram, "/club_calendar")
        (own, club) = dict.fromkeys(re.findall(r"http://[\d.:]+/[\w-]{43}\.ics", shown.text))
        async with httpx.AsyncClient(trust_env=False) as client:
            for address in (own, club):
                answer = await client.get(address)
                assert (answer.status_code, answer.text[:15]) == (200, "BEGIN:VCALENDAR")
            assert (await client.get(own.replace(".ics", "x.ics"))).status_code == 404
        (tmp_path / "other").mkdir()
        async with program(tmp_path / "other", "run", **on_telegram(telegram, **served)) as second:
            assert await second.ended() == 2
        assert "CALENDAR_LISTEN is wrong" in second.output
        assert await bot.stop() == 0
    for address in (own, club):
        assert address.rpartition("/")[2].removesuffix(".ics") not in bot.output


async def test_buttons_of_old_messages_work_after_a_restart(
    tmp_path: Path, telegram: TelegramServer, web: WebServer
) -> None:
    async with program(tmp_path, "run", **on_telegram(telegram), **READING) as bot:
        await bot.wrote("source read")
        found = await ask_on_telegram(telegram, "/search sparse attention")
        assert await bot.stop() == 0
    assert "page 1 of 2" in found.text
    async with program(tmp_path, "run", **on_telegram(telegram), **READING) as bot:
        await telegram.press(found, "▶")
        await telegram.edited(found)
        assert await bot.stop() == 0
    assert "page 2 of 2" in found.text


async def test_a_platform_that_is_down_at_the_start_is_picked_up_and_the_other_works_meanwhile(
    tmp_path: Path, telegram: TelegramServer, discord: DiscordServer
) -> None:
    await telegram.go_away()
    async with program(tmp_path, "run", **on_telegram(telegram), **on_discord(discord)) as bot:
        await bot.wrote("telegram_unreachable")
        assert "Nothing fits" in str((await ask_on_discord(discord, "bert")).embeds)
        await telegram.come_back()
        assert "Nothing fits" in (await ask_on_telegram(telegram, "/search bert")).text
        assert await bot.stop() == 0


async def test_discord_that_is_down_at_the_start_is_picked_up_and_telegram_works_meanwhile(
    tmp_path: Path, telegram: TelegramServer, discord: DiscordServer
) -> None:
    async with Gate(discord.api_base_url) as gate:
        settings = {**on_telegram(telegram), **on_discord(discord, DISCORD_API_BASE_URL=gate.address)}
        async with program(tmp_path, "run", **settings) as bot:
            await bot.wrote("discord_unreachable")
            assert "Nothing fits" in (await ask_on_telegram(telegram, "/search bert")).text
            await gate.open()
            assert "Nothing fits" in str((await ask_on_discord(discord, "bert")).embeds)
            assert await bot.stop() == 0


async def test_it_stops_in_time_while_both_platforms_are_down_and_a_source_never_ends(
    tmp_path: Path, telegram: TelegramServer, discord: DiscordServer, web: WebServer
) -> None:
    asked = asyncio.Event()

    def never_ending(_request: SeenRequest) -> Answer:
        asked.set()
        return Answer([b"<rss><channel>", HOLD])

    web.answer("/feed", never_ending)
    await telegram.go_away()
    async with Gate(discord.api_base_url) as gate:
        settings = {**on_telegram(telegram), **on_discord(discord, DISCORD_API_BASE_URL=gate.address), **READING}
        async with program(tmp_path, "run", **settings) as bot:
            await bot.wrote("telegram_unreachable")
            await bot.wrote("discord_unreachable")
            await asked.wait()
            assert await bot.stop() == 0
            assert "ended_without_waiting" not in bot.output


@asynccontextmanager
async def read_in_vain(pipe: Path) -> AsyncIterator[None]:
    """From when somebody has begun to read from a pipe, into which nothing is written."""
    opening = asyncio.create_task(asyncio.to_thread(os.open, pipe, os.O_WRONLY))  # waits for who reads
    try:
        await asyncio.wait_for(asyncio.shield(opening), PATIENCE)
        yield
    finally:
        os.close(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK))  # or the thread would wait for ever where nobody reads
        os.close(await opening)


async def test_it_stops_in_time_though_a_thread_of_its_own_cannot_be_stopped(
    tmp_path: Path, telegram: TelegramServer
) -> None:
    """As with a name server that does not answer: here it is a file that nobody ever writes to."""
    os.mkfifo(tmp_path / "issue.md")
    (tmp_path / "sources.toml").write_text('[[source]]\naddress = "issue.md"\n')
    async with program(tmp_path, "run", **on_telegram(telegram)) as bot, read_in_vain(tmp_path / "issue.md"):
        await telegram.polled()
        assert await bot.stop() == 0
        assert "ended_without_waiting" in bot.output


async def test_a_refused_token_leaves_the_other_platform_running(
    tmp_path: Path, telegram: TelegramServer, discord: DiscordServer
) -> None:
    settings = on_discord(discord, DISCORD_TOKEN="Another-token.that-is.not-known-at-all")
    async with program(tmp_path, "run", **on_telegram(telegram), **settings) as bot:
        assert "DISCORD_TOKEN" in await bot.wrote("platform_stopped")
        assert "Nothing fits" in (await ask_on_telegram(telegram, "/search bert")).text
        assert await bot.stop() == 0


async def test_it_ends_with_status_2_where_no_token_is_left(tmp_path: Path, telegram: TelegramServer) -> None:
    settings = on_telegram(telegram, TELEGRAM_TOKEN="123456:Another-token_that-is_not-known")
    async with program(tmp_path, "run", **settings) as bot:
        assert await bot.ended() == 2
    assert "TELEGRAM_TOKEN" in bot.lines[-1]
    assert "Another-token_that-is_not-known" not in bot.output


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"TELEGRAM_TOKEN": "abc"}, "TELEGRAM_TOKEN is wrong"),
        ({"SOURCES_FILE": "bad.toml"}, "bad.toml"),
        ({"DATA_DIR": "bad.toml/data", "TELEGRAM_TOKEN": "123456:Nobody-knows-this-one_123"}, "DATA_DIR is wrong"),
    ],
)
async def test_a_bad_setting_stops_the_start_with_status_2(
    tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    (tmp_path / "bad.toml").write_text("[[source]]\n")
    async with program(tmp_path, "run", **settings) as bot:
        assert await bot.ended() == 2
    assert words in bot.output
    assert "Traceback" not in bot.output


# The local chat


async def test_without_tokens_it_shows_a_digest_of_the_samples_answers_and_ends_with_its_input(tmp_path: Path) -> None:
    async with program(tmp_path, "run") as bot:
        await bot.type("/search bert\n/nonsense\n1\n")
        bot.process.stdin.close()  # type: ignore[union-attr]  # a pipe, as asked for
        assert await bot.ended() == 0
    assert "Digest · " in bot.output
    assert "Search · bert" in bot.output
    assert "I do not know the command /nonsense" in bot.output
    assert "Traceback" not in bot.output
    assert not (tmp_path / "data").exists()


async def test_quit_ends_the_local_chat_even_where_tokens_are_set(tmp_path: Path) -> None:
    async with program(tmp_path, "run", "--local", TELEGRAM_TOKEN="123456:Nobody-asks-for-this-one_123") as bot:
        await bot.type("/quit\n")
        assert await bot.ended() == 0


class Terminal:
    """A pseudo-terminal, and what it shows."""

    def __init__(self) -> None:
        self._ours, self.theirs = pty.openpty()
        termios.tcsetwinsize(self.theirs, (24, 100))
        self._before = termios.tcgetattr(self.theirs)
        self._shown = b""
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        asyncio.get_running_loop().add_reader(self._ours, self._read)
        return self

    async def __aexit__(self, *_error: object) -> None:
        asyncio.get_running_loop().remove_reader(self._ours)
        os.close(self._ours)
        os.close(self.theirs)

    async def shows(self, words: str) -> None:
        """Returns once the terminal shows the words, in any of what it has shown."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while words not in self.shown:
                    await self._changed.wait()
                    self._changed.clear()
        assert words in self.shown, self.shown

    def press(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    @property
    def shown(self) -> str:
        return self._shown.decode(errors="replace")

    @property
    def as_it_was(self) -> bool:
        return termios.tcgetattr(self.theirs) == self._before

    def _read(self) -> None:
        self._shown += os.read(self._ours, 65536)
        self._changed.set()


@asynccontextmanager
async def local_chat(folder: Path) -> AsyncIterator[tuple[Terminal, Program]]:
    """The chat at a terminal, waiting for what somebody types."""
    async with Terminal() as terminal, program(folder, "run", terminal=terminal.theirs, TERM="xterm") as bot:
        await terminal.shows(PROMPT.strip())
        assert not terminal.as_it_was
        yield terminal, bot


@pytest.mark.parametrize("key", [b"\x03", b"\x04", b"/quit\r"], ids=["Ctrl-C", "Ctrl-D", "/quit"])
async def test_the_local_chat_leaves_the_terminal_as_it_was(tmp_path: Path, key: bytes) -> None:
    async with local_chat(tmp_path) as (terminal, bot):
        terminal.press(key)
        assert await bot.ended(5) == 0
        assert terminal.as_it_was
        assert "Digest · " in terminal.shown
        assert "Traceback" not in terminal.shown


async def test_the_local_chat_answers_what_is_typed_at_a_terminal_and_ends_at_a_signal(tmp_path: Path) -> None:
    async with local_chat(tmp_path) as (terminal, bot):
        terminal.press(b"/search bert\r")
        await terminal.shows("Search · bert")
        assert await bot.stop(signal.SIGTERM) == 0
        assert terminal.as_it_was
        assert "Traceback" not in terminal.shown
