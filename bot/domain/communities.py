"""Communities and their destinations: who belongs together, and where they are written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LINK_CODE_LIFE = timedelta(minutes=15)
"""How long a code that joins a chat to a community can be used: long enough to change over to the other platform."""
LINK_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What a code is made of: nothing that looks like something else when it is copied by hand."""
LINK_CODE_LENGTH = 8
WRONG_CODES = 5
"""Wrong codes that one person may type within LINK_CODE_LIFE; with 30 ** 8 codes, guessing is hopeless."""


class DestinationKind(StrEnum):
    """What a destination is to the people who read there."""

    PRIVATE = "private"  # a person's chat with the bot
    GROUP = "group"
    CHANNEL = "channel"  # a Telegram channel, or a Discord server's text channel
    TOPIC = "topic"  # of a Telegram forum
    THREAD = "thread"  # of a Discord channel


@dataclass(frozen=True, slots=True)
class Community:
    """One group of people: the IANA zone that they live by, the tags of the languages that they read, first the one
    they like best. `zone_chosen`: somebody has said that this is their zone; otherwise it is a guess."""

    id: int
    zone: str
    languages: tuple[str, ...]
    name: str
    zone_chosen: bool = False


@dataclass(frozen=True, slots=True)
class DestinationSpec:
    """A destination as a platform describes it, before it is stored.

    `chat_id` is what is written to: a Telegram chat, a Discord channel or thread; `thread_id` is a Telegram forum
    topic. `server_id`: the Discord server of a channel; the channels of one server belong to one community.
    """

    platform: str
    chat_id: str
    thread_id: str | None = None
    kind: DestinationKind = DestinationKind.GROUP
    title: str = ""
    server_id: str | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination as stored; its ids are as in `DestinationSpec`. While there is a `paused_reason`, nothing is built
    for it and nothing sent to it."""

    id: int
    community_id: int
    platform: str
    chat_id: str
    thread_id: str | None
    kind: DestinationKind
    title: str
    paused_reason: str | None

    @property
    def spec(self) -> DestinationSpec:
        """The destination as its platform describes it, but for its server."""
        return DestinationSpec(self.platform, self.chat_id, self.thread_id, self.kind, self.title)


Viewer = DestinationSpec | None
"""Where somebody asks, which decides what they see: what is everybody's, and what the community of that chat watches.
None stands for the command line, where those who run the bot see everything."""


NOWHERE: Viewer = DestinationSpec("", "")
"""Where nobody is, so that no community watches anything for it: what is seen there everybody may see."""


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A code that joins one chat to a community, once and before `expires_at`."""

    code: str
    community_id: int
    expires_at: datetime


def normal_code(typed: str) -> str:
    """A code as it was made, however it was typed: small letters, spaces and hyphens do not count."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def shown_code(code: str) -> str:
    """A code in two groups, which is easier to copy."""
    return f"{code[: LINK_CODE_LENGTH // 2]}-{code[LINK_CODE_LENGTH // 2 :]}"
