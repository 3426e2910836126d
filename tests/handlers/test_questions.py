"""/club ask: asking, wanting, taking back, and what who speaks gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core import Core
from bot.domain.club import SessionState
from bot.domain.members import Account
from bot.domain.questions import MOST_QUESTIONS
from bot.locales import LANGUAGES
from handlers.command import Person, Request
from tests.askers import everywhere
from tests.club_chats import START, add_session
from tests.fakes import FakeClock
from tests.handlers.test_calendars import answer
from tests.meetings import meeting
from tests.talks import ANN, CHIEF, GROUP, ask, press
from tests.world import NOW, bot_with

BEN = Person("2", "Ben")


async def questions(core: Core, session: int = 1) -> list[Any]:
    return await core.database.query(lambda uow: uow.questions.of_session(session))


async def words_for(core: Core, person: Person) -> list[str]:
    """What stands in the outbox for somebody's private chat on Telegram."""

    def look_up(uow: Any) -> list[str]:
        found = [one.delivery for one in uow.deliveries.entries()]
        return [
            str(part.payload["html"]) for one in found if one.destination.chat_id == person.id for part in one.parts
        ]

    return await core.database.query(look_up)


@everywhere
async def test_asking_in_one_line_or_in_a_form_and_taking_it_back(platform: str, tmp_path: Path) -> None:
    async with meeting(platform, tmp_path) as (core, person):
        nothing = await person.ask("club ask", "Why?")
        await add_session(core)
        said = await person.ask("club ask", "Why <b>so</b> large?")
        hidden = await person.press("🙈 Without my name")
        listed = await person.press("◀ All questions")
        formed = await person.fill("🙈 Ask without my name", ["What about data?"])
        shown = await person.ask("club ask")
        own = await person.press("My questions (2)")
        await person.press("✕ 1")
        gone = await person.press("✕ 1")
    assert "No session is planned yet" in nothing.text
    assert "Why <b>so</b> large?" in said.text
    assert "Who speaks gets it when the session begins" in said.text
    assert "without your name" in hidden.text
    assert "1. Why <b>so</b> large?" in listed.text
    assert "Nobody is told that it is yours." in formed.text
    assert "2. What about data?" in shown.text
    assert "without your name" in own.text
    assert "You have asked nothing." in gone.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_list_is_whole_in_each_language(language: str, tmp_path: Path) -> None:
    async with meeting("telegram", tmp_path, language=language) as (core, person):
        await person.ask("club ask")
        await add_session(core)
        await person.ask("club ask", "Why so large?")
        shown = await person.ask("club ask")
    assert "Why so large?" in shown.text
    assert len(shown.buttons) == 3


async def test_others_want_a_question_answered_and_change_their_mind(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club ask")
        await add_session(core)
        await ask(core, ANN, "club ask Why so large?")
        listed = await ask(core, BEN, "club ask")
        assert "🙋 1" in str(listed.message)
        for _ in range(2):
            await press(core, BEN, "cq:too:1")
        (wanted,) = await questions(core)
        assert len(wanted.people) == 2
        again = await press(core, BEN, "cq:not:1")
        assert "🙋 1" in str(again.message)
        (alone,) = await questions(core)
    assert len(alone.people) == 1


async def test_nobody_wants_their_own_question_twice(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club ask")
        await add_session(core)
        await ask(core, ANN, "club ask Why so large?")
        await ask(core, ANN, "club ask why so LARGE?")
        listed = await press(core, ANN, "cq:too:1")
        (only,) = await questions(core)
    assert only.people == {only.member_id}
    assert "🙋 1" not in str(listed.message)


async def test_a_question_that_others_want_stays_without_its_name(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club ask")
        await add_session(core)
        await ask(core, ANN, "club ask Why so large?")
        await press(core, BEN, "cq:too:1")
        await press(core, ANN, "cq:drop:1")
        (left,) = await questions(core)
        shown = await ask(core, BEN, "club ask")
    assert (left.member_id, left.name) == (None, "")
    assert "Why so large?" in str(shown.message)
    assert "Ann" not in str(shown.message)


async def test_only_who_asked_or_an_organiser_takes_a_question_away(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club ask")
        await add_session(core)
        await ask(core, ANN, "club ask Why so large?")
        refused = await press(core, BEN, "cq:drop:1")
        named = await press(core, BEN, "cq:hide:1")
        assert len(await questions(core)) == 1
        await press(core, CHIEF, "cq:drop:1")
        assert await questions(core) == []
        gone = await press(core, ANN, "cq:drop:1")
    assert "Only organisers" in str(refused.message)
    assert "Only who asked" in str(named.message)
    assert "not there any more" in str(gone.message)


async def test_an_anonymous_question_names_nobody_to_anybody(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club ask")
        await add_session(core)
        request = Request(GROUP, ANN, action="cq:ask:1:1", answers={"question": "Why so large?"})
        await core.dispatcher.press(request)
        for person in (BEN, CHIEF):
            assert "Ann" not in str((await ask(core, person, "club ask")).message)


async def test_one_person_asks_so_much_and_no_more(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club ask")
        await add_session(core)
        for number in range(MOST_QUESTIONS):
            assert not (await ask(core, ANN, f"club ask Why {'abcdefghijklmn'[number] * 5}?")).failed
        refused = await ask(core, ANN, "club ask And this?")
        assert len(await questions(core)) == MOST_QUESTIONS
    assert refused.failed


async def test_a_number_names_the_session(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await ask(core, ANN, "club ask")
        await add_session(core)
        await add_session(core, title="Later", starts_at=START + timedelta(days=7))
        await ask(core, ANN, "club ask #2 4 heads or 8?")
        shown = await ask(core, ANN, "club ask 2")
        (asked,) = await questions(core, 2)
        missing = await ask(core, ANN, "club ask #9 Why?")
    assert asked.text == "4 heads or 8?"
    assert "4 heads or 8?" in str(shown.message)
    assert "There is no session 9." in str(missing.message)


# When it begins


async def moving(core: Core, session_id: int, now: datetime, **changes: Any) -> None:
    """A session is changed as its organisers would."""

    def work(uow: Any) -> None:
        old = uow.club_sessions.get(session_id)
        plan = replace(old.plan, **{name: value for name, value in changes.items() if name != "state"})
        new = replace(old, plan=plan, schedule_version=old.schedule_version + 1, state=changes.get("state", old.state))
        saved = uow.club_sessions.save(new, expected=old.version)
        core.clubhouse.questions.session_changed(uow, old, saved, now)

    await core.database.run(work)


async def asked_for(core: Core) -> int:
    """A session with a speaker, and with questions by Ann (twice alike) and Ben."""
    await ask(core, CHIEF, "club ask")
    session = await add_session(core)
    await ask(core, ANN, "club ask Why so large?")
    await ask(core, BEN, "club ask Why so large then?")
    await ask(core, BEN, "club ask What about &amp; data?")
    await answer(core, Person("7", "Sue"), session, "going", speaker=True)
    return session


async def test_who_speaks_gets_the_questions_once_when_the_session_begins(tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    sue = Person("7", "Sue")
    async with bot_with(tmp_path, clock=clock) as core:
        await asked_for(core)
        clock.now = START - timedelta(seconds=1)
        assert await core.clubhouse.questions.hand_over_due() == 0
        clock.now = START
        assert await core.clubhouse.questions.hand_over_due() == 1
        assert await core.clubhouse.questions.hand_over_due() == 0
        (told,) = await words_for(core, sue)
    assert told.index("Why so large?") < told.index("What about &amp;amp; data?")
    assert "≈ Why so large then?" in told
    assert "— Ann and Ben" in told


async def test_a_session_that_was_moved_hands_its_questions_over_at_its_new_time(tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    async with bot_with(tmp_path, clock=clock) as core:
        session = await asked_for(core)
        await moving(core, session, NOW, starts_at=START + timedelta(days=1))
        clock.now = START
        assert await core.clubhouse.questions.hand_over_due() == 0
        clock.now = START + timedelta(days=1)
        assert await core.clubhouse.questions.hand_over_due() == 1
        assert len(await words_for(core, Person("7", "Sue"))) == 1


async def test_a_cancelled_session_hands_nothing_over(tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    async with bot_with(tmp_path, clock=clock) as core:
        session = await asked_for(core)
        await moving(core, session, NOW, state=SessionState.CANCELLED)
        refused = await ask(core, ANN, f"club ask #{session} Still?")
        clock.now = START
        await core.clubhouse.questions.hand_over_due()
        assert await words_for(core, Person("7", "Sue")) == []
    assert "This session is cancelled." in str(refused.message)


@pytest.mark.parametrize(("late", "told"), [(timedelta(hours=2), 1), (timedelta(days=2), 0)])
async def test_a_bot_that_was_away_tells_late_while_it_is_worth_it(late: timedelta, told: int, tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    async with bot_with(tmp_path, clock=clock) as core:
        await asked_for(core)
        clock.now = START + late
        await core.clubhouse.questions.hand_over_due()
        assert len(await words_for(core, Person("7", "Sue"))) == told
        assert await core.clubhouse.questions.hand_over_due() == 0


async def test_nothing_can_be_asked_once_it_has_begun(tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    async with bot_with(tmp_path, clock=clock) as core:
        await asked_for(core)
        clock.now = START
        refused = await ask(core, ANN, "club ask Too late?")
        wanted = await press(core, ANN, "cq:too:2")
        assert len(await questions(core)) == 3
    assert "has begun" in str(refused.message)
    assert "has begun" in str(wanted.message)


async def test_two_accounts_that_become_one_person_want_it_once(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as core:
        await asked_for(core)
        await press(core, BEN, "cq:too:1")

        def merge(uow: Any) -> None:
            ann, ben = (uow.members.of_account(Account("telegram", one.id)).id for one in (ANN, BEN))
            uow.member_data.merge(ann, ben)

        await core.database.run(merge)
        found = await questions(core)
    assert [len(one.people) for one in found] == [1, 1, 1]
