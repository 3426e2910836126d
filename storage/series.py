"""Series of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, insert, or_, select, update

from bot.domain.club import SessionState
from bot.domain.errors import StorageError
from bot.domain.series import SeriesRule, as_json, from_json
from bot.domain.session_drafts import SessionSketch
from bot.domain.session_series import SessionSeries
from storage.club_tables import ClubSessionRow, SeriesRow, SessionCardRow
from storage.session_drafts import sketch_as_json, sketch_from_json
from storage.tables import UtcDateTime

_SERIES = select(SeriesRow.__table__)
_COMING = (ClubSessionRow.series_id == SeriesRow.id, ClubSessionRow.starts_at > bindparam("now", type_=UtcDateTime))
_NUMBER_COMING = select(func.count()).select_from(ClubSessionRow).where(*_COMING).scalar_subquery()
_NEXT = (
    select(ClubSessionRow.id)
    .where(*_COMING, ClubSessionRow.state == SessionState.PLANNED)
    .order_by(ClubSessionRow.starts_at)
    .limit(1)
    .correlate(SeriesRow)
    .scalar_subquery()
)
_PERHAPS_DUE = (
    select(SeriesRow.id)
    .where(SeriesRow.ended_at.is_(None))
    .where(or_(bindparam("enough") > _NUMBER_COMING, ~exists().where(SessionCardRow.session_id == _NEXT)))
    .order_by(SeriesRow.id)
)


class Series:
    """Series by id and by community."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        community_id: int,
        rule: SeriesRule,
        template: SessionSketch,
        *,
        uid: str,
        organiser: int | None,
        now: datetime,
    ) -> SessionSeries:
        """A new series, of which nothing is drawn up yet."""
        values = {
            "community_id": community_id,
            "uid": uid,
            "rule": as_json(rule),
            "template": sketch_as_json(template),
            "until_day": None,
            "ended_at": None,
            "version": 1,
            "organiser": organiser,
            "created_at": now,
        }
        new = insert(SeriesRow).values(**values).returning(SeriesRow.id)
        found = self.get(self._connection.execute(new).scalar_one())
        if found is None:
            raise StorageError("A series was stored and is not there.")
        return found

    def get(self, series_id: int) -> SessionSeries | None:
        """The series, None where there is none."""
        row = self._connection.execute(_SERIES.where(SeriesRow.id == series_id)).one_or_none()
        return _series_of(row) if row else None

    def of_community(self, community_id: int) -> list[SessionSeries]:
        """The series of a community that go on, the oldest first."""
        here = (SeriesRow.community_id == community_id, SeriesRow.ended_at.is_(None))
        return [_series_of(row) for row in self._connection.execute(_SERIES.where(*here).order_by(SeriesRow.id))]

    def perhaps_due(self, now: datetime, *, enough: int) -> Sequence[int]:
        """The ids of the series that go on for which there may be something to do: fewer than `enough` of their
        sessions are still to begin, or the next one of these that takes place is shown nowhere."""
        return self._connection.scalars(_PERHAPS_DUE, {"now": now, "enough": enough}).all()

    def save(self, series: SessionSeries) -> None:
        """Keeps a changed series as its next version."""
        values = {
            "rule": as_json(series.rule),
            "template": sketch_as_json(series.template),
            "until_day": series.drawn_until,
            "ended_at": series.ended_at,
            "version": SeriesRow.version + 1,
        }
        self._connection.execute(update(SeriesRow).where(SeriesRow.id == series.id).values(**values))

    def drawn_up(self, series_id: int, day: date) -> None:
        """The sessions of the series are drawn up to this day. May be repeated."""
        self._connection.execute(update(SeriesRow).where(SeriesRow.id == series_id).values(until_day=day))


def _series_of(row: Row[Any]) -> SessionSeries:
    return SessionSeries(
        row.id,
        row.community_id,
        row.uid,
        from_json(row.rule),
        sketch_from_json(row.template),
        row.until_day,
        row.ended_at,
        row.version,
        row.organiser,
    )
