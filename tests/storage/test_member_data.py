"""All that is kept of a person, found in whatever table there is: merged, written down, erased."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, select

from bot.domain.communities import DestinationKind
from bot.domain.members import Account, Member, Membership, Reach
from storage.member_data import DONE_BY, OWN, MemberData, references
from storage.member_tables import MembershipRow
from storage.members import Members
from storage.tables import Table as Base
from storage.unit_of_work import UnitOfWork
from tests.any_rows import add_row

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ANN = Account("telegram", "777000777", "Ann Secret", "ru")
ANNE = Account("discord", "888000888", "Anne Secret")
REFERENCES = [pytest.param(column, id=f"{column.table.name}.{column.name}") for column in references()]
NAMED = {"person", "person_id", "account_id", "created_by", "watched_by", "made_by", "author", "proposed_by"}


@pytest.fixture
def members(connection: Connection) -> Members:
    return Members(connection)


def both(members: Members) -> tuple[Member, Member]:
    return members.ensure(ANN, now=NOW), members.ensure(ANNE, now=NOW + timedelta(days=1))


def values_of(connection: Connection, column: Column[object]) -> list[object]:
    return [value for value in connection.scalars(select(column)) if value is not None]


def test_columns_that_know_people_by_their_accounts_are_listed() -> None:
    listed = {f"{one.table.name}.{one.name}" for one in (*OWN, *DONE_BY)} | {"accounts.account_id"}
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if not column.foreign_keys and (column.name in NAMED or column.name.endswith(("_by", "_account")))
    }
    assert found == listed


@pytest.mark.parametrize("column", REFERENCES)
def test_whatever_refers_to_one_person_is_the_others_after_a_merge(
    column: Column[object], connection: Connection, members: Members
) -> None:
    kept, gone = both(members)
    add_row(connection, column.table, **{column.name: gone.id})
    MemberData(connection).merge(kept.id, gone.id)
    assert kept.id in values_of(connection, column)
    assert gone.id not in values_of(connection, column)


@pytest.mark.parametrize("column", REFERENCES)
def test_what_both_have_is_there_once_after_a_merge(
    column: Column[object], connection: Connection, members: Members
) -> None:
    kept, gone = both(members)
    first = add_row(connection, column.table, **{column.name: kept.id})
    keys = [one.columns for one in column.table.constraints if column.name in getattr(one, "columns", {})]
    shared = {one.name: first[one.name] for key in keys for one in key if len(key) > 1 and one.name != column.name}
    add_row(connection, column.table, **{**shared, column.name: gone.id})
    MemberData(connection).merge(kept.id, gone.id)
    assert gone.id not in values_of(connection, column)
    assert members.get(gone.id) is None
    merged = members.get(kept.id)
    assert merged is not None
    assert {(one.platform, one.id) for one in merged.accounts} >= {(one.platform, one.id) for one in (ANN, ANNE)}


def test_what_one_has_chosen_holds_where_the_other_has_not(connection: Connection, members: Members) -> None:
    kept, gone = both(members)
    members.save(Member(kept.id, kept.name, (), zone="Europe/Moscow", leads=()))
    members.save(Member(gone.id, gone.name, (), zone="UTC", language="ru", reach=Reach.DISCORD))
    MemberData(connection).merge(kept.id, gone.id)
    merged = members.get(kept.id)
    assert merged is not None
    assert (merged.zone, merged.language, merged.reach, merged.leads) == ("Europe/Moscow", "ru", Reach.DISCORD, ())


def test_two_memberships_of_one_club_become_one_with_what_both_said(connection: Connection, members: Members) -> None:
    kept, gone = both(members)
    club = add_row(connection, Base.metadata.tables["communities"])["id"]
    members.put_membership(Membership(club, kept.id, NOW, topics="agents"))
    members.put_membership(
        Membership(club, gone.id, NOW - timedelta(days=5), listener=False, speaker=True, topics="maths", organiser=True)
    )
    MemberData(connection).merge(kept.id, gone.id)
    assert members.memberships(club) == [
        Membership(club, kept.id, NOW - timedelta(days=5), True, True, "agents, maths", organiser=True)
    ]


@pytest.mark.parametrize("kept_left", [True, False])
def test_who_has_left_a_club_with_one_account_is_in_it_by_the_other(
    connection: Connection, members: Members, *, kept_left: bool
) -> None:
    kept, gone = both(members)
    club = add_row(connection, Base.metadata.tables["communities"])["id"]
    for one in (kept, gone):
        members.put_membership(Membership(club, one.id, NOW))
    members.leave(club, (kept if kept_left else gone).id, now=NOW)
    MemberData(connection).merge(kept.id, gone.id)
    assert [one.member_id for one in members.memberships(club)] == [kept.id]


def test_what_one_was_told_the_other_is_not_told_again(connection: Connection, members: Members) -> None:
    kept, gone = both(members)
    words = Base.metadata.tables["words"]
    add_row(connection, words, key=f"session:1:{gone.id}", member_id=gone.id)
    add_row(connection, words, key=f"session:2:{gone.id}", member_id=gone.id)
    add_row(connection, words, key=f"session:2:{kept.id}", member_id=kept.id)
    MemberData(connection).merge(kept.id, gone.id)
    assert {f"session:1:{kept.id}", f"session:2:{kept.id}"} <= set(connection.scalars(select(words.c.key)))


def test_nothing_of_somebody_is_left_after_they_are_erased(path: Path, connection: Connection) -> None:
    """Every table has something of them, also under names that only their platforms know."""
    uow = UnitOfWork(connection)
    member = uow.members.ensure(ANN, now=NOW)
    other = uow.members.ensure(Account("telegram", "5", "Ben"), now=NOW)
    uow.member_data.merge(member.id, uow.members.ensure(ANNE, now=NOW).id)
    member = uow.members.of_account(ANN) or member
    for column in references():
        key = {"key": f"secret:{ANN.id}"} if column.table.name == "words" else {}
        names = {name: "Ann Secret" for name in ("guest_name", "name", "topics") if name in column.table.c}
        if column.table.name != "accounts":
            add_row(connection, column.table, **{**key, **names, column.name: member.id})
    for column in (*OWN, *DONE_BY):
        known = {"platform": ANN.platform} if "platform" in column.table.c else {}
        whole = ANN.id if known else f"{ANN.platform}:{ANN.id}"
        add_row(connection, column.table, **{**known, column.name: whole})
    own = {"kind": DestinationKind.PRIVATE, "thread_id": ""}
    tables = Base.metadata.tables
    chat = add_row(connection, tables["destinations"], platform="telegram", chat_id=ANN.id, **own)
    dm = add_row(connection, tables["destinations"], platform="discord", chat_id="999000999", **own)
    add_row(connection, tables["subscriptions"], destination_id=dm["id"], created_by=f"discord:{ANNE.id}")
    sent = add_row(connection, tables["deliveries"], destination_id=chat["id"])
    add_row(connection, tables["delivery_parts"], delivery_id=sent["id"], payload={"text": "Ann Secret"})
    group = add_row(connection, tables["deliveries"])
    add_row(connection, tables["delivery_parts"], delivery_id=group["id"], payload={"text": "mentions Ann Secret"})
    word = add_row(connection, tables["words"], member_id=member.id)
    add_row(connection, tables["word_routes"], word_id=word["id"], delivery_id=group["id"])
    own_text = add_row(connection, tables["word_texts"], payloads=[{"text": "Dear Ann Secret"}])
    shared = add_row(connection, tables["word_texts"], payloads=[{"text": "for all"}])
    about = {"session_id": add_row(connection, tables["club_sessions"])["id"]}
    spare = {"discord": own_text["id"], "telegram": shared["id"]}
    add_row(connection, tables["words"], member_id=member.id, spare=spare, **about)
    add_row(connection, tables["words"], member_id=other.id, spare={"discord": shared["id"]}, **about)
    add_row(connection, tables["chats"], platform="telegram", chat_id=ANN.id)
    draft = {"platform": "telegram", "chat_id": ANN.id, "title": "Ann Secret"}
    add_row(connection, tables["subscription_drafts"], spec=draft)
    rows = uow.member_data.rows(member, [("discord", "999000999")])
    assert json.loads(json.dumps(rows)) == rows
    assert {column.table.name for column in references()} - rows.keys() == set()

    uow.member_data.erase(member)
    connection.commit()

    left = "\n".join(sqlite3.connect(path).iterdump())
    for secret in (ANN.id, ANNE.id, "999000999", "Secret"):
        assert secret not in left
    assert "for all" in left
    assert uow.members.get(other.id) is not None


def test_in_sessions_that_were_people_still_count_without_a_name(connection: Connection, members: Members) -> None:
    member, _ = both(members)
    tables = Base.metadata.tables
    past = add_row(connection, tables["club_sessions"], starts_at=NOW - timedelta(days=1))
    coming = add_row(connection, tables["club_sessions"], starts_at=NOW + timedelta(days=1))
    for session in (past, coming):
        facts = {"session_id": session["id"], "guest_name": ""}
        add_row(connection, tables["rsvps"], **facts, member_id=member.id)
        add_row(connection, tables["rsvps"], session_id=session["id"], guest_name="Bob", brought_by=member.id)
    MemberData(connection).anonymise(member.id, now=NOW)
    MemberData(connection).erase(member)
    rsvps = tables["rsvps"]
    left = connection.execute(select(rsvps.c.session_id, rsvps.c.member_id, rsvps.c.guest_name, rsvps.c.brought_by))
    assert left.all() == [(past["id"], None, "", None)] * 2


def test_a_membership_that_was_left_is_kept_for_who_comes_back(connection: Connection, members: Members) -> None:
    member, _ = both(members)
    club = add_row(connection, Base.metadata.tables["communities"])["id"]
    members.put_membership(Membership(club, member.id, NOW, topics="agents"))
    assert members.leave(club, member.id, now=NOW)
    assert not members.leave(club, member.id, now=NOW)
    assert connection.scalar(select(MembershipRow.topics)) == "agents"
    back = members.come_back(club, member.id)
    assert back is not None
    assert back.topics == "agents"
