"""/timezone: seeing and changing by whose clock a chat lives, on every platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.command import Chat, Person, Platform, Request
from tests.askers import everywhere
from tests.meetings import meeting
from tests.world import bot_with


@everywhere
async def test_the_zone_is_seen_chosen_from_a_menu_or_written(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (_, person):
        seen = await person.ask("timezone")
        picked = await person.press("Europe/Moscow")
        written = await person.fill("✍️ Write a city", ["lisbon"])
        named = await person.ask("timezone", "Сан-Паулу")
        again = await person.ask("timezone")
    assert "Time zone: UTC (nobody has chosen it yet)" in seen.text
    assert "The time zone here is Europe/Moscow now." in picked.text
    assert "Time there now: Tue, Mar 10, 2026, 15:00" in picked.text
    assert "The time zone here is Europe/Lisbon now." in written.text
    assert "America/Sao_Paulo" in named.text
    assert "Time zone: America/Sao_Paulo" in again.text
    assert "nobody" not in again.text


@everywhere
async def test_who_changes_the_zone_sees_first_when_the_digests_will_come(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (_, person):
        await person.ask("timezone", "Europe/Moscow")
        await person.ask("subscribe", "09:00")
        await person.press("✅ Confirm")
        await person.ask("subscribe", "10:00 zone:Asia/Tokyo")
        await person.press("✅ Confirm")
        asked = await person.ask("timezone", "Lisbon")
        left = await person.press("✖ Leave it")
        await person.ask("timezone", "Lisbon")
        changed = await person.press("✅ Change it")
        listed = await person.ask("subscriptions")
    assert "Wed, Mar 11, 2026, 09:00 Europe/Moscow → Wed, Mar 11, 2026, 09:00 Europe/Lisbon" in asked.text
    assert "Tokyo" not in asked.text  # that digest has a zone of its own
    assert "Time zone: Europe/Moscow" in left.text
    assert "The time zone here is Europe/Lisbon now." in changed.text
    assert "09:00 · every day · Europe/Lisbon" in listed.text
    assert "10:00 · every day · Asia/Tokyo" in listed.text


@everywhere
async def test_the_languages_of_the_community_stand_beside_its_zone(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (_, person):
        await person.ask("timezone", "Lisbon")
        before = await person.ask("timezone")
        await person.ask("language", "pt_BR")
        after = await person.ask("timezone")
    assert "Languages: English" in before.text
    assert "Línguas: português, inglês" in after.text


@everywhere
async def test_a_zone_that_there_is_not_is_answered_with_those_that_are_like_it(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (_, person):
        perhaps = await person.ask("timezone", "novosibirks")
        chosen = await person.press("Asia/Novosibirsk")
        none = await person.ask("timezone", "zzyzx")
    assert "One of these?" in perhaps.text
    assert "The time zone here is Asia/Novosibirsk now." in chosen.text
    assert "There is no time zone “zzyzx”" in none.text


@pytest.mark.parametrize(
    ("action", "picked"), [("zone", {"UTC": True}), ("zone:set:UTC", {}), ("zone=1Europe/Moscow", {})]
)
async def test_only_administrators_change_the_zone_of_a_chat(
    action: str, picked: dict[str, bool], tmp_path: Path
) -> None:
    ben = Request(Chat(Platform.TELEGRAM, "-1", title="Readers"), Person("2", "Ben"), "timezone", action=action)
    async with bot_with(tmp_path) as core:
        reply = await core.dispatcher.press(Request(ben.chat, ben.person, action=action, picked=picked))
        typed = await core.dispatcher.answer(Request(ben.chat, ben.person, "timezone", "Lisbon"))
        seen = await core.dispatcher.answer(Request(ben.chat, ben.person, "timezone"))
    assert "Only an administrator of this chat" in str(reply.message)
    assert "Only an administrator of this chat" in str(typed.message)
    assert not seen.message.buttons
    assert not seen.message.selects
