"""A rush on a session: thousands of people on both platforms press its card within a minute, some twice, some change
their minds, and Telegram sends updates again. The bot is a process of its own, the servers are the doubles.

What everybody is told is held against what came of it, and it is watched how often the cards are edited.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TypeVar

from benchmarks.bot_process import running_bot
from bot.domain.club import SessionPlan
from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.reaching import WordKind
from bot.domain.roster import Seat
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.discord_server import DiscordServer
from tests.discord_world import Channel, PostedMessage
from tests.discord_world import User as DiscordUser
from tests.telegram_server import TelegramServer
from tests.telegram_world import ChatMessage
from tests.telegram_world import User as TelegramUser

GOING, CANNOT = "✅ Going", "✖ Can't"
TWICE, AGAIN = 0.1, 0.1
"""How many press twice, and how many updates Telegram sends again."""
DOUBLE_AFTER = 0.05
"""Seconds between the two presses of one who presses twice."""
SETTLE_SECONDS = 60.0
"""How long the cards may take to show how it ended."""
LOOK_EVERY = 0.02
PATIENCE_SECONDS = 300.0
"""How long an answer is waited for at most."""
T = TypeVar("T")
_WAITS = re.compile(r"You are [\d,]+(?:st|nd|rd|th) on the waitlist")


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was told: what they pressed, when, when they were told, and in which words."""

    name: str
    platform: str
    pressed: float
    told: float
    words: str

    @property
    def seat(self) -> Seat | None:
        """What they were told their seat is."""
        return _seat_in(self.words)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a rush. `roster` is how everybody stands in the end, by name, in the order of arrival; `promoted`
    are those to whom word was written that they have moved up; `edits` are the moments of each card's edits, which in
    the end show how many are going where `cards_are_true`."""

    told: tuple[Told, ...]
    roster: dict[str, Seat]
    promoted: frozenset[str]
    edits: tuple[tuple[float, ...], ...]
    cards_are_true: bool
    capacity: int
    seconds: float

    @property
    def going(self) -> int:
        return sum(seat is Seat.GOING for seat in self.roster.values())

    @property
    def untrue(self) -> list[str]:
        """Everybody whose last word does not say how they stand, but for those who were told later that they moved up;
        and those who were told of moving up and did not."""
        last = {one.name: one for one in sorted(self.told, key=lambda one: one.told)}
        return [
            name
            for name, seat in self.roster.items()
            if last[name].seat is not seat and not (seat is Seat.GOING and name in self.promoted)
        ]

    @property
    def out_of_turn(self) -> int:
        """How many of those who were told to wait stand before somebody who had been told so before they pressed."""
        turns = {name: turn for turn, name in enumerate(self.roster)}
        firsts: dict[str, Told] = {}
        for one in sorted(self.told, key=lambda one: one.pressed):
            firsts.setdefault(one.name, one)
        waiting = [one for one in firsts.values() if one.seat is Seat.WAITLISTED]
        answered = sorted(waiting, key=lambda one: one.told)
        count, at, latest = 0, 0, -1
        for one in sorted(waiting, key=lambda one: one.pressed):
            while at < len(answered) and answered[at].told < one.pressed:
                latest = max(latest, turns[answered[at].name])
                at += 1
            count += turns[one.name] < latest
        return count

    @property
    def closest_edits(self) -> float:
        """The fewest seconds between two edits of one card."""
        gaps = [later - sooner for edits in self.edits for sooner, later in pairwise(edits)]
        return min(gaps, default=float("inf"))

    @property
    def latencies(self) -> list[float]:
        return [one.told - one.pressed for one in self.told]


@dataclass(frozen=True)
class _Crowd:
    """People of one platform. `press` presses a button of the card as one of them, with `again` so that the platform
    says it twice, and gives the words that they are told."""

    platform: str
    names: Sequence[str]
    press: Callable[[str, str, bool], Awaitable[str]]


async def rush(folder: Path, *, people: int, seconds: float, capacity: int, leaving: int) -> Outcome:
    """Lets so many people press *Going* evenly within these seconds, half of them on each platform, of whom so many
    leave again a little later."""
    async with TelegramServer() as telegram, DiscordServer(token="a-bot-token-for-benchmarks") as discord:
        on_telegram = {f"T{n}": telegram.person(f"T{n}", language="en") for n in range(people // 2)}
        on_discord = {f"D{n}": discord.add_user(f"D{n}") for n in range(people - people // 2)}
        for person in on_telegram.values():
            telegram.private_chat(person)
        group = telegram.supergroup("Readers", *on_telegram.values())
        channel = discord.add_quiet_channel("club")
        session_id = _draw_up(folder, group.id, channel, capacity)
        async with running_bot(folder, telegram=telegram, discord=discord) as bot:
            await telegram.polled()
            await discord.ready()
            post = await telegram.next_message(group)
            card = await discord.until(lambda: next(iter(channel.messages), None), "the card is posted")
            crowds = (_telegram(telegram, post, on_telegram), _discord(discord, card, on_discord))
            async with _watching(post, card) as edits:
                told, took = await _pressed(crowds, people=people, seconds=seconds, leaving=leaving)
                shown = f"{capacity}/{capacity}"
                cards_are_true = await _until(lambda: shown in post.text and shown in card.text)
            await bot.stop()
        roster, promoted = _what_came_of_it(folder, session_id)
        return Outcome(tuple(told), roster, promoted, tuple(map(tuple, edits)), cards_are_true, capacity, took)


async def _patiently(wait: Callable[[], Awaitable[T]]) -> T:
    """What is waited for, for longer than a test would: what is slow here is a figure and no failure."""
    until = time.perf_counter() + PATIENCE_SECONDS
    while True:
        try:
            return await wait()
        except AssertionError:
            if time.perf_counter() >= until:
                raise


def _seat_in(words: str) -> Seat | None:
    """The seat that somebody is told they have, None where it is not an answer to a press."""
    if words.startswith(("You are going.", "You were going already.")):
        return Seat.GOING
    if words.startswith(("You are not coming.", "You were down as not coming")):
        return Seat.DECLINED
    return Seat.WAITLISTED if _WAITS.search(words) else None


def _draw_up(folder: Path, group_id: int, channel: Channel, capacity: int) -> int:
    """A session in three days, with a card in both chats; its id."""
    here = DestinationSpec("telegram", str(group_id), kind=DestinationKind.GROUP, title="Readers")
    guild = str(channel.guild.id) if channel.guild else None
    there = DestinationSpec("discord", str(channel.id), kind=DestinationKind.CHANNEL, title="club", server_id=guild)
    now = datetime.now(UTC)
    plan = SessionPlan("A rush", now + timedelta(days=3), "Europe/Moscow", listeners=capacity)
    with _database(folder) as uow:
        shown_in = [uow.communities.ensure_destination(one, zone=plan.zone, languages=("en",)) for one in (here, there)]
        for one in shown_in[1:]:
            uow.communities.join(one.id, shown_in[0].community_id)
        session = uow.club_sessions.add(shown_in[0].community_id, plan, uid="rush", now=now)
        uow.session_cards.show_in(session.id, [one.id for one in shown_in], now=now)
    return session.id


@contextmanager
def _database(folder: Path) -> Iterator[UnitOfWork]:
    """A transaction on the bot's database, made where there is none, while no bot runs."""
    database = Database(f"sqlite:///{folder / 'paper-round.db'}")
    try:
        database.migrate()
        with database.write() as uow:
            yield uow
    finally:
        database.close()


def _telegram(server: TelegramServer, card: ChatMessage, people: Mapping[str, TelegramUser]) -> _Crowd:
    async def press(name: str, label: str, again: bool) -> str:
        pressed = await server.press(card, label, people[name])
        if again:
            server.redeliver()
        words = (await _patiently(lambda: server.answered(pressed))).toast
        private = server.private_chat(people[name])
        while _seat_in(words) is None:  # it took so long that the press had to be acknowledged before
            words = (await _patiently(lambda: server.next_message(private))).text
        return words

    return _Crowd("telegram", tuple(people), press)


def _discord(server: DiscordServer, card: PostedMessage, people: Mapping[str, DiscordUser]) -> _Crowd:
    async def press(name: str, label: str, _again: bool) -> str:
        pressed = await server.press(people[name], card, label)
        return (await _patiently(pressed.answer)).text

    return _Crowd("discord", tuple(people), press)


async def _pressed(crowds: Sequence[_Crowd], *, people: int, seconds: float, leaving: int) -> tuple[list[Told], float]:
    """Everybody presses; what they were told, and how many seconds it took until the last of them was."""
    rng, told = Random("rush"), list[Told]()

    async def press(crowd: _Crowd, name: str, label: str, again: bool = False) -> None:
        pressed = time.perf_counter()
        words = await crowd.press(name, label, again)
        told.append(Told(name, crowd.platform, pressed, time.perf_counter(), words))

    async def come(crowd: _Crowd, name: str, at: float, *, twice: bool, again: bool, leaves: bool) -> None:
        await asyncio.sleep(at)
        first = asyncio.create_task(press(crowd, name, GOING, again))
        if twice:
            await asyncio.sleep(DOUBLE_AFTER)
            await press(crowd, name, GOING)
        await first
        if leaves:
            await asyncio.sleep(rng.uniform(0, seconds / 4))
            await press(crowd, name, CANNOT)

    arriving = [(crowd, name) for crowd in crowds for name in crowd.names]
    rng.shuffle(arriving)
    # Of those who come early many have a place to give back.
    leavers = {
        *rng.sample(range(people // 20), leaving // 3),
        *rng.sample(range(people // 20, people), leaving * 2 // 3),
    }
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, (crowd, name) in enumerate(arriving):
            group.create_task(
                come(
                    crowd,
                    name,
                    seconds * number / people,
                    twice=rng.random() < TWICE,
                    again=rng.random() < AGAIN,
                    leaves=number in leavers,
                )
            )
    return told, time.perf_counter() - began


@asynccontextmanager
async def _watching(post: ChatMessage, card: PostedMessage) -> AsyncIterator[list[list[float]]]:
    """The moments at which the card on Telegram, and that on Discord, were edited."""
    moments: list[list[float]] = [[], []]

    async def watch() -> None:
        while True:
            for seen, edits in zip(moments, (len(post.history), card.edits), strict=True):
                seen.extend([time.perf_counter()] * (edits - len(seen)))
            await asyncio.sleep(LOOK_EVERY)

    watcher = asyncio.create_task(watch())
    try:
        yield moments
    finally:
        watcher.cancel()


async def _until(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold in a while."""
    for _ in range(int(SETTLE_SECONDS / LOOK_EVERY)):
        if holds():
            return True
        await asyncio.sleep(LOOK_EVERY)
    return False


def _what_came_of_it(folder: Path, session_id: int) -> tuple[dict[str, Seat], frozenset[str]]:
    """Everybody's seat in the order of arrival, and to whom word was written that they have moved up."""
    with _database(folder) as uow:
        people = uow.rosters.everybody(session_id)
        words = uow.reaching.of_session(session_id, [WordKind.SEAT])
    names = {one.rsvp.member_id: one.name for one in people}
    return (
        {one.name: one.rsvp.seat for one in people},
        frozenset(names[word.member_id] for word in words),
    )
