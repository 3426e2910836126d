"""The tables of the word that people are sent: the ledger, and the private chats by which they are reached."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, ColumnClause, ForeignKey, Index, Integer, String, Text

from bot.domain.reaching import WordKind
from storage.tables import Table, UtcDateTime, column, words_of


class WordRow(Table):
    """Something that one person is told, once: `key` says what. `aloud` is what may be said of it where others read.
    `spare` are the texts for the platforms that are tried if the first refuses, by platform. `lost_at`: when no way was
    left."""

    __tablename__ = "words"
    __table_args__ = (Index(None, "session_id", "kind"),)

    id = column(Integer, primary_key=True)
    key = column(Text, unique=True)
    member_id = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), index=True)
    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"), index=True, nullable=True)
    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="CASCADE"), nullable=True)
    kind = column(words_of(WordKind, "kind"))
    aloud = column(Text, nullable=True)
    spare: ColumnClause[dict[str, Any]] = column(JSON)
    not_before = column(UtcDateTime)
    expires_at = column(UtcDateTime)
    created_at = column(UtcDateTime)
    lost_at = column(UtcDateTime, nullable=True)


class WordRouteRow(Table):
    """A way that a word took: to a private chat, or as a mention where others read. The delivery says what has become
    of it; `refusal` why another way was gone."""

    __tablename__ = "word_routes"

    word_id = column(Integer, ForeignKey("words.id", ondelete="CASCADE"), primary_key=True)
    number = column(Integer, primary_key=True)
    platform = column(String(16))
    mention = column(Boolean)
    delivery_id = column(Integer, ForeignKey("deliveries.id", ondelete="SET NULL"), index=True, nullable=True)
    refusal = column(Text, nullable=True)
    chosen_at = column(UtcDateTime)


class WordTextRow(Table):
    """What words say on platforms that are tried only if the first refuses: once for all that say the same."""

    __tablename__ = "word_texts"

    id = column(Integer, primary_key=True)
    digest = column(String(64), unique=True)
    payloads: ColumnClause[list[Any]] = column(JSON)
    used_at = column(UtcDateTime, index=True)


class PrivateChatRow(Table):
    """A private chat in which somebody has written, so that it is known to work."""

    __tablename__ = "private_chats"

    platform = column(String(16), primary_key=True)
    account_id = column(String(64), primary_key=True)
    heard_at = column(UtcDateTime)
