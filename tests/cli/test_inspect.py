from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.process import environment, outcome
from tests.web_server import Answer, WebServer

ISSUE = b"""---
title: Sparse Weekly
date: 2026-03-09
---

# Publications \xf0\x9f\x93\x99

***Pruned heads***

Nothing is [lost](https://arxiv.org/abs/2101.00001).

***Grown heads***

Nothing is [won](https://arxiv.org/abs/2101.00002).

# Ethics \xf0\x9f\x8c\x8e

***Counted heads***

Nobody is [asked](https://arxiv.org/abs/2101.00003).
"""
PAGE = b"""<!doctype html><html><head><title>Blog</title>
<link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body><p>Welcome.</p></body></html>"""


async def test_a_file_is_shown_as_an_administrator_looks_at_it(run: CommandLine, sample: Path) -> None:
    seen = await run("inspect", str(sample / "caderno-de-pln.md"))
    assert (seen.status, seen.err) == (0, "")
    assert "(newsletter)" in seen.out
    assert "language pt, documents 1, items 6" in seen.out
    assert "→ publications" in seen.out
    assert "• DistilBERT: um BERT menor que cabe no celular  item, pt, 2 links, arxiv:1910.01108" in seen.out


async def test_the_json_is_one_object_on_a_line_with_all_that_is_known(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "issue.md").write_bytes(ISSUE)
    seen = (await run("inspect", "issue.md", "--json")).object
    assert seen["source"] == {"kind": "newsletter", "title": "Sparse Weekly", "language": "en", "damage": None}
    (document,) = seen["documents"]
    assert (document["title"], document["language"]) == ("Sparse Weekly", "en")
    assert document["published_at"].startswith("2026-03-09")
    item, *_others = document["items"]
    assert (item["title"], item["section"], item["kind"]) == ("Pruned heads", "publications", "item")
    assert item["language"] == "en"
    assert item["links"] == [{"url": "https://arxiv.org/abs/2101.00001", "text": "lost"}]
    assert item["papers"] == ["arxiv:2101.00001"]


async def test_standard_input_is_read_for_a_dash(run: CommandLine) -> None:
    assert (await run("inspect", "-", "--json", stdin=ISSUE)).object["source"]["title"] == "Sparse Weekly"


async def test_an_address_is_fetched(run: CommandLine, web: WebServer) -> None:
    web.answer("/issue", Answer(ISSUE, headers={"Content-Type": "text/markdown"}))
    assert "Pruned heads" in (await run("inspect", web.url("/issue"))).out
    assert web.requests[0].headers["user-agent"].startswith("PaperRound/")


async def test_a_kind_and_a_language_can_be_given(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("BERT\n\nhttps://arxiv.org/abs/1810.04805\n")
    seen = (await run("inspect", "short.txt", "--kind", "newsletter", "--language", "pt", "--json")).object
    assert (seen["source"]["kind"], seen["source"]["language"]) == ("newsletter", "pt")


async def test_nothing_is_stored(run: CommandLine, sample: Path) -> None:
    await run("inspect", str(sample / "reading-desk.xml"))
    assert not run.database.parent.exists()


async def test_several_sources_are_all_shown_though_some_cannot_be_read(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "issue.md").write_bytes(ISSUE)
    (tmp_path / "empty.md").write_bytes(b" \n")
    seen = await run("inspect", "empty.md", "absent.md", "issue.md", "--json")
    assert seen.status == 1
    assert seen.object["source"]["title"] == "Sparse Weekly"
    assert seen.err.splitlines() == [
        "empty.md: The document is empty.",
        "absent.md could not be read: No such file or directory.",
    ]


async def test_a_page_where_a_feed_was_expected_names_its_feeds(run: CommandLine, web: WebServer) -> None:
    web.answer("/", Answer(PAGE, headers={"Content-Type": "text/html"}))
    seen = await run("inspect", web.url("/"), "--kind", "feed")
    assert seen.status == 1
    assert f"It names this feed: {web.url('/feed.xml')}" in seen.err


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("a.md", b"", "The document is empty"),
        ("a.md", b"%PDF-1.7\n%\xe2\xe3", "This is a PDF file, and no text"),
        ("a.txt", bytes(range(256)) * 8, "This is no text"),
        ("a.xml", b"Only words.", "This is no feed"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_the_reason(
    run: CommandLine, tmp_path: Path, name: str, body: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(body)
    seen = await run("inspect", name, *(["--kind", "feed"] if name.endswith("xml") else []))
    assert (seen.status, seen.out) == (1, "")
    assert reason in seen.err


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1:1/feed", "No connection to 127.0.0.1:1 could be made"),
        ("http://10.0.0.5/feed", "FETCH_ALLOWED_PRIVATE_HOSTS"),
        ("ftp://example.org/feed", "Only http and https"),
        (".", "Is a directory"),
    ],
)
async def test_what_cannot_be_fetched_is_refused_with_the_reason(run: CommandLine, address: str, reason: str) -> None:
    seen = await run("inspect", address)
    assert seen.status == 1
    assert reason in seen.err


@pytest.mark.parametrize("arguments", [[], [""], ["-", "--kind", "nonsense"]])
async def test_a_mistake_in_the_arguments_ends_with_status_2(run: CommandLine, arguments: list[str]) -> None:
    seen = await run("inspect", *arguments)
    assert (seen.status, seen.out) == (2, "")
    assert "Usage: " in seen.err


async def test_the_program_ends_without_noise_when_nobody_reads_its_output(tmp_path: Path) -> None:
    (tmp_path / "issue.md").write_bytes(ISSUE + b"\n***More***\n\nWords. [x](https://example.org/)\n" * 3000)
    command = f"'{sys.executable}' -m bot inspect issue.md | head -n 1"
    process = await asyncio.create_subprocess_shell(
        command, cwd=tmp_path, env=environment(tmp_path), stdout=-1, stderr=-1
    )
    out, err = await process.communicate()
    assert out.startswith(b"Sparse Weekly")
    assert err == b""


async def test_the_program_takes_a_document_through_a_pipe(tmp_path: Path) -> None:
    status, out, err = await outcome(tmp_path, "inspect", "-", stdin=ISSUE)
    assert (status, err) == (0, "")
    assert "Pruned heads" in out
