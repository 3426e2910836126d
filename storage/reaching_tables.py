"""The tables of the word that people are sent: the ledger, and the private chats by which they are reached."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.reaching import WordKind
from storage.tables import Table, UtcDateTime, words_of


class WordRow(Table):
    """Something that one person is told, once: `key` says what. `aloud` is what may be said of it where others read.
    `spare` are the texts for the platforms that are tried if the first refuses, by platform. `lost_at`: when no way was
    left."""

    __tablename__ = "words"
    __table_args__ = (Index(None, "session_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("club_sessions.id", ondelete="CASCADE"))
    kind: Mapped[WordKind] = mapped_column(words_of(WordKind, "kind"))
    aloud: Mapped[str | None] = mapped_column(Text)
    spare: Mapped[dict[str, Any]] = mapped_column(JSON)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lost_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WordRouteRow(Table):
    """A way that a word took: to a private chat, or as a mention where others read. The delivery says what has become
    of it; `refusal` why another way was gone."""

    __tablename__ = "word_routes"

    word_id: Mapped[int] = mapped_column(ForeignKey("words.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(String(16))
    mention: Mapped[bool]
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id", ondelete="SET NULL"), index=True)
    refusal: Mapped[str | None] = mapped_column(Text)
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WordTextRow(Table):
    """What words say on platforms that are tried only if the first refuses: once for all that say the same."""

    __tablename__ = "word_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    payloads: Mapped[list[Any]] = mapped_column(JSON)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PrivateChatRow(Table):
    """A private chat in which somebody has written, so that it is known to work."""

    __tablename__ = "private_chats"

    platform: Mapped[str] = mapped_column(String(16), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)
