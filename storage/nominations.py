"""Nominations and the votes for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from bot.domain.errors import StorageError
from bot.domain.nominations import ALWAYS, Nomination, NominationState, ProposedPaper, Voting
from storage.nomination_tables import NominationRow, NominationVoteRow, VotingRow
from storage.papers import Papers

_VOTES = (
    select(func.count())
    .select_from(NominationVoteRow)
    .where(NominationVoteRow.nomination_id == NominationRow.id)
    .correlate(NominationRow)
    .scalar_subquery()
)
_NOMINATIONS = select(NominationRow.__table__, _VOTES.label("votes"))
_OPEN = NominationRow.state == NominationState.OPEN


class Nominations:
    """Nominations by id, by community and by what they are about. Titles and authors are as the paper's archive has
    them, where it has said so."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._papers = Papers(connection)

    def get(self, nomination_id: int) -> Nomination | None:
        """The nomination, None where there is none."""
        return next(iter(self._read(NominationRow.id == nomination_id)), None)

    def open(self, community_id: int) -> list[Nomination]:
        """The open ones of a community, in the order in which they came."""
        return self._read(NominationRow.community_id == community_id, _OPEN)

    def open_about(self, community_id: int, identity: str) -> Nomination | None:
        """The open one about a paper."""
        here = (NominationRow.community_id == community_id, NominationRow.open_identity == identity)
        return next(iter(self._read(*here)), None)

    def picked_for(self, session_id: int) -> list[Nomination]:
        """Those that a session was made of."""
        return self._read(NominationRow.session_id == session_id, NominationRow.state == NominationState.PICKED)

    def add(self, community_id: int, paper: ProposedPaper, *, proposed_by: int | None, now: datetime) -> Nomination:
        """A new open one, without votes. There is none that is open and about the same."""
        values = {
            "community_id": community_id,
            "identity": paper.identity,
            "open_identity": paper.identity,
            "address": paper.address,
            "title": paper.title,
            "authors": list(paper.authors),
            "item_id": paper.item_id,
            "proposed_by": proposed_by,
            "proposed_at": now,
            "state": NominationState.OPEN,
        }
        new = insert(NominationRow).values(**values).returning(NominationRow.id)
        id_ = self._connection.execute(new).scalar_one()
        stored = self.get(id_)
        if stored is None:
            raise StorageError(f"The nomination {id_} was stored and is not there.")
        return stored

    def close(self, nomination_id: int, state: NominationState, *, session_id: int | None = None) -> None:
        """An open one is so no more, for this reason. Its votes stay. May be repeated."""
        self._connection.execute(
            update(NominationRow)
            .where(NominationRow.id == nomination_id)
            .values(state=state, open_identity=None, session_id=session_id)
        )

    def reopen(self, nomination_id: int) -> bool:
        """One that was closed is open again, with the votes that it had. False where another one about the same is
        open by now. May be repeated."""
        nomination = self.get(nomination_id)
        if nomination is None:
            return False
        other = self.open_about(nomination.community_id, nomination.paper.identity)
        if other is not None:
            return other.id == nomination_id
        self._connection.execute(
            update(NominationRow)
            .where(NominationRow.id == nomination_id)
            .values(state=NominationState.OPEN, open_identity=nomination.paper.identity, session_id=None)
        )
        return True

    # Votes

    def vote(self, nomination_id: int, member_id: int, *, now: datetime) -> bool:
        """Somebody is for it. Returns whether they were not before; may be repeated."""
        if nomination_id in self.votes_of(member_id, [nomination_id]):
            return False
        values = {"nomination_id": nomination_id, "member_id": member_id, "voted_at": now}
        self._connection.execute(insert(NominationVoteRow).values(**values))
        return True

    def take_back(self, nomination_id: int, member_id: int) -> bool:
        """Somebody is for it no more. Returns whether they were; may be repeated."""
        gone = delete(NominationVoteRow).where(
            NominationVoteRow.nomination_id == nomination_id, NominationVoteRow.member_id == member_id
        )
        return self._connection.execute(gone).rowcount > 0

    def votes_of(self, member_id: int, nomination_ids: Collection[int]) -> frozenset[int]:
        """Which of these somebody is for."""
        found = self._connection.scalars(
            select(NominationVoteRow.nomination_id).where(
                NominationVoteRow.member_id == member_id, NominationVoteRow.nomination_id.in_(nomination_ids)
            )
        )
        return frozenset(found)

    # Until when

    def voting(self, community_id: int) -> Voting:
        """Until when the members of a club vote."""
        row = self._connection.execute(
            select(VotingRow.closes_at, VotingRow.closed_at, VotingRow.set_by).where(
                VotingRow.community_id == community_id
            )
        ).one_or_none()
        return Voting(*row) if row else ALWAYS

    def set_voting(self, community_id: int, voting: Voting) -> None:
        """They vote like this from now on. May be repeated."""
        self._connection.execute(delete(VotingRow).where(VotingRow.community_id == community_id))
        if voting != ALWAYS:
            self._connection.execute(insert(VotingRow).values(community_id=community_id, **asdict(voting)))

    def ended(self, now: datetime, *, limit: int) -> Sequence[int]:
        """The communities where voting has ended and nobody was told the result yet."""
        return self._connection.scalars(
            select(VotingRow.community_id)
            .where(VotingRow.closes_at <= now, VotingRow.closed_at.is_(None))
            .order_by(VotingRow.closes_at)
            .limit(limit)
        ).all()

    def _read(self, *conditions: Any) -> list[Nomination]:
        rows = self._connection.execute(_NOMINATIONS.where(*conditions).order_by(NominationRow.id)).all()
        facts = self._papers.facts([row.identity for row in rows])
        return [_with_facts(_nomination(row), facts) for row in rows]


def _with_facts(nomination: Nomination, facts: dict[str, Any]) -> Nomination:
    told = facts.get(nomination.paper.identity)
    if told is None:
        return nomination
    return replace(nomination, paper=replace(nomination.paper, title=told.title, authors=told.authors))


def _nomination(row: Row[Any]) -> Nomination:
    paper = ProposedPaper(row.identity, row.address, row.title, tuple(row.authors), row.item_id)
    return Nomination(
        row.id,
        row.community_id,
        paper,
        row.proposed_by,
        row.proposed_at,
        row.state,
        row.votes,
        row.session_id,
    )
