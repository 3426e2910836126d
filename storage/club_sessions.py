"""Club sessions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from bot.domain.club import ClubSession, SessionPaper, SessionPlan, SessionState
from bot.domain.discussed import Discussed
from bot.domain.errors import StorageError
from bot.domain.session_drafts import LONGEST
from storage.club_tables import ClubSessionRow, SessionPaperRow

_SESSIONS = select(ClubSessionRow.__table__)
_LENGTHS = ("length", "cutoff")


class ClubSessions:
    """Sessions by id, community, series and paper."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, session_id: int) -> ClubSession | None:
        """The session, None where there is none."""
        row = self._connection.execute(_SESSIONS.where(ClubSessionRow.id == session_id)).one_or_none()
        return session_of(row) if row else None

    def many(self, session_ids: Collection[int]) -> list[ClubSession]:
        """Those of these sessions that there are, the soonest first."""
        rows = self._connection.execute(
            _SESSIONS.where(ClubSessionRow.id.in_(session_ids)).order_by(ClubSessionRow.starts_at, ClubSessionRow.id)
        )
        return [session_of(row) for row in rows]

    def numbered(self, community_id: int, number: int) -> ClubSession | None:
        """The session of that number in a community."""
        row = self._connection.execute(
            _SESSIONS.where(ClubSessionRow.community_id == community_id, ClubSessionRow.number == number)
        ).one_or_none()
        return session_of(row) if row else None

    def newest(self, community_id: int) -> ClubSession | None:
        """The session with the highest number of a community that is not cancelled."""
        here = (ClubSessionRow.community_id == community_id, ClubSessionRow.state == SessionState.PLANNED)
        row = self._connection.execute(
            _SESSIONS.where(*here).order_by(ClubSessionRow.number.desc()).limit(1)
        ).one_or_none()
        return session_of(row) if row else None

    def upcoming(self, community_id: int, *, now: datetime, limit: int = 100) -> list[ClubSession]:
        """Sessions that are not over, also cancelled ones, the soonest first."""
        return self._coming(ClubSessionRow.community_id == community_id, now=now)[:limit]

    def next(self, community_id: int, *, now: datetime) -> ClubSession | None:
        """The next session that takes place, or the one that runs now."""
        coming = self.upcoming(community_id, now=now)
        return next((one for one in coming if one.state is SessionState.PLANNED), None)

    def past(self, community_id: int, *, now: datetime, limit: int) -> list[ClubSession]:
        """Sessions that took place and are over, the newest first."""
        rows = self._connection.execute(
            _SESSIONS.where(
                ClubSessionRow.community_id == community_id,
                ClubSessionRow.starts_at <= now,
                ClubSessionRow.state == SessionState.PLANNED,
            ).order_by(ClubSessionRow.starts_at.desc(), ClubSessionRow.id.desc())
        )
        with rows:  # read no further than to the last that is asked for
            return list(islice((one for row in rows if (one := session_of(row)).is_over(now)), limit))

    def of_series(self, series_id: int) -> list[ClubSession]:
        """The sessions that a series has had drawn up, by the days of its rule."""
        rows = self._connection.execute(
            _SESSIONS.where(ClubSessionRow.series_id == series_id).order_by(ClubSessionRow.occurrence)
        )
        return [session_of(row) for row in rows]

    def coming_of_series(self, series_id: int, *, now: datetime) -> list[ClubSession]:
        """The sessions of a series that are not over, also cancelled ones, the soonest first."""
        return self._coming(ClubSessionRow.series_id == series_id, now=now)

    def about(self, community_id: int, identities: Collection[str]) -> list[ClubSession]:
        """Sessions of a community, none of them cancelled, that are about one of these papers; the newest first."""
        rows = self._connection.execute(
            _SESSIONS.where(
                ClubSessionRow.community_id == community_id,
                ClubSessionRow.state == SessionState.PLANNED,
                ClubSessionRow.id.in_(
                    select(SessionPaperRow.session_id).where(SessionPaperRow.identity.in_(identities))
                ),
            ).order_by(ClubSessionRow.starts_at.desc(), ClubSessionRow.id.desc())
        )
        return [session_of(row) for row in rows]

    def discussed(
        self, community_ids: Collection[int], identities: Collection[str] | None = None
    ) -> dict[int, list[tuple[str, Discussed]]]:
        """The papers that these communities' sessions are about, none of them cancelled, each with its session, by
        community. Only these papers, where some are given."""
        about = select(
            ClubSessionRow.community_id,
            SessionPaperRow.identity,
            ClubSessionRow.number,
            ClubSessionRow.starts_at,
            ClubSessionRow.plan["zone"].as_string().label("zone"),
        ).join(ClubSessionRow, ClubSessionRow.id == SessionPaperRow.session_id)
        about = about.where(
            ClubSessionRow.community_id.in_(community_ids), ClubSessionRow.state == SessionState.PLANNED
        )
        if identities is not None:
            about = about.where(SessionPaperRow.identity.in_(identities))
        found: defaultdict[int, list[tuple[str, Discussed]]] = defaultdict(list)
        for row in self._connection.execute(about):
            found[row.community_id].append((row.identity, Discussed(row.number, row.starts_at, row.zone)))
        return dict(found)

    def add(
        self,
        community_id: int,
        plan: SessionPlan,
        *,
        uid: str,
        now: datetime,
        drawn_up_by: int | None = None,
        series_id: int | None = None,
        occurrence: date | None = None,
    ) -> ClubSession:
        """A new session with the next number of its community."""
        numbers = select(func.max(ClubSessionRow.number)).where(ClubSessionRow.community_id == community_id)
        values = {
            "community_id": community_id,
            "number": (self._connection.scalar(numbers) or 0) + 1,
            "uid": uid,
            **_plan_values(plan),
            "state": SessionState.PLANNED,
            "series_id": series_id,
            "occurrence": occurrence,
            "version": 1,
            "schedule_version": 0,
            "drawn_up_by": drawn_up_by,
            "reason": "",
            "created_at": now,
        }
        id_ = self._connection.execute(
            insert(ClubSessionRow).values(**values).returning(ClubSessionRow.id)
        ).scalar_one()
        self._keep_papers(id_, plan)
        stored = self.get(id_)
        if stored is None:
            raise StorageError(f"The session {id_} was stored and is not there.")
        return stored

    def save(self, session: ClubSession, *, expected: int) -> ClubSession | None:
        """Keeps a changed session as the next version, unless its version is not `expected` any more: then nothing is
        changed, and None returned. `schedule_version` and `changed_at` are the caller's."""
        values = {
            **_plan_values(session.plan),
            "state": session.state,
            "series_id": session.series_id,
            "occurrence": session.occurrence,
            "schedule_version": session.schedule_version,
            "reason": session.reason,
            "changed_at": session.changed_at,
        }
        here = (ClubSessionRow.id == session.id, ClubSessionRow.version == expected)
        changed = update(ClubSessionRow).where(*here).values(version=expected + 1, **values)
        if self._connection.execute(changed).rowcount == 0:
            return None
        self._keep_papers(session.id, session.plan)
        return replace(session, version=expected + 1)

    def _coming(self, where: ColumnElement[bool], *, now: datetime) -> list[ClubSession]:
        # SQLite cannot add a length to a moment: what began longer ago than the longest session lasts is over.
        perhaps = _SESSIONS.where(where, ClubSessionRow.starts_at > now - LONGEST)
        rows = self._connection.execute(perhaps.order_by(ClubSessionRow.starts_at, ClubSessionRow.id))
        return [one for row in rows if not (one := session_of(row)).is_over(now)]

    def _keep_papers(self, session_id: int, plan: SessionPlan) -> None:
        self._connection.execute(delete(SessionPaperRow).where(SessionPaperRow.session_id == session_id))
        for identity in dict.fromkeys(paper.identity for paper in plan.papers if paper.identity):
            self._connection.execute(insert(SessionPaperRow).values(session_id=session_id, identity=identity))


def plan_as_json(plan: SessionPlan) -> dict[str, Any]:
    """A plan as JSON holds it."""
    lengths = {name: int(getattr(plan, name).total_seconds()) for name in _LENGTHS}
    return {**asdict(plan), **lengths, "starts_at": plan.starts_at.isoformat()}


def plan_from_json(kept: dict[str, Any]) -> SessionPlan:
    """The plan that `plan_as_json` has written; what an older version did not know is as by default."""
    lengths = {name: timedelta(seconds=kept[name]) for name in _LENGTHS if name in kept}
    papers = tuple(
        SessionPaper(**{**paper, "authors": tuple(paper.get("authors") or ())}) for paper in kept.get("papers") or ()
    )
    times = {"starts_at": datetime.fromisoformat(kept["starts_at"])}
    names = tuple(kept.get("speaker_names") or ())
    return SessionPlan(**{**kept, **lengths, **times, "papers": papers, "speaker_names": names})


def session_of(row: Row[Any]) -> ClubSession:
    """The session of a row with all columns of the table."""
    return ClubSession(
        row.id,
        row.community_id,
        row.number,
        row.uid,
        plan_from_json(row.plan),
        row.created_at,
        row.state,
        row.series_id,
        row.occurrence,
        row.version,
        row.schedule_version,
        row.drawn_up_by,
        row.reason,
        row.changed_at,
    )


def _plan_values(plan: SessionPlan) -> dict[str, Any]:
    return {"plan": plan_as_json(plan), "starts_at": plan.starts_at, "length": plan.length}
