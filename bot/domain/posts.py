"""Posts: what chats push to the bot as it is written, where it belongs, and what of it is worth keeping."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.items import Link
from bot.domain.links import LinkKind, find_urls, kind_of
from bot.domain.papers import find_papers

LONGEST_POST = 16_000
"""Characters of a post that are kept; a message holds a quarter of that on either platform."""
MOST_LINKS = 100
REMARK = 60
"""Words about a paper or code: characters below which an answer that names one is a remark on it."""
ABOUT_LINK = 120
"""Characters of own words from which a message with any other link tells something about it."""
LONG = 600
"""Characters from which a message without a link is an article of its own."""

_ADDRESS = re.compile(r"\S+://\S+|\S+\.\w+/\S*")
_PREVIEW = re.compile(
    r"https?://(?:www\.)?(?:t|telegram)\.(?:me|dog)/(?:s/)?([a-z]\w{3,31})/?(?:\?.*)?", re.IGNORECASE | re.ASCII
)
_SUPERGROUP = "-100"  # what the Bot API puts before the id that links to messages hold


class ChatKind(StrEnum):
    """Who writes in a chat: in a channel those who run it, in a group everybody."""

    CHANNEL = "channel"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class PostChat:
    """The chat that a post stands in. `id` is the platform's own; `name` the public one, if it has one; `server_id` the
    Discord server of a channel."""

    platform: str
    id: str
    kind: ChatKind
    title: str = ""
    name: str | None = None
    server_id: str | None = None

    @property
    def address(self) -> str:
        """What its source is called: a public channel's is its preview, so that both are one source."""
        if self.platform == "discord":
            return f"https://discord.com/channels/{self.server_id or '@me'}/{self.id}"
        if self.name and self.kind is ChatKind.CHANNEL:
            return f"https://t.me/s/{self.name}"
        return f"{self.platform}:{self.id}"

    @property
    def prefix(self) -> str:
        """What the ids of its posts begin with: as in the preview of a public channel, else its id."""
        return self.name if self.name and self.kind is ChatKind.CHANNEL else self.id

    def url_of(self, number: int) -> str | None:
        """The address of one of its posts, None where it has none."""
        if self.platform == "discord":
            return f"{self.address}/{number}"
        if self.name:
            return f"https://t.me/{self.name}/{number}"
        return f"https://t.me/c/{self.id[4:]}/{number}" if self.id.startswith(_SUPERGROUP) else None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a forwarded post comes from; a channel's has the chat's id and the number that the post has there."""

    name: str
    url: str | None = None
    chat_id: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class ChatPost:
    """A message as people wrote it. `text` is plain and holds no quote of what it answers; `links` those that carry
    words of their own.

    `album`: the messages with the same value are one post. `answers`: it answers another message. `by_chat`: a channel
    wrote it and no person, which in a group is the channel that the group belongs to.
    """

    chat: PostChat
    number: int
    posted_at: datetime
    text: str
    links: tuple[Link, ...] = ()
    pictures: bool = False
    album: str | None = None
    origin: Origin | None = None
    answers: bool = False
    by_chat: bool = False
    edited: bool = False


@dataclass(frozen=True, slots=True)
class SourceChat:
    """The chat that a source is fed by. `prefix` begins the ids of its posts and never changes with its name.

    `watched_since` None: what is posted there is not read, only what people forward from it. Times are aware UTC.
    """

    source_id: int
    platform: str
    chat_id: str
    prefix: str
    watched_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """That a source is read for a destination, whose community sees what comes of it; with `for_everybody` all do.
    `watched_by` is the platform and id of who asked for that."""

    source_id: int
    destination_id: int
    watched_by: str
    for_everybody: bool = False


def is_worth_keeping(post: ChatPost) -> bool:
    """Whether a post is one: all of a channel's are. People in a group talk: there it must name a paper or code, or
    tell something about another link, or be as long as an article. An answer needs words about the paper, too."""
    if post.chat.kind is ChatKind.CHANNEL or post.by_chat:
        return True
    urls = [*(link.url for link in post.links), *find_urls(post.text)]
    words = len(_ADDRESS.sub(" ", post.text).strip())
    if find_papers(post.text, urls) or any(kind_of(url) in (LinkKind.PAPER, LinkKind.CODE) for url in urls):
        return words >= REMARK or not post.answers
    if post.answers:
        return False
    return words >= (ABOUT_LINK if urls else LONG)


def previewed_channel(address: str) -> str | None:
    """The name of the channel, in small letters, whose public preview is at an address; None for everything else."""
    match = _PREVIEW.fullmatch(address)
    return match[1].casefold() if match else None
