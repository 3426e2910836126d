"""What a person asks and what is answered, whatever the platform."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.communities import DestinationKind, DestinationSpec
from bot.domain.files import File
from bot.domain.forms import Form
from bot.domain.messages import Message
from bot.domain.posts import ChatPost
from bot.domain.referred import ReferredMessage


class Platform(StrEnum):
    TELEGRAM = "telegram"
    DISCORD = "discord"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Chat:
    """Where a request was made: `id` is the platform's own (Telegram chat id, Discord channel id), `thread_id` a
    Telegram forum topic. `private` is a chat between one person and the bot. `kind`, `title` and `server_id` (of a
    Discord server) are what the platform says of it."""

    platform: Platform
    id: str
    thread_id: str | None = None
    private: bool = False
    kind: DestinationKind = DestinationKind.GROUP
    title: str = ""
    server_id: str | None = None

    @property
    def destination(self) -> DestinationSpec:
        """The chat as a place where digests can go."""
        kind = DestinationKind.PRIVATE if self.private else self.kind
        return DestinationSpec(self.platform.value, self.id, self.thread_id, kind, self.title, self.server_id)


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. `language` is the client's BCP 47 tag. `administrator`: listed in ADMINISTRATORS (runs the bot);
    `chat_administrator`: may change this chat's settings (Telegram administrator, Discord Manage Server, any
    person in a private chat)."""

    id: str
    name: str
    language: str | None = None
    administrator: bool = False
    chat_administrator: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a command. `name` is what the sender calls it, perhaps hostile; `load` fetches it, and
    raises UserError where it is too large or cannot be had. Ask who sent it first whether they may."""

    name: str
    load: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Request:
    """One command or press. A command comes with `text` (what was typed behind it) or, where the platform has
    typed options, with `options` (option name → value). A press comes with `action`; where it was an option of a
    select, with `picked`, which says of options whether they are on now (those it does not name stay as they are), and
    where it was a form, with `answers`. `post` is what somebody forwarded, `reply_to` the id of the message that a
    command answers, `attachment` a file that came with one; `about` is what stands in the message that it answers or is
    applied to, and behind its own words, None where there is nothing of that."""

    chat: Chat
    person: Person
    command: str = ""
    text: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    action: str = ""
    picked: Mapping[str, bool] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    post: ChatPost | None = None
    reply_to: str | None = None
    attachment: Attachment | None = None
    about: ReferredMessage | None = None

    @property
    def person_key(self) -> str:
        """Who asks, on all chats of the platform: their account's key."""
        return f"{self.chat.platform.value}:{self.person.id}"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer. `private`: only the one who asked should see it, where the platform can (Discord: ephemeral).
    `replaces`: it takes the place of the message whose button was pressed. `failed`: it says what went wrong, so there
    is nothing in it to show to others. `form`: these questions are asked, and their answers make the next reply;
    where that cannot be, and where the form is optional and the platform would rather not, the message is shown.
    `start`: on Telegram, what a link to our private chat has to carry so that the same is shown there; with it a
    private reply never stands where others read, also where we cannot write to the one who asked. `file`: it is sent
    along; so the reply is a new message and takes the place of none."""

    message: Message
    private: bool = False
    replaces: bool = False
    failed: bool = False
    form: Form | None = None
    start: str = ""
    file: File | None = None

    def __post_init__(self) -> None:
        if self.file is not None and self.replaces:
            raise ValueError("a message cannot become a file")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that an option may take. `label` is shown (already translated), `value` is sent."""

    label: str
    value: str
