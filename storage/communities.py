"""Communities, their destinations, and the codes that join a chat to one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from bot.domain.communities import Community, Destination, DestinationKind, DestinationSpec
from bot.domain.errors import StorageError
from bot.domain.members import Account
from storage.community_data import hand_over
from storage.community_tables import CommunityRow, DestinationRow, LinkAttemptRow, LinkCodeRow, SubscriptionRow
from storage.source_chats import SourceChats
from storage.tables import ChatRow

DESTINATION_COLUMNS: tuple[Any, ...] = (
    DestinationRow.id,
    DestinationRow.community_id,
    DestinationRow.platform,
    DestinationRow.chat_id,
    DestinationRow.thread_id,
    DestinationRow.kind,
    DestinationRow.title,
    DestinationRow.paused_reason,
)
_DESTINATIONS = select(*DESTINATION_COLUMNS)


class Communities:
    """Communities by id, destinations by id and by what the platforms call them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, community_id: int) -> Community | None:
        """The community, None where there is none."""
        row = self._connection.execute(
            select(CommunityRow.__table__).where(CommunityRow.id == community_id)
        ).one_or_none()
        return Community(row.id, row.zone, tuple(row.languages), row.name, row.zone_chosen) if row else None

    def of(self, spec: DestinationSpec) -> Community | None:
        """The community that a chat belongs to, also by another topic of it or another channel of its server."""
        same_chat = (DestinationRow.platform == spec.platform, DestinationRow.chat_id == spec.chat_id)
        found = self._connection.scalar(select(DestinationRow.community_id).where(*same_chat).limit(1))
        if found is None and spec.server_id:
            same_server = (DestinationRow.platform == spec.platform, DestinationRow.server_id == spec.server_id)
            found = self._connection.scalar(
                select(DestinationRow.community_id).where(*same_server).order_by(DestinationRow.id).limit(1)
            )
        return self.get(found) if found is not None else None

    def add(self, name: str, *, zone: str, languages: Sequence[str], zone_chosen: bool = False) -> Community:
        """A new community."""
        values = {"name": name, "zone": zone, "zone_chosen": zone_chosen, "languages": list(languages)}
        id_ = self._connection.execute(insert(CommunityRow).returning(CommunityRow.id), values).scalar_one()
        return Community(id_, zone, tuple(languages), name, zone_chosen)

    def set_zone(self, community_id: int, zone: str) -> None:
        """The community has chosen to live by this zone from now on; its subscriptions keep theirs."""
        values = {"zone": zone, "zone_chosen": True}
        self._connection.execute(update(CommunityRow).where(CommunityRow.id == community_id).values(**values))

    def set_languages(self, community_id: int, languages: Sequence[str]) -> None:
        """The community reads these languages from now on, the first best."""
        values = {"languages": list(languages)}
        self._connection.execute(update(CommunityRow).where(CommunityRow.id == community_id).values(**values))

    # Destinations

    def destination(self, destination_id: int) -> Destination | None:
        """The destination, None where there is none."""
        row = self._connection.execute(_DESTINATIONS.where(DestinationRow.id == destination_id)).one_or_none()
        return destination_of(row) if row else None

    def destination_at(self, platform: str, chat_id: str, thread_id: str | None = None) -> Destination | None:
        """The destination of a chat, or of one of its topics; None where it is not stored."""
        here = (
            DestinationRow.platform == platform,
            DestinationRow.chat_id == chat_id,
            DestinationRow.thread_id == (thread_id or ""),
        )
        row = self._connection.execute(_DESTINATIONS.where(*here)).one_or_none()
        return destination_of(row) if row else None

    def destinations(self, community_id: int) -> list[Destination]:
        """All destinations of a community, the oldest first."""
        rows = self._connection.execute(
            _DESTINATIONS.where(DestinationRow.community_id == community_id).order_by(DestinationRow.id)
        )
        return [destination_of(row) for row in rows]

    def languages(self, destination_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
        """What each of these destinations may be spoken to in, the best first: what its chat has chosen, then what its
        community reads."""
        rows = self._connection.execute(
            select(DestinationRow.id, ChatRow.language, CommunityRow.languages)
            .join(CommunityRow, CommunityRow.id == DestinationRow.community_id)
            .outerjoin(
                ChatRow, and_(ChatRow.platform == DestinationRow.platform, ChatRow.chat_id == DestinationRow.chat_id)
            )
            .where(DestinationRow.id.in_(destination_ids))
        )
        return {id_: ((chosen,) if chosen else ()) + tuple(liked) for id_, chosen, liked in rows}

    def ensure_destination(self, spec: DestinationSpec, *, zone: str, languages: Sequence[str]) -> Destination:
        """The destination, stored where it was not, under the title that it has now. A chat that belongs to no
        community founds one with this zone and these languages. May be repeated."""
        known = self.destination_at(spec.platform, spec.chat_id, spec.thread_id)
        if known is None:
            community = self.of(spec) or self.add(spec.title, zone=zone, languages=languages)
            values = {
                "community_id": community.id,
                "platform": spec.platform,
                "chat_id": spec.chat_id,
                "thread_id": spec.thread_id or "",
                "server_id": spec.server_id,
                "kind": spec.kind,
                "title": spec.title,
            }
            self._connection.execute(insert(DestinationRow).values(**values))
        elif spec.title and spec.title != known.title:
            self._connection.execute(
                update(DestinationRow).where(DestinationRow.id == known.id).values(title=spec.title)
            )
        stored = self.destination_at(spec.platform, spec.chat_id, spec.thread_id)
        if stored is None:
            raise StorageError(f"The destination {spec.chat_id} was stored and is not there.")
        return stored

    def add_private(self, accounts: Collection[Account], *, zone: str) -> None:
        """Stores the private chats of people, of which none is stored, all at once. Each founds a community with this
        zone, which reads the language of its account."""
        communities = [
            {"name": "", "zone": zone, "languages": [one.language] if one.language else []} for one in accounts
        ]
        if not communities:
            return
        found = insert(CommunityRow.__table__).returning(CommunityRow.__table__.c.id, sort_by_parameter_order=True)
        ids = self._connection.scalars(found, communities).all()
        self._connection.execute(
            insert(DestinationRow.__table__),
            [
                {
                    "community_id": id_,
                    "platform": one.platform,
                    "chat_id": one.id,
                    "thread_id": "",
                    "kind": DestinationKind.PRIVATE,
                    "title": "",
                }
                for id_, one in zip(ids, accounts, strict=True)
            ],
        )

    def pause(self, destination_id: int, reason: str, *, now: datetime) -> bool:
        """Nothing is built for the destination and nothing sent to it until it is resumed. Returns whether the
        administrators are still to be told, which is so once, until it is resumed."""
        here = DestinationRow.id == destination_id
        self._connection.execute(update(DestinationRow).where(here).values(paused_reason=reason))
        told = update(DestinationRow).where(here, DestinationRow.told_at.is_(None)).values(told_at=now)
        return self._connection.execute(told).rowcount > 0

    def resume(self, destination_id: int) -> None:
        """The destination can be written to again. May be repeated."""
        values = {"paused_reason": None, "told_at": None}
        self._connection.execute(update(DestinationRow).where(DestinationRow.id == destination_id).values(**values))

    def move_chat(self, platform: str, chat_id: str, new_chat_id: str) -> list[tuple[Destination, Destination]]:
        """All destinations in a chat are in another one from now on. Where the other is known already it takes over
        the subscriptions, and the old one is never written to again: these are returned, each with the other. What is
        read in the chat goes on. May be repeated."""
        chats = SourceChats(self._connection)
        chats.move(platform, chat_id, new_chat_id)
        merged = []
        here = (DestinationRow.platform == platform, DestinationRow.chat_id == chat_id)
        for row in self._connection.execute(_DESTINATIONS.where(*here)).all():
            other = self.destination_at(platform, new_chat_id, row.thread_id)
            old = update(DestinationRow).where(DestinationRow.id == row.id)
            if other is None:
                self._connection.execute(old.values(chat_id=new_chat_id))
                continue
            chats.hand_over(row.id, other.id)
            self._connection.execute(
                update(SubscriptionRow).where(SubscriptionRow.destination_id == row.id).values(destination_id=other.id)
            )
            self._connection.execute(old.values(paused_reason=f"moved to {new_chat_id}"))
            merged.append((destination_of(row), other))
        return merged

    def join(self, destination_id: int, community_id: int) -> None:
        """The chat of a destination, with all its topics or the other channels of its server, belongs to another
        community from now on. A community that nobody is left in is gone, and its club a part of the other's. May be
        repeated."""
        moving = self.destination(destination_id)
        if moving is None or moving.community_id == community_id:
            return
        server = select(DestinationRow.server_id).where(DestinationRow.id == destination_id).scalar_subquery()
        together = or_(DestinationRow.chat_id == moving.chat_id, DestinationRow.server_id == server)
        here = (DestinationRow.platform == moving.platform, together)
        self._connection.execute(update(DestinationRow).where(*here).values(community_id=community_id))
        left = select(DestinationRow.id).where(DestinationRow.community_id == moving.community_id).limit(1)
        if self._connection.scalar(left) is None:
            hand_over(self._connection, community_id, moving.community_id)
            self._connection.execute(delete(CommunityRow).where(CommunityRow.id == moving.community_id))

    # Codes

    def add_code(self, code_hash: str, community_id: int, *, expires_at: datetime) -> None:
        """The community's only code from now on."""
        self._connection.execute(delete(LinkCodeRow).where(LinkCodeRow.community_id == community_id))
        values = {"code_hash": code_hash, "community_id": community_id, "expires_at": expires_at}
        self._connection.execute(insert(LinkCodeRow).values(**values))

    def take_code(self, code_hash: str, *, now: datetime) -> int | None:
        """The community of a code, which is used up by that; None where there is no such code any more."""
        self._connection.execute(delete(LinkCodeRow).where(LinkCodeRow.expires_at <= now))
        used = delete(LinkCodeRow).where(LinkCodeRow.code_hash == code_hash).returning(LinkCodeRow.community_id)
        return self._connection.execute(used).scalar_one_or_none()

    def add_wrong_code(self, person: str, *, now: datetime) -> None:
        """Somebody typed a code that there is not."""
        self._connection.execute(insert(LinkAttemptRow).values(person=person, at=now))

    def wrong_codes(self, person: str, *, since: datetime) -> int:
        """How many wrong codes somebody has typed; what lies before `since` is forgotten, whoever it was."""
        self._connection.execute(delete(LinkAttemptRow).where(LinkAttemptRow.at < since))
        return self._connection.execute(
            select(func.count()).select_from(LinkAttemptRow).where(LinkAttemptRow.person == person)
        ).scalar_one()


def destination_of(row: Row[Any]) -> Destination:
    """The destination of a row with DESTINATION_COLUMNS."""
    return Destination(
        row.id,
        row.community_id,
        row.platform,
        row.chat_id,
        row.thread_id or None,
        row.kind,
        row.title,
        row.paused_reason,
    )
