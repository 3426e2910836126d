"""Reminders of sessions: who is told what and when, also where the bot was away, and what comes afterwards."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.club import DEFAULT_LEADS, ClubSession
from bot.domain.materials import MaterialKind, NewMaterial
from bot.domain.members import Account, Membership, Reach
from bot.domain.reaching import WordKind
from bot.domain.reminders import LEADS, CallKind, CallState, Phase
from bot.domain.roster import Role, Seat
from bot.domain.series import Repeat, SeriesRule, occurrence_at, occurrences
from bot.locales import translator
from bot.services import reminder_message
from bot.services.reminder_message import Hearer
from storage.database import Database
from tests.outbox import START
from tests.reaching import put_rsvps
from tests.reminding import BEGINS, DAY, HOUR, MINUTE, PLACE, REMINDER, club


async def test_who_is_going_is_reminded_a_day_an_hour_and_at_the_start(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        for lead, head in ((DAY, REMINDER), (HOUR, REMINDER), (timedelta(0), BEGINS)):
            await readers.before(lead + MINUTE)
            assert readers.told("telegram-Ana") == []
            await readers.before(lead)
            assert readers.heads("telegram-Ana") == [head]


async def test_a_reminder_asks_nobody_to_sign_up_once_that_is_closed(database: Database) -> None:
    async with club(database) as readers:
        readers.plan(cutoff=2 * HOUR)
        readers.comes("Ana", seat=Seat.MAYBE)
        await readers.before(DAY)
        assert "Are you coming?" in readers.told("telegram-Ana")[0]
        await readers.before(HOUR)
        (said,) = readers.told("telegram-Ana")
        assert "Are you coming?" not in said


@pytest.mark.parametrize("hearer", [reminder_message.CHAT, Hearer(Seat.MAYBE), Hearer(Seat.GOING)])
async def test_going_stands_below_a_reminder_only_while_one_can_still_sign_up(
    database: Database, hearer: Hearer
) -> None:
    async with club(database) as readers:
        readers.plan()
        for is_open, phase in ((True, Phase.AHEAD), (False, Phase.AHEAD), (False, Phase.BEGINNING)):
            said = reminder_message.reminder(
                readers.session, hearer, translator("en"), phase=phase, is_open=is_open, late=False
            )
            labels = [button.label for row in said.buttons for button in row]
            assert ("✅ Going" in labels) == (is_open and hearer.seat is not Seat.GOING)
            assert ("Can't after all" in labels) == (hearer.seat is Seat.GOING)
            assert labels


async def test_only_those_concerned_are_reminded(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        for seat in Seat:
            readers.comes(seat.value.title(), seat=seat)
        await readers.before(HOUR * 24)
        told = {name: len(readers.told(f"telegram-{name.title()}")) for name in [seat.value for seat in Seat]}
        assert told == {"going": 1, "offered": 1, "maybe": 1, "waitlisted": 0, "declined": 0}


async def test_who_said_maybe_is_asked_and_who_is_offered_a_place_too(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana", seat=Seat.MAYBE)
        readers.comes("Bia", seat=Seat.OFFERED)
        await readers.before(DAY)
        assert "You said maybe. Are you coming?" in readers.told("telegram-Ana")[0]
        assert "A place is kept for you. Do you still want it?" in readers.told("telegram-Bia")[0]


async def test_the_place_is_told_to_those_who_are_going_and_never_to_the_chats(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        readers.comes("Bia", seat=Seat.MAYBE)
        await readers.before(HOUR)
        assert PLACE in readers.told("telegram-Ana")[0]
        assert PLACE not in readers.told("telegram-Bia")[0]
        for chat in ("club-on-telegram", "club-on-discord"):
            (said,) = readers.told(chat)
            assert "Attention" in said
            assert PLACE not in said


async def test_the_place_that_is_no_secret_is_told_to_all(database: Database) -> None:
    async with club(database) as readers:
        readers.plan(place_for_going=False)
        await readers.before(HOUR)
        assert PLACE in readers.told("club-on-discord")[0]


async def test_people_choose_their_own_leads_or_none(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana", leads=(3 * HOUR,))
        readers.comes("Bia", leads=())
        for lead in (DAY, 3 * HOUR, HOUR, timedelta(0)):
            await readers.before(lead)
            assert len(readers.told("telegram-Ana")) == (lead == 3 * HOUR)
            assert readers.told("telegram-Bia") == []


async def test_who_reads_the_channel_only_is_reminded_there_and_not_in_private(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana", reach=Reach.CHANNEL)
        await readers.before(DAY)
        assert readers.told("telegram-Ana") == []
        assert len(readers.told("club-on-telegram")) == 1


async def test_the_chats_are_reminded_when_the_club_says_and_not_when_people_do(database: Database) -> None:
    async with club(database) as readers:
        readers.plan(starts_in=timedelta(days=8))
        told = {}
        for lead in LEADS:
            await readers.before(lead)
            told[lead] = len(readers.told("club-on-telegram"))
        assert told == {lead: int(lead in DEFAULT_LEADS) for lead in LEADS}


async def test_calling_twice_reminds_once(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        await readers.before(DAY)
        await readers.before(DAY)
        assert len(readers.told("telegram-Ana")) == 1


async def test_many_are_reminded_in_bounded_batches_and_each_once(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        with database.write() as uow:
            ids = [uow.members.ensure(Account("telegram", str(n), f"M{n}"), now=START).id for n in range(1, 451)]
        put_rsvps(database, readers.session_id, ids, Seat.GOING)
        await readers.before(DAY)
        said = [chat for chat, _ in readers.world.telegram.said if chat.isdigit()]
        assert sorted(said) == sorted(str(n) for n in range(1, 451))


# --- the bot was away


async def test_a_bot_that_was_away_over_a_reminder_sends_it_marked_late(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        await readers.before(20 * HOUR)
        (said,) = readers.told("telegram-Ana")
        assert "This comes late: I was away when it was due." in said


async def test_of_several_reminders_that_were_missed_one_is_sent(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        await readers.before(30 * MINUTE)
        assert len(readers.told("telegram-Ana")) == 1
        assert len(readers.told("club-on-telegram")) == 1
        assert readers.states()[DAY] is CallState.FOLDED
        assert readers.states()[HOUR] is CallState.DONE


async def test_a_bot_that_comes_back_while_the_session_runs_says_that_it_has_started(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        readers.comes("Bia", leads=(DAY,))
        await readers.before(-20 * MINUTE)
        for name in ("Ana", "Bia"):
            (said,) = readers.told(f"telegram-{name}")
            assert "It has already started, join in: Session 2 · Attention" in said
            assert PLACE in said


async def test_a_bot_that_comes_back_afterwards_reminds_nobody_and_tells_an_organiser(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana", leads=(DAY, HOUR))
        boss = readers.world.member("Olga", "telegram")
        with database.write() as uow:
            uow.members.put_membership(Membership(readers.world.community_id, boss.id, START, organiser=True))
        await readers.after(2 * DAY)
        assert readers.told("telegram-Ana") == []
        assert readers.heads("telegram-Olga") == ["⚠️ Nobody was reminded: Session 2 · Attention"]
        assert {readers.states()[lead] for lead in DEFAULT_LEADS} == {CallState.MISSED}


async def test_a_reminder_that_could_not_be_sent_gives_way_to_the_next(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        readers.world.time.advance_to(readers.session.plan.starts_at - DAY)
        await readers.reminders.enqueue_due()  # and nothing is sent before an hour is left
        await readers.before(HOUR)
        assert readers.heads("telegram-Ana") == [REMINDER]


# --- afterwards


async def test_too_few_people_are_told_of_to_organisers_once_at_the_cut_off(database: Database) -> None:
    async with club(database) as readers:
        readers.plan(minimum=3, cutoff=2 * HOUR)
        readers.comes("Ana")
        boss = readers.world.member("Olga", "telegram")
        with database.write() as uow:
            uow.members.put_membership(Membership(readers.world.community_id, boss.id, START, organiser=True))
        await readers.before(2 * HOUR)
        await readers.before(2 * HOUR)
        (said,) = readers.told("telegram-Olga")
        assert "1 person is going, at least 3 are needed." in said
        assert readers.states(CallKind.MINIMUM) == {timedelta(0): CallState.DONE}


async def test_enough_people_are_nothing_to_tell(database: Database) -> None:
    async with club(database) as readers:
        readers.plan(minimum=1)
        boss = readers.comes("Olga", leads=())
        with database.write() as uow:
            uow.members.put_membership(Membership(readers.world.community_id, boss.id, START, organiser=True))
        await readers.before(timedelta(0))
        assert readers.told("telegram-Olga") == []


async def test_those_who_were_going_are_thanked_and_asked_whether_they_came_if_they_want_to(
    database: Database,
) -> None:
    async with club(database) as readers:
        readers.plan()
        ana, _bia = readers.comes("Ana", leads=()), readers.comes("Bia", leads=())
        readers.comes("Cem", seat=Seat.MAYBE, leads=())
        with database.write() as uow:
            settings = uow.clubs.get(readers.world.community_id)
            uow.clubs.put(replace(settings, attendance=True))
            uow.members.put_membership(Membership(readers.world.community_id, ana.id, START, attendance=True))
        await readers.after(timedelta(0))
        assert "Were you there?" in readers.told("telegram-Ana")[0]
        assert "Were you there?" not in readers.told("telegram-Bia")[0]
        assert readers.told("telegram-Cem") == []


async def test_organisers_are_asked_who_came_where_somebody_wants_it_to_be_kept(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        ana, boss = readers.comes("Ana", leads=()), readers.world.member("Olga", "telegram")
        with database.write() as uow:
            uow.clubs.put(replace(uow.clubs.get(readers.world.community_id), attendance=True))
            uow.members.put_membership(Membership(readers.world.community_id, ana.id, START, attendance=True))
            uow.members.put_membership(Membership(readers.world.community_id, boss.id, START, organiser=True))
        for lead in DEFAULT_LEADS:
            await readers.before(lead)
        await readers.after(timedelta(0))
        assert readers.heads("telegram-Olga") == ["Who was there: Session 2 · Attention"]


async def test_reminders_and_thanks_bring_the_materials_that_there_are(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana", leads=(HOUR,))
        session = readers.session
        with database.write() as uow:
            new = NewMaterial(MaterialKind.SLIDES, "The slides", "https://example.org/slides.pdf")
            uow.materials.add(session, new, by=None, now=START, announce_at=START)
        await readers.before(HOUR)
        assert "https://example.org/slides.pdf" in readers.told("telegram-Ana")[0]
        await readers.after(timedelta(0))
        assert "https://example.org/slides.pdf" in readers.told("telegram-Ana")[0]


async def test_a_speaker_is_thanked_for_speaking(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.answer(readers.world.member("Ana", "telegram", leads=()), Seat.GOING, Role.SPEAKER)
        await readers.after(timedelta(0))
        assert readers.heads("telegram-Ana") == ["🙏 Thank you for speaking: Session 2 · Attention"]


async def test_one_call_that_fails_keeps_no_other_back(database: Database, monkeypatch: Any) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        first = readers.session_id
        readers.plan()
        readers.answer(readers.world.member("Bia", "telegram"))
        whole = reminder_message.reminder

        def failing(session: ClubSession, *arguments: Any, **facts: Any) -> Any:
            if session.id == first:
                raise RuntimeError("a fault")
            return whole(session, *arguments, **facts)

        monkeypatch.setattr(reminder_message, "reminder", failing)
        await readers.before(DAY)
        assert readers.told("telegram-Ana") == []
        assert len(readers.told("telegram-Bia")) == 1


async def test_the_ledger_tells_each_way_that_a_reminder_took(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana", "discord")
        readers.world.discord.closed["discord-Ana"] = "closed"
        await readers.before(DAY)
        with database.read() as uow:
            (word,) = uow.reaching.of_session(readers.session_id, [WordKind.REMINDER])
        assert [(one.platform, one.mention, one.refusal, one.arrived) for one in word.routes] == [
            ("discord", False, "closed", False),
            ("discord", True, None, True),
        ]


async def test_what_nobody_needs_any_more_is_forgotten_and_what_may_still_be_needed_is_not(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana", "telegram", "discord")
        await readers.before(DAY)
        with database.read() as uow:
            (word,) = uow.reaching.of_session(readers.session_id, [WordKind.REMINDER])
        other = "discord" if word.routes[0].platform == "telegram" else "telegram"
        for later, kept in ((DAY, True), (60 * DAY, False)):
            readers.world.time.advance_to(readers.now + later)
            await readers.reminders.prune()
            with database.read() as uow:
                assert (uow.reaching.spare(word.id, other) is not None) == kept


# --- a series over the changes of the clocks


@pytest.mark.parametrize(
    ("place", "first_day", "there"),
    [
        # In October Berlin goes back an hour, in November New York does; Moscow keeps its clock all the year.
        ("Europe/Berlin", date(2026, 10, 17), ["17:00", "17:00", "16:00"]),
        ("America/New_York", date(2026, 10, 24), ["11:00", "11:00", "10:00"]),
        # In March New York goes forward, and two weeks later Berlin.
        ("America/New_York", date(2027, 3, 6), ["10:00", "10:00", "11:00"]),
        ("Europe/Berlin", date(2027, 3, 20), ["16:00", "16:00", "17:00"]),
    ],
)
async def test_a_series_over_a_change_of_the_clocks_is_reminded_of_by_the_clubs_clock(
    database: Database, place: str, first_day: date, there: list[str]
) -> None:
    rule = SeriesRule(Repeat.WEEKLY, 5, time(18), "Europe/Moscow", first_day)
    read = []
    async with club(database) as readers:
        ana = readers.world.member("Ana", "telegram", zone=place)
        for day in occurrences(rule, None, 3):
            starts_at = occurrence_at(rule, day)
            readers.world.time.advance_to(starts_at - 2 * DAY)
            readers.plan(starts_in=starts_at - readers.now)
            readers.answer(ana)
            for lead in (DAY, HOUR, timedelta(0)):
                await readers.before(lead + MINUTE)
                assert readers.told("telegram-Ana") == []
                await readers.before(lead)
                (said,) = readers.told("telegram-Ana")
                assert ", 18:00 Moscow" in said
                moment = re.search(r'unix="(\d+)"', said)  # which Telegram shows everybody by their own clock
                assert moment
                local = datetime.fromtimestamp(int(moment[1]), ZoneInfo(place))
                assert local.date() == day
            read.append(f"{local:%H:%M}")
    assert read == there
