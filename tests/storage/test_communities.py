from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.communities import Destination, DestinationKind, DestinationSpec
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.factories import NOW

GROUP = DestinationSpec("telegram", "-5", title="Readers")
TOPIC = DestinationSpec("telegram", "-5", "7", DestinationKind.TOPIC, "Readers")


def ensure(uow: UnitOfWork, spec: DestinationSpec) -> Destination:
    return uow.communities.ensure_destination(spec, zone="Europe/Moscow", languages=("ru",))


def test_the_first_chat_founds_a_community_and_its_topics_belong_to_it(database: Database) -> None:
    with database.write() as uow:
        group, topic, again = ensure(uow, GROUP), ensure(uow, TOPIC), ensure(uow, GROUP)
        elsewhere = ensure(uow, DestinationSpec("telegram", "-6", title="Others"))
        community = uow.communities.of(TOPIC)
    assert group == again
    assert group.id != topic.id
    assert (topic.thread_id, topic.kind) == ("7", DestinationKind.TOPIC)
    assert community is not None
    assert (community.name, community.zone, community.languages) == ("Readers", "Europe/Moscow", ("ru",))
    assert topic.community_id == group.community_id == community.id
    assert elsewhere.community_id != community.id


def test_the_channels_of_a_discord_server_are_one_community(database: Database) -> None:
    with database.write() as uow:
        channels = [ensure(uow, DestinationSpec("discord", number, server_id="99")) for number in ("1", "2")]
        other = ensure(uow, DestinationSpec("discord", "3", server_id="98"))
    assert channels[0].community_id == channels[1].community_id != other.community_id


def test_a_destination_shows_the_title_that_its_chat_has_now(database: Database) -> None:
    with database.write() as uow:
        ensure(uow, GROUP)
        assert ensure(uow, DestinationSpec("telegram", "-5", title="Writers")).title == "Writers"
        assert ensure(uow, DestinationSpec("telegram", "-5")).title == "Writers"


def test_administrators_are_told_once_that_a_destination_is_paused(database: Database) -> None:
    with database.write() as uow:
        group = ensure(uow, GROUP)
        assert uow.communities.pause(group.id, "kicked", now=NOW)
        assert not uow.communities.pause(group.id, "kicked again", now=NOW)
        paused = uow.communities.destination(group.id)
        assert paused is not None
        assert paused.paused_reason == "kicked again"
        uow.communities.resume(group.id)
        assert uow.communities.destination(group.id) == group
        assert uow.communities.pause(group.id, "kicked", now=NOW)


def test_a_group_that_became_a_supergroup_takes_its_topics_along(database: Database) -> None:
    with database.write() as uow:
        group, topic = ensure(uow, GROUP), ensure(uow, TOPIC)
        for _ in range(2):
            assert uow.communities.move_chat("telegram", group.chat_id, "-1005") == []
            moved = uow.communities.destination_at("telegram", "-1005")
            assert moved is not None
            assert moved.id == group.id
        assert uow.communities.destination_at("telegram", "-1005", "7").id == topic.id  # type: ignore[union-attr]
        assert uow.communities.destination_at("telegram", "-5") is None


def test_a_group_that_moves_to_where_we_are_already_hands_its_subscriptions_over(database: Database) -> None:
    with database.write() as uow:
        old, new = ensure(uow, GROUP), ensure(uow, DestinationSpec("telegram", "-1005", title="Readers"))
        assert uow.communities.move_chat("telegram", old.chat_id, "-1005") == [(old, new)]
        left = uow.communities.destination(old.id)
    assert left is not None
    assert left.paused_reason == "moved to -1005"


def test_the_language_moves_with_the_chat(database: Database) -> None:
    with database.write() as uow:
        uow.chats.set_language("telegram", "-5", "ru")
        for _ in range(2):
            uow.chats.move("telegram", "-5", "-1005")
            assert uow.chats.language("telegram", "-1005") == "ru"
            assert uow.chats.language("telegram", "-5") is None


def test_a_chat_that_joins_another_community_leaves_no_empty_one_behind(database: Database) -> None:
    with database.write() as uow:
        group = ensure(uow, GROUP)
        channel, other = (ensure(uow, DestinationSpec("discord", number, server_id="99")) for number in ("1", "2"))
        uow.communities.join(channel.id, group.community_id)
        assert uow.communities.destinations(group.community_id) == [
            group,
            *(replace(one, community_id=group.community_id) for one in (channel, other)),
        ]
        assert uow.communities.get(channel.community_id) is None


def test_a_code_is_used_once_before_it_expires_and_only_the_newest_holds(database: Database) -> None:
    soon = NOW + timedelta(minutes=15)
    with database.write() as uow:
        community = ensure(uow, GROUP).community_id
        uow.communities.add_code("first", community, expires_at=soon)
        uow.communities.add_code("second", community, expires_at=soon)
        assert uow.communities.take_code("first", now=NOW) is None
        assert uow.communities.take_code("second", now=NOW) == community
        assert uow.communities.take_code("second", now=NOW) is None
        uow.communities.add_code("third", community, expires_at=soon)
        assert uow.communities.take_code("third", now=soon) is None


def test_wrong_codes_are_counted_for_each_person_and_forgotten_later(database: Database) -> None:
    with database.write() as uow:
        for _ in range(3):
            uow.communities.add_wrong_code("telegram:1", now=NOW)
        assert uow.communities.wrong_codes("telegram:1", since=NOW) == 3
        assert uow.communities.wrong_codes("telegram:2", since=NOW) == 0
        assert uow.communities.wrong_codes("telegram:1", since=NOW + timedelta(seconds=1)) == 0
