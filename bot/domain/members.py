"""Members: people, by whichever of their accounts they come, and what they are to a club."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.text import cut

LONGEST_TOPICS = 300
"""Characters of what somebody writes about their topics."""


class Reach(StrEnum):
    """How somebody wants to be written to."""

    TELEGRAM = "telegram"
    DISCORD = "discord"
    CHANNEL = "channel"  # never in private: only what is posted for all


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on one platform. `id` is the platform's own; `name` what they call themselves there, perhaps hostile.
    `language` is what their client spoke when they were last seen, a BCP 47 tag."""

    platform: str
    id: str
    name: str = ""
    language: str | None = None

    @property
    def key(self) -> str:
        """What tells the account from all others, wherever platform and id are kept in one."""
        return f"{self.platform}:{self.id}"

    @property
    def is_person(self) -> bool:
        """Whether it is somebody's: a Telegram chat may speak for itself too, and these have negative ids."""
        return not self.id.startswith("-")


@dataclass(frozen=True, slots=True)
class Member:
    """A person with one or more accounts, the oldest first. `zone` (IANA), `language`, `reach` and `leads` are what
    they have chosen; None leaves it to the community, the account, or the club. `leads` are how long before a session
    they are reminded; none at all: never."""

    id: int
    name: str
    accounts: tuple[Account, ...]
    zone: str | None = None
    language: str | None = None
    reach: Reach | None = None
    leads: tuple[timedelta, ...] | None = None

    def account_on(self, platform: str) -> Account | None:
        """Their first account on a platform, None where they have none."""
        return next((account for account in self.accounts if account.platform == platform), None)


@dataclass(frozen=True, slots=True)
class Membership:
    """What a person is to the club of a community. `organiser`: appointed by another one. `topics` are their own
    words. `attendance`: whether it may be kept when they came."""

    community_id: int
    member_id: int
    joined_at: datetime
    listener: bool = True
    speaker: bool = False
    topics: str = ""
    organiser: bool = False
    attendance: bool = False


@dataclass(frozen=True, slots=True)
class PersonalInvitation:
    """A way for one person into a chat of a club on another platform, once. `used_at`: when somebody came by it."""

    id: int
    community_id: int
    member_id: int
    platform: str
    chat_id: str
    address: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and now < self.expires_at


def in_one_line(written: str, longest: int) -> str:
    """What somebody has written about themselves, in one line without control characters, and not longer than this."""
    words = " ".join(written.split())
    return cut("".join(char for char in words if unicodedata.category(char) != "Cc"), longest)
