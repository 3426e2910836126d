"""Sources that chats feed: which chat, its albums, and where it moves."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.posts import ChatKind, PostChat
from bot.domain.sources import SourceKind, SourceSpec
from storage.unit_of_work import UnitOfWork
from tests.factories import NOW, make_database

GROUP = PostChat("telegram", "-42", ChatKind.GROUP, "Readers")


@pytest.fixture
def uow(tmp_path: Path):
    with make_database(tmp_path).write() as uow:
        yield uow


def source_of(uow: UnitOfWork, chat: PostChat) -> int:
    source = uow.sources.add(SourceSpec(chat.address, SourceKind.TELEGRAM), now=NOW)
    uow.source_chats.add(source.id, chat)
    return source.id


def test_a_chat_is_watched_until_it_is_not(uow: UnitOfWork) -> None:
    source_id = source_of(uow, GROUP)
    assert uow.source_chats.watched() == []
    uow.source_chats.watch(source_id, since=NOW, by="telegram:1")
    (there,) = uow.source_chats.watched(by="telegram:1")
    assert (there.source_id, there.chat_id, there.prefix, there.watched_since) == (source_id, "-42", "-42", NOW)
    assert uow.source_chats.watched(by="telegram:2") == []
    assert uow.source_chats.at("discord", "-42") is None
    uow.source_chats.watch(source_id, since=None, by=None)
    assert uow.source_chats.watched() == []
    assert uow.source_chats.of(source_id) is not None


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
    uow.source_chats.watch(source_id, since=NOW, by="telegram:1")
    for _ in range(2):
        uow.communities.move_chat("telegram", "-42", "-10077")
    moved = uow.source_chats.at("telegram", "-10077")
    assert moved is not None
    assert (moved.source_id, moved.prefix, moved.watched_since) == (source_id, "-10077", NOW)
    assert uow.source_chats.at("telegram", "-42") is None
    source = uow.sources.get(source_id)
    assert source is not None
    assert source.address == "telegram:-10077"


def test_a_chat_that_moves_to_one_that_is_known_is_not_watched_twice(uow: UnitOfWork) -> None:
    old = source_of(uow, GROUP)
    new = source_of(uow, PostChat("telegram", "-10077", ChatKind.GROUP))
    uow.source_chats.watch(old, since=NOW, by="telegram:1")
    uow.source_chats.watch(new, since=NOW, by="telegram:1")
    uow.source_chats.move("telegram", "-42", "-10077")
    assert [one.source_id for one in uow.source_chats.watched()] == [new]
