"""/club new and sessions: as an organiser, a member and a stranger, on each platform."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.members import Account
from bot.domain.papers import PaperFacts, PaperId
from bot.domain.session_drafts import NewSession
from bot.locales import LANGUAGES
from bot.services.clubs import Asking
from handlers.command import Chat, Platform
from tests.askers import everywhere
from tests.club_chats import (
    ANN,
    CHIEF,
    GROUP,
    PRIVATE,
    SATURDAY,
    SERVER,
    STRANGER,
    action,
    ask,
    buttons_of,
    found,
    labels,
    posted,
    press,
    sessions,
)
from tests.meetings import meeting
from tests.talks import seen
from tests.world import NOW, bot_with

# Saturday 18:00


@everywhere
async def test_saturday_18_is_shown_as_a_date_with_zones_and_countdown_before_anything_is_posted(
    platform: str, tmp_path: Path
) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        await person.ask("timezone", "Europe/Moscow")
        asked = await person.ask("club new", "Saturday 18:00 Attention is all you need")
        before = await sessions(core)
        await person.press("✅ Post it")
        (session,) = await sessions(core)
    assert "Sat, Mar 14, 2026, 18:00 Moscow" in asked.text
    assert "Elsewhere: 16:00 Berlin · 11:00 New York · 23:00 Shanghai" in asked.text
    assert "in 4 days" in asked.text or "<t:" in asked.text
    assert "Title: Attention is all you need" in asked.text
    assert "Nothing is posted before you confirm." in asked.text
    assert asked.buttons[:3] == ("✅ Post it", "✏️ Change", "✖ Cancel")
    assert before == []
    assert session.plan.starts_at == SATURDAY
    assert session.plan.zone == "Europe/Moscow"


async def test_an_end_that_is_said_is_how_long_the_session_takes_also_where_the_hour_is_asked_about(
    tmp_path: Path,
) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        session = await posted(core, "Saturday 18:00–20:00 Attention")
        asked = await ask(core, "club new", "Sunday 6:00-6:45 Breakfast")
        chosen = await press(core, next(one.action for one in buttons_of(asked) if ":at:" in one.action))
        await press(core, action(chosen, "✅"))
        second = (await sessions(core))[-1]
    assert (session.plan.title, session.plan.length) == ("Attention", timedelta(hours=2))
    assert (second.plan.title, second.plan.length) == ("Breakfast", timedelta(minutes=45))


@everywhere
async def test_who_says_nothing_is_asked(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        await person.ask("club") if platform != "discord" else await person.ask("club next")
        answers = ["Saturday 18:00", "Attention", "https://arxiv.org/abs/1706.03762", "Anna, Boris", "Room 5"]
        seen = await person.fill("➕ New session", answers)
        await person.press("✅ Post it")
        (session,) = await sessions(core)
    assert "Title: Attention" in seen.text
    assert "Speakers: Anna, Boris" in seen.text
    assert session.plan.papers[0].identity == "arxiv:1706.03762"
    assert session.plan.speaker_names == ("Anna", "Boris")
    assert session.plan.place == "Room 5"


async def test_a_double_press_makes_one_session(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        asked = await ask(core, "club new", "Saturday 18:00")
        first = await press(core, action(asked, "Post it"))
        again = await press(core, action(asked, "Post it"))
        assert len(await sessions(core)) == 1
    assert "It is posted in Readers." in seen(first)
    assert seen(again) == seen(first)


# Times that are not clear


async def test_a_time_that_can_mean_two_things_is_asked_about_with_buttons(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        asked = await ask(core, "club new", "Saturday at 6 Attention")
        chosen = await press(core, action(asked, "06:00"))
        assert await sessions(core) == []
    assert "In the morning or in the evening?" in seen(asked)
    assert labels(asked) == ["Sat, Mar 14, 2026, 18:00", "Sat, Mar 14, 2026, 06:00", "✍️ Write when", "✖ Cancel"]
    assert "Sat, Mar 14, 2026, 06:00 Moscow" in seen(chosen)
    assert "Title: Attention" in seen(chosen)


async def test_a_title_is_kept_while_the_time_is_still_asked_for(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        asked = await ask(core, "club new", "Saturday, Attention is all you need")
        shown = await press(core, "cs:d:1:when", when="Saturday 18:00")
    assert "I understood “Saturday”. At what time of day?" in seen(asked)
    assert "Title: Attention is all you need" in seen(shown)


async def test_a_time_in_a_gap_is_refused_with_two_suggestions(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core, zone="Europe/Berlin")
        asked = await ask(core, "club new", "29 March 2026 02:30")
        chosen = await press(core, action(asked, "03:30"))
    assert "the clocks in Berlin skip 02:30" in seen(asked)
    assert labels(asked)[:2] == ["Sun, Mar 29, 2026, 01:30", "Sun, Mar 29, 2026, 03:30"]
    assert "Post it" not in str(labels(asked))
    assert "Sun, Mar 29, 2026, 03:30 Berlin" in seen(chosen)


async def test_a_time_that_comes_twice_is_the_first_one_once(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core, zone="Europe/Berlin")
        session = await posted(core, "25 October 2026 02:30")
        (only,) = await sessions(core)
    assert only == session
    assert session.plan.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # still summer time


async def test_a_time_that_is_over_is_refused_with_what_may_have_been_meant(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        asked = await ask(core, "club new", "5 December 2025 18:00")
        plain = await ask(core, "club new", "yesterday 18:00")
    assert "Fri, Dec 5, 2025, 18:00 Moscow is over already. Did you mean this one?" in seen(asked)
    assert labels(asked)[0] == "Sat, Dec 5, 2026, 18:00"
    assert "is over already" in seen(plain)
    assert labels(plain) == ["✍️ Write when", "✖ Cancel"]


async def test_a_draft_whose_time_has_come_meanwhile_is_not_posted(tmp_path: Path) -> None:
    now = [NOW]
    async with bot_with(tmp_path, clock=lambda: now[0]) as core:
        await found(core)
        asked = await ask(core, "club new", "tomorrow 18:00")
        now[0] += timedelta(days=3)
        refused = await press(core, action(asked, "Post it"))
        assert await sessions(core) == []
    assert "That is over already" in seen(refused)


# Who may


ORGANISERS_COMMANDS = [
    ("new", "Saturday 18:00"),
    ("edit", "1"),
    ("move", "1 Sunday 18:00"),
    ("cancel", "1 ill"),
    ("copy", "1"),
]
VERBS = ["manage", "edit", "all", "move", "copy", "cancel", "why", "off", "on", "chats"]


@pytest.mark.parametrize("chat", [GROUP, replace(PRIVATE, id="1")], ids=["in the group", "in private"])
async def test_a_member_at_organisers_buttons_changes_nothing(chat: Chat, tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        session = await posted(core)
        await press(core, f"rsvp:{session.id}:going", ANN)
        draft = await ask(core, "club new", "Sunday 18:00")
        before = await sessions(core)
        replies = [await ask(core, f"club {name}", words, ANN, chat) for name, words in ORGANISERS_COMMANDS]
        replies += [await press(core, f"cs:s:{session.id}:{verb}", ANN, chat) for verb in VERBS]
        replies += [await press(core, f"cs:r:{session.id}:{verb}", ANN, chat) for verb in ("end", "over", "skip")]
        replies += [await press(core, one, ANN, chat) for one in (action(draft, "Post it"), action(draft, "Cancel"))]
        replies += [await press(core, "cs:d:2:topic", ANN, chat, title="Mine"), await press(core, "cs:new", ANN, chat)]
        assert await sessions(core) == before
        assert "Title: Mine" not in seen(await press(core, "cs:d:2"))
    assert {seen(one).strip() for one in replies} == {
        "Only organisers of the club can do that: its chats' administrators, and those they appoint."
    }


async def test_a_stranger_reaches_no_session_of_another_club(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        session = await posted(core)
        draft = await ask(core, "club new", "Sunday 18:00")
        elsewhere = Chat(Platform.TELEGRAM, "-200", title="Others")
        replies = [
            await press(core, one, who, chat)
            for who, chat in ((CHIEF, elsewhere), (STRANGER, replace(PRIVATE, id="7")))
            for one in (
                f"cs:s:{session.id}",
                f"cs:s:{session.id}:off",
                action(draft, "Post it"),
                f"cs:r:{session.id}:end",
            )
        ]
        listed = seen(await ask(core, "club sessions", chat=elsewhere))
        assert (await sessions(core))[0] == session
    assert all("club" in seen(one) and "Attention" not in seen(one) and one.failed for one in replies)
    assert "No session is planned yet." in listed


async def test_only_organisers_see_the_way_to_change_a_session(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        nothing, new = await ask(core, "club", person=ANN), await ask(core, "club")
        await posted(core)
        shown, own = await ask(core, "club", person=ANN), await ask(core, "club")
    assert labels(nothing) == []
    assert labels(new) == ["➕ New session"]
    assert labels(shown) == [
        "✅ Going",
        "🤔 Maybe",
        "✖ Can't",
        "🎤 I'll speak",
        "📅 Calendar",
        "➕ Guests and more",
        "👥 Join the club",
    ]
    assert labels(own) == [*labels(shown), "✏️ Edit…"]


# What is listed


async def test_sessions_to_come_are_listed_in_pages(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        for day in range(11, 21):
            await posted(core, f"{day} March 18:00 Topic {day}")
        first = await ask(core, "club sessions", person=ANN)
        second = await press(core, action(first, "▶"), ANN)
        one = await press(core, action(second, "10"), ANN)
    assert "Session 1 · Topic 11" in seen(first)
    assert "Topic 19" not in seen(first)
    assert labels(first) == ["1", "2", "3", "4", "5", "6", "7", "8", "▶"]
    assert "Session 10 · Topic 20" in seen(second)
    assert labels(second) == ["9", "10", "◀"]
    assert "Session 10 · Topic 20" in seen(one)
    assert "✅ Going" in labels(one)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_message_is_said_in_each_language(language: str, tmp_path: Path) -> None:
    chief = replace(CHIEF, language=language.replace("_", "-"))
    async with bot_with(tmp_path) as core:
        await found(core)
        await core.database.run(lambda uow: uow.chats.set_language("telegram", GROUP.id, language))
        await posted(core, "every Saturday 18:00 Journal club")
        pressed = ["cs:s:1:manage", "cs:s:1:all", "cs:d:2:more", "cs:s:1:cancel", "cs:r:1:end", "cs:s:1:chats"]
        pressed += [f"cs:d:2:{panel}" for panel in ("place", "length", "people", "repeat", "chats", "tpl")]
        said = [await press(core, one, chief) for one in pressed]
        said.append(await ask(core, "club sessions", person=chief))
    english = {"en"} == {language}
    for one in said:
        words = " ".join([seen(one), *labels(one)])
        assert "{" not in words
        assert english or not any(word in words for word in ("Nothing", "Where", "Places", "series", "Done"))


async def test_members_who_have_agreed_to_speak_are_on_the_list_from_the_start(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        await press(core, "cm:join", ANN)
        access = await core.clubhouse.clubs.enter(
            Asking(Account("telegram", "9", "Chief"), GROUP.destination, chat_administrator=True), "en"
        )
        ann = await core.database.run(lambda uow: uow.members.ensure(Account("telegram", "1", "Ann"), now=NOW))
        draft = await core.clubhouse.sessions.begin(access, NewSession("Attention", SATURDAY, speakers=(ann.id,)))
        await press(core, f"cs:d:{draft.id}:post")
        (session,) = await sessions(core)
        shown = seen(await ask(core, "club", person=ANN))
    assert session.plan.title == "Attention"
    assert "🎤 Speaker: Ann" in shown


async def test_a_forged_choice_of_a_chat_shows_the_session_in_no_other_clubs_chat(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        other = Chat(Platform.TELEGRAM, "-200", title="Others")
        await found(core, other)
        strange = await core.database.query(lambda uow: uow.communities.destination_at("telegram", "-200"))
        assert strange is not None
        await ask(core, "club new", "Saturday 18:00 Attention")
        await press(core, f"cs:d:1:chats=1chat-{strange.id}")
        await press(core, "cs:d:1:post")
        (session,) = await sessions(core)
        await press(core, f"cs:s:{session.id}:chats=1{strange.id}")
        shown = await core.clubhouse.planned.shown_in(session)
    assert strange.id not in shown
    assert len(shown) == 1


async def test_only_who_is_going_sees_a_secret_place_and_only_in_private(tmp_path: Path) -> None:
    alone = replace(PRIVATE, id="1")
    async with bot_with(tmp_path) as core:
        await found(core)
        await ask(core, "club new", "Saturday 18:00 Attention")
        await press(core, "cs:d:1:place", place="Room 5")
        await press(core, "cs:d:1:place=1place-going")
        await press(core, "cs:d:1:post")
        await press(core, "rsvp:1:maybe", ANN)
        maybe = seen(await ask(core, "club", person=ANN, chat=alone))
        await press(core, "rsvp:1:going", ANN)
        going = seen(await ask(core, "club", person=ANN, chat=alone))
        in_group = seen(await ask(core, "club", person=ANN))
    assert "📍 Room 5" in going
    for others in (maybe, in_group):
        assert "Room 5" not in others
        assert "Those who are going see the place." in others


async def test_a_paper_that_the_archive_knows_is_called_by_its_title(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        await ask(core, "club new", "Saturday 18:00 https://arxiv.org/abs/1706.03762")
        await press(core, "cs:d:1:post")
        before = seen(await ask(core, "club"))

        def tell(uow: Any) -> None:
            paper = PaperId("arxiv", "1706.03762")
            uow.papers.want(paper, older_than=NOW, now=NOW)
            uow.papers.found(paper, PaperFacts("Attention Is All You Need", ("Ashish Vaswani",)), now=NOW)

        await core.database.run(tell)
        after = seen(await ask(core, "club"))
    assert "arxiv.org/abs/1706.03762" in before
    assert "Session 1 · Attention Is All You Need" in after
    assert "Ashish Vaswani" in after


# Where it is shown


async def test_a_session_is_shown_in_one_chat_of_each_group_and_server_then_where_the_last_one_was(
    tmp_path: Path,
) -> None:
    other = replace(SERVER, id="78", title="general")
    async with bot_with(tmp_path) as core:
        await found(core, with_=SERVER)
        await found(core, other)  # of the same server
        first = await posted(core)
        here = await posted(core, "Sunday 18:00", chat=other)
        await ask(core, "club new", "Monday 18:00", chat=other)
        panel = await press(core, "cs:d:3:chats", chat=other)
        await press(core, action(panel, "general"), chat=other)
        await press(core, "cs:d:3:post", chat=other)
        both = (await sessions(core))[-1]
        shown = [await core.clubhouse.planned.shown_in(one) for one in (first, here, both)]
        names = await core.database.query(
            lambda uow: {one.id: one.title for one in uow.communities.destinations(first.community_id)}
        )
    assert [sorted(names[one] for one in chats) for chats in shown] == [
        ["Readers", "papers"],
        ["Readers", "papers"],  # the server has a card already
        ["Readers", "general", "papers"],
    ]
