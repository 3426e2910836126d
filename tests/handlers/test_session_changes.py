"""Sessions that are edited, moved, copied and cancelled, by one organiser or by two at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.club import SessionState
from tests.askers import everywhere
from tests.club_chats import (
    BORIS,
    CHIEF,
    PRIVATE,
    action,
    ask,
    found,
    labels,
    posted,
    press,
    sessions,
)
from tests.meetings import meeting
from tests.talks import seen
from tests.world import NOW, bot_with

# Changing


async def test_everything_about_a_session_is_chosen_or_written(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        await ask(core, "club new", "Saturday 18:00")
        await press(core, "cs:d:1:topic", title="On attention", papers="see arxiv.org/abs/1706.03762 too", names="Anna")
        await press(core, "cs:d:1:place", place="Room 5")
        for panel, option in (
            ("place", "place-going"), ("length", "length-120"), ("length", "cutoff-120"),
            ("people", "listeners-30"), ("people", "speakers-all"), ("people", "minimum-3"),
        ):  # fmt: skip
            await press(core, f"cs:d:1:{panel}=1{option}")
        shown = await press(core, "cs:d:1", chat=PRIVATE, person=replace(CHIEF, id="5"))
        in_group = await press(core, "cs:d:1:more")
        await press(core, "cs:d:1:post")
        (session,) = await sessions(core)
    plan = session.plan
    assert plan.title == "On attention"
    assert plan.papers[0].address == "https://arxiv.org/abs/1706.03762"
    assert (plan.place, plan.place_for_going, plan.speaker_names) == ("Room 5", True, ("Anna",))
    assert (plan.length, plan.cutoff) == (timedelta(hours=2), timedelta(hours=2))
    assert (plan.listeners, plan.speakers, plan.minimum) == (30, None, 3)
    assert shown.failed  # nobody of that club
    assert "Room 5" not in seen(in_group)
    assert "Place: kept for those who are going" in seen(in_group)


async def test_a_secret_place_is_not_lost_by_a_form_that_does_not_show_it(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        await ask(core, "club new", "Saturday 18:00")
        await press(core, "cs:d:1:place", place="Room 5")
        await press(core, "cs:d:1:place=1place-going")
        form = (await press(core, "cs:d:1:place:write")).form
        assert form is not None
        await press(core, "cs:d:1:place", place=form.questions[0].value)
        await press(core, "cs:d:1:post")
        (session,) = await sessions(core)
    assert form.questions[0].value == ""
    assert session.plan.place == "Room 5"


async def test_what_is_written_wrongly_is_named_and_the_rest_holds(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        await ask(core, "club new", "Saturday 18:00")
        told = await press(core, "cs:d:1:people", listeners="many", speakers="2", minimum="0")
        wrong = await press(core, "cs:d:1:length", length="a while", cutoff="1 day")
        none = await press(core, "cs:d:1:topic", title="T", papers="nothing")
        await press(core, "cs:d:1:post")
        (session,) = await sessions(core)
    assert "“many” is no number of people" in seen(told)
    assert "I do not understand “a while” as a length of time" in seen(wrong)
    assert "I find no address of a paper in “nothing”." in seen(none)
    assert (session.plan.listeners, session.plan.speakers, session.plan.minimum) == (None, 2, None)
    assert session.plan.cutoff == timedelta(days=1)
    assert session.plan.title == "T"


async def test_a_new_session_begins_like_the_last_one(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        await ask(core, "club new", "Saturday 18:00 First")
        await press(core, "cs:d:1:place", place="Room 5")
        await press(core, "cs:d:1:people=1listeners-12")
        await press(core, "cs:d:1:length=1length-45")
        await press(core, "cs:d:1:post")
        later = await posted(core, "Sunday 18:00 Second")
    assert (later.plan.place, later.plan.listeners, later.plan.length) == ("Room 5", 12, timedelta(minutes=45))
    assert later.number == 2
    assert later.plan.title == "Second"


@everywhere
async def test_a_session_is_moved_cancelled_and_takes_place_after_all(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        await person.ask("club new", "Saturday 18:00 Attention")
        await person.press("✅ Post it")
        await person.fill("🕘 Move", ["Sunday 19:30"])
        moved = await person.press("✅ Save")
        (then,) = await sessions(core)
        asked = await person.press("❌ Cancel it")
        off = await person.fill("✍️ Say why", ["The speaker is ill"])
        (cancelled,) = await sessions(core)
        on = await person.press("↩️ It takes place after all")
        (restored,) = await sessions(core)
    assert "It is saved. The cards follow in a moment." in moved.text
    assert then.plan.starts_at == datetime(2026, 3, 15, 19, 30, tzinfo=UTC)
    assert (then.version, then.schedule_version) == (2, 1)
    assert "Those who are going, may come or wait are told." in asked.text
    assert "Cancelled: The speaker is ill" in off.text
    assert (cancelled.state, cancelled.reason) == (SessionState.CANCELLED, "The speaker is ill")
    assert "takes place after all" in on.text
    assert (restored.state, restored.reason, restored.schedule_version) == (SessionState.PLANNED, "", 3)


@pytest.mark.parametrize(
    ("words", "number", "day"),
    [
        ("2 Sunday 22 March 20:00", 2, 22),
        ("22 March 20:00", 1, 22),
        ("#2 22.03 20:00", 2, 22),
        ("Sunday 22 March 20:00", 1, 22),
    ],
)
async def test_a_number_before_a_time_is_a_sessions_unless_it_is_a_days(
    words: str, number: int, day: int, tmp_path: Path
) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        await posted(core)
        await posted(core, "Monday 18:00 Second")
        await press(core, action(await ask(core, "club move", words), "Save"))
        moved = [one for one in await sessions(core) if one.version == 2]
    assert [(one.number, one.plan.starts_at.day) for one in moved] == [(number, day)]


async def test_a_session_that_is_over_is_neither_changed_nor_cancelled_any_more(tmp_path: Path) -> None:
    now = [NOW]
    async with bot_with(tmp_path, clock=lambda: now[0]) as core:
        await found(core)
        session = await posted(core)
        now[0] = session.plan.ends_at
        replies = [await press(core, f"cs:s:{session.id}:{verb}") for verb in ("edit", "move", "off", "on")]
        panel = await press(core, f"cs:s:{session.id}:manage")
    assert {seen(one).strip() for one in replies} == {"This session is over."}
    assert labels(panel) == ["📑 Copy"]


async def test_a_copy_is_like_the_session_but_for_its_time(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        await posted(core)
        asked = await ask(core, "club copy", "1 Sunday 20:00")
        await press(core, action(asked, "Post it"))
        first, second = await sessions(core)
    assert second.plan == replace(first.plan, starts_at=datetime(2026, 3, 15, 17, tzinfo=UTC))
    assert (second.number, second.version) == (2, 1)


# Two at once


async def test_of_two_organisers_who_edit_at_once_the_second_sees_what_the_first_has_changed(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        session = await posted(core)
        await press(core, f"cs:s:{session.id}:edit")
        await press(core, f"cs:s:{session.id}:edit", BORIS)
        await press(core, "cs:d:2:place", place="Room 5")
        await press(core, "cs:d:3:place", BORIS, place="Room 7")
        await press(core, "cs:d:3:topic", BORIS, title="On attention")
        await press(core, "cs:d:3:post", BORIS)
        asked = await press(core, "cs:d:2:post")
        (theirs,) = await sessions(core)
        await press(core, action(asked, "Apply mine"))
        (both,) = await sessions(core)
    assert "Boris changed session 1 meanwhile:" in seen(asked)
    assert "Title: Attention → On attention" in seen(asked)
    assert "Place: – → Room 7" in seen(asked)
    assert "yours: Room 5" in seen(asked)
    assert labels(asked) == ["Apply mine", "Keep theirs"]
    assert (theirs.plan.title, theirs.plan.place) == ("On attention", "Room 7")
    assert (both.plan.title, both.plan.place) == ("On attention", "Room 5")


async def test_who_keeps_what_the_other_has_changed_changes_nothing(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        session = await posted(core)
        await press(core, f"cs:s:{session.id}:edit")
        await press(core, "cs:d:2:place", place="Room 5")
        await press(core, f"cs:s:{session.id}:off", BORIS)
        await press(core, f"cs:s:{session.id}:on", BORIS)
        asked = await press(core, "cs:d:2:post")
        await press(core, action(asked, "Keep theirs"))
        again = await press(core, "cs:d:2:post")
        (kept,) = await sessions(core)
    assert kept.plan == session.plan
    assert "Boris changed session 1 meanwhile:" in seen(asked)
    assert "Room 5" not in seen(again)


async def test_mine_is_asked_about_again_where_there_was_another_change_meanwhile(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await found(core)
        session = await posted(core)
        for organiser in (CHIEF, BORIS, BORIS):
            await press(core, f"cs:s:{session.id}:edit", organiser)
        await press(core, "cs:d:2:place", place="Room 5")
        await press(core, "cs:d:3:place", BORIS, place="Room 7")
        await press(core, "cs:d:3:post", BORIS)
        asked = await press(core, "cs:d:2:post")
        await press(core, "cs:d:4:place", BORIS, place="Room 8")
        await press(core, action(await press(core, "cs:d:4:post", BORIS), "Apply mine"), BORIS)
        again = await press(core, action(asked, "Apply mine"))
        (kept,) = await sessions(core)
    assert "Room 8" in seen(again)
    assert kept.plan.place == "Room 8"


async def test_a_session_is_not_moved_to_a_time_that_is_over(tmp_path: Path) -> None:
    now = [NOW]
    async with bot_with(tmp_path, clock=lambda: now[0]) as core:
        await found(core)
        session = await posted(core)
        draft = await ask(core, "club move", "1 tomorrow 22:00")
        now[0] += timedelta(days=2)
        refused = await press(core, action(draft, "Save"))
        (kept,) = await sessions(core)
    assert "That is over already" in seen(refused)
    assert kept == session
