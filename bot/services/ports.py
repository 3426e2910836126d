"""Where the outside world begins: what services need of it, and nothing about how it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import Payload, SendOutcome
from bot.domain.documents import NotModified, ParsedSource, RawDocument, Validators
from bot.domain.files import File
from bot.domain.items import ParsedItem
from bot.domain.messages import Message
from bot.domain.papers import PaperFacts, PaperId
from bot.domain.posts import ChatPost, PostChat
from bot.domain.sources import SourceKind

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
        self, raw: RawDocument, *, kind: SourceKind | None = None, language: str | None = None
    ) -> ParsedSource:
        """What the document holds, off the event loop. `kind` None: recognised from what it holds. Raises ReadError."""
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


class Renderer(Protocol):
    """Turns messages into what a platform's sender takes."""

    def __call__(self, message: Message, files: Sequence[File] = ()) -> Sequence[Payload]:
        """The message, a payload a part; files come with its last part, or below. A delivery of the payloads is stored
        with the same files."""
        ...


@dataclass(frozen=True, slots=True)
class ResolvedChat:
    """A chat that a platform knows by some name, and in which the bot is. `server_id` as in `DestinationSpec`."""

    chat_id: str
    kind: DestinationKind
    title: str
    server_id: str | None = None


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
