"""The outbox: storing deliveries, claiming those that are due, and writing down what came of each part."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.domain.communities import Destination, DestinationSpec
from bot.domain.deliveries import (
    BY_URGENCY,
    SEND_AGAIN_WITHIN,
    Delivery,
    DeliveryKind,
    DeliveryPart,
    NewDelivery,
    PartState,
    Payload,
    abandoned,
    answered,
)
from bot.domain.files import File
from storage.community_tables import DestinationRow
from storage.delivery_files import DeliveryFiles
from storage.delivery_tables import DeliveryPartRow, DeliveryRow
from storage.parts import in_parts

# Statements that are built once: building them costs more than running them.
_DELIVERY, _PART = DeliveryRow.__table__, DeliveryPartRow.__table__
_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_OTHERS = _DELIVERY.alias()
_OTHER = _OTHERS.c
_NOW = bindparam("now", type_=DeliveryRow.due_at.type)
_DUE = (DeliveryRow.platform == bindparam("platform"), DeliveryRow.due_at <= _NOW)
_ANY_DUE = select(DeliveryRow.id).where(*_DUE, DeliveryRow.kind.in_(list(DeliveryKind))).limit(1)  # so says the index
_UNSENT = DeliveryPartRow.state.in_([PartState.PENDING, PartState.SENDING, PartState.UNKNOWN])
_IS_NEWS, _OTHER_IS_NEWS = (
    exists().where(DeliveryPartRow.delivery_id == of.c.id, _UNSENT).correlate(of) for of in (_DELIVERY, _OTHERS)
)
# One delivery of a destination at a time, and those of a kind in the order in which they were stored, also where the
# first has to wait: a digest must not come between the parts of another, nor before yesterday's. But a reminder waits
# for no digest that cannot be sent. Corrections come after all others of their kind: one that fails over and over must
# not keep today's digest back.
_KEPT_BACK = exists().where(
    _OTHER.destination_id == DeliveryRow.destination_id,
    _OTHER.id != DeliveryRow.id,
    _OTHER.due_at.is_not(None),  # beside the OR, so that on the index nothing is read that was sent long ago
    or_(
        (_OTHER.due_at > _NOW) & (_OTHER.lease_until > _NOW),
        (_OTHER.kind == DeliveryRow.kind)
        & (_OTHER.not_before <= _NOW)
        & or_(
            (_OTHER.id < DeliveryRow.id) & (_OTHER_IS_NEWS | ~_IS_NEWS),
            _OTHER_IS_NEWS & ~_IS_NEWS,
        ),
    ),
)
_CLAIMABLE = (
    select(DeliveryRow.id)
    .where(*_DUE, DeliveryRow.kind == bindparam("kind", type_=DeliveryRow.kind.type))
    .where(~_KEPT_BACK, DeliveryRow.id.not_in(_VALUES))
    .order_by(DeliveryRow.due_at, DeliveryRow.id)
    .limit(bindparam("most"))
)
_INSERT, _INSERT_PARTS = insert(_DELIVERY), insert(_PART)
_IDS = select(DeliveryRow.key, DeliveryRow.id).where(DeliveryRow.key.in_(_VALUES))
_DESTINATIONS = select(DestinationRow.id, DestinationRow.platform, DestinationRow.paused_reason).where(
    DestinationRow.id.in_(_VALUES)
)
_CLAIM = update(_DELIVERY).where(_DELIVERY.c.id == bindparam("delivery_id"))
_DISOWN = _CLAIM.values(lease_owner=None)
_DELIVERIES = (
    select(
        DeliveryRow.id,
        DeliveryRow.key,
        DeliveryRow.kind,
        DeliveryRow.not_before,
        DeliveryRow.expires_at,
        DeliveryRow.unknown_policy,
        DeliveryRow.created_at,
        DeliveryRow.due_at,
        DestinationRow.id.label("destination_id"),
        DestinationRow.community_id,
        DestinationRow.platform,
        DestinationRow.chat_id,
        DestinationRow.thread_id,
        DestinationRow.kind.label("destination_kind"),
        DestinationRow.title,
        DestinationRow.paused_reason,
    )
    .join(DestinationRow, DestinationRow.id == DeliveryRow.destination_id)
    .order_by(DeliveryRow.id)
)
_BY_ID = _DELIVERIES.where(DeliveryRow.id.in_(_VALUES))
_PARTS = select(*_PART.c).where(_PART.c.delivery_id.in_(_VALUES)).order_by(_PART.c.delivery_id, _PART.c.number)
_THIS_PART = (_PART.c.delivery_id == bindparam("of_delivery"), _PART.c.number == bindparam("of_number"))
_OWNERS = select(DeliveryRow.id, DeliveryRow.lease_owner).where(DeliveryRow.id.in_(_VALUES))
_SAVE = update(_PART).where(*_THIS_PART)
_RELEASE = update(_DELIVERY).where(
    _DELIVERY.c.id == bindparam("of_delivery"), _DELIVERY.c.lease_owner == bindparam("owner")
)
_IN_ONE_STATEMENT = 500
_CORRECTABLE = (PartState.PENDING, PartState.SENDING, PartState.SENT, PartState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A delivery as it stands in the outbox. `due_at` None: there is nothing more to do about it."""

    delivery: Delivery
    created_at: datetime
    due_at: datetime | None


class Deliveries:
    """The outbox."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._files = DeliveryFiles(connection)

    def add(self, new: NewDelivery, *, now: datetime) -> int:
        """Stores a delivery and gives its id. The same key again changes nothing and gives the id of the first."""
        return self.add_all([new], now=now)[new.key]

    def add_all(self, news: Sequence[NewDelivery], *, now: datetime) -> dict[str, int]:
        """Stores deliveries and gives their ids by key; those with a key that is there already change nothing."""
        known = self._ids([new.key for new in news])
        fresh = {new.key: new for new in news if new.key not in known}
        if not fresh:
            return known
        destinations = {
            row.id: row
            for few in in_parts(sorted({new.destination_id for new in fresh.values()}))
            for row in self._connection.execute(_DESTINATIONS, {"values": few})
        }
        self._connection.execute(
            _INSERT, [_columns(new, destinations[new.destination_id], now) for new in fresh.values()]
        )
        ids = self._ids(list(fresh))
        parts = [
            {"delivery_id": ids[new.key], "number": number, "payload": payload, "version": 1}
            | _facts(DeliveryPart(number, payload))
            for new in fresh.values()
            for number, payload in enumerate(new.payloads, start=1)
        ]
        if parts:
            self._connection.execute(_INSERT_PARTS, parts)
        self._files.add(
            (ids[new.key], number, new.files[cast(int, payload["file"])])
            for new in fresh.values()
            for number, payload in enumerate(new.payloads, start=1)
            if "file" in payload
        )
        return known | ids

    def file(self, delivery_id: int, number: int) -> File | None:
        """The file that comes with a part, None where there is none (any more)."""
        return self._files.get(delivery_id, number)

    def get(self, delivery_id: int) -> Delivery | None:
        found = self._load([delivery_id])
        return found[0].delivery if found else None

    def entries(
        self,
        *,
        state: PartState | None = None,
        destination: str | None = None,
        since: datetime | None = None,
        limit: int = 1000,
    ) -> list[OutboxEntry]:
        """The newest deliveries, newest first: with a part in that state, to the destination with that id, chat id or
        title, stored since then."""
        ids = select(DeliveryRow.id).order_by(DeliveryRow.id.desc()).limit(limit)
        if since is not None:
            ids = ids.where(DeliveryRow.created_at >= since)
        if destination is not None:
            ids = ids.where(DeliveryRow.destination_id.in_(_named(destination)))
        if state is not None:
            ids = ids.where(
                exists().where(DeliveryPartRow.delivery_id == DeliveryRow.id, DeliveryPartRow.state == state)
            )
        return self._load(self._connection.scalars(ids).all())[::-1]

    # Sending

    def any_due(self, platform: str, now: datetime) -> bool:
        """Whether there may be something to claim. Costs the same however much there is in the outbox."""
        return self._connection.scalar(_ANY_DUE, {"platform": platform, "now": now}) is not None

    def claim(
        self,
        platform: str,
        *,
        owner: str,
        now: datetime,
        lease: timedelta,
        limit: int,
        busy: Collection[int] = (),
    ) -> list[Delivery]:
        """Takes deliveries that are due, the most urgent kind first and of each the longest overdue, one of each
        destination. Nobody else gets them before the lease is over. What was being sent when its owner ended is
        `unknown` from now on; `busy` are those that have not ended, however long their lease has been over."""
        until = now + lease
        taken: list[int] = []
        for kind in BY_URGENCY:
            values = {"platform": platform, "kind": kind, "now": now, "values": list(busy)}
            ids = self._connection.scalars(_CLAIMABLE, values | {"most": limit - len(taken)}).all()
            if ids:  # written at once: what goes to the same destinations waits for these
                leases = [
                    {"delivery_id": one, "lease_owner": owner, "lease_until": until, "due_at": until} for one in ids
                ]
                self._connection.execute(_CLAIM, leases)
                taken += ids
            if len(taken) >= limit:
                break
        found = {entry.delivery.id: entry.delivery for entry in self._load(taken)}
        return [self._recovered(found[one]) for one in taken]

    def begin(self, begun: Sequence[tuple[int, DeliveryPart, str]]) -> list[bool]:
        """Writes down that parts are being sent, each with its delivery's id and who has claimed that. False for those
        whose delivery belongs to somebody else by now: they are left as they are."""
        owners = {
            row.id: row.lease_owner
            for row in self._connection.execute(_OWNERS, {"values": [one for one, _, _ in begun]})
        }
        ours = [owners.get(delivery_id) == owner for delivery_id, _, owner in begun]
        rows = [
            {
                "of_delivery": delivery_id,
                "of_number": part.number,
                "state": part.state,
                "attempts": part.attempts,
                "attempted_at": part.attempted_at,
            }
            for (delivery_id, part, _), is_ours in zip(begun, ours, strict=True)
            if is_ours
        ]
        if rows:
            self._connection.execute(_SAVE, rows)
        return ours

    def save(self, parts: Sequence[tuple[int, DeliveryPart]]) -> None:
        """Writes what has become of parts, each with its delivery's id. What they say is not written."""
        rows = [_facts(part) | {"of_delivery": one, "of_number": part.number} for one, part in parts]
        if rows:
            self._connection.execute(_SAVE, rows)

    def release(self, released: Sequence[tuple[int, str, datetime | None]]) -> None:
        """Gives claimed deliveries back, each with who has claimed it and when there is next something to do."""
        rows = [
            {"of_delivery": one, "owner": owner, "due_at": due_at, "lease_owner": None, "lease_until": None}
            for one, owner, due_at in released
        ]
        if rows:
            self._connection.execute(_RELEASE, rows)

    def postpone(self, platform: str, chat_id: str, until: datetime) -> None:
        """Nothing that nobody has claimed goes to a chat before that moment."""
        here = select(DestinationRow.id).where(DestinationRow.platform == platform, DestinationRow.chat_id == chat_id)
        self._connection.execute(
            update(_DELIVERY)
            .where(_DELIVERY.c.destination_id.in_(here), _DELIVERY.c.due_at < until, _DELIVERY.c.lease_owner.is_(None))
            .values(due_at=until)
        )

    # Changing what is in it

    def withdraw(self, delivery_ids: Collection[int], *, now: datetime) -> None:
        """What of these deliveries has not arrived is void, and is not sent again either where nobody knows. What is
        being sent at this moment is. May be repeated."""
        for few in in_parts(sorted(delivery_ids)):
            unsent = (_PART.c.delivery_id.in_(few), _PART.c.state == PartState.PENDING)
            self._connection.execute(update(_PART).where(*unsent).values(state=PartState.SUPERSEDED))
            open_ones = (_DELIVERY.c.id.in_(few), _DELIVERY.c.due_at.is_not(None))
            self._connection.execute(
                update(_DELIVERY)
                .where(*open_ones)
                .values(
                    expires_at=now,
                    lease_owner=None,
                    due_at=case((_DELIVERY.c.lease_until > now, _DELIVERY.c.lease_until), else_=now),
                )
            )

    def withhold(self, key: str) -> None:
        """What waits of the deliveries whose keys begin so is void, those excepted of which somebody has begun to send
        something. May be repeated."""
        begun = exists().where(
            DeliveryPartRow.delivery_id == DeliveryRow.id, DeliveryPartRow.state != PartState.PENDING
        )
        waiting = select(DeliveryRow.id).where(
            *_begins(key), DeliveryRow.due_at.is_not(None), DeliveryRow.lease_owner.is_(None), ~begun
        )
        for delivery_id in self._connection.scalars(waiting).all():
            self._turn(delivery_id, PartState.PENDING, PartState.SUPERSEDED, due_at=None)

    def let_go(self, key: str, *, now: datetime) -> None:
        """What was withheld of the deliveries whose keys begin so is sent after all, unless it is too late. May be
        repeated."""
        kept = exists().where(
            DeliveryPartRow.delivery_id == DeliveryRow.id, DeliveryPartRow.state == PartState.SUPERSEDED
        )
        found = self._connection.execute(
            select(DeliveryRow.id, DeliveryRow.not_before).where(*_begins(key), DeliveryRow.expires_at > now, kept)
        )
        for delivery_id, not_before in found.all():
            self._turn(delivery_id, PartState.SUPERSEDED, PartState.PENDING, due_at=max(not_before, now))

    def _turn(self, delivery_id: int, before: PartState, after: PartState, *, due_at: datetime | None) -> None:
        parts = (_PART.c.delivery_id == delivery_id, _PART.c.state == before)
        self._connection.execute(update(_PART).where(*parts).values(state=after))
        self._connection.execute(update(_DELIVERY).where(_DELIVERY.c.id == delivery_id).values(due_at=due_at))

    def correct(self, delivery_id: int, number: int, payload: Payload, *, now: datetime) -> None:
        """A part says something else from now on: what waits is sent so, what is posted is edited in place."""
        self.correct_all({delivery_id: {number: payload}}, now=now)

    def correct_all(self, corrections: Mapping[int, Mapping[int, Payload]], *, now: datetime) -> int:
        """Parts of deliveries (delivery → number → payload) say something else from now on. Returns how many deliveries
        that has changed. May be repeated."""
        changed = 0
        for entry in self._load(list(corrections)):
            delivery = entry.delivery
            wanted = corrections[delivery.id]
            parts = [one for one in delivery.parts if one.number in wanted and one.payload != wanted[one.number]]
            parts = [one for one in parts if one.state in _CORRECTABLE]
            for part in parts:
                values = {"of_delivery": delivery.id, "of_number": part.number, "payload": wanted[part.number]}
                tries = {"attempts": 0} if part.state is PartState.SENT else {}
                self._connection.execute(_SAVE, values | {"version": part.version + 1} | tries)
            if any(part.state in (PartState.SENDING, PartState.SENT) for part in parts):
                self._wake(delivery.id, now)
            elif parts:
                # Whoever is at it has read what it said before: they finish the part at hand and no more.
                self._connection.execute(_DISOWN, {"delivery_id": delivery.id})
            changed += bool(parts)
        return changed

    def key_of(self, spec: DestinationSpec, message_id: str) -> str | None:
        """The key of the delivery that a message of a chat is a part of, None where it is part of none."""
        chat = (DestinationRow.platform == spec.platform, DestinationRow.chat_id == spec.chat_id)
        found: str | None = self._connection.scalar(
            select(DeliveryRow.key)
            .join(_PART, _PART.c.delivery_id == DeliveryRow.id)
            .join(DestinationRow, DestinationRow.id == DeliveryRow.destination_id)
            .where(*chat, _PART.c.message_id == message_id)
            .limit(1)
        )
        return found

    def is_ours(self, platform: str, chat_id: str, message_id: str) -> bool:
        """Whether a message in a chat is a part that was sent there."""
        here = (DestinationRow.platform == platform, DestinationRow.chat_id == chat_id)
        found = (
            select(_PART.c.delivery_id)
            .join(DeliveryRow, DeliveryRow.id == _PART.c.delivery_id)
            .join(DestinationRow, DestinationRow.id == DeliveryRow.destination_id)
            .where(*here, _PART.c.message_id == message_id)
        )
        return self._connection.execute(found.limit(1)).first() is not None

    def numbered(self, platform: str, message_ids: Collection[str]) -> list[tuple[str, datetime | None, Payload]]:
        """The parts that were sent as messages with one of these ids, in whichever chat: id, when, and what."""
        found = (
            select(_PART.c.message_id, _PART.c.sent_at, _PART.c.payload)
            .join(DeliveryRow, DeliveryRow.id == _PART.c.delivery_id)
            .where(DeliveryRow.platform == platform, _PART.c.message_id.in_(_VALUES))
        )
        parts = in_parts(sorted(message_ids))
        return [(*row,) for few in parts for row in self._connection.execute(found, {"values": few})]

    def was_told(self, key: str, platform: str, chat_ids: Collection[str]) -> bool:
        """Whether a delivery whose key begins so was meant for one of these chats."""
        told = (
            exists()
            .where(*_begins(key), DeliveryRow.destination_id == DestinationRow.id)
            .where(DestinationRow.platform == platform, DestinationRow.chat_id.in_(chat_ids))
        )
        return bool(self._connection.scalar(select(told)))

    def settle(self, delivery_id: int, number: int, *, arrived: bool, now: datetime) -> bool:
        """Writes down what an administrator says of an unknown part. False where it is not unknown (any more)."""
        delivery = self.get(delivery_id)
        part = next((one for one in delivery.parts if one.number == number), None) if delivery else None
        if delivery is None or part is None or part.state is not PartState.UNKNOWN:
            return False
        self.save([(delivery_id, answered(part, arrived=arrived))])
        if not arrived:
            if delivery.expires_at is not None:
                latest = max(delivery.expires_at, now + SEND_AGAIN_WITHIN)
                self._connection.execute(_CLAIM, {"delivery_id": delivery_id, "expires_at": latest})
            self._wake(delivery_id, now)
        return True

    def _wake(self, delivery_id: int, now: datetime) -> None:
        """Has the delivery looked at afresh: now, or where somebody is at it, when the lease is over; its owner
        finishes the part at hand and no more."""
        leased = _DELIVERY.c.lease_until > now
        self._connection.execute(
            update(_DELIVERY)
            .where(_DELIVERY.c.id == delivery_id)
            .values(lease_owner=None, due_at=case((leased, _DELIVERY.c.lease_until), else_=now))
        )

    def prune(self, before: datetime) -> None:
        """Forgets what old deliveries said that are done with: what came of them, and which message is which, is known
        for good. What only said something about the bot is gone altogether. May be repeated."""
        done = (_DELIVERY.c.created_at < before, _DELIVERY.c.due_at.is_(None))
        self._connection.execute(delete(_DELIVERY).where(*done, _DELIVERY.c.kind == DeliveryKind.NOTICE))
        ids = select(_DELIVERY.c.id).where(*done)
        self._files.forget(ids)
        settled = _PART.c.state.not_in([PartState.PENDING, PartState.SENDING, PartState.UNKNOWN])
        said = (settled, func.length(_PART.c.payload) > len("{}"))
        self._connection.execute(update(_PART).where(_PART.c.delivery_id.in_(ids), *said).values(payload={}))

    # What becomes of destinations

    def hold(self, destination_id: int) -> None:
        """What waits for a destination that is paused now waits until it is resumed, or expires."""
        self._connection.execute(
            update(_DELIVERY)
            .where(
                _DELIVERY.c.destination_id == destination_id,
                _DELIVERY.c.due_at.is_not(None),
                _DELIVERY.c.lease_owner.is_(None),
            )
            .values(due_at=_DELIVERY.c.expires_at)
        )

    def resume(self, destination_id: int, *, now: datetime) -> None:
        """What has waited for a destination that is no longer paused is due. May be repeated."""
        waiting = exists().where(
            _PART.c.delivery_id == _DELIVERY.c.id,
            or_(_PART.c.state.in_([PartState.PENDING, PartState.UNKNOWN]), _PART.c.posted < _PART.c.version),
        )
        self._connection.execute(
            update(_DELIVERY)
            .where(_DELIVERY.c.destination_id == destination_id, _DELIVERY.c.lease_owner.is_(None), waiting)
            .values(due_at=case((_DELIVERY.c.not_before > now, _DELIVERY.c.not_before), else_=now))
        )

    def forget_messages(self, platform: str, chat_id: str) -> None:
        """What was sent to a chat cannot be edited any more: it is another chat by now, which counts its messages anew,
        so that their ids would mean others. May be repeated."""
        here = select(DestinationRow.id).where(DestinationRow.platform == platform, DestinationRow.chat_id == chat_id)
        sent = select(DeliveryRow.id).where(DeliveryRow.destination_id.in_(here))
        self._connection.execute(
            update(_PART)
            .where(_PART.c.delivery_id.in_(sent), _PART.c.message_id.is_not(None))
            .values(message_id=None, posted=None)
        )

    def redirect(self, destination_id: int, other_id: int) -> None:
        """What was meant for one destination is meant for another: they are the same chat."""
        self._connection.execute(
            update(_DELIVERY).where(_DELIVERY.c.destination_id == destination_id).values(destination_id=other_id)
        )

    # Reading rows

    def _ids(self, keys: Sequence[str]) -> dict[str, int]:
        return {key: id_ for few in in_parts(keys) for key, id_ in self._connection.execute(_IDS, {"values": few})}

    def _recovered(self, delivery: Delivery) -> Delivery:
        for part in delivery.parts:
            found = abandoned(part)
            if found is not part:
                self.save([(delivery.id, found)])
                delivery = delivery.with_part(found)
        return delivery

    def _load(self, ids: Sequence[int]) -> list[OutboxEntry]:
        """The deliveries with these ids, by id."""
        entries = []
        for start in range(0, len(ids), _IN_ONE_STATEMENT):
            few = {"values": sorted(ids)[start : start + _IN_ONE_STATEMENT]}
            parts: dict[int, list[DeliveryPart]] = defaultdict(list)
            for row in self._connection.execute(_PARTS, few):
                parts[row.delivery_id].append(_part(row))
            entries += [_entry(row, parts[row.id]) for row in self._connection.execute(_BY_ID, few)]
        return entries


def _columns(new: NewDelivery, destination: Row[int, str, str | None], now: datetime) -> dict[str, Any]:
    paused = destination.paused_reason is not None
    return {
        "key": new.key,
        "destination_id": new.destination_id,
        "platform": destination.platform,
        "kind": new.kind,
        "unknown_policy": new.unknown_policy,
        "not_before": new.not_before,
        "expires_at": new.expires_at,
        "created_at": now,
        "due_at": new.expires_at if paused else new.not_before,
    }


def _begins(key: str) -> tuple[ColumnElement[bool], ...]:
    """The deliveries whose keys begin so, found by the index."""
    return DeliveryRow.key >= key, DeliveryRow.key < key + chr(sys.maxunicode)


def _named(destination: str) -> Select[int]:
    """The destinations with this id, chat id or title."""
    wanted = [DestinationRow.chat_id == destination, DestinationRow.title == destination]
    if destination.isascii() and destination.isdigit() and len(destination) < 19:
        wanted.append(DestinationRow.id == int(destination))
    return select(DestinationRow.id).where(or_(*wanted))


def _entry(row: Any, parts: Iterable[DeliveryPart]) -> OutboxEntry:
    destination = Destination(
        row.destination_id,
        row.community_id,
        row.platform,
        row.chat_id,
        row.thread_id or None,
        row.destination_kind,
        row.title,
        row.paused_reason,
    )
    delivery = Delivery(
        row.id, row.key, destination, row.kind, tuple(parts), row.not_before, row.expires_at, row.unknown_policy
    )
    return OutboxEntry(delivery, row.created_at, row.due_at)


def _part(row: Row[Any]) -> DeliveryPart:
    return DeliveryPart(
        row.number,
        row.payload,
        row.state,
        row.attempts,
        row.error,
        row.message_id,
        row.doubts,
        row.attempted_at,
        row.sent_at,
        row.version,
        row.posted,
    )


def _facts(part: DeliveryPart) -> dict[str, Any]:
    return {
        "state": part.state,
        "attempts": part.attempts,
        "doubts": part.doubts,
        "error": part.error,
        "message_id": part.message_id,
        "attempted_at": part.attempted_at,
        "sent_at": part.sent_at,
        "posted": part.posted,
    }
