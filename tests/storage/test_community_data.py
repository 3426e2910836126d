"""A community that becomes a part of another one takes its club along."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Column, Connection, select

from bot.domain.club import SessionPlan
from bot.domain.communities import DestinationSpec
from bot.domain.members import Account
from bot.domain.nominations import read_proposal
from storage.community_data import STAY, hand_over
from storage.database import Database
from storage.references import references_to
from storage.tables import Table as Base
from tests.any_rows import add_row

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
COMMUNITIES = Base.metadata.tables["communities"]
REFERENCES = [
    pytest.param(column, id=f"{column.table.name}.{column.name}")
    for column in references_to(COMMUNITIES)
    if column.table.name not in STAY
]
HERE, THERE = DestinationSpec("telegram", "-100", title="Readers"), DestinationSpec("discord", "7", title="papers")


@pytest.mark.parametrize("column", REFERENCES)
def test_whatever_belongs_to_a_community_goes_along(column: Column[int], connection: Connection) -> None:
    kept, gone = (add_row(connection, COMMUNITIES)["id"] for _ in range(2))
    add_row(connection, column.table, **{column.name: gone})
    hand_over(connection, kept, gone)
    assert set(connection.scalars(select(column)).all()) - {None} == {kept}


@pytest.mark.parametrize("column", REFERENCES)
def test_what_both_have_is_there_once(column: Column[int], connection: Connection) -> None:
    kept, gone = (add_row(connection, COMMUNITIES)["id"] for _ in range(2))
    first = add_row(connection, column.table, **{column.name: kept})
    keys = [one.columns for one in column.table.constraints if column.name in getattr(one, "columns", {})]
    shared = {one.name: first[one.name] for key in keys for one in key if len(key) > 1 and one.name != column.name}
    add_row(connection, column.table, **{**shared, column.name: gone})
    hand_over(connection, kept, gone)
    assert gone not in connection.scalars(select(column)).all()


def test_sessions_and_proposals_survive_that_their_chat_joins_another_one(database: Database) -> None:
    paper = read_proposal("2101.00001")
    assert paper is not None
    with database.write() as uow:
        here, there = (uow.communities.ensure_destination(one, zone="UTC", languages=("en",)) for one in (HERE, THERE))
        people = [uow.members.ensure(Account("telegram", str(id_), "Ann"), now=NOW).id for id_ in range(3)]
        plan = SessionPlan("Attention", NOW + timedelta(days=3), "UTC")
        stays = uow.club_sessions.add(there.community_id, plan, uid="a", now=NOW)
        moved = [uow.club_sessions.add(here.community_id, plan, uid=f"b{n}", now=NOW).id for n in range(2)]
        uow.session_cards.show_in(moved[0], [here.id], now=NOW + timedelta(days=1))
        for chat, voters in ((there, people[:2]), (here, people[1:])):
            nomination = uow.nominations.add(chat.community_id, paper, proposed_by=voters[0], now=NOW)
            for voter in voters:
                uow.nominations.vote(nomination.id, voter, now=NOW)
        uow.communities.join(here.id, there.community_id)
        numbers = {one.id: one.number for one in uow.club_sessions.many([stays.id, *moved])}
        (proposal,) = uow.nominations.open(there.community_id)
        assert uow.communities.get(here.community_id) is None
    assert numbers == {stays.id: 1, moved[0]: 2, moved[1]: 3}
    assert proposal.votes == 3  # who voted in both counts once


def test_a_club_whose_other_chats_stay_stays_with_them(database: Database) -> None:
    other = DestinationSpec("telegram", "-200", title="More readers")
    with database.write() as uow:
        here, there, more = (
            uow.communities.ensure_destination(one, zone="UTC", languages=("en",)) for one in (HERE, THERE, other)
        )
        uow.communities.join(more.id, here.community_id)
        plan = SessionPlan("Attention", NOW + timedelta(days=3), "UTC")
        session = uow.club_sessions.add(here.community_id, plan, uid="a", now=NOW)
        uow.communities.join(more.id, there.community_id)
        found = uow.club_sessions.get(session.id)
        assert found is not None
        assert found.community_id == here.community_id
