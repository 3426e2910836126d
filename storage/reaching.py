"""The ledger of the word that people are sent, and the private chats by which they are reached."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, and_, bindparam, delete, insert, select, update

from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import PartState, Payload
from bot.domain.members import Account
from bot.domain.reaching import PrivateChat, Reachable, Route, WordKind, WordRecord
from storage.club_tables import ClubSessionRow, SessionCardRow
from storage.communities import DESTINATION_COLUMNS, destination_of
from storage.community_tables import DestinationRow
from storage.delivery_tables import DeliveryPartRow, DeliveryRow
from storage.members import Members
from storage.parts import in_parts
from storage.reaching_tables import PrivateChatRow, WordRouteRow, WordRow, WordTextRow
from storage.tables import ChatRow

_WORD, _ROUTE, _TEXT = WordRow.__table__, WordRouteRow.__table__, WordTextRow.__table__
_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_PLATFORM: BindParameter[Any] = bindparam("platform")
_KNOWN = select(WordRow.key).where(WordRow.key.in_(_VALUES))
_IDS = select(WordRow.key, WordRow.id).where(WordRow.key.in_(_VALUES))
_TEXT_IDS = select(WordTextRow.digest, WordTextRow.id).where(WordTextRow.digest.in_(_VALUES))
_HEARD = select(PrivateChatRow.account_id, PrivateChatRow.heard_at).where(
    PrivateChatRow.platform == _PLATFORM, PrivateChatRow.account_id.in_(_VALUES)
)
_PRIVATE = select(DestinationRow.chat_id, DestinationRow.id, DestinationRow.paused_reason).where(
    DestinationRow.platform == _PLATFORM, DestinationRow.chat_id.in_(_VALUES), DestinationRow.thread_id == ""
)
_SPOKEN = select(ChatRow.chat_id, ChatRow.language).where(ChatRow.platform == _PLATFORM, ChatRow.chat_id.in_(_VALUES))
_WORDS = select(_WORD).where(WordRow.id.in_(_VALUES)).order_by(WordRow.id)
_ROUTES = (
    select(_ROUTE, DeliveryPartRow.state, DeliveryPartRow.sent_at, DeliveryPartRow.doubts)
    .outerjoin(DeliveryPartRow, DeliveryPartRow.delivery_id == WordRouteRow.delivery_id)
    .where(WordRouteRow.word_id.in_(_VALUES))
    .order_by(WordRouteRow.word_id, WordRouteRow.number, DeliveryPartRow.number)
)
_ADD_WORDS, _ADD_ROUTES, _ADD_TEXTS = insert(_WORD), insert(_ROUTE), insert(_TEXT)
_WAITING = [PartState.PENDING, PartState.SENDING, PartState.UNKNOWN]


@dataclass(frozen=True, slots=True)
class NewWord:
    """What is to be stored of a word. `spare` are its texts for platforms that are not tried first."""

    key: str
    member_id: int
    community_id: int | None
    session_id: int | None
    kind: WordKind
    aloud: str | None
    spare: Mapping[str, tuple[Payload, ...]]
    not_before: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewRoute:
    """A way that is gone now. `word` is the word's key."""

    word: str
    number: int
    platform: str
    delivery_id: int | None
    mention: bool = False
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class MentionPlace:
    """Where somebody may be mentioned. `thread_id` is that of a card's thread, `server_id` as in `DestinationSpec`."""

    destination: Destination
    thread_id: str | None
    server_id: str | None


class Reaching:
    """Words by key, session and delivery; private chats by account."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # Who can be reached where

    def hear(self, platform: str, account_id: str, *, now: datetime) -> None:
        """Somebody has written in their private chat. May be repeated."""
        here = (PrivateChatRow.platform == platform, PrivateChatRow.account_id == account_id)
        if self._connection.execute(update(PrivateChatRow).where(*here).values(heard_at=now)).rowcount == 0:
            values = {"platform": platform, "account_id": account_id, "heard_at": now}
            self._connection.execute(insert(PrivateChatRow).values(**values))

    def heard_at(self, platform: str, account_id: str) -> datetime | None:
        """When somebody wrote in their private chat, None: never."""
        here = (PrivateChatRow.platform == platform, PrivateChatRow.account_id == account_id)
        return self._connection.scalar(select(PrivateChatRow.heard_at).where(*here))

    def reachable(self, member_ids: Collection[int]) -> dict[int, Reachable]:
        """Those of these people that there are, with their private chats."""
        members = Members(self._connection).many(member_ids)
        accounts = defaultdict[str, set[str]](set)
        for member in members:
            for account in member.accounts:
                accounts[account.platform].add(account.id)
        heard, paused, spoken = (self._by_account(query, accounts) for query in (_HEARD, _PRIVATE, _SPOKEN))

        def chat(account: Account) -> PrivateChat:
            key = (account.platform, account.id)
            refusal = paused[key].paused_reason if key in paused else None
            heard_at = heard[key].heard_at if key in heard else None
            return PrivateChat(account, heard_at, refusal, spoken[key].language if key in spoken else None)

        return {one.id: Reachable(one, tuple(map(chat, one.accounts))) for one in members}

    def private_destinations(self, accounts: Collection[Account]) -> dict[tuple[str, str], int]:
        """The ids of the private destinations of accounts, by platform and account; those that are stored."""
        wanted = defaultdict[str, set[str]](set)
        for account in accounts:
            wanted[account.platform].add(account.id)
        return {key: row.id for key, row in self._by_account(_PRIVATE, wanted).items()}

    def mention_places(self, session_id: int | None, community_id: int) -> list[MentionPlace]:
        """Where people of a community may be mentioned: first where the session is shown, then its other chats; none
        that is paused, or private."""
        card = and_(SessionCardRow.destination_id == DestinationRow.id, SessionCardRow.session_id == session_id)
        columns: tuple[Any, ...] = (*DESTINATION_COLUMNS, DestinationRow.server_id)
        found: Select[Any] = (
            select(*columns, SessionCardRow.thread_id.label("card_thread"))
            .outerjoin(SessionCardRow, card)
            .where(
                DestinationRow.community_id == community_id,
                DestinationRow.paused_reason.is_(None),
                DestinationRow.kind != DestinationKind.PRIVATE,
            )
            .order_by(SessionCardRow.session_id.is_(None), DestinationRow.id)
        )
        rows = self._connection.execute(found)
        return [MentionPlace(destination_of(row), row.card_thread, row.server_id) for row in rows]

    def club_places(self, community_id: int) -> list[Destination]:
        """The chats in which a club shows its sessions, the oldest first."""
        rows = self._connection.execute(
            select(*DESTINATION_COLUMNS)
            .where(
                DestinationRow.id.in_(
                    select(SessionCardRow.destination_id)
                    .join(ClubSessionRow, ClubSessionRow.id == SessionCardRow.session_id)
                    .where(ClubSessionRow.community_id == community_id, SessionCardRow.taken_off.is_(False))
                ),
                DestinationRow.community_id == community_id,
            )
            .order_by(DestinationRow.id)
        )
        return [destination_of(row) for row in rows]

    def drawn_up_by(self, community_id: int, session_id: int | None) -> int | None:
        """Who drew up a session, or without one the newest of a community; None where nobody knows."""
        drawn_up = select(ClubSessionRow.drawn_up_by).where(ClubSessionRow.community_id == community_id)
        if session_id is not None:
            drawn_up = drawn_up.where(ClubSessionRow.id == session_id)
        return self._connection.scalar(drawn_up.order_by(ClubSessionRow.id.desc()).limit(1))

    # Words

    def known(self, keys: Sequence[str]) -> set[str]:
        """Those of these keys under which there is a word."""
        return {key for few in in_parts(keys) for key in self._connection.scalars(_KNOWN, {"values": few})}

    def add(self, words: Sequence[NewWord], *, now: datetime) -> None:
        """Stores words; their keys are new."""
        texts = self._keep_texts([payloads for one in words for payloads in one.spare.values()], now)
        rows = [
            {
                "key": one.key,
                "member_id": one.member_id,
                "community_id": one.community_id,
                "session_id": one.session_id,
                "kind": one.kind,
                "aloud": one.aloud,
                "spare": {platform: texts[_digest(payloads)] for platform, payloads in one.spare.items()},
                "not_before": one.not_before,
                "expires_at": one.expires_at,
                "created_at": now,
                "lost_at": None,
            }
            for one in words
        ]
        if rows:
            self._connection.execute(_ADD_WORDS, rows)

    def add_routes(self, routes: Sequence[NewRoute], *, now: datetime) -> None:
        """Writes down which ways are gone, of words that are stored."""
        keys = sorted({one.word for one in routes})
        ids = {key: id_ for few in in_parts(keys) for key, id_ in self._connection.execute(_IDS, {"values": few})}
        rows = [
            {
                "word_id": ids[one.word],
                "number": one.number,
                "platform": one.platform,
                "mention": one.mention,
                "delivery_id": one.delivery_id,
                "refusal": one.refusal,
                "chosen_at": now,
            }
            for one in routes
        ]
        if rows:
            self._connection.execute(_ADD_ROUTES, rows)

    def ids(self, keys: Sequence[str]) -> list[int]:
        """The ids of the words with these keys."""
        return [id_ for few in in_parts(keys) for _, id_ in self._connection.execute(_IDS, {"values": few})]

    def get(self, word_ids: Collection[int]) -> list[WordRecord]:
        """The words with these ids, the oldest first."""
        found = []
        for few in in_parts(sorted(word_ids)):
            routes = defaultdict[int, list[Row[Any]]](list)
            for row in self._connection.execute(_ROUTES, {"values": few}):
                routes[row.word_id].append(row)
            found += [_record(row, routes[row.id]) for row in self._connection.execute(_WORDS, {"values": few})]
        return found

    def of_session(
        self,
        session_id: int,
        kinds: Collection[WordKind] = tuple(WordKind),
        *,
        member_ids: Collection[int] | None = None,
    ) -> list[WordRecord]:
        """All word about a session of these kinds, the oldest first; for these members, where they are given."""
        found = select(WordRow.id).where(WordRow.session_id == session_id, WordRow.kind.in_(list(kinds)))
        if member_ids is not None:
            found = found.where(WordRow.member_id.in_(list(member_ids)))
        return self.get(self._connection.scalars(found).all())

    def people_told(self, session_id: int, kinds: Collection[WordKind]) -> list[int]:
        """The ids of those for whom there was word about a session of these kinds, in order."""
        found = select(WordRow.member_id).where(WordRow.session_id == session_id, WordRow.kind.in_(list(kinds)))
        return list(self._connection.scalars(found.distinct().order_by(WordRow.member_id)))

    def with_delivery(self, delivery_id: int) -> list[WordRecord]:
        """The words that a delivery carries; several where it mentions several people."""
        found = select(WordRouteRow.word_id).where(WordRouteRow.delivery_id == delivery_id)
        return self.get(self._connection.scalars(found).all())

    def waiting_at(self, destination_id: int) -> list[int]:
        """The deliveries that carry word to a destination and have not arrived."""
        return list(
            self._connection.scalars(
                select(WordRouteRow.delivery_id)
                .join(DeliveryRow, DeliveryRow.id == WordRouteRow.delivery_id)
                .join(DeliveryPartRow, DeliveryPartRow.delivery_id == DeliveryRow.id)
                .where(DeliveryRow.destination_id == destination_id, DeliveryPartRow.state.in_(_WAITING))
                .distinct()
                .order_by(WordRouteRow.delivery_id)
            )
        )

    def spare(self, word_id: int, platform: str) -> tuple[Payload, ...] | None:
        """What a word says on a platform that was not tried first; None where nobody said."""
        spare = self._connection.scalar(select(WordRow.spare).where(WordRow.id == word_id))
        found = (spare or {}).get(platform)
        payloads = self._connection.scalar(select(WordTextRow.payloads).where(WordTextRow.id == found))
        return None if payloads is None else tuple(payloads)

    def refuse(self, word_id: int, number: int, reason: str) -> None:
        """A way did not get through."""
        here = (_ROUTE.c.word_id == word_id, _ROUTE.c.number == number)
        self._connection.execute(update(_ROUTE).where(*here).values(refusal=reason))

    def lose(self, word_id: int, *, now: datetime) -> None:
        """No way is left for a word."""
        self._connection.execute(update(_WORD).where(_WORD.c.id == word_id).values(lost_at=now))

    def open_mention(self, word: WordRecord, destination_id: int, *, now: datetime) -> int | None:
        """A delivery that is not sent before some moments have passed and mentions others for the same reason."""
        same = (
            WordRow.kind == word.kind,
            WordRow.session_id == word.session_id,
            WordRow.aloud.is_not_distinct_from(word.aloud),
        )
        found: int | None = self._connection.scalar(
            select(WordRouteRow.delivery_id)
            .join(WordRow, WordRow.id == WordRouteRow.word_id)
            .join(DeliveryRow, DeliveryRow.id == WordRouteRow.delivery_id)
            .where(*same, WordRouteRow.mention)
            .where(DeliveryRow.destination_id == destination_id, DeliveryRow.not_before > now)
            .order_by(WordRouteRow.delivery_id.desc())
            .limit(1)
        )
        return found

    def deliveries_of(self, word_ids: Collection[int]) -> list[int]:
        """The deliveries that carry these words."""
        found = select(WordRouteRow.delivery_id).where(
            WordRouteRow.word_id.in_(_VALUES), WordRouteRow.delivery_id.is_not(None)
        )
        parts = in_parts(sorted(word_ids))
        return sorted({one for few in parts for one in self._connection.scalars(found, {"values": few}) if one})

    def prune(self, before: datetime) -> None:
        """Forgets spare texts that were last wanted before that moment. May be repeated."""
        self._connection.execute(delete(_TEXT).where(_TEXT.c.used_at < before))

    # Inside

    def _by_account(self, query: Any, accounts: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], Row[Any]]:
        """The rows of a query for accounts of a platform, whose first column is the account's id."""
        return {
            (platform, row[0]): row
            for platform, ids in accounts.items()
            for few in in_parts(sorted(ids))
            for row in self._connection.execute(query, {"platform": platform, "values": few})
        }

    def _keep_texts(self, texts: Sequence[tuple[Payload, ...]], now: datetime) -> dict[str, int]:
        """The ids of texts by digest, stored where they were not."""
        wanted = {_digest(one): one for one in texts}
        known = self._text_ids(wanted)
        fresh = [{"digest": one, "payloads": list(wanted[one]), "used_at": now} for one in wanted if one not in known]
        if fresh:
            self._connection.execute(_ADD_TEXTS, fresh)
        for few in in_parts(sorted(known.values())):
            self._connection.execute(update(_TEXT).where(_TEXT.c.id.in_(few)).values(used_at=now))
        return known | self._text_ids(wanted.keys() - known.keys())

    def _text_ids(self, digests: Collection[str]) -> dict[str, int]:
        return {
            digest: id_
            for few in in_parts(sorted(digests))
            for digest, id_ in self._connection.execute(_TEXT_IDS, {"values": few})
        }


def _digest(payloads: tuple[Payload, ...]) -> str:
    return sha256(json.dumps(payloads, sort_keys=True).encode()).hexdigest()


def _record(row: Row[Any], routes: Sequence[Row[Any]]) -> WordRecord:
    numbers = dict.fromkeys(route.number for route in routes)
    return WordRecord(
        row.id,
        row.key,
        row.member_id,
        row.kind,
        row.community_id,
        row.session_id,
        row.aloud,
        row.not_before,
        row.expires_at,
        row.lost_at,
        tuple(_route([one for one in routes if one.number == number]) for number in numbers),
    )


def _route(parts: Sequence[Row[Any]]) -> Route:
    """A way, with the parts of its delivery, of which the first that has not arrived tells how far it has come."""
    telling = next((one for one in parts if one.state is not PartState.SENT), parts[-1])
    return Route(
        telling.number,
        telling.platform,
        telling.mention,
        telling.delivery_id,
        telling.chosen_at,
        telling.refusal,
        telling.state,
        telling.sent_at,
        sum(one.doubts or 0 for one in parts),
    )
