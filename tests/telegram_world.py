"""The people, chats and messages of the Telegram double, and how the Bot API writes them as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.telegram_html import Entity

Keyboard = tuple[tuple[Mapping[str, Any], ...], ...]

# The rights that the Bot API always names for an administrator, and for somebody restricted.
_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
_RESTRICTED = (
    "is_member",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_edit_tag",
    "can_react_to_messages",
)


@dataclass(eq=False)
class User:
    id: int
    first_name: str
    language_code: str | None = None
    username: str | None = None
    is_bot: bool = False
    deleted: bool = False

    def as_json(self) -> dict[str, Any]:
        optional = {"language_code": self.language_code, "username": self.username}
        known = {name: value for name, value in optional.items() if value}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **known}


@dataclass(frozen=True)
class Upload:
    """A file as it came in."""

    name: str
    media_type: str
    content: bytes

    def as_json(self) -> dict[str, Any]:
        number = f"file-{self.name}"
        facts = {"file_name": self.name, "mime_type": self.media_type, "file_size": len(self.content)}
        return {"file_id": number, "file_unique_id": number, **facts}


@dataclass(eq=False)
class Topic:
    id: int
    name: str
    closed: bool = False


@dataclass(eq=False)
class Chat:
    """`members` maps user ids to their status; the bot's own is `bot_status`. `started`: the person of a private chat
    has pressed Start. `migrated_to`: the supergroup that a group has become. `said`: all that the bot
    ever said here. `username`: the public name of a group or channel. `bot_lacks`: rights that the bot was not given
    when it was made an administrator, as the Bot API calls them."""

    id: int
    type: str
    title: str
    username: str | None = None
    is_forum: bool = False
    bot_status: str = "member"
    started: bool = True
    migrated_to: int | None = None
    users: dict[int, User] = field(default_factory=dict)
    members: dict[int, str] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, ChatMessage] = field(default_factory=dict)
    said: list[ChatMessage] = field(default_factory=list)
    unread: int = 0
    last_id: int = 0
    pinned: list[int] = field(default_factory=list)
    bot_lacks: set[str] = field(default_factory=set)

    def as_json(self) -> dict[str, Any]:
        name = {"first_name": self.title} if self.type == "private" else {"title": self.title}
        public = {"username": self.username} if self.username else {}
        return {"id": self.id, "type": self.type, **name, **public, **({"is_forum": True} if self.is_forum else {})}

    def answers(self) -> list[ChatMessage]:
        """What the bot has said here and is still there, oldest first."""
        return [message for message in self.said if not message.deleted]

    def status_of(self, user: User) -> str:
        return self.bot_status if user.is_bot else self.members.get(user.id, "left")


@dataclass(eq=False)
class ChatMessage:
    """A message as people see it: `text` is plain, formatting is in `entities`. `history` holds what stood there before
    each edit. `preview` are the link preview options that it was sent with. `picture` is the file of a photo that was
    sent as one."""

    id: int
    chat: Chat
    sender: User | None
    date: int
    text: str
    entities: tuple[Entity, ...] = ()
    keyboard: Keyboard = ()
    thread: int | None = None
    reply_to: int | None = None
    preview: Mapping[str, Any] = field(default_factory=dict)
    photo: str | None = None
    document: Upload | None = None
    picture: Upload | None = None
    edited: int | None = None
    deleted: bool = False
    mine: bool = False
    history: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def links(self) -> list[str]:
        return [str(entity.extra["url"]) for entity in self.entities if entity.type == "text_link"]

    @property
    def called(self) -> list[int]:
        """Who is told of the message because it names them."""
        return [entity.extra["user"]["id"] for entity in self.entities if entity.type == "text_mention"]

    @property
    def buttons(self) -> list[str]:
        return [str(button["text"]) for row in self.keyboard for button in row]

    def button(self, label: str) -> Mapping[str, Any]:
        """The button with this label or callback data. Raises LookupError."""
        for row in self.keyboard:
            for button in row:
                if label in (button["text"], button.get("callback_data")):
                    return button
        raise LookupError(f"no button {label!r} in {self.buttons}")

    def origin(self) -> dict[str, Any]:
        """Where a forward of this message comes from, as the Bot API writes it."""
        if self.chat.type == "channel":
            return {"type": "channel", "date": self.date, "chat": self.chat.as_json(), "message_id": self.id}
        assert self.sender
        return {"type": "user", "date": self.date, "sender_user": self.sender.as_json()}

    def as_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"message_id": self.id, "chat": self.chat.as_json(), "date": self.date, **self.extra}
        if self.sender:
            data["from"] = self.sender.as_json()
        elif self.chat.type == "channel":
            data["sender_chat"] = self.chat.as_json()
        data |= self._content() | self.extra
        if self.thread is not None:
            data |= {"message_thread_id": self.thread}
            if self.thread in self.chat.topics:
                data["is_topic_message"] = True
        answered = self.chat.messages.get(self.reply_to or 0)
        if answered is not None and not answered.deleted:
            data["reply_to_message"] = replace(answered, reply_to=None).as_json()  # without further ones in it
        if self.edited is not None:
            data["edit_date"] = self.edited
        if self.keyboard:
            data["reply_markup"] = {"inline_keyboard": [list(row) for row in self.keyboard]}
        return data

    def _content(self) -> dict[str, Any]:
        has_caption = self.photo or self.document
        name, entities = ("caption", "caption_entities") if has_caption else ("text", "entities")
        data: dict[str, Any] = {"document": self.document.as_json()} if self.document else {}
        if self.photo:
            data["photo"] = [{"file_id": self.photo, "file_unique_id": self.photo, "width": 90, "height": 90}]
        if self.text:
            data[name] = self.text
        if self.entities:
            data[entities] = [entity.as_json() for entity in self.entities]
        return data


@dataclass(eq=False)
class Press:
    """A button that somebody has pressed. `answer` are the parameters it was answered with, None until then."""

    id: str
    user: User
    message: ChatMessage
    data: str
    answer: Mapping[str, str] | None = None
    expired: bool = False

    @property
    def toast(self) -> str:
        return (self.answer or {}).get("text", "")

    def as_json(self) -> dict[str, Any]:
        message = self.message
        shown = (
            {"chat": message.chat.as_json(), "message_id": message.id, "date": 0}
            if message.deleted
            else message.as_json()
        )
        return {
            "id": self.id,
            "from": self.user.as_json(),
            "message": shown,
            "chat_instance": str(message.chat.id),
            "data": self.data,
        }


@dataclass(eq=False)
class InlineQuestion:
    """What somebody has typed behind the bot's name, up to one letter. `answer` are the parameters that it was answered
    with, None until then; `results` are what is offered, and as what it would be sent: text and entities."""

    id: str
    user: User
    query: str
    offset: str = ""
    expired: bool = False
    answer: Mapping[str, str] | None = None
    results: list[Mapping[str, Any]] = field(default_factory=list)
    messages: dict[str, tuple[str, tuple[Entity, ...]]] = field(default_factory=dict)

    @property
    def titles(self) -> list[str]:
        return [str(one["title"]) for one in self.results]

    @property
    def next_offset(self) -> str:
        return (self.answer or {}).get("next_offset", "")

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "from": self.user.as_json(), "query": self.query, "offset": self.offset}


def member_json(user: User, status: str) -> dict[str, Any]:
    """A ChatMember as the Bot API writes it."""
    data: dict[str, Any] = {"status": status, "user": user.as_json()}
    if status == "creator":
        data["is_anonymous"] = False
    elif status == "administrator":
        data |= dict.fromkeys(_RIGHTS, False)
    elif status == "restricted":
        data |= dict.fromkeys(_RESTRICTED, False) | {"until_date": 0}
    elif status == "kicked":
        data["until_date"] = 0
    return data


def administrators(chat: Chat) -> Iterable[tuple[User, str]]:
    return [(chat.users[id_], status) for id_, status in chat.members.items() if status in ("creator", "administrator")]
