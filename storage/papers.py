"""What archives say of papers, kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.domain.papers import PaperFacts, PaperId
from storage.nomination_tables import PaperRow


@dataclass(frozen=True, slots=True)
class DuePaper:
    """A paper that an archive is to be asked for; `attempts` came to nothing before."""

    paper: PaperId
    attempts: int


class Papers:
    """Papers by their identity, as `str(PaperId)` writes it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def facts(self, identities: Collection[str]) -> dict[str, PaperFacts]:
        """What is known of these papers, those that nothing is known of left out."""
        rows = self._connection.execute(
            select(PaperRow.identity, PaperRow.title, PaperRow.authors, PaperRow.abstract).where(
                PaperRow.identity.in_(identities), PaperRow.found_at.is_not(None)
            )
        )
        return {row.identity: PaperFacts(row.title, tuple(row.authors), row.abstract) for row in rows}

    def want(self, paper: PaperId, *, older_than: datetime, now: datetime) -> None:
        """The archive is to be asked for a paper, unless it has said something since `older_than` or is going to be
        asked already. May be repeated."""
        identity = str(paper)
        row = self._connection.execute(
            select(PaperRow.found_at, PaperRow.due_at).where(PaperRow.identity == identity)
        ).one_or_none()
        if row is None:
            nothing = {"title": "", "authors": [], "abstract": ""}
            self._connection.execute(insert(PaperRow).values(identity=identity, **nothing, attempts=0, due_at=now))
        elif row.due_at is None and (row.found_at is None or row.found_at < older_than):
            self._connection.execute(
                update(PaperRow).where(PaperRow.identity == identity).values(due_at=now, attempts=0)
            )

    def due(self, now: datetime, *, limit: int) -> list[DuePaper]:
        """Papers to ask for, those that were never asked for first."""
        rows = self._connection.execute(
            select(PaperRow.identity, PaperRow.attempts)
            .where(PaperRow.due_at <= now)
            .order_by(PaperRow.attempts, PaperRow.due_at, PaperRow.identity)
            .limit(limit)
        )
        return [DuePaper(PaperId(*row.identity.split(":", 1)), row.attempts) for row in rows]

    def found(self, paper: PaperId, facts: PaperFacts, *, now: datetime) -> None:
        """The archive has told this of a paper; it is not asked for now. May be repeated."""
        told = {"title": facts.title, "authors": list(facts.authors), "abstract": facts.abstract}
        self._connection.execute(
            update(PaperRow)
            .where(PaperRow.identity == str(paper))
            .values(**told, found_at=now, attempts=0, due_at=None)
        )

    def tried(self, paper: PaperId, *, due_at: datetime | None) -> None:
        """The archive was asked for a paper and has said nothing: it is asked again then, None: not any more."""
        self._connection.execute(
            update(PaperRow)
            .where(PaperRow.identity == str(paper))
            .values(attempts=PaperRow.attempts + 1, due_at=due_at)
        )
