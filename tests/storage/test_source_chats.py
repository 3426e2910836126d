"""Sources that chats feed: which chat, who sees what comes of it, its albums, and where it moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.communities import Destination, DestinationKind, DestinationSpec
from bot.domain.documents import ParsedSource
from bot.domain.ingest import plan_changes
from bot.domain.items import visible
from bot.domain.matching import EVERYTHING
from bot.domain.posts import ChatKind, PostChat, Watch
from bot.domain.sources import SourceKind, SourceSpec
from bot.services.ingest import carry_out
from bot.services.sources import _register
from storage.unit_of_work import UnitOfWork
from tests.factories import NOW, make_database, make_document, make_parsed_item
from tests.outbox import add_destination

GROUP = PostChat("telegram", "-42", ChatKind.GROUP, "Readers")


@pytest.fixture
def uow(tmp_path: Path):
    with make_database(tmp_path).write() as uow:
        yield uow


def source_of(uow: UnitOfWork, chat: PostChat) -> int:
    source = uow.sources.add(SourceSpec(chat.address, SourceKind.TELEGRAM), now=NOW)
    uow.source_chats.add(source.id, chat)
    return source.id


def add_item(uow: UnitOfWork, source_id: int, title: str) -> int:
    source = uow.sources.get(source_id)
    assert source is not None
    document = make_document(make_parsed_item(title), guid=title, url=None)
    carry_out(uow, source, plan_changes([], ParsedSource(SourceKind.TELEGRAM, None, "en", (document,)), NOW), NOW)
    return uow.search_index.newest(EVERYTHING, limit=1)[0]


def here(uow: UnitOfWork, chat_id: str) -> Destination:
    return add_destination(uow, chat_id, kind=DestinationKind.GROUP)


def watch(uow: UnitOfWork, source_id: int, place: Destination, **facts: bool) -> None:
    uow.source_chats.begin(Watch(source_id, place.id, "telegram:1", **facts), since=NOW)


def sees(uow: UnitOfWork, place: Destination, source_id: int) -> bool:
    return source_id not in uow.hidden_at(place.id)


def test_a_chat_is_watched_until_it_is_not(uow: UnitOfWork) -> None:
    source_id, readers = source_of(uow, GROUP), here(uow, "-42")
    assert uow.source_chats.watches() == []
    for _ in range(2):
        watch(uow, source_id, readers)
    assert uow.source_chats.watches() == [Watch(source_id, readers.id, "telegram:1")]
    there = uow.source_chats.of(source_id)
    assert there is not None
    assert (there.source_id, there.chat_id, there.prefix, there.watched_since) == (source_id, "-42", "-42", NOW)
    assert uow.source_chats.at("discord", "-42") is None
    for _ in range(2):
        uow.source_chats.end(source_id)
    assert uow.source_chats.watches() == []
    assert uow.source_chats.of(source_id) == replace(there, watched_since=None)


def test_what_a_community_watches_is_hidden_from_all_others(uow: UnitOfWork) -> None:
    source_id, readers, others = source_of(uow, GROUP), here(uow, "-42"), here(uow, "-43")
    watch(uow, source_id, readers)
    assert sees(uow, readers, source_id)
    assert not sees(uow, others, source_id)
    assert uow.source_chats.hidden_from(None) == {source_id}
    assert uow.hidden_from(DestinationSpec("telegram", "-44")) == {source_id}
    assert uow.hidden_from(DestinationSpec("telegram", "-42", "7", DestinationKind.TOPIC)) == set()
    assert uow.hidden_from(None) == set()


def test_what_two_communities_watch_is_seen_by_both(uow: UnitOfWork) -> None:
    source_id, readers, others = source_of(uow, GROUP), here(uow, "-42"), here(uow, "-43")
    watch(uow, source_id, readers)
    watch(uow, source_id, others)
    assert sees(uow, readers, source_id)
    assert sees(uow, others, source_id)
    uow.source_chats.end(source_id, others.id)
    assert sees(uow, readers, source_id)
    assert not sees(uow, others, source_id)
    there = uow.source_chats.of(source_id)
    assert there is not None
    assert there.watched_since == NOW


def test_who_stops_last_goes_on_seeing_what_was_read_but_not_what_others_begin(uow: UnitOfWork) -> None:
    source_id, readers, others = source_of(uow, GROUP), here(uow, "-42"), here(uow, "-43")
    watch(uow, source_id, readers)
    uow.source_chats.end(source_id, readers.id)
    assert sees(uow, readers, source_id)
    watch(uow, source_id, others)
    assert not sees(uow, readers, source_id)


def test_a_chat_takes_what_it_watches_into_its_new_community_and_out_of_the_old(uow: UnitOfWork) -> None:
    source_id, readers, club = source_of(uow, GROUP), here(uow, "-42"), here(uow, "-43")
    watch(uow, source_id, readers)
    uow.communities.join(readers.id, club.community_id)
    assert sees(uow, club, source_id)
    own = uow.communities.add("Readers", zone="UTC", languages=("en",))
    uow.communities.join(readers.id, own.id)
    assert sees(uow, readers, source_id)
    assert not sees(uow, club, source_id)


def test_what_the_sources_file_names_is_everybodys_and_stays_so_when_it_is_taken_out(uow: UnitOfWork) -> None:
    channel = PostChat("telegram", "-1001", ChatKind.CHANNEL, "Notes", "notes")
    listed = SourceSpec(channel.address, SourceKind.TELEGRAM, interval=timedelta(hours=1))
    source, others = uow.sources.add(listed, now=NOW), here(uow, "-43")
    uow.source_chats.add(source.id, channel)
    watch(uow, source.id, here(uow, "-42"))
    assert sees(uow, others, source.id)
    before = add_item(uow, source.id, "Frogs")
    _register(uow, [], NOW)
    after = add_item(uow, source.id, "Newts")
    assert not sees(uow, others, source.id)
    shown = visible(uow.items.many([before, after]), uow.hidden_at(others.id))
    assert [item.id for item in shown] == [before]


def test_what_was_watched_for_everybody_stays_everybodys_when_that_ends(uow: UnitOfWork) -> None:
    source_id, private, others = source_of(uow, GROUP), here(uow, "7"), here(uow, "-43")
    watch(uow, source_id, private, for_everybody=True)
    assert sees(uow, others, source_id)
    item_id = add_item(uow, source_id, "Frogs")
    uow.source_chats.end(source_id)
    assert not sees(uow, others, source_id)
    assert len(visible(uow.items.many([item_id]), uow.hidden_at(others.id))) == 1


def test_many_communities_are_asked_for_together(uow: UnitOfWork) -> None:
    places = [here(uow, str(number)) for number in range(-5, 0)]
    sources = [source_of(uow, replace(GROUP, id=place.chat_id)) for place in places]
    for source_id, place in zip(sources, places, strict=True):
        watch(uow, source_id, place)
    hidden = uow.source_chats.hidden_from_each([place.community_id for place in places])
    for source_id, place in zip(sources, places, strict=True):
        assert hidden[place.community_id] == set(sources) - {source_id}
    assert hidden[None] == set(sources)


def test_an_album_is_known_by_its_first_message_and_has_its_words_from_one(uow: UnitOfWork) -> None:
    source_id = source_of(uow, GROUP)

    def place(number: int, *, words: bool) -> int | None:
        return uow.source_chats.place_in_album(source_id, "a", number, words=words)

    assert place(5, words=False) is None
    assert place(6, words=True) == 5
    assert place(7, words=False) is None
    assert place(6, words=True) == 5  # an edit, or the same again
    assert place(6, words=False) == 5  # its words are gone
    assert place(8, words=True) == 8  # a second caption is a post of its own
    assert uow.source_chats.place_in_album(source_id, "b", 9, words=True) == 9


def test_a_chat_that_moves_keeps_its_source_and_counts_its_messages_anew(uow: UnitOfWork) -> None:
    source_id = source_of(uow, GROUP)
    watch(uow, source_id, here(uow, "-42"))
    for _ in range(2):
        uow.communities.move_chat("telegram", "-42", "-10077")
    moved = uow.source_chats.at("telegram", "-10077")
    assert moved is not None
    assert (moved.source_id, moved.prefix, moved.watched_since) == (source_id, "-10077", NOW)
    assert uow.source_chats.at("telegram", "-42") is None
    source = uow.sources.get(source_id)
    assert source is not None
    assert source.address == "telegram:-10077"
    assert uow.hidden_from(DestinationSpec("telegram", "-10077")) == set()


def test_a_chat_that_moves_to_one_that_is_known_is_not_watched_twice_and_sees_what_was_read(uow: UnitOfWork) -> None:
    old, new = source_of(uow, GROUP), source_of(uow, PostChat("telegram", "-10077", ChatKind.GROUP))
    watch(uow, old, here(uow, "-42"))
    watch(uow, new, here(uow, "-10077"))
    for _ in range(2):
        uow.communities.move_chat("telegram", "-42", "-10077")
    assert [one.source_id for one in uow.source_chats.watches()] == [new]
    assert uow.hidden_from(DestinationSpec("telegram", "-10077")) == set()
