from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from bot.domain.documents import Validators
from bot.domain.errors import FetchFailed, FetchRefused, ReadError, SourceGone, StorageError
from bot.domain.sources import Source, SourceSpec, SourceStatus
from bot.services.ingest import Ingest
from bot.services.sources import Sources
from storage.database import Database
from tests.factories import make_entry, make_parsed_source, make_spec
from tests.fakes import FakeClock, FakeFetcher, FakeReader, Page

ADDRESS = "https://news.example.org/feed"
OTHER = "https://other.example.org/feed"
HOUR = timedelta(hours=1)


class World:
    """The service with a web, a clock and readers that a test can change."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FakeClock()
        self.web = FakeFetcher(self.clock, {ADDRESS: Page(b"one", etag='"1"'), OTHER: Page(b"other")})
        self.reader = FakeReader(
            {
                b"one": make_parsed_source(make_entry("1", "Frogs", "They jump.")),
                b"two": make_parsed_source(
                    make_entry("1", "Frogs", "They jump."), make_entry("2", "Toads", "They sit.")
                ),
                b"other": make_parsed_source(make_entry("1", "Newts", "They swim.")),
            }
        )
        ingest = Ingest(database, self.reader, self.clock)
        self.sources = Sources(database, self.web, ingest, self.clock, Random(7))

    async def register(self, *addresses: str, **facts: object) -> None:
        await self.sources.register([make_spec(address, **facts) for address in addresses])

    async def source(self, address: str = ADDRESS) -> Source:
        source = await self.database.query(lambda uow: uow.sources.by_address(address))
        assert source is not None
        return source


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


async def test_registered_sources_are_read_at_once_and_then_after_their_interval(world: World) -> None:
    await world.register(ADDRESS, OTHER)
    report = await world.sources.poll_due()
    assert (len(report.polls), report.added, report.failed) == (2, 2, 0)
    assert (await world.sources.poll_due()).polls == ()
    next_poll_at = (await world.source()).next_poll_at
    assert next_poll_at is not None
    assert HOUR * 0.9 <= next_poll_at - world.clock.now <= HOUR * 1.1
    world.clock.advance(hours=1.1)
    assert len((await world.sources.poll_due()).polls) == 2


async def test_no_more_than_the_limit_is_read_in_a_round(world: World) -> None:
    await world.register(ADDRESS, OTHER)
    assert len((await world.sources.poll_due(limit=1)).polls) == 1


async def test_a_poll_without_a_change_reads_nothing(world: World) -> None:
    await world.register(ADDRESS, OTHER)
    await world.sources.poll_due()
    world.clock.advance(hours=2)
    report = await world.sources.poll_due()
    assert [poll.source.status for poll in report.polls] == [SourceStatus.ACTIVE] * 2
    assert sorted(world.reader.read_bodies) == [b"one", b"other"]
    assert (ADDRESS, Validators('"1"')) in world.web.asked


async def test_what_is_new_is_added(world: World) -> None:
    await world.register(ADDRESS)
    await world.sources.poll_due()
    world.web.pages[ADDRESS] = Page(b"two", etag='"2"')
    world.clock.advance(hours=2)
    assert (await world.sources.poll_due()).added == 1
    assert [one.items for one in await world.sources.overview(None)] == [2]


async def test_an_etag_that_lies_does_not_hide_changes_for_ever(world: World) -> None:
    await world.register(ADDRESS)
    await world.sources.poll_due()
    world.web.pages[ADDRESS] = Page(b"two", etag='"1"', lying=True)
    world.clock.advance(hours=2)
    assert (await world.sources.poll_due()).added == 0
    world.clock.advance(days=7)
    assert (await world.sources.poll_due()).added == 1


async def test_one_failing_source_does_not_concern_the_others(world: World) -> None:
    await world.register(ADDRESS, OTHER)
    world.web.pages[ADDRESS] = FetchFailed("news.example.org did not answer.")
    report = await world.sources.poll_due()
    assert (report.failed, report.added) == (1, 1)
    failing = await world.source()
    assert (failing.status, failing.problem) == (SourceStatus.FAILING, "news.example.org did not answer.")
    assert (await world.source(OTHER)).status is SourceStatus.ACTIVE


async def test_a_failure_that_cannot_be_noted_does_not_concern_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(*_: object) -> None:
        raise StorageError("the database is locked")

    await world.register(ADDRESS, OTHER)
    world.web.pages[ADDRESS] = FetchFailed("news.example.org did not answer.")
    monkeypatch.setattr(world.sources, "_note_failure", locked)
    report = await world.sources.poll_due()
    assert [poll.source.address for poll in report.polls] == [OTHER]


async def test_a_fault_of_ours_is_a_failure_of_that_source_alone(world: World) -> None:
    await world.register(ADDRESS, OTHER)
    world.reader.documents[b"one"] = ZeroDivisionError("secret")
    assert (await world.sources.poll_due()).failed == 1
    assert "secret" not in str((await world.source()).problem)


async def test_failures_are_tried_again_ever_later_and_at_least_daily(world: World) -> None:
    await world.register(ADDRESS)
    world.web.pages[ADDRESS] = FetchFailed("No answer.")
    waits = []
    for _ in range(12):
        await world.sources.poll_due()
        due = (await world.source()).next_poll_at
        assert due is not None
        waits.append(due - world.clock.now)
        world.clock.now = due
    assert timedelta(minutes=5) <= waits[0] <= timedelta(minutes=6.25)
    assert all(later > sooner for sooner, later in pairwise(waits[:9]))
    assert max(waits) <= timedelta(hours=30)
    world.web.pages[ADDRESS] = Page(b"one")
    await world.sources.poll_due()
    healed = await world.source()
    assert (healed.status, healed.problem, healed.failures) == (SourceStatus.ACTIVE, None, 0)


async def test_retry_after_is_obeyed_up_to_a_day(world: World) -> None:
    await world.register(ADDRESS, OTHER)
    world.web.pages[ADDRESS] = FetchFailed("Too many requests.", retry_after=timedelta(hours=3))
    world.web.pages[OTHER] = FetchFailed("Too many requests.", retry_after=timedelta(days=4000))
    await world.sources.poll_due()
    assert (await world.source()).next_poll_at == world.clock.now + timedelta(hours=3)
    assert (await world.source(OTHER)).next_poll_at == world.clock.now + timedelta(days=1)


async def test_what_was_refused_is_not_hurried(world: World) -> None:
    await world.register(ADDRESS)
    world.web.pages[ADDRESS] = FetchRefused("It is larger than 10 MB.")
    await world.sources.poll_due()
    due = (await world.source()).next_poll_at
    assert due is not None
    assert due >= world.clock.now + timedelta(days=1)


async def test_a_server_that_asks_not_to_be_polled_is_left_alone_up_to_a_day(world: World) -> None:
    await world.register(ADDRESS, OTHER)
    world.web.pages[ADDRESS] = Page(b"one", poll_after=5 * 3600)
    world.web.pages[OTHER] = Page(b"other", poll_after=1e12)
    await world.sources.poll_due()
    assert (await world.source()).next_poll_at == world.clock.now + timedelta(hours=5)
    assert (await world.source(OTHER)).next_poll_at == world.clock.now + timedelta(days=1)


async def test_a_source_that_is_gone_is_retired_until_it_is_asked_for_and_answers(world: World) -> None:
    await world.register(ADDRESS)
    world.web.pages[ADDRESS] = SourceGone("It is gone for good.")
    await world.sources.poll_due()
    retired = await world.source()
    assert (retired.status, retired.next_poll_at) == (SourceStatus.RETIRED, None)
    await world.register(ADDRESS)
    world.clock.advance(days=30)
    assert (await world.sources.poll_due()).polls == ()
    world.web.pages[ADDRESS] = Page(b"one")
    await world.sources.poll(retired.id)
    assert (await world.source()).status is SourceStatus.ACTIVE


async def test_a_permanent_redirect_moves_the_source(world: World) -> None:
    await world.register(ADDRESS)
    new = "https://news.example.org/new"
    world.web.pages[ADDRESS] = Page(b"one", moved_to=new)
    world.web.pages[new] = Page(b"two")
    await world.sources.poll_due()
    await world.register(ADDRESS)
    world.clock.advance(hours=2)
    await world.sources.poll_due()
    assert world.web.asked[-1][0] == new
    assert [one.items for one in await world.sources.overview(None)] == [2]


async def test_a_redirect_to_another_source_moves_nothing(world: World) -> None:
    await world.register(ADDRESS, OTHER)
    world.web.pages[ADDRESS] = Page(b"one", moved_to=OTHER)
    await world.sources.poll_due()
    assert {one.source.address for one in await world.sources.overview(None)} == {ADDRESS, OTHER}


async def test_feeds_that_a_page_offers_are_named(world: World) -> None:
    await world.register(ADDRESS)
    world.reader.documents[b"one"] = ReadError("This is a web page.", feeds=("https://news.example.org/atom.xml",))
    await world.sources.poll_due()
    problem = (await world.source()).problem
    assert problem == "This is a web page. It offers these feeds: https://news.example.org/atom.xml"


async def test_a_document_that_could_not_be_read_is_read_again(world: World) -> None:
    await world.register(ADDRESS)
    understood = world.reader.documents[b"one"]
    world.reader.documents[b"one"] = ReadError("It is empty.")
    await world.sources.poll_due()
    world.reader.documents[b"one"] = understood
    world.clock.advance(hours=1)
    assert (await world.sources.poll_due()).added == 1


async def test_a_damaged_source_stays_damaged_while_it_does_not_change(world: World) -> None:
    await world.register(ADDRESS)
    world.reader.documents[b"one"] = make_parsed_source(make_entry(), damage="It ends in the middle.")
    for _ in range(2):
        await world.sources.poll_due()
        world.clock.advance(hours=2)
    damaged = await world.source()
    assert (damaged.status, damaged.problem) == (SourceStatus.DAMAGED, "It ends in the middle.")
    page, world.web.pages[ADDRESS] = world.web.pages[ADDRESS], FetchFailed("No answer.")
    await world.sources.poll_due()
    world.web.pages[ADDRESS] = page
    world.clock.advance(hours=2)
    await world.sources.poll_due()
    assert (await world.source()).status is SourceStatus.DAMAGED


async def test_a_source_that_is_listed_no_more_is_not_polled_and_keeps_its_items(world: World) -> None:
    await world.register(ADDRESS, OTHER)
    await world.sources.poll_due()
    await world.register(OTHER)
    world.clock.advance(days=2)
    assert [poll.source.address for poll in (await world.sources.poll_due()).polls] == [OTHER]
    assert sorted(one.items for one in await world.sources.overview(None)) == [1, 1]
    await world.register(ADDRESS, OTHER)
    assert [poll.source.address for poll in (await world.sources.poll_due()).polls] == [ADDRESS]


async def test_a_source_without_an_interval_is_read_once(world: World) -> None:
    await world.sources.register([SourceSpec(ADDRESS)])
    world.web.pages[ADDRESS] = FetchFailed("No answer.")
    await world.sources.poll_due()
    world.web.pages[ADDRESS] = Page(b"one")
    world.clock.advance(hours=1)
    assert (await world.sources.poll_due()).added == 1
    await world.sources.register([SourceSpec(ADDRESS)])
    world.clock.advance(days=30)
    assert (await world.sources.poll_due()).polls == ()


async def test_a_shorter_interval_holds_at_once(world: World) -> None:
    await world.register(ADDRESS, interval=timedelta(days=30))
    await world.sources.poll_due()
    await world.register(ADDRESS, interval=HOUR)
    world.clock.advance(hours=1)
    assert len((await world.sources.poll_due()).polls) == 1


async def test_a_source_that_is_not_there_cannot_be_polled(world: World) -> None:
    assert await world.sources.poll(99) is None
