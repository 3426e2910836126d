from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.members import Account, Membership, Reach
from storage.database import Database
from tests.factories import NOW
from tests.storage.test_communities import GROUP, ensure

ANN = Account("telegram", "7", "Ann", "ru")


def test_somebody_is_one_member_however_often_they_come_and_called_what_they_are_called_now(
    database: Database,
) -> None:
    with database.write() as uow:
        first = uow.members.ensure(ANN, now=NOW)
        renamed = uow.members.ensure(Account("telegram", "7", "Anna", "en"), now=NOW)
        nameless = uow.members.ensure(Account("telegram", "7"), now=NOW)
        other = uow.members.ensure(Account("discord", "7", "Bob"), now=NOW)
    assert first.id == renamed.id == nameless.id != other.id
    assert renamed.accounts == nameless.accounts == (Account("telegram", "7", "Anna", "en"),)
    assert other.account_on("telegram") is None


def test_what_a_member_has_chosen_is_kept_and_nothing_chosen_stays_nothing(database: Database) -> None:
    with database.write() as uow:
        member = uow.members.ensure(ANN, now=NOW)
        assert (member.zone, member.language, member.reach, member.leads) == (None, None, None, None)
        chosen = replace(
            member, zone="Asia/Tokyo", language="zh_Hans", reach=Reach.CHANNEL, leads=(timedelta(hours=3), timedelta(0))
        )
        uow.members.save(chosen)
        assert uow.members.get(member.id) == chosen
        uow.members.save(replace(chosen, leads=()))
        never = uow.members.get(member.id)
    assert never is not None
    assert never.leads == ()


def test_memberships_are_kept_in_the_order_of_joining_and_joining_again_keeps_the_time(database: Database) -> None:
    with database.write() as uow:
        community = ensure(uow, GROUP).community_id
        ann = uow.members.ensure(ANN, now=NOW)
        bob = uow.members.ensure(Account("discord", "8", "Bob"), now=NOW)
        uow.members.put_membership(Membership(community, bob.id, NOW + timedelta(days=1), organiser=True))
        uow.members.put_membership(Membership(community, ann.id, NOW, topics="agents"))
        uow.members.put_membership(Membership(community, ann.id, NOW + timedelta(days=9), speaker=True))
        joined = uow.members.memberships(community)
        assert [one.member_id for one in joined] == [ann.id, bob.id]
        assert joined[0] == Membership(community, ann.id, NOW, speaker=True)
        assert uow.members.organisers(community) == [bob.id]
        assert uow.members.leave(community, ann.id, now=NOW)
        assert not uow.members.leave(community, ann.id, now=NOW)
        assert uow.members.memberships_of(ann.id) == []


def test_many_members_come_in_the_order_asked_for(database: Database) -> None:
    with database.write() as uow:
        ids = [uow.members.ensure(Account("telegram", str(number)), now=NOW).id for number in range(1200)]
        found = uow.members.many([*reversed(ids), ids[0], 10**9])
    assert [member.id for member in found] == list(reversed(ids))
