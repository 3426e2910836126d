"""Kills the process that reminds people, again and again, and counts what arrived against what the ledger says."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.domain.club import Club, SessionPlan
from bot.domain.members import Account, Membership
from bot.domain.reaching import WordKind, WordRecord
from bot.domain.roster import Seat
from bot.services.reaching import Reaching
from bot.services.reminders import Reminders
from storage.database import Database
from tests.delivery_driver import RENDERERS
from tests.delivery_kills import Killer, Stage, Tally, ahead_of, driver_on, live, stage_on
from tests.factories import make_database
from tests.outbox import next_due
from tests.reaching import put_rsvps

HOUR = timedelta(hours=1)
STEP = 40.0
"""Seconds by which the clock of each process is ahead of the last one's: the leases of the last are over then, and
reminders have an hour."""


async def kill_and_count(folder: Path, *, kills: int, seed: int) -> Tally:
    """Reminds people of sessions until there have been so many kills, then lets the rest go out in peace. A kill comes
    with a message, or at any moment from the start of the process, when it calls who is to be reminded."""
    database = make_database(folder)
    tally, killer = Tally(), AnytimeKiller(Random(seed))
    async with stage_on("telegram", killer) as stage, driver_on(folder, stage) as driver:
        stage.step = STEP
        members = _join(database, stage)
        sessions: list[int] = []
        while tally.kills < kills:
            if not _is_due(database):
                sessions.append(_plan(database, members, len(sessions) + 1, _now(stage, tally)))
            tally.kills += await live(driver, stage, killer, tally)
        while _is_due(database):
            await live(driver, stage, None, tally)
        heard = Counter[tuple[int, int]]()
        for (chat, said), times in stage.heard().items():
            found = re.search(r"Round (\d+)", said)
            assert found, said
            heard[(chat, int(found[1]))] += times
    for number, session_id in enumerate(sessions, start=1):
        _compare(database, session_id, number, dict(zip(members, stage.chats, strict=True)), heard, tally)
    database.close()
    return tally


class AnytimeKiller(Killer):
    """Kills with a message, or without waiting for one."""

    def aim(self, pid: int) -> None:
        super().aim(pid)
        if self.random.randrange(3) == 0:
            asyncio.get_running_loop().call_later(self.random.uniform(0, 0.15), self._kill_if_it_is, pid)

    def _kill_if_it_is(self, pid: int) -> None:
        if self.pid == pid:
            self.kill()


def _join(database: Database, stage: Stage) -> list[int]:
    """A club with everybody in it, which reminds an hour before."""
    with database.write() as uow:
        community = uow.communities.add("Club", zone="UTC", languages=("en",))
        uow.clubs.put(Club(community.id, leads=(HOUR,)))
        ids = [uow.members.ensure(Account(stage.platform, str(chat), "R"), now=_EARLY).id for chat in stage.chats]
        for one in ids:
            uow.members.put_membership(Membership(community.id, one, _EARLY))
    return ids


def _plan(database: Database, members: list[int], number: int, now: datetime) -> int:
    """A session to which all are going, and of which they are to be reminded in a second."""
    reminders = Reminders(database, lambda: now, Reaching(RENDERERS))
    plan = SessionPlan(f"Round {number}", now + HOUR + timedelta(seconds=1), "UTC", length=24 * HOUR)
    with database.write() as uow:
        session = uow.club_sessions.add(1, plan, uid=f"round {number}", now=now)
        reminders.session_changed(uow, None, session, now)
    put_rsvps(database, session.id, members, Seat.GOING)
    return session.id


def _is_due(database: Database) -> bool:
    """Whether somebody is still to be reminded an hour before."""
    with database.read() as uow:
        sessions = [one.id for one in uow.club_sessions.upcoming(1, now=_EARLY, limit=1_000_000)]
        waiting = [
            one
            for session_id in sessions
            for one in uow.reminders.of_session(session_id)
            if one.call.lead == HOUR and one.called_at is None
        ]
    return bool(waiting) or next_due(database) is not None


def _compare(
    database: Database,
    session_id: int,
    number: int,
    chats: dict[int, int],
    heard: Counter[tuple[int, int]],
    tally: Tally,
) -> None:
    with database.read() as uow:
        words = uow.reaching.of_session(session_id, [WordKind.REMINDER])
    if sorted(one.member_id for one in words) != sorted(chats):
        tally.broken.append(f"of round {number} there is word for {len(words)} of {len(chats)} people")
    for word in words:
        _compare_word(word, f"round {number}, member {word.member_id}", heard[(chats[word.member_id], number)], tally)


def _compare_word(word: WordRecord, name: str, times: int, tally: Tally) -> None:
    doubts = sum(route.doubts for route in word.routes)
    tally.parts += 1
    tally.doubts += doubts
    tally.repeated += times > 1
    if not word.arrived:
        tally.broken.append(f"{name}: {[route.state for route in word.routes]}")
    if times < 1:
        tally.broken.append(f"{name} is lost")
    if times > 1 + doubts:
        tally.broken.append(f"{name} came {times} times with {doubts} doubts")


def _now(stage: Stage, tally: Tally) -> datetime:
    return datetime.now(UTC) + ahead_of(stage, tally)


_EARLY = datetime(2026, 1, 1, tzinfo=UTC)
