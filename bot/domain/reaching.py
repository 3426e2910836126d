"""Word for people: what a club has to tell one person, and the ways by which it reaches them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.deliveries import PartState
from bot.domain.members import Account, Member, Reach


class WordKind(StrEnum):
    """What a word is about."""

    REMINDER = "reminder"  # a session is near
    MOVED = "moved"  # a session has another time or place
    CANCELLED = "cancelled"
    SEAT = "seat"  # what has become of somebody's RSVP: a place, an offer, the waitlist
    SPEAKING = "speaking"  # an offer to speak, and what speakers are asked
    PAPERS = "papers"  # what has become of a proposal
    AFTER = "after"  # thanks, materials, and whether somebody was there
    INVITATION = "invite"  # to the club's chat on another platform
    ORGANISING = "organising"  # for organisers only
    ALERT = "alert"  # new stories that fit what somebody has asked to be told of


@dataclass(frozen=True, slots=True)
class PrivateChat:
    """A person's chat with the bot on one platform. `heard_at`: when they last wrote there, None: never, so that nobody
    knows whether it works. `refusal` is why the platform lets nothing through, until they write again."""

    account: Account
    heard_at: datetime | None = None
    refusal: str | None = None
    language: str | None = None
    """What the chat has chosen to be spoken to in."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """A person, and all their private chats, in the order of their accounts."""

    member: Member
    chats: tuple[PrivateChat, ...]

    def ways(self, platforms: Collection[str]) -> list[PrivateChat]:
        """The private chats to try, the best first: on the platform that the person has chosen; then where they last
        wrote; then where nobody knows; last those that are closed, which get nothing before they are opened again. On
        one of these platforms only, one on each, and none for somebody who wants no private word."""
        if self.member.reach is Reach.CHANNEL:
            return []
        best = sorted((one for one in self.chats if one.account.platform in platforms), key=self._rank)
        first = {one.account.platform: one for one in reversed(best)}
        return [one for one in best if first[one.account.platform] is one]

    def _rank(self, chat: PrivateChat) -> tuple[bool, bool, float]:
        heard = chat.heard_at.timestamp() if chat.heard_at else 0.0
        return chat.refusal is not None, chat.account.platform != self.member.reach, -heard

    def languages(self, chat: PrivateChat | None) -> tuple[str | None, ...]:
        """What may be spoken in one of the chats, the best first: what the person has chosen, the chat, the client."""
        if chat is None:
            return (self.member.language, *(one.language for one in self.member.accounts))
        return (self.member.language, chat.language, chat.account.language)


@dataclass(frozen=True, slots=True)
class Route:
    """One way that a word took. `mention`: by a mention where the session is shown. `refusal` is why it did not get
    through; `state` and `at` are what has become of it, and when; `doubts` how often it was sent again because nobody
    knew."""

    number: int
    platform: str
    mention: bool
    delivery_id: int | None
    chosen_at: datetime
    refusal: str | None
    state: PartState | None
    at: datetime | None
    doubts: int = 0

    @property
    def arrived(self) -> bool:
        return self.state is PartState.SENT

    @property
    def under_way(self) -> bool:
        """Whether it may still arrive without anybody doing anything."""
        return self.refusal is None and self.state in (PartState.PENDING, PartState.SENDING, PartState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class WordRecord:
    """What is kept of a word: the row of the ledger. `lost_at`: when no way was left."""

    id: int
    key: str
    member_id: int
    kind: WordKind
    community_id: int | None
    session_id: int | None
    aloud: str | None
    not_before: datetime
    expires_at: datetime
    lost_at: datetime | None
    routes: tuple[Route, ...] = ()

    @property
    def arrived(self) -> bool:
        return any(route.arrived for route in self.routes)


def untried(ways: Sequence[PrivateChat], routes: Sequence[Route]) -> list[PrivateChat]:
    """The ways that are open and have not been gone yet."""
    tried = {route.platform for route in routes if not route.mention}
    return [one for one in ways if one.refusal is None and one.account.platform not in tried]
