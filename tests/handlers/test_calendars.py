"""/club calendar on every platform: links, files, and addresses that can be made anew."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.core import Core
from bot.domain.members import Account
from bot.domain.roster import Role, Rsvp, Seat
from bot.locales import LANGUAGES
from handlers.command import Chat, Person, Platform, Reply
from tests.askers import everywhere
from tests.calendar_reader import instants, read
from tests.club_chats import START, add_session
from tests.meetings import meeting, on_discord, on_telegram
from tests.talks import ANN, CHIEF, ask, press
from tests.world import NOW, bot_with

SERVED = {"calendar_listen": "127.0.0.1:8085", "calendar_url": "https://bot.example.org/calendar"}
ADDRESS = re.compile(r"https://bot\.example\.org/calendar/([\w-]{43})\.ics")
FAR = datetime(2030, 1, 1, tzinfo=UTC)


def own_and_club(reply: Reply) -> tuple[str, str]:
    own, club = dict.fromkeys(ADDRESS.findall(str(reply.message)))
    return own, club


@everywhere
async def test_without_addresses_a_session_is_still_a_link_and_a_file(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        nothing = await person.ask("club calendar")
        await add_session(core)
        shown = await person.ask("club calendar")
        numbered = await person.ask("club calendar", "1")
        missing = await person.ask("club calendar", "7")
        nonsense = await person.ask("club calendar", "four")
    assert "is not set up on this bot" in nothing.text
    assert "Session 1: Attention" in shown.text
    assert re.search(r"Add to: Google .*· Outlook", shown.text)
    assert shown.buttons == ("📅 As a file (.ics)",)
    assert numbered == shown
    assert "There is no session 7." in missing.text
    assert "“four” is not the number of a session" in nonsense.text


@everywhere
async def test_addresses_are_shown_and_stay_until_new_ones_are_asked_for(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path, **SERVED) as (_, person):
        shown = await person.ask("club calendar")
        again = await person.ask("club calendar")
        renewed = await person.press("New address for me")
        both = await person.press("New address for the club")
    own, club = dict.fromkeys(ADDRESS.findall(shown.text))
    assert again == shown
    new_own, same_club = dict.fromkeys(ADDRESS.findall(renewed.text))
    assert (own != new_own, club) == (True, same_club)
    same_own, new_club = dict.fromkeys(ADDRESS.findall(both.text))
    assert (same_own, new_club != club) == (new_own, True)


async def test_an_old_address_opens_nothing_any_more(tmp_path: Path) -> None:
    async with bot_with(tmp_path, **SERVED) as core:
        own, club = own_and_club(await ask(core, CHIEF, "club calendar"))
        calendars = core.clubhouse.calendars
        assert await calendars.calendar(own)
        assert await calendars.calendar(club)
        await press(core, CHIEF, "cal:own:1")
        await press(core, CHIEF, "cal:club:1")
        assert await calendars.calendar(own) is None
        assert await calendars.calendar(club) is None
        assert await calendars.calendar("") is None


async def test_a_member_cannot_renew_the_address_of_the_club(tmp_path: Path) -> None:
    async with bot_with(tmp_path, **SERVED) as core:
        _, club = own_and_club(await ask(core, CHIEF, "club calendar"))
        shown = await ask(core, ANN, "club calendar")
        refused = await press(core, ANN, "cal:club:1")
        other = await press(core, ANN, "cal:own:2")
        assert await core.clubhouse.calendars.calendar(club)
    assert "New address for the club" not in str(shown.message)
    assert "Only organisers" in str(refused.message)
    assert other.failed


async def test_everybody_has_an_address_of_their_own_and_the_club_has_one(tmp_path: Path) -> None:
    async with bot_with(tmp_path, **SERVED) as core:
        ann, club = own_and_club(await ask(core, ANN, "club calendar"))
        chief, same = own_and_club(await ask(core, CHIEF, "club calendar"))
    assert ann != chief
    assert club == same


async def test_a_stranger_in_private_gets_no_session_of_another_club(tmp_path: Path) -> None:
    async with bot_with(tmp_path, **SERVED) as core:
        _, club = own_and_club(await ask(core, CHIEF, "club calendar"))
        session = await add_session(core)
        alone = Chat(Platform.TELEGRAM, "55", private=True)
        stranger = Person("55", "Eve", chat_administrator=True)
        shown = await ask(core, stranger, "club calendar", alone)
        refused = await press(core, stranger, f"cal:file:{session}", alone)
    assert club not in str(shown.message)
    assert "Attention" not in str(shown.message)
    assert refused.file is None
    assert "belongs to another club" in str(refused.message)


async def test_what_is_secret_goes_to_the_private_chat_on_telegram(tmp_path: Path) -> None:
    async with on_telegram(tmp_path, **SERVED) as (_, server):
        ann = server.person("Ann", language="en")
        group = server.group("Readers", ann)
        await server.send_text(group, ann, "/club_calendar")
        pointer = await server.next_message(group)
        assert not ADDRESS.search(pointer.text)
        way = str(pointer.button("Open the private chat")["url"]).partition("?start=")[2]
        chat = server.private_chat(ann)
        await server.send_text(chat, ann, f"/start {way}")
        assert ADDRESS.search((await server.next_message(chat)).text)


async def test_who_asks_in_a_group_is_shown_the_sessions_of_its_club_in_private(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, CHIEF, "club calendar")
        await add_session(core)
        await ask(core, ANN, "club calendar")
        alone = Chat(Platform.TELEGRAM, ANN.id, private=True)
        assert "Attention" in str((await ask(core, ANN, "start calendar", alone)).message)


async def test_a_chat_that_speaks_for_itself_has_no_calendar_of_its_own_and_asks_nothing(tmp_path: Path) -> None:
    channel = Person("-100", "Readers", chat_administrator=True)
    async with bot_with(tmp_path, **SERVED) as core:
        shown = await ask(core, channel, "club calendar")
        await add_session(core)
        assert (await press(core, channel, "cal:own:1")).failed
        assert (await ask(core, channel, "club ask Why?")).failed
        assert not (await ask(core, channel, "club materials 1 https://example.org/deck")).failed
        members = await core.database.query(lambda uow: uow.members.many(range(10)))
    assert len(set(ADDRESS.findall(str(shown.message)))) == 1
    assert members == []


async def test_a_session_comes_as_a_document_on_telegram(tmp_path: Path) -> None:
    async with on_telegram(tmp_path) as (core, server):
        ann = server.person("Ann", language="en")
        chat = server.private_chat(ann)
        await server.send_text(chat, ann, "/club_calendar")
        await server.next_message(chat)
        await add_session(core, title="<b>Evil</b>\r\nBEGIN:VEVENT")
        await server.send_text(chat, ann, "/club_calendar")
        await server.press(await server.next_message(chat), "📅 As a file (.ics)", ann)
        sent = await server.next_message(chat)
    assert sent.document is not None
    assert (sent.document.name, sent.document.media_type) == ("session-1.ics", "text/calendar")
    assert instants(sent.document.content, until=FAR)[0][0] == START


async def test_a_session_comes_as_an_attachment_on_discord(tmp_path: Path) -> None:
    async with on_discord(tmp_path) as (core, server):
        await (await server.slash(server.user, server.channel, "club calendar")).answer()
        await add_session(core, title="标题" * 2_500)
        shown = await (await server.slash(server.user, server.channel, "club calendar")).answer()
        sent = await (await server.press(server.user, shown, "📅 As a file (.ics)")).answer()
    assert shown.ephemeral
    (file,) = sent.attachments
    assert file.name == "session-1.ics"
    assert read(file.content).vevent.summary.value.startswith("标题标题")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_panel_is_whole_in_each_language(language: str, tmp_path: Path) -> None:
    async with meeting("telegram", tmp_path, **SERVED, language=language) as (core, person):
        await person.ask("club calendar")
        await add_session(core)
        shown = await person.ask("club calendar")
    assert len(set(ADDRESS.findall(shown.text))) == 2
    assert len(shown.buttons) == 3


async def test_the_place_stands_only_where_those_who_may_know_it_look(tmp_path: Path) -> None:
    async with bot_with(tmp_path, **SERVED) as core:
        own, club = own_and_club(await ask(core, ANN, "club calendar"))
        session = await add_session(core, place="https://meet.example.org/secret", place_for_going=True)
        assert "secret" not in str((await press(core, ANN, f"cal:file:{session}")).message)
        await answer(core, ANN, session, "maybe")
        maybe = await core.clubhouse.calendars.calendar(own)
        await answer(core, ANN, session, "going")
        going = await core.clubhouse.calendars.calendar(own)
        of_all = await core.clubhouse.calendars.calendar(club)
        file = (await press(core, ANN, f"cal:file:{session}")).file
    assert maybe
    assert going
    assert of_all
    assert "secret" not in repr(maybe)
    assert "secret" not in repr(of_all)
    assert going.events[0].place == going.events[0].url == "https://meet.example.org/secret"
    assert file is not None
    assert b"secret" in file.content


@pytest.mark.parametrize(("seat", "shown"), [("waitlisted", False), ("declined", False), ("offered", True)])
async def test_a_calendar_holds_only_what_somebody_comes_to(seat: str, shown: bool, tmp_path: Path) -> None:
    async with bot_with(tmp_path, **SERVED) as core:
        own, _ = own_and_club(await ask(core, ANN, "club calendar"))
        await answer(core, ANN, await add_session(core), seat)
        calendar = await core.clubhouse.calendars.calendar(own)
    assert calendar
    assert bool(calendar.events) is shown


async def answer(
    core: Core, person: Person, session_id: int, seat: str, *, speaker: bool = False, attended: bool | None = None
) -> None:
    """Somebody's answer, as it is stored."""

    def work(uow: Any) -> None:
        member = uow.members.ensure(Account("telegram", person.id, person.name), now=NOW)
        known = uow.rosters.of_member(session_id, member.id)
        role = Role.SPEAKER if speaker else Role.LISTENER
        id_, turn = (known.id, known.turn) if known else (0, member.id)
        uow.rosters.put(Rsvp(id_, session_id, member.id, role, Seat(seat), turn, NOW, attended=attended))

    await core.database.run(work)
