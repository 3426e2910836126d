"""All that belongs to a community, when it becomes a part of another one: its club goes along."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select, update

from storage.club_tables import ClubSessionRow, SessionCardRow
from storage.community_tables import CommunityRow, DestinationRow, LinkCodeRow
from storage.nomination_tables import NominationRow, NominationVoteRow
from storage.references import move, references_to

STAY = frozenset({DestinationRow.__tablename__, LinkCodeRow.__tablename__})
"""Tables whose rows do not go along: chats are moved one by one, and a code that was given out for the one community
lets nobody into the other."""


def hand_over(connection: Connection, kept: int, gone: int) -> None:
    """One community is a part of another one from now on: sessions, members, proposals and all else are that one's.
    What both have, such as settings, stays as the other has it. Sessions are numbered after those of the other."""
    _renumber(connection, kept, gone)
    _join_proposals(connection, kept, gone)
    for column in references_to(CommunityRow.__table__):
        if column.table.name not in STAY:
            move(connection, column, kept, gone)


def _renumber(connection: Connection, kept: int, gone: int) -> None:
    """Numbers count a community's sessions, and cards show them."""
    newest = select(func.max(ClubSessionRow.number)).where(ClubSessionRow.community_id == kept)
    last = connection.scalar(newest) or 0
    if not last:
        return
    theirs = ClubSessionRow.community_id == gone
    ids = connection.scalars(select(ClubSessionRow.id).where(theirs).order_by(ClubSessionRow.number.desc())).all()
    for id_ in ids:  # one by one from the last: no number may be there twice at any moment
        here = update(ClubSessionRow).where(ClubSessionRow.id == id_)
        connection.execute(here.values(number=ClubSessionRow.number + last))
    started = select(ClubSessionRow.created_at).where(ClubSessionRow.id == SessionCardRow.session_id).scalar_subquery()
    connection.execute(
        update(SessionCardRow)
        .where(SessionCardRow.session_id.in_(ids))
        .values(due_at=func.coalesce(SessionCardRow.due_at, started))
    )


def _join_proposals(connection: Connection, kept: int, gone: int) -> None:
    """A paper that both have proposed is one proposal, with the votes of both."""
    open_ones = select(NominationRow.open_identity, NominationRow.id).where(NominationRow.open_identity.is_not(None))
    mine = {
        row.open_identity: row.id for row in connection.execute(open_ones.where(NominationRow.community_id == kept))
    }
    theirs = connection.execute(open_ones.where(NominationRow.community_id == gone)).all()
    for identity, id_ in theirs:
        if identity in mine:
            move(connection, NominationVoteRow.__table__.c.nomination_id, mine[identity], id_)
            connection.execute(delete(NominationRow).where(NominationRow.id == id_))
