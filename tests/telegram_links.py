"""Links by which people join chats of the Telegram double."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.telegram_world import Chat, User, member_json


@dataclass(eq=False)
class InviteLink:
    """`limit` is how many may join by it, `expires` the unix time when it is over; None: any number, never."""

    address: str
    chat: Chat
    creator: User
    name: str
    limit: int | None
    expires: int | None
    used: int = 0
    revoked: bool = False

    def is_open(self, now: int) -> bool:
        full = self.limit is not None and self.used >= self.limit
        return not (self.revoked or full or (self.expires is not None and self.expires <= now))

    def as_json(self) -> dict[str, Any]:
        optional = {"name": self.name, "member_limit": self.limit, "expire_date": self.expires}
        return {
            "invite_link": self.address,
            "creator": self.creator.as_json(),
            "creates_join_request": False,
            "is_primary": False,
            "is_revoked": self.revoked,
            **{key: value for key, value in optional.items() if value},
        }


def joined(chat: Chat, user: User, before: str, date: int, link: InviteLink | None) -> dict[str, Any]:
    """The update that somebody has come into a chat, by a link or otherwise."""
    return {
        "chat": chat.as_json(),
        "from": user.as_json(),
        "date": date,
        "old_chat_member": member_json(user, before),
        "new_chat_member": member_json(user, chat.status_of(user)),
        **({"invite_link": link.as_json()} if link else {}),
    }
