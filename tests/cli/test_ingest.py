from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import CommandLine
from tests.web_server import Answer, WebServer


async def test_each_source_tells_how_it_went(run: CommandLine, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.md").touch()
    issue = str(sample / "caderno-de-pln.md")
    seen = await run("ingest", issue, "absent.md", "empty.md")
    assert seen.status == 1
    assert seen.err.splitlines() == [
        f"{issue}: 6 new, 0 changed, 0 as before",
        "absent.md: /absent could not be read".replace("absent.md: /absent", str(tmp_path / "absent.md"))
        + ": No such file or directory.",
        "empty.md: The document is empty.",
    ]
    assert (await run("search", "DistilBERT", "--json")).object["total"] == 1


async def test_reading_the_same_again_adds_nothing(filled: CommandLine, sample: Path) -> None:
    seen = await filled("ingest", str(sample / "reading-desk.xml"))
    assert (seen.status, seen.err) == (0, f"{sample / 'reading-desk.xml'}: nothing new\n")


async def test_an_issue_that_was_changed_tells_how_much(run: CommandLine, tmp_path: Path) -> None:
    issue = tmp_path / "feed.xml"
    entry = "<item><guid>{0}</guid><title>Study {0}</title><description>{1}</description></item>"
    for entries, report in (
        ((1, "Frogs jump."), "1 new, 0 changed, 0 as before"),
        ((1, "Frogs jump far."), "0 new, 1 changed, 0 as before"),
    ):
        issue.write_text(f"<rss version='2.0'><channel>{entry.format(*entries)}</channel></rss>")
        assert (await run("ingest", "feed.xml")).err == f"feed.xml: {report}\n"


async def test_a_document_from_standard_input_is_kept(run: CommandLine, sample: Path) -> None:
    seen = await run("ingest", "-", stdin=(sample / "caderno-de-pln.md").read_bytes())
    assert (seen.status, seen.err) == (0, "-: 6 new, 0 changed, 0 as before\n")


async def test_without_arguments_the_sources_of_the_file_are_read_due_or_not(
    run: CommandLine, web: WebServer, sample: Path, tmp_path: Path
) -> None:
    web.answer("/feed", Answer((sample / "reading-desk.xml").read_bytes()))
    (tmp_path / "sources.toml").write_text(
        f'[[source]]\naddress = "{web.url("/feed")}"\n[[source]]\naddress = "{web.url("/gone")}"\n'
    )
    assert (await run("ingest")).status == 1
    seen = await run("ingest")
    assert len(web.asked("/feed")) == 2
    assert f"{web.url('/gone')}: not read." in seen.err
    assert "404" in seen.err


async def test_a_sources_file_without_sources_says_what_to_do(run: CommandLine) -> None:
    seen = await run("ingest")
    assert (seen.status, "write SOURCES_FILE" in seen.err) == (0, True)


async def test_a_mistake_in_the_sources_file_is_named(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('[[source]]\nadress = "x"\n')
    seen = await run("ingest")
    assert seen.status == 2
    assert "sources.toml, source 1: adress is not known" in seen.err
