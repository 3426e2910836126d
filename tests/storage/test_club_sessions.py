from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.club import Club, ClubSession, SessionPaper, SessionPlan, SessionState
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.factories import NOW
from tests.storage.test_communities import GROUP, ensure

ATTENTION = SessionPaper("Attention", "https://arxiv.org/abs/1706.03762", "arxiv:1706.03762", ("A. Vaswani",), 5)


def add(uow: UnitOfWork, *, days: float = 3, uid: str = "u1", **facts: object) -> ClubSession:
    community = ensure(uow, GROUP).community_id
    plan = replace(SessionPlan("Reading", NOW + timedelta(days=days), "Europe/Moscow"), **facts)  # type: ignore[arg-type]
    return uow.club_sessions.add(community, plan, uid=uid, now=NOW)


def test_a_session_comes_back_as_it_was_kept(database: Database) -> None:
    with database.write() as uow:
        stored = add(
            uow,
            papers=(ATTENTION, SessionPaper("Notes")),
            place="https://call.example/1",
            place_for_going=True,
            listeners=12,
            speakers=None,
            minimum=3,
            cutoff=timedelta(hours=2),
            notes="Bring tea.",
        )
        assert uow.club_sessions.get(stored.id) == stored
        assert stored.plan.papers == (ATTENTION, SessionPaper("Notes"))
        assert stored.plan.closes_at == NOW + timedelta(days=3) - timedelta(hours=2)


def test_sessions_of_a_community_are_numbered_and_found_by_time(database: Database) -> None:
    with database.write() as uow:
        over = add(uow, days=-2, uid="a")
        running = add(uow, days=-0.02, uid="b")
        later = add(uow, days=5, uid="c")
        sooner = add(uow, days=1, uid="d")
        uow.club_sessions.save(replace(sooner, state=SessionState.CANCELLED), expected=1)
        community = over.community_id
        assert [one.number for one in (over, running, later, sooner)] == [1, 2, 3, 4]
        upcoming = [one.id for one in uow.club_sessions.upcoming(community, now=NOW)]
        assert upcoming == [running.id, sooner.id, later.id]
        following = uow.club_sessions.next(community, now=NOW + timedelta(hours=2))
        assert following is not None
        assert following.id == later.id
        assert [one.id for one in uow.club_sessions.past(community, now=NOW, limit=9)] == [over.id]
        assert uow.club_sessions.numbered(community, 3) == later


def test_of_two_who_save_the_same_version_the_second_changes_nothing(database: Database) -> None:
    with database.write() as uow:
        session = add(uow)
        first = replace(session, plan=replace(session.plan, title="First"), schedule_version=1)
        saved = uow.club_sessions.save(first, expected=session.version)
        assert saved is not None
        assert saved.version == 2
        second = replace(session, plan=replace(session.plan, title="Second"))
        assert uow.club_sessions.save(second, expected=session.version) is None
        assert uow.club_sessions.get(session.id) == saved


def test_a_session_is_found_by_its_papers_unless_it_was_cancelled(database: Database) -> None:
    with database.write() as uow:
        session = add(uow, papers=(ATTENTION,))
        community = session.community_id
        assert uow.club_sessions.about(community, ["arxiv:1706.03762", "arxiv:1"]) == [session]
        assert uow.club_sessions.about(community, ["arxiv:1"]) == []
        assert uow.club_sessions.about(community + 1, ["arxiv:1706.03762"]) == []
        without = uow.club_sessions.save(replace(session, plan=replace(session.plan, papers=())), expected=1)
        assert without is not None
        assert uow.club_sessions.about(community, ["arxiv:1706.03762"]) == []
        uow.club_sessions.save(replace(session, state=SessionState.CANCELLED), expected=2)
        assert uow.club_sessions.about(community, ["arxiv:1706.03762"]) == []


def test_a_club_that_was_never_set_has_the_defaults_and_keeps_what_is_set(database: Database) -> None:
    with database.write() as uow:
        community = ensure(uow, GROUP).community_id
        assert uow.clubs.get(community) == Club(community)
        club = Club(community, leads=(timedelta(hours=3),), place="Room 5", listeners=30, speakers=None, pin=True)
        uow.clubs.put(club)
        uow.clubs.put(club)
        assert uow.clubs.get(community) == club
