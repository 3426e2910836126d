"""Series of sessions: drawn up ahead, changed from one of them on, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from bot.domain.club import ClubSession, SessionState
from bot.domain.errors import UserError
from bot.domain.series import SeriesRule, occurrence_at, occurrences
from bot.domain.session_drafts import SessionDraft, SessionSketch, sketch_of
from bot.domain.session_series import MOST_AHEAD, SessionSeries, days_to_draw_up
from bot.locales import N_
from bot.services.clubs import ClubAccess
from bot.services.ports import Clock
from bot.services.session_writer import SessionWriter
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

NO_SERIES = N_("There is no such series any more.")
OF_ONE = ("papers", "speaker_names", "speaker_ids")
"""What a session of a series has alone."""
_OF_TIME = ("starts_at", "zone", "rule", "chats")
"""What a session is given in another way than its plan's other facts."""


class SessionSeriesBook:
    """Series, for those who may decide for their club: with a `ClubAccess`, UserError is raised for anybody else."""

    def __init__(self, database: Database, clock: Clock, writer: SessionWriter) -> None:
        self._database = database
        self._clock = clock
        self._writer = writer

    # By the clock

    async def draw_up_due(self) -> int:
        """Draws up the sessions of series that are near enough, and shows the next one of each. Returns how many were
        drawn up. May be repeated, and be broken off anywhere: a day of a series has one session."""
        drawn = 0
        for series_id in await self._database.query(self._with_something_to_do):
            drawn += await self._database.run(self._draw_up_one, series_id)
        return drawn

    def _with_something_to_do(self, uow: UnitOfWork) -> list[int]:
        now = self._clock()
        found = (uow.series.get(one) for one in uow.series.perhaps_due(now, enough=MOST_AHEAD))
        return [one.id for one in found if one is not None and _is_due(uow, one, now)]

    def _draw_up_one(self, uow: UnitOfWork, series_id: int) -> int:
        series, now = uow.series.get(series_id), self._clock()
        return len(self.draw_up(uow, series, now)) if series else 0

    # Within somebody's transaction

    def begin(self, uow: UnitOfWork, draft: SessionDraft, rule: SeriesRule, now: datetime) -> ClubSession:
        """A new series as a draft describes it. Returns its first session, which alone has the draft's papers and
        speakers."""
        template = replace(draft.sketch, rule=None, papers=(), speaker_names=(), speaker_ids=())
        series = uow.series.add(
            draft.community_id, rule, template, uid=self._writer.uid(), organiser=draft.author, now=now
        )
        first = self.draw_up(uow, series, now, first=draft.sketch)
        if not first:
            raise UserError("This series has no day that is still to come.")
        return first[0]

    def draw_up(
        self, uow: UnitOfWork, series: SessionSeries, now: datetime, *, first: SessionSketch | None = None
    ) -> list[ClubSession]:
        """Draws up what is to be drawn up of a series by now. Only the next one of its sessions is shown in chats: the
        others are when it is over. `first` is what the first one is like."""
        coming = uow.club_sessions.coming_of_series(series.id, now=now)
        drawn: list[ClubSession] = []
        for day in days_to_draw_up(series, len(coming), now):
            like = first if first and not drawn else series.template
            plan = replace(like, starts_at=occurrence_at(series.rule, day), zone=series.rule.zone).plan()
            drawn.append(
                self._writer.add(
                    uow,
                    series.community_id,
                    plan,
                    by=series.organiser,
                    now=now,
                    speakers=like.speaker_ids,
                    series_id=series.id,
                    occurrence=day,
                )
            )
            uow.series.drawn_up(series.id, day)
        following = sorted([*coming, *drawn], key=lambda one: one.plan.starts_at)
        shown = _next_of(following)
        if shown is not None and not uow.session_cards.of_session(shown.id):  # what was taken off stays so
            uow.session_cards.show_in(shown.id, series.template.chats, now=now)
        return drawn

    def rule_from(self, uow: UnitOfWork, session: ClubSession) -> SeriesRule:
        """The rule of a session's series, as if that began with this session."""
        series = _of_session(uow, session)
        return replace(series.rule, start=session.occurrence or series.rule.start)

    def change_following(
        self, uow: UnitOfWork, session: ClubSession, draft: SessionDraft, now: datetime
    ) -> ClubSession:
        """A session, and all of its series that come after it, with what a draft changes. At other times they are
        another series from then on. One that was moved keeps its own time, one that is cancelled stays so. Returns the
        session."""
        series, changes = _of_session(uow, session), dict(draft.changes)
        following = _from(uow, series.id, session, now)
        anew = any(name in changes for name in ("starts_at", "zone")) or _recurs_otherwise(
            series.rule, draft.sketch.rule
        )
        of_all = {name: value for name, value in changes.items() if name not in (*OF_ONE, *_OF_TIME)}
        shown = tuple(dict.fromkeys([*series.template.chats, *changes.get("chats", ())]))
        template = replace(series.template, **of_all, chats=shown)
        if anew and draft.sketch.rule is not None:
            following = self._begin_anew(uow, replace(series, template=template), following, draft, now)
        else:
            skipped = draft.sketch.rule.skipped if draft.sketch.rule else series.rule.skipped
            uow.series.save(replace(series, template=template, rule=replace(series.rule, skipped=skipped)))
            left_out = [one for one in following if one.occurrence in skipped and one.id != session.id]
            following = [one for one in following if one not in left_out]
            for one in left_out:
                self._cancel(uow, one, draft.author, now)
        changed = [
            self._change(uow, one, of_all if one.id != session.id else _of_time(changes), draft.author, now)
            for one in following
        ]
        return next(one for one in changed if one.id == session.id)

    async def end(self, access: ClubAccess, series_id: int) -> None:
        """No more sessions of a series are drawn up; of those that are, the ones that nobody was shown yet are
        cancelled. May be repeated."""
        access.require_organiser()

        def end(uow: UnitOfWork) -> None:
            series, now = _own(uow, access, series_id), self._clock()
            if series.ended_at is not None:
                return
            uow.series.save(replace(series, ended_at=now))
            for one in uow.club_sessions.coming_of_series(series_id, now=now):
                if not uow.session_cards.of_session(one.id):
                    self._cancel(uow, one, _by(access), now)

        await self._database.run(end)
        log.info("series_ended", series=series_id)

    async def skip(self, access: ClubAccess, series_id: int, day: date) -> None:
        """A series leaves a day out; its session is cancelled where it is drawn up already. May be repeated."""
        access.require_organiser()

        def skip(uow: UnitOfWork) -> None:
            series, now = _own(uow, access, series_id), self._clock()
            rule = replace(series.rule, skipped=series.rule.skipped | {day})
            uow.series.save(replace(series, rule=rule))
            for one in uow.club_sessions.coming_of_series(series_id, now=now):
                if one.occurrence == day:
                    self._cancel(uow, one, _by(access), now)

        await self._database.run(skip)

    async def get(self, access: ClubAccess, series_id: int) -> SessionSeries:
        """A series of the club."""
        return await self._database.query(_own, access, series_id)

    async def of_club(self, access: ClubAccess) -> list[SessionSeries]:
        """The club's series that go on, the oldest first."""
        return await self._database.query(lambda uow: uow.series.of_community(access.community.id))

    def _begin_anew(
        self,
        uow: UnitOfWork,
        series: SessionSeries,
        following: list[ClubSession],
        draft: SessionDraft,
        now: datetime,
    ) -> list[ClubSession]:
        """The series ends before these sessions, and another one begins with them: their days are its first ones,
        and what they begin as is the series' template."""
        rule, first = draft.sketch.rule, following[0]
        assert rule is not None
        assert first.occurrence is not None
        ended = replace(series.rule, last_day=first.occurrence - timedelta(days=1))
        uow.series.save(replace(series, rule=ended, ended_at=now))
        uid, organiser = self._writer.uid(), series.organiser
        other = uow.series.add(series.community_id, rule, series.template, uid=uid, organiser=organiser, now=now)
        moved = []
        for one, day in zip(following, occurrences(rule, None, len(following)), strict=False):
            own_time = one.id != first.id and _was_moved(one, series.rule)
            plan = one.plan if own_time else replace(one.plan, starts_at=occurrence_at(rule, day), zone=rule.zone)
            new = replace(one, plan=plan, series_id=other.id, occurrence=day)
            moved.append(self._writer.save(uow, one, new, by=draft.author, now=now))
            uow.series.drawn_up(other.id, day)
        return moved

    def _change(
        self, uow: UnitOfWork, one: ClubSession, changes: dict[str, Any], by: int, now: datetime
    ) -> ClubSession:
        plan = replace(sketch_of(one.plan), **changes).plan()
        return self._writer.save(uow, one, replace(one, plan=plan), by=by, now=now)

    def _cancel(self, uow: UnitOfWork, one: ClubSession, by: int | None, now: datetime) -> None:
        if one.state is SessionState.PLANNED:
            self._writer.save(uow, one, replace(one, state=SessionState.CANCELLED), by=by, now=now)


def _by(access: ClubAccess) -> int | None:
    return access.member.id if access.member else None


def _of_time(changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft changes of the session that it is of, once that has its time."""
    return {name: value for name, value in changes.items() if name not in _OF_TIME}


def _recurs_otherwise(old: SeriesRule, new: SeriesRule | None) -> bool:
    """Whether a rule is another one, days that are left out aside."""
    return new is not None and replace(new, skipped=old.skipped, start=old.start) != old


def _was_moved(one: ClubSession, rule: SeriesRule) -> bool:
    return one.occurrence is not None and one.plan.starts_at != occurrence_at(rule, one.occurrence)


def _is_due(uow: UnitOfWork, series: SessionSeries, now: datetime) -> bool:
    """Whether there is a day to draw up, or a session to show that is not shown yet."""
    coming = uow.club_sessions.coming_of_series(series.id, now=now)
    shown = _next_of(coming)
    return bool(days_to_draw_up(series, len(coming), now)) or (
        shown is not None and bool(series.template.chats) and not uow.session_cards.of_session(shown.id)
    )


def _next_of(coming: Sequence[ClubSession]) -> ClubSession | None:
    """The one that is shown in chats: the others are when it is over."""
    return next((one for one in coming if one.state is SessionState.PLANNED), None)


def _from(uow: UnitOfWork, series_id: int, session: ClubSession, now: datetime) -> list[ClubSession]:
    """A session of a series and those that the rule has given later days, which are not over."""
    assert session.occurrence is not None
    later = (one for one in uow.club_sessions.of_series(series_id) if one.occurrence and not one.is_over(now))
    return [one for one in later if one.occurrence and one.occurrence >= session.occurrence]


def _of_session(uow: UnitOfWork, session: ClubSession) -> SessionSeries:
    series = uow.series.get(session.series_id) if session.series_id is not None else None
    if series is None:
        raise UserError(NO_SERIES)
    return series


def _own(uow: UnitOfWork, access: ClubAccess, series_id: int) -> SessionSeries:
    series = uow.series.get(series_id)
    if series is None or series.community_id != access.community.id:
        raise UserError(NO_SERIES)
    return series
