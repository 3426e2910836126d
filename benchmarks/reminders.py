"""Reminders at the rate of 100,000 an hour among a million calls that are stored, what a look costs, and kills.

Some minutes of such an hour are gone through as they pass, with the real service, database and limiter, and a sender
that answers at once. Half of the reminders are due at one moment, as at a quarter of the hour, the others all the time.
What Telegram's limit alone, with the margin that we keep, imposes on the same moments is worked out and subtracted.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

from sqlalchemy import create_engine, insert

from benchmarks.figures import Figure, run_script
from bot.domain.club import Club, SessionPlan, SessionState
from bot.domain.communities import Destination
from bot.domain.deliveries import Payload, SendOutcome, Sent
from bot.domain.files import File
from bot.domain.reminders import LEADS, CallKind, CallState
from bot.domain.roster import Role, Seat
from bot.platforms.telegram.limits import MESSAGES_A_SECOND, SECOND, TelegramLimits
from bot.platforms.telegram.payload import payloads
from bot.services.deliveries import Deliveries
from bot.services.delivery_notices import DeliveryNotices
from bot.services.reaching import Reaching
from bot.services.reminders import Reminders
from storage.club_sessions import plan_as_json
from storage.club_tables import ClubSessionRow, RsvpRow
from storage.database import Database
from storage.member_tables import AccountRow, MemberRow
from storage.reminder_tables import CallRow
from tests.factories import make_database
from tests.reminder_kills import kill_and_count

LATENESS, TICK_MS = 2.0, 2.0
HOUR = timedelta(hours=1)
RENDERERS = {"telegram": payloads}


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: reminders an hour, for how many seconds, of sessions with so many people; calls that are
    stored; looks; and kills."""

    reminders: int = 100_000
    seconds: float = 120
    people: int = 100
    calls: int = 1_000_000
    looks: int = 200
    kills: int = 200

    @property
    def sessions(self) -> int:
        return max(2, int(self.reminders * self.seconds / 3600) // self.people)


def measure(sizes: Sizes | None = None) -> list[Figure]:
    """All figures of reminders."""
    sizes = sizes or Sizes()
    with tempfile.TemporaryDirectory(prefix="paper-round-bench-") as name:
        folder = Path(name)
        (folder / "kills").mkdir()
        database = make_database(folder)
        begins = _now() + timedelta(seconds=sizes.calls / 10_000)  # storing takes a while
        dues = _store(database, sizes, begins)
        figures = [*_idle(database, sizes, begins), *asyncio.run(_while(database, dues))]
        database.close()
        return [*figures, *_kills(folder / "kills", sizes.kills)]


# What is stored


def _store(database: Database, sizes: Sizes, begins: datetime) -> list[datetime]:
    """A club with the sessions of which people are to be reminded from then on, and all those that come later. Returns
    when each reminder is due."""
    random = Random(3)
    with database.write() as uow:
        community = uow.communities.add("Club", zone="UTC", languages=("en",))
        uow.clubs.put(Club(community.id, leads=(HOUR,)))
    moments = [0.0 if number % 2 else random.uniform(0, sizes.seconds) for number in range(sizes.sessions)]
    starts = [begins + HOUR + timedelta(seconds=one) for one in moments]
    later = max(0, sizes.calls // len(LEADS) - sizes.sessions)
    starts += [begins + timedelta(days=30 + number / 1000) for number in range(later)]
    sessions = list(enumerate(starts, start=1))
    engine = create_engine(f"sqlite:///{database.path}")
    with engine.begin() as connection:
        for table, rows in (
            (ClubSessionRow, [_session(number, at) for number, at in sessions]),
            (CallRow, [one for number, at in sessions for one in _calls(number, at, begins)]),
            (MemberRow, [{"id": one, "name": "Reader", "created_at": begins} for one in _people(sizes)]),
            (AccountRow, [_account(one, begins) for one in _people(sizes)]),
            (RsvpRow, [_rsvp(one, 1 + (one - 1) // sizes.people, begins) for one in _people(sizes)]),
        ):
            for at in range(0, len(rows), 50_000):
                connection.execute(insert(table.__table__), rows[at : at + 50_000])
    engine.dispose()
    return sorted(at - HOUR for at in starts[: sizes.sessions] for _ in range(sizes.people))


def _people(sizes: Sizes) -> range:
    return range(1, sizes.sessions * sizes.people + 1)


def _session(number: int, starts_at: datetime) -> dict[str, object]:
    plan = SessionPlan(f"Session {number}", starts_at, "UTC", place="https://call.example/room", place_for_going=True)
    return {
        "community_id": 1,
        "number": number,
        "uid": f"session {number}",
        "plan": plan_as_json(plan),
        "starts_at": starts_at,
        "length": timedelta(minutes=90),
        "state": SessionState.PLANNED,
        "version": 1,
        "schedule_version": 0,
        "created_at": starts_at,
        "reason": "",
    }


def _calls(session_id: int, starts_at: datetime, now: datetime) -> Iterator[dict[str, object]]:
    for lead in LEADS:
        due_at = starts_at - lead
        pending = due_at >= now
        yield {
            "session_id": session_id,
            "schedule_version": 0,
            "kind": CallKind.REMINDER,
            "lead": lead,
            "planned_at": due_at,
            "due_at": due_at if pending else None,
            "state": CallState.PENDING if pending else CallState.FOLDED,
            "told": 0,
            "told_up_to": 0,
        }


def _account(member_id: int, now: datetime) -> dict[str, object]:
    return {
        "platform": "telegram",
        "account_id": str(10_000_000 + member_id),
        "member_id": member_id,
        "name": "Reader",
        "language": "en",
        "added_at": now,
    }


def _rsvp(member_id: int, session_id: int, now: datetime) -> dict[str, object]:
    return {
        "session_id": session_id,
        "member_id": member_id,
        "guest_name": "",
        "role": Role.LISTENER,
        "seat": Seat.GOING,
        "turn": member_id,
        "answered_at": now,
    }


# An idle tick


def _idle(database: Database, sizes: Sizes, begins: datetime) -> Iterator[Figure]:
    """A look at the calls a minute before the first is due."""
    reminders = Reminders(database, lambda: begins - timedelta(minutes=1), Reaching(RENDERERS))

    async def looks() -> list[float]:
        times = []
        for _ in range(sizes.looks):
            began = time.perf_counter()
            await reminders.enqueue_due()
            times.append(time.perf_counter() - began)
        return times

    milliseconds = median(asyncio.run(looks())) * 1000
    yield Figure.at_most(f"idle tick of reminders, {sizes.calls} calls stored", milliseconds, TICK_MS, "{:.2f} ms")


# The minutes


@dataclass
class Post:
    """A sender with Telegram's limits that answers at once, and notes when."""

    limits: TelegramLimits = field(default_factory=TelegramLimits)
    sent: list[datetime] = field(default_factory=list)

    async def wait_turn(self, destination: Destination) -> None:
        await self.limits.wait_turn(int(destination.chat_id), group=False)

    async def send(
        self, destination: Destination, payload: Payload, *, nonce: str, file: File | None = None
    ) -> SendOutcome:
        self.sent.append(_now())
        return Sent(nonce)

    async def edit(self, destination: Destination, message_id: str, payload: Payload) -> SendOutcome:
        raise AssertionError("reminders are not edited")


async def _while(database: Database, dues: Sequence[datetime]) -> list[Figure]:
    post, reaching = Post(), Reaching(RENDERERS)
    reminders = Reminders(database, _now, reaching)
    deliveries = Deliveries(database, _now, Random(7), DeliveryNotices([], RENDERERS), reaching=reaching)
    deliveries.connect("telegram", post)
    made = []
    await asyncio.sleep(max(0.0, (dues[0] - _now()).total_seconds() - 1))
    while len(post.sent) < len(dues):
        began = time.perf_counter()
        if told := await reminders.enqueue_due():
            made.append((time.perf_counter() - began) / told)
        await deliveries.dispatch()
        await asyncio.sleep(1 - (time.perf_counter() - began) % 1)
    await deliveries.settle()
    late, allowed = _late(sorted(post.sent), dues), _late(_ideal(dues), dues)
    return [
        Figure("reminders due while it was measured", f"{len(dues)}"),
        Figure("putting one into the outbox", f"{median(made) * 1000:.2f} ms"),
        Figure("lateness of reminders, p99", f"{late:.1f} s"),
        Figure("of that Telegram's limit alone imposes", f"{allowed:.1f} s"),
        Figure.at_most("lateness beyond Telegram's limit, p99", late - allowed, LATENESS, "{:.2f} s"),
    ]


def _now() -> datetime:
    return datetime.now(UTC)


def _ideal(dues: Sequence[datetime]) -> list[datetime]:
    """When reminders would go out that take no time, at so many in each of our seconds, which keep a margin."""
    sent: list[datetime] = []
    for at, due in enumerate(dues):
        free = sent[at - MESSAGES_A_SECOND] + timedelta(seconds=SECOND) if at >= MESSAGES_A_SECOND else due
        sent.append(max(due, free))
    return sent


def _late(sent: Sequence[datetime], dues: Sequence[datetime]) -> float:
    """The seconds by which all but one in a hundred are late at most: they go out in the order in which they are
    due."""
    late = sorted((at - due).total_seconds() for at, due in zip(sent, dues, strict=True))
    return late[int(len(late) * 0.99) - 1] if len(late) >= 100 else late[-1]


# Kills


def _kills(folder: Path, kills: int) -> Iterator[Figure]:
    tally = asyncio.run(kill_and_count(folder, kills=kills, seed=11))
    for sentence in tally.broken[:10]:
        print(sentence, file=sys.stderr)
    yield Figure("reminders: kills with SIGKILL", str(tally.kills), f"≥ {kills}", tally.kills >= kills)
    yield Figure(f"reminders: promises broken, of {tally.parts}", str(len(tally.broken)), "0", not tally.broken)
    yield Figure("reminders: in flight at a kill, each sent again and marked", str(tally.doubts))


if __name__ == "__main__":
    run_script(measure)
