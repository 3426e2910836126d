"""Where sessions are shown, what these messages show, and which of them are to be brought up to date."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, update

from bot.domain.communities import Destination, DestinationKind
from bot.domain.session_mirrors import Mirror, Mirrored
from storage.club_tables import ClubSessionRow, SessionCardRow
from storage.communities import DESTINATION_COLUMNS, destination_of
from storage.community_tables import DestinationRow
from storage.member_tables import MemberRow, MembershipRow

# Statements that are built once: building them costs more than running them, and every answer of a member needs them.
_NOW = bindparam("now", type_=SessionCardRow.due_at.type)
_TOUCH = (
    update(SessionCardRow.__table__)
    .where(
        SessionCardRow.__table__.c.session_id == bindparam("touched"),
        or_(SessionCardRow.__table__.c.due_at.is_(None), SessionCardRow.__table__.c.due_at > _NOW),
    )
    .values(due_at=_NOW)
)
_ANY_DUE = select(SessionCardRow.session_id).where(SessionCardRow.due_at <= _NOW).limit(1)
_PLACE = func.coalesce(DestinationRow.server_id, DestinationRow.chat_id)
_CARDS = select(
    SessionCardRow.session_id,
    SessionCardRow.delivery_id,
    SessionCardRow.shown,
    SessionCardRow.edited_at,
    SessionCardRow.editing,
    SessionCardRow.posts,
    SessionCardRow.taken_off,
    SessionCardRow.thread_id.label("card_thread"),
    SessionCardRow.event_id,
    SessionCardRow.event_shown,
    SessionCardRow.pinned_id,
    SessionCardRow.refused,
    SessionCardRow.mirrors_due_at,
    SessionCardRow.mirrors_tries,
    *DESTINATION_COLUMNS,
).join(DestinationRow, DestinationRow.id == SessionCardRow.destination_id)


@dataclass(frozen=True, slots=True)
class SessionCard:
    """The message that shows a session in one destination, or that is to. `posts` counts how often it was posted;
    `edited_at` is when an edit of it may last have been under way, and while `editing` that is not known to be over.
    `taken_off`: the session is not to be shown there any more. There is something to do about what goes along with it
    at `mirrors_due_at`, after so many tries.
    """

    session_id: int
    destination: Destination
    delivery_id: int | None
    shown: str | None
    edited_at: datetime | None
    editing: bool
    posts: int
    taken_off: bool
    mirrored: Mirrored
    mirrors_due_at: datetime | None
    mirrors_tries: int


class SessionCards:
    """The cards of sessions: at most one for a session in a destination."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def touch(self, session_id: int, *, now: datetime) -> None:
        """Something that the session's cards show has changed: they are brought up to date soon. May be repeated."""
        self._connection.execute(_TOUCH, {"touched": session_id, "now": now})

    def touch_in(self, destination_id: int, *, now: datetime) -> None:
        """The cards in a destination are looked at again soon: it can be written to again. May be repeated."""
        here = (SessionCardRow.destination_id == destination_id, SessionCardRow.due_at.is_(None))
        self._connection.execute(update(SessionCardRow).where(*here).values(due_at=now))

    def show_in(self, session_id: int, destination_ids: Collection[int], *, now: datetime) -> None:
        """The session is shown in these destinations too, from now on, also where it was taken off. May be
        repeated."""
        back = (SessionCardRow.session_id == session_id, SessionCardRow.destination_id.in_(destination_ids))
        self._connection.execute(
            update(SessionCardRow).where(*back, SessionCardRow.taken_off).values(taken_off=False, due_at=now)
        )
        known = set(
            self._connection.scalars(
                select(SessionCardRow.destination_id).where(SessionCardRow.session_id == session_id)
            )
        )
        rows = [
            {
                "session_id": session_id,
                "destination_id": one,
                "due_at": now,
                "posts": 0,
                "editing": False,
                "taken_off": False,
                "mirrors_tries": 0,
            }
            for one in dict.fromkeys(destination_ids)
            if one not in known
        ]
        if rows:
            self._connection.execute(insert(SessionCardRow), rows)

    def take_off(self, session_id: int, destination_ids: Collection[int], *, now: datetime) -> None:
        """The session is not shown in these destinations any more. May be repeated."""
        there = (SessionCardRow.session_id == session_id, SessionCardRow.destination_id.in_(destination_ids))
        self._connection.execute(
            update(SessionCardRow).where(*there, SessionCardRow.taken_off.is_(False)).values(taken_off=True, due_at=now)
        )

    def get(self, session_id: int, destination_id: int) -> SessionCard | None:
        """The card of a session in a destination, None where it has none."""
        here = (SessionCardRow.session_id == session_id, SessionCardRow.destination_id == destination_id)
        return next(iter(self._many(*here)), None)

    def of_session(self, session_id: int) -> list[SessionCard]:
        """The cards of a session, by destination, also those that were taken off."""
        return self._many(SessionCardRow.session_id == session_id)

    # Bringing them up to date

    def any_due(self, now: datetime) -> bool:
        """Whether there is something to do about a card."""
        return self._connection.execute(_ANY_DUE, {"now": now}).first() is not None

    def due(self, now: datetime, *, limit: int) -> list[SessionCard]:
        """The cards about which there is something to do, the one longest due first."""
        rows = self._connection.execute(
            _CARDS.where(SessionCardRow.due_at <= now)
            .order_by(SessionCardRow.due_at, SessionCardRow.session_id, SessionCardRow.destination_id)
            .limit(limit)
        )
        return [_card(row) for row in rows]

    def chat_edited_at(self, destination: Destination) -> datetime | None:
        """When an edit of a card in that chat was last under way, in whichever of its topics."""
        here = (DestinationRow.platform == destination.platform, DestinationRow.chat_id == destination.chat_id)
        newest = (
            select(func.max(SessionCardRow.edited_at))
            .join(DestinationRow, DestinationRow.id == SessionCardRow.destination_id)
            .where(*here)
        )
        found: datetime | None = self._connection.scalar(newest)
        return found

    def look_again(self, card: SessionCard, at: datetime | None) -> None:
        """There is something to do about the card then; None: not before something changes."""
        self._update(card, {"due_at": at})

    def edited(self, card: SessionCard, at: datetime, *, editing: bool) -> None:
        """An edit of the card was under way then at the latest; or is to come (`editing`), as far as is known."""
        self._update(card, {"edited_at": at, "editing": editing})

    def posted(self, card: SessionCard, delivery_id: int, shown: str, *, look_again: datetime) -> None:
        """The card is posted by this delivery, and shows this."""
        values = {"delivery_id": delivery_id, "shown": shown, "due_at": look_again, "posts": card.posts + 1}
        self._update(card, values)

    def corrected(self, card: SessionCard, shown: str, *, look_again: datetime | None) -> None:
        """The card shows this from now on; `look_again` as in the method of that name."""
        self._update(card, {"shown": shown, "due_at": look_again})

    # What goes along with them

    def with_mirrors_due(self, now: datetime, limit: int) -> list[tuple[int, int]]:
        """The cards (session, destination) with something to do about what goes along with them."""
        rows = self._connection.execute(
            select(SessionCardRow.session_id, SessionCardRow.destination_id)
            .where(SessionCardRow.mirrors_due_at <= now)
            .order_by(SessionCardRow.mirrors_due_at)
            .limit(limit)
        )
        return [(row.session_id, row.destination_id) for row in rows]

    def mirrors_due(self, card: SessionCard, at: datetime | None, *, tries: int) -> None:
        """There is something to do about what goes along with a card then, None: there is nothing."""
        self._update(card, {"mirrors_due_at": at, "mirrors_tries": tries})

    def mirrored(self, card: SessionCard, there: Mirrored) -> None:
        """This goes along with a card now."""
        refused = sorted(one.value for one in there.refused) or None
        values = {name: getattr(there, name) for name in ("pinned_id", "thread_id", "event_id", "event_shown")}
        self._update(card, values | {"refused": refused})

    def has_event_of(self, card: SessionCard) -> bool:
        """Whether this card is the one of its server that the session's event goes along with: the one that has it, or
        the oldest destination's."""
        own = DestinationRow.__table__.alias().c
        here = select(func.coalesce(own.server_id, own.chat_id)).where(own.id == card.destination.id).scalar_subquery()
        leader = (
            select(SessionCardRow.destination_id)
            .join(DestinationRow, DestinationRow.id == SessionCardRow.destination_id)
            .where(
                SessionCardRow.session_id == card.session_id,
                DestinationRow.platform == card.destination.platform,
                here == _PLACE,
                SessionCardRow.taken_off.is_(False),
            )
            .order_by(SessionCardRow.event_id.is_(None), SessionCardRow.destination_id)
            .limit(1)
        )
        return self._connection.scalar(leader) == card.destination.id

    # Where they may stand

    def chats(self, community_id: int) -> list[tuple[Destination, str]]:
        """The groups, channels and topics of a community that can be written to, the oldest first, each with the chat
        or server that it is a part of. Where there are none, its private chats."""
        rows: Sequence[Any] = self._connection.execute(
            select(*DESTINATION_COLUMNS, _PLACE.label("place"))
            .where(DestinationRow.community_id == community_id, DestinationRow.paused_reason.is_(None))
            .order_by(DestinationRow.id)
        ).all()
        found = [(destination_of(row), f"{row.platform}:{row.place}") for row in rows]
        return [one for one in found if one[0].kind is not DestinationKind.PRIVATE] or found

    def lost_chats(self, community_id: int) -> list[Destination]:
        """The groups, channels and topics of a community that cannot be written to now, the oldest first."""
        rows = self._connection.execute(
            select(*DESTINATION_COLUMNS)
            .where(
                DestinationRow.community_id == community_id,
                DestinationRow.paused_reason.is_not(None),
                DestinationRow.kind != DestinationKind.PRIVATE,
            )
            .order_by(DestinationRow.id)
        )
        return [destination_of(row) for row in rows]

    def newest(self, community_id: int) -> list[int]:
        """The destinations in which the community's newest session that is shown at all is shown."""
        newest = (
            select(func.max(SessionCardRow.session_id))
            .join(ClubSessionRow, ClubSessionRow.id == SessionCardRow.session_id)
            .where(ClubSessionRow.community_id == community_id, SessionCardRow.taken_off.is_(False))
            .scalar_subquery()
        )
        shown = (SessionCardRow.session_id == newest, SessionCardRow.taken_off.is_(False))
        return [card.destination.id for card in self._many(*shown)]

    def zones(self, community_id: int) -> list[str]:
        """The zones of a community's members, the commonest first."""
        number = func.count().label("number")
        rows = self._connection.execute(
            select(MemberRow.zone, number)
            .join(MembershipRow, MembershipRow.member_id == MemberRow.id)
            .where(MembershipRow.community_id == community_id, MemberRow.zone.is_not(None))
            .group_by(MemberRow.zone)
            .order_by(number.desc(), MemberRow.zone)
        )
        return [row.zone for row in rows]

    def _many(self, *where: ColumnElement[bool]) -> list[SessionCard]:
        rows = self._connection.execute(_CARDS.where(*where).order_by(SessionCardRow.destination_id))
        return [_card(row) for row in rows]

    def _update(self, card: SessionCard, values: dict[str, Any]) -> None:
        here = (
            SessionCardRow.session_id == card.session_id,
            SessionCardRow.destination_id == card.destination.id,
        )
        self._connection.execute(update(SessionCardRow).where(*here).values(**values))


def _card(row: Any) -> SessionCard:
    return SessionCard(
        row.session_id,
        destination_of(row),
        row.delivery_id,
        row.shown,
        row.edited_at,
        row.editing,
        row.posts,
        row.taken_off,
        Mirrored(
            row.pinned_id,
            row.card_thread,
            row.event_id,
            row.event_shown,
            frozenset(Mirror(one) for one in row.refused or ()),
        ),
        row.mirrors_due_at,
        row.mirrors_tries,
    )
