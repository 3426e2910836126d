from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from tests.cli.conftest import CommandLine

DAY = ("--date", "2026-03-04")


async def test_a_day_is_printed_with_whole_addresses_and_no_trailing_spaces(filled: CommandLine) -> None:
    seen = await filled("digest", *DAY)
    assert (seen.status, seen.err) == (0, "")
    lines = seen.out.splitlines()
    assert lines[0] == "Digest · March 4, 2026"
    assert "2. Model cards: a label for what a model is good for <https://reading-desk.example/model-cards>" in lines
    assert all(line == line.rstrip() for line in lines)


async def test_the_form_for_telegram_is_its_html(filled: CommandLine) -> None:
    seen = await filled("digest", *DAY, "--format", "telegram")
    assert "<b>Digest · March 4, 2026</b>" in seen.out


async def test_the_form_for_discord_is_a_message_a_line(filled: CommandLine) -> None:
    seen = await filled("digest", *DAY, "--format", "discord")
    (message,) = (json.loads(line) for line in seen.out.splitlines())
    assert message["embeds"][0]["title"] == "Digest · March 4, 2026"


async def test_the_form_for_the_web_is_a_whole_page(filled: CommandLine) -> None:
    filled.set(DEFAULT_LANGUAGE="pt_BR")
    seen = await filled("digest", *DAY, "--format", "html")
    assert seen.out.startswith('<!doctype html>\n<html lang="pt-BR">')
    HTMLParser().feed(seen.out)
    assert seen.out.rstrip().endswith("</html>")


async def test_the_form_for_programs_has_the_window_and_all_items(filled: CommandLine) -> None:
    found = (await filled("digest", *DAY, "--format", "json")).object
    assert found["window"] == {"start": "2026-03-04T00:00:00+00:00", "end": "2026-03-05T00:00:00+00:00"}
    assert found["total"] == 2 == len(found["items"])
    assert found["items"][1]["papers"] == ["arxiv:1810.03993"]


async def test_a_day_is_one_of_the_zone_of_the_settings(filled: CommandLine) -> None:
    filled.set(DEFAULT_TIMEZONE="Asia/Tokyo")
    found = (await filled("digest", *DAY, "--format", "json")).object
    assert found["window"]["start"] == "2026-03-03T15:00:00+00:00"


async def test_a_period_takes_what_the_chat_takes(filled: CommandLine) -> None:
    seen = await filled("digest", "--period", "2026-03-04 ethics")
    assert "🚨 Ethics" in seen.out
    assert "📙" not in seen.out


async def test_an_empty_day_says_when_something_was_there(filled: CommandLine) -> None:
    assert "The newest that I have is from March 4, 2026." in (await filled("digest", "--date", "2025-01-01")).out


async def test_a_bot_that_has_read_nothing_says_so(run: CommandLine) -> None:
    assert "I have not read anything yet" in (await run("digest")).out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--date", "soon"], "“soon” is no day"),
        (["--date", "2026-02-30"], "“2026-02-30” is no day"),
        (["--period", "blabla"], "“blabla” is not understood"),
        (["--date", "2026-03-04", "--period", "week"], "either --date or --period"),
        (["--format", "pdf"], "pdf"),
    ],
)
async def test_a_mistake_is_explained_and_ends_with_status_2(
    run: CommandLine, arguments: list[str], reason: str
) -> None:
    seen = await run("digest", *arguments)
    assert (seen.status, seen.out) == (2, "")
    assert reason in seen.err
