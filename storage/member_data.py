"""All that is kept of a person, whichever table it stands in: made one person's, written down, and erased.

Tables that refer to members are found by their foreign keys, so that none can be forgotten. Those that know people by
their accounts are listed here, and a test holds the list to the names of columns.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    and_,
    delete,
    exists,
    false,
    or_,
    select,
    update,
)

from bot.domain.communities import DestinationKind
from bot.domain.members import LONGEST_TOPICS, Member, in_one_line
from storage.club_tables import ClubSessionRow, RsvpRow
from storage.community_tables import CommunityRow, DestinationRow, LinkAttemptRow, SubscriptionDraftRow, SubscriptionRow
from storage.delivery_tables import DeliveryRow
from storage.digest_tables import SavedStoryRow
from storage.member_tables import MemberRow, MembershipRow
from storage.parts import in_parts
from storage.reaching_tables import PrivateChatRow, WordRouteRow, WordRow, WordTextRow
from storage.reading_tables import OpenedStoryRow
from storage.references import move, references_to
from storage.source_chat_tables import WatchRow
from storage.story_tables import StoryCorrectionRow
from storage.tables import ChatRow, OpenFormRow

OWN = (
    SavedStoryRow.__table__.c.person,
    OpenedStoryRow.__table__.c.person,
    LinkAttemptRow.__table__.c.person,
    OpenFormRow.__table__.c.person_id,
    PrivateChatRow.__table__.c.account_id,
)
"""Columns that say whose a row is; it goes with them."""
DONE_BY = (
    SubscriptionRow.__table__.c.created_by,
    WatchRow.__table__.c.watched_by,
    StoryCorrectionRow.__table__.c.made_by,
)
"""Columns that say who did something; it stays done, by nobody any more."""


class MemberData:
    """What is kept of people."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def merge(self, kept: int, gone: int) -> None:
        """Two members are one person: all that is kept of one of them is the other's, and what both have is there
        once. What one of them has chosen holds where the other has not. RSVPs are merged by who knows their rules; here
        they are merely moved."""
        self._merge_choices(kept, gone)
        self._merge_memberships(kept, gone)
        self._merge_words(kept, gone)
        for column in references():
            move(self._connection, column, kept, gone)
        self._connection.execute(delete(MemberRow).where(MemberRow.id == gone))

    def rows(self, member: Member, private_chats: Sequence[tuple[str, str]] = ()) -> dict[str, list[dict[str, Any]]]:
        """Everything that is kept of a person, by table, in values that JSON knows. `private_chats` are platforms and
        ids of private chats of theirs that have another id than the account."""
        found: dict[str, list[dict[str, Any]]] = {}
        queries = [(MemberRow.__table__, MemberRow.id == member.id)]
        queries += [(column.table, column == member.id) for column in references()]
        queries += [(column.table, self._is_theirs(column, member)) for column in (*OWN, *DONE_BY)]
        chats = _chats(member, private_chats)
        queries += [(ChatRow.__table__, _is_one_of(ChatRow, chats))]
        queries += [(DestinationRow.__table__, self._is_private(member, chats))]
        for table, whose in queries:
            rows = [dict(row._mapping) for row in self._connection.execute(select(table).where(whose))]
            if rows:
                found.setdefault(table.name, []).extend(
                    {name: _plain(one) for name, one in row.items()} for row in rows
                )
        return found

    def anonymise(self, member_id: int, *, now: datetime) -> None:
        """In sessions that have begun, somebody and their guests still count, but nobody knows any more who they were.
        May be repeated."""
        begun = RsvpRow.session_id.in_(select(ClubSessionRow.id).where(ClubSessionRow.starts_at <= now))
        nobody = {"member_id": None, "brought_by": None, "guest_name": ""}
        whose = or_(RsvpRow.member_id == member_id, RsvpRow.brought_by == member_id)
        self._connection.execute(update(RsvpRow).where(whose, begun).values(**nobody))

    def erase(self, member: Member, private_chats: Sequence[tuple[str, str]] = ()) -> None:
        """Nothing is kept of a person from now on, nor of their private chats with us and what was sent there. What
        they did for others stays done, by nobody. `private_chats` as for `rows`. May be repeated."""
        chats = _chats(member, private_chats)
        told = select(WordRouteRow.delivery_id).join(WordRow).where(WordRow.member_id == member.id)
        self._connection.execute(delete(DeliveryRow).where(DeliveryRow.id.in_(told)))
        self._forget_texts(member.id)
        for column in OWN:
            self._connection.execute(delete(column.table).where(self._is_theirs(column, member)))
        self._connection.execute(delete(ChatRow).where(_is_one_of(ChatRow, chats)))
        self._connection.execute(delete(SubscriptionDraftRow).where(SubscriptionDraftRow.id.in_(self._drafts(chats))))
        left = self._connection.scalars(
            delete(DestinationRow).where(self._is_private(member, chats)).returning(DestinationRow.community_id)
        ).all()
        for column in DONE_BY:
            self._connection.execute(
                update(column.table).where(self._is_theirs(column, member)).values({column.name: ""})
            )
        inhabited = exists().where(DestinationRow.community_id == CommunityRow.id)
        self._connection.execute(delete(CommunityRow).where(CommunityRow.id.in_(left), ~inhabited))
        self._connection.execute(delete(MemberRow).where(MemberRow.id == member.id))

    def _merge_choices(self, kept: int, gone: int) -> None:
        members = MemberRow.__table__
        rows = {row.id: row for row in self._connection.execute(select(members).where(members.c.id.in_([kept, gone])))}
        mine, theirs = rows[kept], rows[gone]
        chosen = {
            name: getattr(theirs, name)
            for name in ("zone", "language", "reach", "leads", "community_id")
            if getattr(mine, name) is None
        }
        values = {**chosen, "created_at": min(mine.created_at, theirs.created_at)}
        self._connection.execute(update(members).where(members.c.id == kept).values(**values))

    def _merge_memberships(self, kept: int, gone: int) -> None:
        memberships = MembershipRow.__table__
        query = select(memberships)
        mine = {row.community_id: row for row in self._connection.execute(query.where(memberships.c.member_id == kept))}
        for theirs in self._connection.execute(query.where(memberships.c.member_id == gone)).all():
            own = mine.get(theirs.community_id)
            if own is None:
                continue
            both = own.left_at is None and theirs.left_at is None
            now = own if own.left_at is None or theirs.left_at is not None else theirs
            values = {
                **{name: getattr(now, name) or (both and getattr(theirs, name)) for name in ("listener", "speaker")},
                "organiser": now.organiser or (both and theirs.organiser),
                "attendance": now.attendance,
                "topics": in_one_line(", ".join(filter(None, {own.topics: 1, theirs.topics: 1})), LONGEST_TOPICS),
                "left_at": now.left_at,
                "joined_at": min(own.joined_at, theirs.joined_at),
            }
            here = (memberships.c.community_id == own.community_id, memberships.c.member_id == kept)
            self._connection.execute(update(memberships).where(*here).values(**values))

    def _merge_words(self, kept: int, gone: int) -> None:
        """What one of them was told, the other is not told again: keys end with who is told."""
        words = WordRow.__table__
        keys = select(words.c.id, words.c.key).where(words.c.member_id == gone)
        for id_, key in self._connection.execute(keys).all():
            renamed = f"{key.removesuffix(f':{gone}')}:{kept}"
            if self._connection.scalar(select(words.c.id).where(words.c.key == renamed)) is None:
                self._connection.execute(update(words).where(words.c.id == id_).values(key=renamed))

    def _is_theirs(self, column: Column[Any], member: Member) -> ColumnElement[bool]:
        """Rows that know somebody by one of their accounts: by its id beside its platform, or by both in one."""
        if "platform" in column.table.c:
            platform = column.table.c.platform
            own = [and_(platform == account.platform, column == account.id) for account in member.accounts]
        else:
            own = [column == account.key for account in member.accounts]
        return or_(false(), *own)

    def _forget_texts(self, member_id: int) -> None:
        """What words to somebody say on other platforms, unless a word to others about the same says it too."""
        theirs = self._connection.execute(
            select(WordRow.session_id, WordRow.kind, WordRow.spare).where(WordRow.member_id == member_id)
        ).all()
        texts = {text_id for row in theirs for text_id in row.spare.values()}
        for session_id, kind in {(row.session_id, row.kind) for row in theirs if row.spare}:
            same = (WordRow.session_id.is_not_distinct_from(session_id), WordRow.kind == kind)
            others = select(WordRow.spare).where(*same, WordRow.member_id != member_id)
            texts -= {text_id for spare in self._connection.scalars(others) for text_id in spare.values()}
        for some in in_parts(sorted(texts)):
            self._connection.execute(delete(WordTextRow).where(WordTextRow.id.in_(some)))

    def _drafts(self, chats: Sequence[tuple[str, str]]) -> list[int]:
        """Digests that are being set up for one of these chats; only what is written down there says for which."""
        drafts = self._connection.execute(select(SubscriptionDraftRow.id, SubscriptionDraftRow.spec))
        return [id_ for id_, spec in drafts if (spec.get("platform"), spec.get("chat_id")) in chats]

    def _is_private(self, member: Member, chats: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
        """Private chats of somebody: these, and those in which they have set a digest up for themselves."""
        own = select(SubscriptionRow.destination_id).where(
            self._is_theirs(SubscriptionRow.__table__.c.created_by, member)
        )
        theirs = or_(_is_one_of(DestinationRow, chats), DestinationRow.id.in_(own))
        return and_(DestinationRow.kind == DestinationKind.PRIVATE, theirs)


def references() -> list[Column[Any]]:
    """All columns that refer to a member."""
    return references_to(MemberRow.__table__)


def _chats(member: Member, others: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    own = [(account.platform, account.id) for account in member.accounts]
    return list(dict.fromkeys([*own, *others]))


def _is_one_of(row: type[ChatRow] | type[DestinationRow], chats: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    return or_(false(), *(and_(row.platform == platform, row.chat_id == chat_id) for platform, chat_id in chats))


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    try:
        json.dumps(value)
    except TypeError:
        return str(value)
    return value
