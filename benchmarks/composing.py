"""Composing digests: 10,000 destinations with 1,000 different subscriptions, from 5,000 new items, into the outbox.

What is measured is everything between the moment at which they are due and the moment at which the last one is in the
outbox. Then the same with a tenth of the destinations, each of which wants something else, and with a tenth of the
different subscriptions: what costs time is how many are different, not how many there are.
"""

from __future__ import annotations

import asyncio
import tempfile
import time as clock
from datetime import datetime, time, timedelta
from itertools import islice
from pathlib import Path

from benchmarks.figures import Figure, run_script
from benchmarks.texts import LANGUAGES, NEWEST, common_words, name, piece
from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.documents import ParsedDocument, ParsedSource
from bot.domain.ingest import identities, plan_changes
from bot.domain.items import Link, ParsedItem
from bot.domain.papers import PaperId
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.domain.sections import Section
from bot.domain.sources import SourceKind, SourceSpec
from bot.domain.subscriptions import Choices, DigestStyle
from bot.platforms.telegram.payload import payloads
from bot.services.ingest import carry_out
from bot.services.scheduled_digests import ScheduledDigests
from bot.services.stories import Stories
from storage.database import Database

ITEMS, SOURCES, DESTINATIONS, DISTINCT = 5_000, 50, 10_000, 1_000
LIMIT = 20.0
NINE = datetime.combine(NEWEST.date(), time(9), tzinfo=NEWEST.tzinfo)
_SECTIONS = (Section.PUBLICATIONS, Section.TOOLS_DATASETS, Section.ETHICS, Section.ARTICLES, Section.EDUCATION)


def measure(*, items: int = ITEMS, destinations: int = DESTINATIONS, distinct: int = DISTINCT) -> list[Figure]:
    """All figures of composing."""
    all_of_them = _seconds(items, destinations, distinct)
    fewer, alike = min(destinations, distinct), max(1, distinct // 10)
    return [
        Figure.at_most(_name(items, destinations, distinct), all_of_them, LIMIT, "{:.1f} s"),
        Figure(_name(items, fewer, distinct), f"{_seconds(items, fewer, distinct):.1f} s"),
        Figure(_name(items, destinations, alike), f"{_seconds(items, destinations, alike):.1f} s"),
    ]


def _name(items: int, destinations: int, distinct: int) -> str:
    return f"composing {destinations} digests, {distinct} different, from {items} new items"


def _seconds(items: int, destinations: int, distinct: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'composing.sqlite3'}")
        database.migrate()
        _publish(database, items)
        _subscribe(database, destinations, distinct)
        stories = Stories(database, lambda: NINE)
        asyncio.run(stories.catch_up())
        builder = ScheduledDigests(database, lambda: NINE, stories, {"telegram": payloads})
        start = clock.perf_counter()
        built = asyncio.run(builder.build_due())
        taken = clock.perf_counter() - start
        database.close()
    if built != destinations:
        raise SystemExit(f"{built} of {destinations} digests were built")
    return taken


def _publish(database: Database, items: int) -> None:
    numbers = iter(range(items))
    for source in range(SOURCES):
        parsed = [_item(number) for number in islice(numbers, items // SOURCES)]
        with database.write() as uow:
            spec = SourceSpec(
                f"https://blog.example.org/{source}", title=f"Letters {source}", interval=timedelta(days=1)
            )
            kept = uow.sources.add(spec, now=NEWEST)
            issue = ParsedDocument("issue", None, "Issue", None, NEWEST, tuple(parsed))
            found = ParsedSource(SourceKind.FEED, spec.title, None, (issue,), None)
            now = NINE - timedelta(hours=1)
            carry_out(uow, kept, plan_changes(uow.documents.known(kept.id, identities(found)), found, now), now)


def _item(number: int) -> ParsedItem:
    of = piece(number)
    return ParsedItem(
        title=of.title,
        text="\n\n".join(of.paragraphs),
        section=_SECTIONS[number % len(_SECTIONS)],
        language=of.language,
        links=tuple(Link(url, words) for url, words in of.links),
        papers=(PaperId("arxiv", of.arxiv_id),),
        published_at=of.published_at,
    )


def _subscribe(database: Database, destinations: int, distinct: int) -> None:
    before = NINE - timedelta(days=1)
    with database.write() as uow:
        for number in range(destinations):
            spec = DestinationSpec("telegram", str(1000 + number), kind=DestinationKind.CHANNEL, title=f"Chat {number}")
            here = uow.communities.ensure_destination(spec, zone="UTC", languages=("en",))
            uow.subscriptions.add(
                here.id, _choices(number % distinct), window_end=before, now=before, created_by="telegram:1"
            )


def _choices(number: int) -> Choices:
    """Different choices for each number; every other one wants some words, two thirds only some languages."""
    words = common_words()
    return Choices(
        schedule=Schedule((time(9),), EVERY_DAY, "UTC"),
        sections=_SECTIONS[: number % 6],
        languages=frozenset(LANGUAGES[: number % 3]),
        include_words=(words[number % len(words)], words[number // 2 % len(words)]) if number % 2 else (),
        exclude_words=(name(1000 + number),),  # of no other choices
        say_nothing_new=True,
        max_stories=5 + number % 11,
        style=DigestStyle.FULL if number % 4 else DigestStyle.COMPACT,
        title_languages=(LANGUAGES[number % 5], LANGUAGES[number // 7 % 5]),
        source_ids=frozenset(range(1, 2 + number % 40)) if number % 7 == 0 else frozenset(),
    )


if __name__ == "__main__":
    run_script(measure)
