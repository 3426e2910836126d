"""Volunteers to speak, searches for speakers, offers and swaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from bot.domain.club import SessionState
from bot.domain.roster import Role, Seat
from bot.domain.speaker_queue import OfferState, SpeakerOffer, SpeakerSearch, Volunteer
from storage.club_tables import ClubSessionRow, RsvpRow
from storage.member_tables import MembershipRow
from storage.speaker_tables import SpeakerOfferRow, SpeakerSearchRow, SpeakerSwapRow, SpeakerVolunteerRow

_OFFERS = select(
    SpeakerOfferRow.id,
    SpeakerOfferRow.session_id,
    SpeakerOfferRow.member_id,
    SpeakerOfferRow.offered_at,
    SpeakerOfferRow.expires_at,
    SpeakerOfferRow.state,
)
_SPEAKS = (RsvpRow.role == Role.SPEAKER, RsvpRow.seat == Seat.GOING)
_SEARCH = ("session_id", "wanted", "started_at", "started_by", "fallback_id", "active")
_SWAP = ("id", "session_id", "member_id", "other_session_id", "other_id", "asked_at", "state")


@dataclass(frozen=True, slots=True)
class SpeakerSwap:
    """Somebody who is to speak in `session_id` asks `other_id`, who speaks in `other_session_id`, to change places."""

    id: int
    session_id: int
    member_id: int
    other_session_id: int
    other_id: int
    asked_at: datetime
    state: OfferState = OfferState.OPEN


@dataclass(frozen=True, slots=True)
class Talk:
    """Who speaks in a session, and since when they are to."""

    session_id: int
    member_id: int
    agreed_at: datetime


class Speakers:
    """Volunteers by community, searches and offers by session."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # Who would speak

    def volunteers(self, community_id: int) -> list[Volunteer]:
        """Everybody in the club who would speak, with their newest talk; in no order."""
        talks = (
            select(RsvpRow.member_id, func.max(ClubSessionRow.starts_at).label("last_talk"))
            .join(ClubSessionRow, ClubSessionRow.id == RsvpRow.session_id)
            .where(ClubSessionRow.community_id == community_id, ClubSessionRow.state == SessionState.PLANNED, *_SPEAKS)
            .group_by(RsvpRow.member_id)
            .subquery()
        )
        since = and_(
            SpeakerVolunteerRow.community_id == MembershipRow.community_id,
            SpeakerVolunteerRow.member_id == MembershipRow.member_id,
        )
        rows = self._connection.execute(
            select(
                MembershipRow.member_id,
                func.coalesce(SpeakerVolunteerRow.since, MembershipRow.joined_at, type_=MembershipRow.joined_at.type),
                talks.c.last_talk,
            )
            .outerjoin(SpeakerVolunteerRow, since)
            .outerjoin(talks, talks.c.member_id == MembershipRow.member_id)
            .where(MembershipRow.community_id == community_id, MembershipRow.speaker, MembershipRow.left_at.is_(None))
        )
        return [Volunteer(*row) for row in rows]

    def volunteered(self, community_id: int, member_id: int, *, now: datetime) -> None:
        """Somebody says that they would speak. Who has said so before keeps their turn; may be repeated."""
        here = (SpeakerVolunteerRow.community_id == community_id, SpeakerVolunteerRow.member_id == member_id)
        if self._connection.scalar(select(SpeakerVolunteerRow.since).where(*here)) is None:
            values = {"community_id": community_id, "member_id": member_id, "since": now}
            self._connection.execute(insert(SpeakerVolunteerRow).values(**values))

    def unvolunteered(self, community_id: int, member_id: int) -> None:
        """Somebody would not speak any more. May be repeated."""
        here = (SpeakerVolunteerRow.community_id == community_id, SpeakerVolunteerRow.member_id == member_id)
        self._connection.execute(delete(SpeakerVolunteerRow).where(*here))

    def unavailable(self, session_id: int) -> frozenset[int]:
        """Members who speak in a session already, or have said that they do not come."""
        declined = RsvpRow.seat == Seat.DECLINED
        rows = self._connection.scalars(
            select(RsvpRow.member_id).where(
                RsvpRow.session_id == session_id, RsvpRow.member_id.is_not(None), declined | and_(*_SPEAKS)
            )
        )
        return frozenset(one for one in rows if one is not None)

    def talks(self, session_ids: Sequence[int]) -> list[Talk]:
        """Who speaks in these sessions, in the order of the sessions' ids."""
        rows = self._connection.execute(
            select(RsvpRow.session_id, RsvpRow.member_id, RsvpRow.answered_at)
            .where(RsvpRow.session_id.in_(session_ids), RsvpRow.member_id.is_not(None), *_SPEAKS)
            .order_by(RsvpRow.session_id, RsvpRow.turn)
        )
        return [Talk(session, member, agreed) for session, member, agreed in rows if member is not None]

    def near_sessions(self, since: datetime, until: datetime) -> Sequence[int]:
        """The sessions that take place between two moments, in every club."""
        return self._connection.scalars(
            select(ClubSessionRow.id)
            .where(
                ClubSessionRow.starts_at > since,
                ClubSessionRow.starts_at <= until,
                ClubSessionRow.state == SessionState.PLANNED,
            )
            .order_by(ClubSessionRow.id)
        ).all()

    # Searches

    def search(self, session_id: int) -> SpeakerSearch | None:
        """The search of a session, None where none was ever begun."""
        row = self._connection.execute(
            select(*(getattr(SpeakerSearchRow, name) for name in _SEARCH)).where(
                SpeakerSearchRow.session_id == session_id
            )
        ).one_or_none()
        return SpeakerSearch(**row._mapping) if row else None

    def put_search(self, search: SpeakerSearch) -> None:
        """The search is like this from now on. May be repeated."""
        here = SpeakerSearchRow.session_id == search.session_id
        self._connection.execute(delete(SpeakerSearchRow).where(here))
        self._connection.execute(insert(SpeakerSearchRow).values(**asdict(search)))

    def active_searches(self) -> list[SpeakerSearch]:
        """All searches that go on, by session."""
        rows = self._connection.execute(
            select(*(getattr(SpeakerSearchRow, name) for name in _SEARCH))
            .where(SpeakerSearchRow.active)
            .order_by(SpeakerSearchRow.session_id)
        )
        return [SpeakerSearch(**row._mapping) for row in rows]

    # Offers

    def offer(self, offer_id: int) -> SpeakerOffer | None:
        return self._first(SpeakerOfferRow.id == offer_id)

    def open_offer(self, session_id: int) -> SpeakerOffer | None:
        """The offer that somebody has for a session."""
        return self._first(SpeakerOfferRow.open_session_id == session_id)

    def offers(self, session_id: int, *, since: datetime) -> list[SpeakerOffer]:
        """The offers of a session from a moment on, the oldest first."""
        rows = self._connection.execute(
            _OFFERS.where(SpeakerOfferRow.session_id == session_id, SpeakerOfferRow.offered_at >= since).order_by(
                SpeakerOfferRow.id
            )
        )
        return [SpeakerOffer(*row) for row in rows]

    def add_offer(self, session_id: int, member_id: int, *, expires_at: datetime, now: datetime) -> SpeakerOffer:
        """A new open offer. The session has no other one."""
        values = {"session_id": session_id, "member_id": member_id, "offered_at": now, "expires_at": expires_at}
        new = insert(SpeakerOfferRow).values(**values, open_session_id=session_id, state=OfferState.OPEN)
        id_ = self._connection.execute(new.returning(SpeakerOfferRow.id)).scalar_one()
        return SpeakerOffer(id_, session_id, member_id, now, expires_at)

    def close_offer(self, offer_id: int, state: OfferState) -> None:
        """An offer is open no more. May be repeated."""
        self._connection.execute(
            update(SpeakerOfferRow).where(SpeakerOfferRow.id == offer_id).values(state=state, open_session_id=None)
        )

    def cut_offer(self, offer_id: int, expires_at: datetime) -> None:
        """An offer is kept until then."""
        self._connection.execute(
            update(SpeakerOfferRow).where(SpeakerOfferRow.id == offer_id).values(expires_at=expires_at)
        )

    def overdue_offers(self, now: datetime) -> list[SpeakerOffer]:
        """Open offers whose time is over."""
        rows = self._connection.execute(
            _OFFERS.where(SpeakerOfferRow.state == OfferState.OPEN, SpeakerOfferRow.expires_at <= now).order_by(
                SpeakerOfferRow.id
            )
        )
        return [SpeakerOffer(*row) for row in rows]

    # Swaps

    def swap(self, swap_id: int) -> SpeakerSwap | None:
        row = self._connection.execute(
            select(*(getattr(SpeakerSwapRow, name) for name in _SWAP)).where(SpeakerSwapRow.id == swap_id)
        ).one_or_none()
        return SpeakerSwap(**row._mapping) if row else None

    def same_swap(self, swap: SpeakerSwap) -> SpeakerSwap | None:
        """What is stored of the same two talks and people, None where nobody has asked for that."""
        same = [getattr(SpeakerSwapRow, name) == getattr(swap, name) for name in _SWAP[1:5]]
        id_ = self._connection.scalar(select(SpeakerSwapRow.id).where(*same))
        return self.swap(id_) if id_ is not None else None

    def ask_to_swap(self, swap: SpeakerSwap) -> SpeakerSwap:
        """Stores that somebody asks another one to swap, whatever the id of the one given, in the place of what is
        stored of the same."""
        if (known := self.same_swap(swap)) is not None:
            self._connection.execute(delete(SpeakerSwapRow).where(SpeakerSwapRow.id == known.id))
        values: dict[str, Any] = {name: getattr(swap, name) for name in _SWAP if name != "id"}
        new = insert(SpeakerSwapRow).values(**values).returning(SpeakerSwapRow.id)
        return replace(swap, id=self._connection.execute(new).scalar_one())

    def close_swap(self, swap_id: int, state: OfferState) -> None:
        """A swap was agreed to, or was not. May be repeated."""
        self._connection.execute(update(SpeakerSwapRow).where(SpeakerSwapRow.id == swap_id).values(state=state))

    def _first(self, *conditions: Any) -> SpeakerOffer | None:
        row = self._connection.execute(_OFFERS.where(*conditions)).one_or_none()
        return SpeakerOffer(*row) if row else None
