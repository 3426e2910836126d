"""Where the outside world begins: what services need of it, and nothing about how it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from bot.domain.club_history import SessionFigures
from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import Moved, Payload, Rejected, RetryLater, SendOutcome, Unknown
from bot.domain.documents import NotModified, ParsedSource, RawDocument, Validators
from bot.domain.files import File
from bot.domain.items import ParsedItem
from bot.domain.members import Account
from bot.domain.messages import Message
from bot.domain.papers import PaperFacts, PaperId
from bot.domain.posts import ChatPost, PostChat
from bot.domain.sources import SourceKind
from bot.domain.vectors import Vector

Clock = Callable[[], datetime]
"""Tells the time: aware UTC."""


class Fetcher(Protocol):
    """Gets documents from the world."""

    async def fetch(self, address: str, *, validators: Validators | None = None) -> RawDocument | NotModified:
        """The document at an address. Safe to repeat. Raises FetchError."""
        ...


class DocumentReader(Protocol):
    """Takes a document apart."""

    async def read(
        self,
        raw: RawDocument,
        *,
        kind: SourceKind | None = None,
        language: str | None = None,
        with_words: bool = False,
    ) -> ParsedSource:
        """What the document holds, off the event loop. `kind` None: recognised from what it holds. `with_words`: its
        items may bring their words, which is worth it where they are to be stored. Raises ReadError."""
        ...


class PaperLookup(Protocol):
    """Asks an archive what papers are called and who wrote them."""

    def knows(self, paper: PaperId) -> bool:
        """Whether it can be asked for such a paper."""
        ...

    async def look_up(self, papers: Sequence[PaperId]) -> Mapping[PaperId, PaperFacts]:
        """What the archive says of these papers; one that it has nothing of is left out. Waits for its turn, and may
        be broken off. May be repeated. Raises FetchError and ReadError."""
        ...


class Embedder(Protocol):
    """A model that makes vectors of texts: texts that mean the same get vectors that point the same way."""

    @property
    def model(self) -> str:
        """Its name. Vectors of different models have nothing to do with each other."""
        ...

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """A vector for each text, in their order, all of one length. No text may be empty. May be repeated, and broken
        off. Raises EmbeddingRefused and EmbeddingFailed."""
        ...


class Sender(Protocol):
    """Writes to the destinations of one platform. `send` and `edit` never raise, and never wait for a limit."""

    async def wait_turn(self, destination: Destination) -> None:
        """Returns when the platform's limits let the next message go there. The one who asks uses that turn."""
        ...

    async def send(
        self, destination: Destination, payload: Payload, *, nonce: str, file: File | None = None
    ) -> SendOutcome:
        """Sends one message, with a file where its payload names one. The same nonce again within minutes is the same
        message, where the platform can tell."""
        ...

    async def edit(self, destination: Destination, message_id: str, payload: Payload) -> SendOutcome:
        """Puts what the payload says in the place of a message of ours; its file stays. May be repeated."""
        ...


class ThreadOpener(Protocol):
    """Opens threads below messages of ours."""

    async def open_thread(self, destination: Destination, message_id: str, name: str) -> SendOutcome:
        """Opens a thread; one that is there already is as good. Never raises, and may be repeated."""
        ...


class Pinner(Protocol):
    """Pins messages of ours, without a sound. No method raises; both may be repeated."""

    async def pin(self, destination: Destination, message_id: str) -> SendOutcome:
        """Pins a message; one that is pinned already is as good."""
        ...

    async def unpin(self, destination: Destination, message_id: str) -> SendOutcome:
        """Takes the pin off a message; one that has none, or is gone, is as good."""
        ...


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What a platform's own event calendar shows of something: plain words, cut where they are too long, and aware
    moments. `starts_at` has to be in the future where the event is new."""

    name: str
    description: str
    place: str
    starts_at: datetime
    ends_at: datetime


class EventMirror(Protocol):
    """Shows something in the event calendar of the server that a destination belongs to. No method raises."""

    async def put(self, destination: Destination, event_id: str | None, facts: EventFacts) -> SendOutcome:
        """Makes an event, or has the one with that id say this; `Sent` carries its id. May be repeated: one of ours of
        the same name and start is taken for the one to be made. `Rejected.missing`: people have deleted or ended it."""
        ...

    async def close(self, destination: Destination, event_id: str, *, cancelled: bool) -> SendOutcome:
        """Ends an event: it was, or is cancelled. One that has ended, or is gone, is as good. May be repeated."""
        ...


@dataclass(frozen=True, slots=True)
class Invitation:
    """A way into a chat for one person, once and before `expires_at`, which may be sooner than was asked for."""

    address: str
    expires_at: datetime


class InvitationMaker(Protocol):
    """Invites people to chats. No method raises."""

    async def make(
        self, chat_id: str, *, expires_at: datetime, name: str
    ) -> Invitation | Rejected | RetryLater | Moved | Unknown:
        """Makes an invitation; `name` is what the chat's administrators see it under, where the platform can. After
        `Unknown` there may be one that nobody knows of, which does no harm."""
        ...

    async def revoke(self, chat_id: str, address: str) -> bool:
        """Whether an invitation is surely of no use from now on. May be repeated."""
        ...

    async def is_open(self, address: str) -> bool | None:
        """Whether an invitation can still be used, None where the platform does not say. One that was used or revoked,
        or has expired, cannot."""
        ...


InvitationUsed = Callable[[str, str, str, Account | None], Awaitable[None]]
"""Is told that somebody came by an invitation: the platform, the chat's id, the address, and who it was, None where the
platform does not say. It may be told of invitations that are not the bot's, and where it is not told who, also of those
that expired or that an administrator has deleted."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the platforms that are connected can do beyond sending, by their names; each adds its own."""

    pinners: dict[str, Pinner] = field(default_factory=dict)
    threads: dict[str, ThreadOpener] = field(default_factory=dict)
    events: dict[str, EventMirror] = field(default_factory=dict)
    invitations: dict[str, InvitationMaker] = field(default_factory=dict)


class Renderer(Protocol):
    """Turns messages into what a platform's sender takes."""

    def __call__(self, message: Message, files: Sequence[File] = ()) -> Sequence[Payload]:
        """The message, a payload a part; files come with its last part, or below. A delivery of the payloads is stored
        with the same files."""
        ...


@dataclass(frozen=True, slots=True)
class ResolvedChat:
    """A chat that a platform knows by some name, and in which the bot is. `server_id` as in `DestinationSpec`. In a
    `forum` of Discord every message is a post of its own, so that only what is one message belongs there."""

    chat_id: str
    kind: DestinationKind
    title: str
    server_id: str | None = None
    forum: bool = False


class ChatDirectory(Protocol):
    """What a platform says about its chats. No method raises: what the platform does not say is not so."""

    async def resolve(self, name: str) -> ResolvedChat | None:
        """The group or channel with a public name, a mention or an id, None where the bot is not in it."""
        ...

    async def missing_right(self, chat_id: str) -> str | None:
        """The right that the bot lacks to post in a chat, as a catalogue text in the platform's words; None where it
        lacks none."""
        ...

    async def is_administrator(self, chat_id: str, person_id: str) -> bool:
        """Whether somebody may decide for a chat."""
        ...


DrawChart = Callable[[Sequence[SessionFigures]], Awaitable[bytes]]
"""Draws sessions, the oldest first, as a PNG. Raises OSError, TimeoutError or ValueError where it cannot."""

PostReader = Callable[[ChatPost, str | None], ParsedItem | None]
"""What a post holds, without the guid and the address; None where there is nothing to keep. The second argument is a
language for posts too short to tell."""


class Hearing(Enum):
    """What a platform lets the bot hear of a chat."""

    EVERYTHING = auto()
    NO_ADMINISTRATOR = auto()  # Telegram: only administrators are told what is written
    NO_ACCESS = auto()  # Discord: the bot may not view the channel
    NOT_ASKED_FOR = auto()  # Discord: the settings do not ask for the content of messages
    NOT_GRANTED = auto()  # Discord: they do, and Discord refuses


@dataclass(frozen=True, slots=True)
class HeardChat:
    """A chat as its platform describes it now."""

    chat: PostChat
    hearing: Hearing


class Listener(Protocol):
    """What a platform says of the chats whose posts may be read."""

    async def look(self, name: str) -> HeardChat | None:
        """The group or channel with a public name or an id, None where the bot finds none. Never raises."""
        ...
