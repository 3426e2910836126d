"""Clubs: what each has set."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.domain.club import Club
from storage.club_tables import ClubRow, ClubSessionRow, RsvpRow
from storage.member_tables import MemberRow, MembershipRow

TOKEN_BYTES = 12
_SECONDS = ("length", "offer_life")
_PLAIN = ("place", "place_for_going", "listeners", "speakers", "pin", "threads", "events", "attendance")


class Clubs:
    """The clubs by their communities; every community has one, whether or not it was ever changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, community_id: int) -> Club:
        """The club of a community, as it is set."""
        kept = self._connection.scalar(select(ClubRow.settings).where(ClubRow.community_id == community_id))
        return _club(community_id, kept or {})

    def put(self, club: Club) -> None:
        """The club is set like this from now on. May be repeated."""
        self._keep(club.community_id, settings=_as_json(club))

    def token(self, community_id: int) -> str:
        """What links to the club of a community have in them: nobody can guess it, and it stays. May be repeated."""
        known = self._connection.scalar(select(ClubRow.token).where(ClubRow.community_id == community_id))
        if known is not None:
            return known
        token = secrets.token_hex(TOKEN_BYTES)
        self._keep(community_id, token=token)
        return token

    def with_token(self, token: str) -> int | None:
        """The community whose club has this token, None where none has."""
        return self._connection.scalar(select(ClubRow.community_id).where(ClubRow.token == token))

    def _keep(self, community_id: int, **values: Any) -> None:
        here = update(ClubRow).where(ClubRow.community_id == community_id)
        if self._connection.execute(here.values(**values)).rowcount == 0:
            self._connection.execute(insert(ClubRow).values(**{"community_id": community_id, "settings": {}} | values))

    # Whose club somebody means in private

    def of_member(self, member_id: int) -> list[int]:
        """The ids of the communities whose clubs somebody has to do with, each once: first the one that they came from
        last, then those whose clubs they are in, then those whose sessions they have answered."""
        came_from = select(MemberRow.community_id).where(MemberRow.id == member_id, MemberRow.community_id.is_not(None))
        joined = (
            select(MembershipRow.community_id)
            .where(MembershipRow.member_id == member_id, MembershipRow.left_at.is_(None))
            .order_by(MembershipRow.joined_at.desc(), MembershipRow.community_id.desc())
        )
        answered = (
            select(ClubSessionRow.community_id)
            .join(RsvpRow, RsvpRow.session_id == ClubSessionRow.id)
            .where(RsvpRow.member_id == member_id)
            .order_by(RsvpRow.answered_at.desc(), RsvpRow.id.desc())
        )
        found = (one for query in (came_from, joined, answered) for one in self._connection.scalars(query))
        return list(dict.fromkeys(one for one in found if one is not None))

    def came_from(self, member_id: int, community_id: int) -> None:
        """In private, somebody means the club of this community from now on. May be repeated."""
        new = update(MemberRow).where(MemberRow.id == member_id, MemberRow.community_id.is_distinct_from(community_id))
        self._connection.execute(new.values(community_id=community_id))


def _as_json(club: Club) -> dict[str, Any]:
    lengths = {name: int(getattr(club, name).total_seconds()) for name in _SECONDS}
    leads = [int(lead.total_seconds()) for lead in club.leads]
    return {**{name: getattr(club, name) for name in _PLAIN}, **lengths, "leads": leads}


def _club(community_id: int, kept: dict[str, Any]) -> Club:
    """What is missing, because it was kept by an older version, is as for a club that was never changed."""
    values: dict[str, Any] = {name: kept[name] for name in _PLAIN if name in kept}
    values |= {name: timedelta(seconds=kept[name]) for name in _SECONDS if name in kept}
    if "leads" in kept:
        values["leads"] = tuple(timedelta(seconds=one) for one in kept["leads"])
    return Club(community_id, **values)
