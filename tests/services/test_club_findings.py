"""Papers that a club has discussed, and materials of its sessions, where people look for something."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.core import Core
from bot.domain.club import SessionPaper, SessionState
from bot.locales import LANGUAGES
from handlers.command import Chat, Person, Platform
from tests.askers import everywhere, in_every_language, reading
from tests.club_chats import add_session
from tests.handlers.test_calendars import answer
from tests.meetings import meeting
from tests.talks import ANN, CHIEF, ask, press
from tests.world import NOW, bot_with, newsletter

OTHERS = Chat(Platform.TELEGRAM, "-200", title="Others")
PAST = NOW - timedelta(days=3)


def about(*numbers: int) -> dict[str, Any]:
    return {"papers": tuple(SessionPaper(f"Paper {n}", identity=f"arxiv:2101.{n:05}") for n in numbers)}


async def discussing(core: Core, *numbers: int, **facts: Any) -> int:
    """The club of the group, with a session about these papers some days ago."""
    await ask(core, CHIEF, "club ask")
    return await add_session(core, **{"starts_at": PAST, **about(*numbers), **facts})


@everywhere
async def test_results_items_stories_and_digests_say_that_a_paper_was_discussed(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, [newsletter(tmp_path, 3)]) as (core, person):
        await person.ask("club ask")
        await add_session(core, starts_at=PAST, **about(2))
        found = await person.ask("search", "study 2")
        item = await person.press("1")
        digest = await person.ask("digest")
        story = await person.ask("story", "result number 2")
    assert found.text.count("🗣 Discussed in session 1 on March 7, 2026") == 1
    assert "🗣 Discussed in session 1 on March 7, 2026" in item.text
    assert digest.text.count("✦ discussed in session 1 (March 7, 2026)") == 1
    assert "🗣 Discussed in session 1" in story.text


@everywhere
@in_every_language
async def test_what_was_discussed_and_what_left_materials_can_be_searched_for(
    platform: str, language: str, tmp_path: Path
) -> None:
    say = reading(language)

    def read_as(what: str) -> str:
        return say.gettext("Read as: {question}.", question=say.gettext(what))

    def counted(results: int) -> str:
        return say.ngettext("{number} result", "{number} results", results)

    async with meeting(platform, tmp_path, [newsletter(tmp_path, 4)], language=language) as (core, person):
        await person.ask("club ask")
        await add_session(core, starts_at=PAST, **about(2))
        await add_session(core, title="Again", starts_at=PAST + timedelta(days=1), **about(3))
        await person.ask("club materials", "1 https://example.org/deck Ann's deck")
        discussed = await person.ask("search", "study has:discussion")
        left = await person.ask("search", "study has:materials")
        neither = await person.ask("search", "study -has:discussion")
    assert read_as("discussed by the club") in discussed.text
    assert counted(2) in discussed.text
    assert read_as("with materials from a session") in left.text
    assert counted(1) in left.text
    assert "Result number 2" in left.text
    assert counted(2) in neither.text


async def test_pages_and_bare_titles_that_were_discussed_are_searched_for_as_well(tmp_path: Path) -> None:
    page = SessionPaper("A post", "https://blog.example.org/3", identity="link:example.org/result-3")
    untitled = SessionPaper("On frogs", identity="title:on frogs")
    async with bot_with(tmp_path, [newsletter(tmp_path, 3)]) as core:
        await discussing(core, 2, papers=(page, untitled, *about(2)["papers"]))
        found = await ask(core, ANN, "search study has:discussion")
    assert not found.failed
    assert "1 result" in str(found.message)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_said_in_each_language(language: str, tmp_path: Path) -> None:
    async with meeting("telegram", tmp_path, [newsletter(tmp_path, 1)], language=language) as (core, person):
        await person.ask("club ask")
        await add_session(core, starts_at=PAST, **about(1))
        found = await person.ask("search", "study")
        digest = await person.ask("digest")
    assert "🗣" in found.text
    assert "✦" in digest.text
    assert "2026" in digest.text.partition("✦")[2]


async def test_other_communities_are_told_nothing_of_it(tmp_path: Path) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 1)]) as core:
        await discussing(core, 1)
        ours = await ask(core, ANN, "search study")
        theirs = await ask(core, ANN, "search study", OTHERS)
        digest = await ask(core, ANN, "digest", OTHERS)
    assert "Discussed in session 1" in str(ours.message)
    assert "iscussed" not in str(theirs.message)
    assert "iscussed" not in str(digest.message)


async def test_in_private_members_are_told_and_strangers_are_not(tmp_path: Path) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 1)]) as core:
        session = await discussing(core, 1)
        await answer(core, ANN, session, "going")
        for person, told in ((ANN, True), (Person("55", "Eve"), False)):
            alone = Chat(Platform.TELEGRAM, person.id, private=True)
            assert ("Discussed in session" in str((await ask(core, person, "search study", alone)).message)) is told


async def test_a_session_to_come_or_a_cancelled_one_has_discussed_nothing(tmp_path: Path) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 2)]) as core:
        await discussing(core, 1, starts_at=NOW + timedelta(days=1))
        cancelled = await add_session(core, title="Cancelled", starts_at=PAST, **about(2))

        def cancel(uow: Any) -> None:
            from dataclasses import replace

            old = uow.club_sessions.get(cancelled)
            uow.club_sessions.save(replace(old, state=SessionState.CANCELLED), expected=old.version)

        await core.database.run(cancel)
        found = await ask(core, ANN, "search study")
    assert "iscussed" not in str(found.message)


async def test_of_several_sessions_the_last_is_named(tmp_path: Path) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 1)]) as core:
        await discussing(core, 1)
        await add_session(core, title="Again", starts_at=PAST + timedelta(days=1), **about(1))
        found = await ask(core, ANN, "search study")
    assert "Discussed in session 2 on March 8" in str(found.message)


async def test_a_page_asks_the_database_twice_however_many_papers_are_on_it(tmp_path: Path) -> None:
    async with bot_with(tmp_path, [newsletter(tmp_path, 12)]) as core:
        await discussing(core, *range(1, 13))
        asked: list[str] = []
        engine = core.database._read_engine
        event.listen(engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
        await ask(core, ANN, "search sparse attention")
    # Once for the order, once for what is said.
    assert sum("session_papers.identity" in statement for statement in asked) == 2


# Materials


@everywhere
async def test_search_finds_materials_of_sessions_and_brings_their_files(platform: str, tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7")
    async with meeting(platform, tmp_path) as (core, person):
        await person.ask("club ask")
        await add_session(core, title="Gradient surgery", notes="Bring <i>coffee</i>", **about(7))
        await person.ask("club materials", "1 https://example.org/deck Ann's deck")
        found = {
            words: (await person.ask("search", words)).text
            for words in ("deck", "gradient surgery", "coffee", "https://example.org/deck", "arxiv.org/abs/2101.00007")
        }
        nothing = await person.ask("search", "zebra")
    for words, shown in found.items():
        assert "From the club's sessions" in shown, words
        assert "Ann's deck" in shown
        assert "Session 1 · Gradient surgery" in shown
    assert "From the club's" not in nothing.text


async def test_materials_are_found_in_their_own_community_only(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await discussing(core, 1)
        await ask(core, CHIEF, "club materials https://example.org/deck Deck")
        ours = await ask(core, ANN, "search deck")
        theirs = await ask(core, ANN, "search deck", OTHERS)
        await press(core, CHIEF, "mat:drop:1")
        gone = await ask(core, ANN, "search deck")
    assert "example.org/deck" in str(ours.message)
    assert "example.org/deck" not in str(theirs.message)
    assert "example.org/deck" not in str(gone.message)


async def test_of_equally_good_stories_the_one_that_the_club_has_discussed_comes_first(tmp_path: Path) -> None:
    async with meeting("telegram", tmp_path, [newsletter(tmp_path, 3)]) as (core, person):
        before = await person.ask("search", "study")
        await person.ask("club ask")
        await add_session(core, starts_at=PAST, **about(2))
        found = await person.ask("search", "study")
    first = [text.split("1. ")[1].split("\n")[0] for text in (before.text, found.text)]
    assert "number 2" not in first[0]
    assert "number 2" in first[1]
