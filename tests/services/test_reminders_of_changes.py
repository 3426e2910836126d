"""Reminders of sessions that are moved, cancelled, or take place after all."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.club import SessionState
from bot.domain.reminders import CallState
from bot.domain.roster import Seat
from storage.database import Database
from tests.reminding import BEGINS, DAY, HOUR, MINUTE, PLACE, REMINDER, club

# --- the session changes


async def test_a_move_tells_going_and_waitlisted_people_old_and_new_once(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        readers.comes("Bia", seat=Seat.WAITLISTED)
        readers.comes("Cem", seat=Seat.DECLINED)
        readers.change(starts_at=readers.session.plan.starts_at + 2 * HOUR)
        await readers.at(readers.now)
        await readers.at(readers.now + MINUTE)
        for name in ("Ana", "Bia"):
            (said,) = readers.told(f"telegram-{name}")
            assert "🗓 Moved to another time: Session 2 · Attention" in said
            assert "Fri, Mar 13, 2026, 12:00" in said, "the old time, by the session's clock"
            assert "Fri, Mar 13, 2026, 14:00" in said, "the new one"
        assert readers.told("telegram-Cem") == []
        assert len(readers.told("club-on-telegram")) == 1


async def test_reminders_that_were_not_sent_are_void_after_a_move_and_new_ones_are_armed(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        old = readers.session.plan.starts_at
        readers.change(starts_at=old + 2 * DAY)
        await readers.at(readers.now)
        readers.told("telegram-Ana")
        await readers.at(old - HOUR)
        assert readers.told("telegram-Ana") == []
        await readers.before(DAY)
        assert readers.heads("telegram-Ana") == [REMINDER]


async def test_a_move_after_the_reminders_went_out_reminds_anew(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        await readers.before(DAY)
        readers.change(starts_at=readers.session.plan.starts_at + 3 * DAY)
        await readers.at(readers.now)
        readers.told("telegram-Ana")
        await readers.before(DAY)
        assert readers.heads("telegram-Ana") == [REMINDER]


async def test_a_reminder_that_waits_in_the_outbox_is_void_after_a_move(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        readers.world.time.advance_to(readers.session.plan.starts_at - DAY)
        await readers.reminders.enqueue_due()
        readers.change(starts_at=readers.session.plan.starts_at + 3 * DAY)
        await readers.at(readers.now)
        assert readers.heads("telegram-Ana") == ["🗓 Moved to another time: Session 2 · Attention"]


async def test_a_session_that_is_moved_closer_than_its_leads_is_told_of_once_and_not_several_times(
    database: Database,
) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        readers.change(starts_at=readers.now + 40 * MINUTE)
        await readers.at(readers.now)
        await readers.at(readers.now + MINUTE)
        (said,) = readers.told("telegram-Ana")
        assert "Moved to another time" in said
        assert PLACE in said, "it says all that a reminder does"
        assert readers.states()[HOUR] is CallState.FOLDED
        await readers.before(timedelta(0))
        assert readers.heads("telegram-Ana") == [BEGINS]


async def test_of_two_moves_in_a_row_people_are_told_one(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        first = readers.session.plan.starts_at
        readers.change(starts_at=first + HOUR)
        readers.change(starts_at=first + 3 * HOUR)
        await readers.at(readers.now)
        (said,) = readers.told("telegram-Ana")
        assert "12:00" in said
        assert "13:00" not in said
        assert "15:00" in said


async def test_a_new_place_is_told_to_those_who_go_there_and_reminders_stay(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        readers.comes("Bia", seat=Seat.WAITLISTED)
        await readers.before(DAY)
        readers.told("telegram-Ana")
        readers.change(place="https://call.example/other")
        await readers.at(readers.now)
        (said,) = readers.told("telegram-Ana")
        assert "📍 The place has changed: Session 2 · Attention" in said
        assert "https://call.example/other" in said
        assert readers.told("telegram-Bia") == []
        await readers.before(HOUR)
        assert readers.heads("telegram-Ana") == [REMINDER]


async def test_a_cancellation_voids_reminders_and_tells_everyone_concerned_once(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        names = [seat.value.title() for seat in Seat]
        for seat in Seat:
            readers.comes(seat.value.title(), seat=seat)
        readers.change(state=SessionState.CANCELLED)
        await readers.at(readers.now)
        await readers.before(DAY)
        await readers.before(timedelta(0))
        await readers.after(HOUR)
        told = {name: readers.heads(f"telegram-{name}") for name in names}
        assert told == {name: [] if name == "Declined" else ["❌ Cancelled: Session 2 · Attention"] for name in names}
        assert len(readers.told("club-on-telegram")) == 1


async def test_a_session_that_takes_place_after_all_is_told_of_and_reminded_of(database: Database) -> None:
    async with club(database) as readers:
        readers.plan()
        readers.comes("Ana")
        readers.change(state=SessionState.CANCELLED)
        await readers.at(readers.now)
        readers.change()
        await readers.at(readers.now)
        assert readers.heads("telegram-Ana") == [
            "❌ Cancelled: Session 2 · Attention",
            "🗓 It takes place after all: Session 2 · Attention",
        ]
        await readers.before(DAY)
        assert readers.heads("telegram-Ana") == [REMINDER]
