"""/club settings: organisers choose what holds for the club's sessions; nobody else does, nor sees it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import Core
from bot.domain.club import Club
from handlers.command import Person, Reply, Request
from tests.askers import everywhere
from tests.meetings import meeting
from tests.talks import ANN, CHIEF, GROUP, ask, said
from tests.world import bot_with


async def press(core: Core, person: Person, action: str, *, picked: str = "", **answers: str) -> Reply:
    chosen = {picked: True} if picked else {}
    return await core.dispatcher.press(Request(GROUP, person, action=action, picked=chosen, answers=answers))


async def club(core: Core) -> Club:
    return await core.database.query(lambda uow: uow.clubs.get(1))


@everywhere
async def test_everything_is_chosen_with_buttons_and_in_words(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        first = await person.ask("club settings")
        await person.press("⏱ Length")
        await person.press("1 h")
        await person.press("◀ Done")
        await person.press("📍 Place")
        await person.press("Only who is going")
        await person.fill("✍️ Write the place", ["https://meet.example.org/<room>\nfloor 2"])
        await person.press("◀ Done")
        await person.press("👥 Places")
        await person.press("🎧 12")
        await person.fill("✍️ Write a number", ["up to 40", "2"])
        await person.press("◀ Done")
        await person.press("📌 Cards")
        await person.press("The card is pinned")
        await person.press("A thread on Discord")
        await person.press("☑ The card is pinned")
        await person.press("◀ Done")
        await person.press("⚙️ More")
        await person.press("People are asked whether they came")
        await person.press("3 h")
        await person.press("◀ Done")
        await person.press("🌍 Zone")
        await person.fill("✍️ Write a city", ["Lisbon"])
        await person.press("🗣 Language")
        last = await person.press("português (Brasil)")
        kept = await club(core)
    assert "Length: 1 h 30 min" in first.text
    assert "Places for listeners: no limit" in first.text
    for words in ("Length: 1 h", "<room> floor 2", "shown to who is going only", "Places for listeners: 40", "3 h"):
        assert words in last.text
    assert "Time zone: Europe/Lisbon" in last.text
    assert "Languages: Portuguese, English" in last.text
    assert kept == Club(
        1,
        length=timedelta(hours=1),
        place="https://meet.example.org/<room> floor 2",
        place_for_going=True,
        listeners=40,
        speakers=2,
        threads=True,
        attendance=True,
        offer_life=timedelta(hours=3),
    )


async def test_a_number_without_a_figure_is_no_limit(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, CHIEF, "club settings")
        await press(core, CHIEF, "cset:seats:1", listeners="12", speakers="no limit")
        assert ((await club(core)).listeners, (await club(core)).speakers) == (12, None)
        await press(core, CHIEF, "cset:seats:1", picked="l-all")
        assert (await club(core)).listeners is None


async def test_members_and_strangers_change_nothing_and_see_nothing(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, CHIEF, "club settings")
        await press(core, CHIEF, "cset:place:1", place="secret call")
        await ask(core, ANN, "club join")
        before = await club(core)
        replies = [await ask(core, ANN, "club settings"), await ask(core, Person("5", "Eve"), "club settings")]
        for action, picked in (
            ("cset:all:1", ""),
            ("cset:place:1:write", ""),
            ("cset:length:1", "3600"),
            ("cset:cards:1", "pin"),
            ("cset:zone:1", "Europe/Lisbon"),
            ("cset:zone:1:Europe/Lisbon", ""),
            ("cset:lang:1", "ru"),
        ):
            replies.append(await press(core, ANN, action, picked=picked))
        replies.append(await press(core, ANN, "cset:place:1", place="mine"))
        community = await core.database.query(lambda uow: uow.communities.get(1))
        after = await club(core)
    assert [said(one) for one in replies if "Only organisers of the club" not in said(one)] == []
    assert not any(one.form or "secret call" in said(one) for one in replies)
    assert after == before
    assert community is not None
    assert community.zone == "UTC"


async def test_an_appointed_organiser_sets_the_club_but_not_the_clock_of_its_chats(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club join")
        await press(core, CHIEF, "cmo:orgs:1:1", picked="1")
        await press(core, ANN, "cset:cards:1", picked="events")
        zone = await press(core, ANN, "cset:zone:1", picked="Europe/Lisbon")
        language = await press(core, ANN, "cset:lang:1", picked="ru")
        assert (await club(core)).events
    assert "Only the administrators of the club's chats" in said(zone)
    assert "Only the administrators of the club's chats" in said(language)


@pytest.mark.parametrize(
    ("action", "picked"),
    [
        ("cset:length:1", "1"),
        ("cset:length:1", "x" * 50),
        ("cset:seats:1", "l-99999999"),
        ("cset:seats:1", "l"),
        ("cset:cards:1", "offer_life"),
        ("cset:more:1", "place"),
        ("cset:zone:1", "../etc/passwd"),
        ("cset:lang:1", "../en"),
        ("cset:nothing:1", "x"),
        ("cset:nothing:1:write", ""),
        ("cset", ""),
        ("cset:all:77", ""),
    ],
)
async def test_forged_choices_change_nothing(action: str, picked: str, tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, CHIEF, "club settings")
        before = await club(core)
        assert (await press(core, CHIEF, action, picked=picked)).failed
        assert await club(core) == before


async def test_digests_that_go_by_the_zone_are_named_before_it_is_changed(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, CHIEF, "subscribe 09:00")
        confirm = Request(GROUP, CHIEF, action="draft:1:confirm")
        await core.dispatcher.press(confirm)
        asked = await press(core, CHIEF, "cset:zone:1", picked="Europe/Lisbon")
        before = await core.database.query(lambda uow: uow.communities.get(1))
        (yes, _no) = asked.message.buttons[0]
        done = await press(core, CHIEF, yes.action)  # type: ignore[union-attr]  # a button, not a link
    assert "From UTC to Europe/Lisbon" in said(asked)
    assert before is not None
    assert before.zone == "UTC"
    assert "Europe/Lisbon" in said(done)


async def test_what_is_written_is_bounded(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, CHIEF, "club settings")
        await press(core, CHIEF, "cset:place:1", place="x" * 9000)
        await press(core, CHIEF, "cset:seats:1", listeners="9" * 500, speakers="-5")
        kept = await club(core)
    assert len(kept.place) <= 500
    assert kept.listeners == 100_000
    assert kept.speakers == 5
