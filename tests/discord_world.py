"""The people, places and messages of the Discord double, and how the real server writes them down."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntFlag
from typing import Any

Json = dict[str, Any]

EPHEMERAL = 1 << 6
LOADING = 1 << 7
PINNED = 1 << 1
"""Of a post in a forum."""
FORUM_FACTS: Json = {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}


class Rights(IntFlag):
    """Permission bits that matter here."""

    CREATE_INSTANT_INVITE = 1 << 0
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    CREATE_EVENTS = 1 << 44
    PIN_MESSAGES = 1 << 51


MEMBER = (
    Rights.VIEW_CHANNEL
    | Rights.SEND_MESSAGES
    | Rights.EMBED_LINKS
    | Rights.ATTACH_FILES
    | Rights.USE_APPLICATION_COMMANDS
    | Rights.CREATE_PUBLIC_THREADS
    | Rights.SEND_MESSAGES_IN_THREADS
)
CLUB = MEMBER | Rights.CREATE_INSTANT_INVITE | Rights.CREATE_EVENTS | Rights.PIN_MESSAGES | Rights.MANAGE_THREADS
"""What a bot may do that cares for a club in full."""
MODERATOR = MEMBER | Rights.MANAGE_GUILD


class ChannelType:
    TEXT = 0
    DM = 1
    ANNOUNCEMENT = 5
    PUBLIC_THREAD = 11
    FORUM = 15


@dataclass(eq=False)
class User:
    id: int
    name: str
    locale: str = "en-US"
    bot: bool = False
    accepts_dms: bool = True

    @property
    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": self.name.title(),
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass(eq=False)
class Guild:
    id: int
    name: str
    channels: list[Channel] = field(default_factory=list)
    rights: dict[int, Rights] = field(default_factory=dict)
    """What each member may do; members who are not named may do what MEMBER says."""
    strangers: set[int] = field(default_factory=set)
    """Who is no member; everybody else is."""

    def rights_of(self, user: User) -> Rights:
        return self.rights.get(user.id, MEMBER)

    @property
    def moderators(self) -> int:
        """The id of the role of those who may manage the guild."""
        return self.id + 1

    def payload(self, bot: User) -> Json:
        everyone = {
            "id": str(self.id),
            "name": "@everyone",
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "position": 0,
            "permissions": str(int(MEMBER)),
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": "1",
            "roles": [everyone, everyone | {"id": str(self.moderators), "permissions": str(int(MODERATOR))}],
            "emojis": [],
            "features": [],
            "members": [self.member(bot)],
            "channels": [one.payload for one in self.channels if one.type != ChannelType.PUBLIC_THREAD],
            "threads": [one.payload for one in self.channels if one.type == ChannelType.PUBLIC_THREAD],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "stickers": [],
            "soundboard_sounds": [],
            "member_count": 2,
            "large": False,
            "unavailable": False,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "icon": None,
            "splash": None,
            "banner": None,
            "description": None,
            "vanity_url_code": None,
            "afk_channel_id": None,
            "afk_timeout": 300,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "premium_progress_bar_enabled": False,
            "preferred_locale": "en-US",
        }

    def member(self, user: User) -> Json:
        return {
            "user": user.payload,
            "nick": None,
            "avatar": None,
            "roles": [str(self.moderators)] if self.rights_of(user) & Rights.MANAGE_GUILD else [],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "permissions": str(int(self.rights_of(user))),
        }


@dataclass(eq=False)
class Channel:
    """A text channel, a thread or the private chat of the bot and one person. `archived`: nobody wrote in the thread
    for long; a message brings it back, and until then nothing in it is edited."""

    id: int
    type: int
    name: str = ""
    guild: Guild | None = None
    parent: Channel | None = None
    recipient: User | None = None
    owner: User | None = None
    bot_rights: Rights = MEMBER
    archived: bool = False
    pinned: bool = False
    messages: list[PostedMessage] = field(default_factory=list)

    @property
    def payload(self) -> Json:
        common = {"id": str(self.id), "type": self.type, "last_message_id": None, "flags": 0}
        if self.recipient is not None:
            return {**common, "recipients": [self.recipient.payload]}
        assert self.guild is not None
        common |= {"guild_id": str(self.guild.id), "name": self.name, "rate_limit_per_user": 0}
        if self.parent is None:
            return {
                **common,
                **(FORUM_FACTS if self.type == ChannelType.FORUM else {}),
                "position": 0,
                "permission_overwrites": self._overwrites,
                "nsfw": False,
                "topic": None,
                "parent_id": None,
            }
        return {
            **common,
            "parent_id": str(self.parent.id),
            "flags": PINNED if self.pinned else 0,
            "owner_id": str(self.owner.id) if self.owner else "1",
            "message_count": 0,
            "member_count": 1,
            "thread_metadata": {
                "archived": self.archived,
                "auto_archive_duration": 1440,
                "archive_timestamp": "2026-01-01T00:00:00+00:00",
                "locked": False,
            },
        }

    @property
    def _overwrites(self) -> list[Json]:
        """What is taken from everybody here, the bot among them."""
        assert self.guild is not None
        taken = int(MEMBER & ~self.bot_rights)
        return [{"id": str(self.guild.id), "type": 0, "allow": "0", "deny": str(taken)}] if taken else []


@dataclass(frozen=True)
class Attachment:
    """A file of a message."""

    id: int
    name: str
    content: bytes

    @property
    def payload(self) -> Json:
        url = f"https://cdn.example/attachments/{self.id}/{self.name}"
        facts = {"filename": self.name, "size": len(self.content), "url": url, "proxy_url": url}
        return {"id": str(self.id), **facts}


@dataclass(eq=False)
class PostedMessage:
    """A message as it stands. `visible_to` is None for everybody, else the only person who sees it (ephemeral)."""

    id: int
    channel: Channel
    author: User
    at: datetime
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    visible_to: User | None = None
    edits: int = 0
    deleted: bool = False
    pings: tuple[str, ...] = ()
    """Who was notified: "everyone" or ids."""
    pinned: bool = False
    extra: Json = field(default_factory=dict)
    """What else is in its payload."""

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Shown as "thinking…": acknowledged, not answered yet."""
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """All that is to be read, as it was sent: the content, titles and descriptions."""
        parts = [self.content]
        parts += [embed.get(key) or "" for embed in self.embeds for key in ("title", "description")]
        return "\n".join(part for part in parts if part)

    @property
    def buttons(self) -> list[Json]:
        return [child for row in self.components for child in row["components"] if child["type"] == 2]

    @property
    def labels(self) -> list[str]:
        return [button["label"] for button in self.buttons]

    @property
    def selects(self) -> list[Json]:
        return [child for row in self.components for child in row["components"] if child["type"] == 3]

    @property
    def select(self) -> Json:
        """The first select below the message."""
        assert self.selects, f"no select, but {self.labels}"
        return self.selects[0]

    def button(self, label: str) -> Json:
        for button in self.buttons:
            if button["label"] == label:
                return button
        raise AssertionError(f"no button {label!r}, but {self.labels}")

    def put(self, body: Json) -> None:
        """Takes over what a request says; what it does not name stays."""
        if "content" in body:
            self.content = (body["content"] or "").strip()
        if "embeds" in body:
            self.embeds = [_received(embed) for embed in body["embeds"] or []]
        if "components" in body:
            self.components = body["components"] or []
        if "attachments" in body:
            known = {one.id: one for one in self.attachments}
            given = body["attachments"] or []
            self.attachments = [one if isinstance(one, Attachment) else known[int(one["id"])] for one in given]
        self.embeds = [_with_pictures(embed, self.attachments) for embed in self.embeds]

    @property
    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.payload,
            "content": self.content,
            "timestamp": self.at.isoformat(),
            "edited_timestamp": self.at.isoformat() if self.edits else None,
            "tts": False,
            "mention_everyone": "everyone" in self.pings,
            "mentions": [],
            "mention_roles": [],
            "attachments": [one.payload for one in self.attachments],
            "embeds": self.embeds,
            "pinned": self.pinned,
            "type": 0,
            "flags": self.flags,
            "components": self.components,
        } | self.extra


def _received(embed: Json) -> Json:
    """An embed as Discord hands it back: typed, trimmed, its image behind a proxy."""
    out = {key: value for key, value in embed.items() if value not in (None, [], {})} | {"type": "rich"}
    for key in ("title", "description"):
        if key in out:
            out[key] = out[key].strip()
    if "image" in out:
        url = out["image"]["url"]
        out["image"] = {"url": url, "proxy_url": f"https://images.example/{url}", "width": 0, "height": 0}
    return out


def _with_pictures(embed: Json, attachments: list[Attachment]) -> Json:
    """An embed whose image is a file of the message shows that file; where there is no such file, nothing."""
    address = (embed.get("image") or {}).get("url", "")
    if not address.startswith("attachment://"):
        return embed
    rest = {key: value for key, value in embed.items() if key != "image"}
    found = [one for one in attachments if f"attachment://{one.name}" == address]
    return rest | {"image": {"url": found[0].payload["url"], "proxy_url": found[0].payload["url"]}} if found else rest


def pings(body: Json) -> tuple[str, ...]:
    """Who the content of a message notifies. Embeds notify nobody."""
    content = body.get("content") or ""
    allowed = body.get("allowed_mentions")
    parse = ["everyone", "users", "roles"] if allowed is None else allowed.get("parse") or []
    out = ["everyone"] if "everyone" in parse and re.search(r"@(?:everyone|here)\b", content) else []
    for kind, pattern in (("users", r"<@!?(\d+)>"), ("roles", r"<@&(\d+)>")):
        named = [str(one) for one in (allowed or {}).get(kind) or []]
        out += [number for number in re.findall(pattern, content) if kind in parse or number in named]
    return tuple(out)
