from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine, Outcome
from tests.discord_server import DiscordServer
from tests.discord_world import CLUB, MEMBER, Rights
from tests.embedding_server import EmbeddingServer
from tests.telegram_server import TelegramServer
from tests.web_server import HANG_UP, Answer, Raw, WebServer

DISCORD_TOKEN = "Double-of-a-token.for-discord.0123456789"


@pytest.fixture
async def telegram(run: CommandLine) -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        run.set(TELEGRAM_TOKEN=server.token, TELEGRAM_API_BASE_URL=server.url)
        yield server


@pytest.fixture
async def discord(run: CommandLine) -> AsyncIterator[DiscordServer]:
    async with DiscordServer(token=DISCORD_TOKEN) as server:
        run.set(DISCORD_TOKEN=DISCORD_TOKEN, DISCORD_API_BASE_URL=server.api_base_url)
        yield server


def lines(seen: Outcome, subject: str) -> str:
    """What was found about a subject, and what to do."""
    found = seen.out.splitlines()
    return "\n".join(
        "\n".join(found[at : at + 2])
        for at, line in enumerate(found)
        if line.startswith((f"✓ {subject}", f"✗ {subject}"))
    )


async def test_all_is_well(
    filled: CommandLine, telegram: TelegramServer, discord: DiscordServer, sample: Path, tmp_path: Path
) -> None:
    (tmp_path / "sources.toml").write_text(
        f'[[source]]\naddress = "{sample / "reading-desk.xml"}"\ntitle = "A [desk]"\n'
    )
    discord.bot_rights = CLUB
    telegram.methods.inline_mode = True
    seen = await filled("doctor")
    assert seen.out.splitlines() == [
        "✓ Database: sound",
        "✓ Telegram: @paper_round_bot",
        "✓ Discord: paper round",
        "✓ A [desk]: feed, 4 items",
    ]
    assert (seen.status, seen.err) == (0, "")


async def test_what_a_club_could_use_besides_is_said_and_nothing_is_wrong_without(
    run: CommandLine, discord: DiscordServer
) -> None:
    discord.bot_rights = MEMBER & ~Rights.ATTACH_FILES
    seen = await run("doctor")
    said = lines(seen, "Discord: in Readers")
    assert "a club could also use: Create Invite, Attach Files, Create Events, Pin Messages" in said
    assert (
        f"permissions={1 << 0 | 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 35 | 1 << 38 | 1 << 44 | 1 << 51}&" in said
    )
    assert seen.status == 0


async def test_a_model_is_asked_for_a_vector(run: CommandLine) -> None:
    async with EmbeddingServer() as server:
        run.set(EMBEDDINGS_URL=server.url, EMBEDDINGS_MODEL=server.model, EMBEDDINGS_KEY="a-key")
        seen = await run("doctor")
        assert lines(seen, "Embeddings").splitlines()[0] == "✓ Embeddings: words-64, 64 dimensions"
        run.set(EMBEDDINGS_KEY="a-wrong-key")
        seen = await run("doctor")
    assert "401 (it refuses the key: look at EMBEDDINGS_KEY)" in lines(seen, "Embeddings")
    assert "a-wrong-key" not in seen.out + seen.err
    assert seen.status != 0


async def test_inline_mode_that_is_off_is_said_with_what_to_do_and_nothing_is_wrong(
    run: CommandLine, telegram: TelegramServer, discord: DiscordServer
) -> None:
    discord.bot_rights = CLUB
    seen = await run("doctor")
    assert "✓ Telegram: inline mode is off" in seen.out
    assert "/setinline" in seen.out
    assert seen.status == 0


async def test_a_fresh_machine_is_well_and_stays_as_it_is(run: CommandLine) -> None:
    seen = await run("doctor")
    assert seen.status == 0
    assert "none yet" in lines(seen, "Database")
    assert "TELEGRAM_TOKEN is not set" in lines(seen, "Telegram")
    assert "DISCORD_TOKEN is not set" in lines(seen, "Discord")
    assert "docs/sources.md" in lines(seen, "Sources")
    assert not run.database.exists()


async def test_a_refused_token_is_told_without_showing_it(
    run: CommandLine, telegram: TelegramServer, discord: DiscordServer
) -> None:
    wrong = {"TELEGRAM_TOKEN": "123456:Another-token_that-is_not-known", "DISCORD_TOKEN": "Another-token.not-known.0"}
    run.set(**wrong)
    seen = await run("doctor")
    assert seen.status == 1
    assert "@BotFather" in lines(seen, "Telegram")
    assert "developer portal" in lines(seen, "Discord")
    for token in wrong.values():
        assert token not in seen.out + seen.err


async def test_servers_that_are_down_are_told_without_showing_a_token(
    run: CommandLine, telegram: TelegramServer, web: WebServer
) -> None:
    await telegram.go_away()
    web.answer("/users/@me", Answer(b"<h1>Bad gateway</h1>", status=502))
    run.set(DISCORD_TOKEN=DISCORD_TOKEN, DISCORD_API_BASE_URL=web.url("").rstrip("/"), LOG_LEVEL="DEBUG")
    seen = await run("doctor")
    assert seen.status == 1
    assert "did not answer" in lines(seen, "Telegram")
    assert "TELEGRAM_API_BASE_URL" in lines(seen, "Telegram")
    assert "DISCORD_API_BASE_URL" in lines(seen, "Discord")
    assert telegram.token not in seen.out + seen.err
    assert DISCORD_TOKEN not in seen.out + seen.err


@pytest.mark.parametrize(
    "answer",
    [
        Raw(b"HTTP/1.1 200", HANG_UP),
        Answer(b'{"ok": false, "error_code": 500, "description": "Internal Server Error"}', status=500),
        Answer(b"[]"),
    ],
)
async def test_a_server_that_answers_oddly_is_not_taken_for_a_refused_token(
    run: CommandLine, web: WebServer, answer: Answer | Raw
) -> None:
    run.set(TELEGRAM_TOKEN="123456:Nobody-knows-this-one_123", TELEGRAM_API_BASE_URL=web.url("").rstrip("/"))
    web.answer("/bot123456:Nobody-knows-this-one_123/getMe", answer)
    seen = await run("doctor")
    assert "try again later" in lines(seen, "Telegram")
    assert "BotFather" not in seen.out


@pytest.mark.parametrize(("minutes", "well"), [(-4, False), (4, False), (0.5, True)])
async def test_a_clock_that_is_off_by_minutes_is_told(
    run: CommandLine, web: WebServer, minutes: float, *, well: bool
) -> None:
    run.set(TELEGRAM_TOKEN="123456:Nobody-knows-this-one_123", TELEGRAM_API_BASE_URL=web.url("").rstrip("/"))
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)
    me = b'{"ok": true, "result": {"username": "paper_round_bot"}}'
    web.answer("/bot123456:Nobody-knows-this-one_123/getMe", Answer(me, headers={"Date": date}))
    seen = await run("doctor")
    assert seen.status == (0 if well else 1)
    assert ("Set the clock" in lines(seen, "Telegram")) is not well


async def test_missing_rights_are_told_with_a_link_that_gives_them(run: CommandLine, discord: DiscordServer) -> None:
    discord.bot_rights = Rights.VIEW_CHANNEL
    seen = await run("doctor")
    assert seen.status == 1
    assert "it lacks rights in Readers" in seen.out
    assert f"client_id={discord.application_id}" in seen.out


async def test_a_bot_in_no_server_gets_its_invitation(run: CommandLine, discord: DiscordServer) -> None:
    discord.guilds.clear()
    seen = await run("doctor")
    assert "in no server yet" in seen.out
    assert "https://discord.com/oauth2/authorize" in seen.out


async def test_a_damaged_database_is_told(filled: CommandLine) -> None:
    body = bytearray(filled.database.read_bytes())
    body[4096 * 3 : 4096 * 6] = b"\xff" * 4096 * 3
    filled.database.write_bytes(body)
    seen = await filled("doctor")
    assert seen.status == 1
    assert "→ " in lines(seen, "Database")


async def test_sources_that_fail_are_told_with_what_else_to_try(
    run: CommandLine, web: WebServer, tmp_path: Path
) -> None:
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head><p>Hello.</p></html>'
    web.answer("/page", Answer(page, headers={"Content-Type": "text/html"}))
    (tmp_path / "sources.toml").write_text(
        f'[[source]]\naddress = "{web.url("/page")}"\nkind = "feed"\ntitle = "Blog"\n'
        f'[[source]]\naddress = "{web.url("/gone")}"\ntitle = "Gone"\n'
    )
    seen = await run("doctor")
    assert seen.status == 1
    assert web.url("/feed") in lines(seen, "Blog")
    assert "404" in lines(seen, "Gone")


async def test_a_mistake_in_the_sources_file_is_told(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("[[source]]\n")
    seen = await run("doctor")
    assert seen.status == 1
    assert "address is missing" in lines(seen, "Sources")
