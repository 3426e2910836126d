"""Own posts: recognising in a channel's public preview what the bot itself has sent there.

A preview knows its channel by name and not by the id that the outbox has. So a post is ours where its number and time
are those of a message that was sent, and its words begin as that does: any two of the three happen by chance.
"""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta

from bot.domain.deliveries import Payload
from bot.domain.documents import ParsedDocument

SAME_MOMENT = timedelta(minutes=5)
"""How far our clock and Telegram's may be apart, and a message be under way."""
_COMPARED = 60  # letters and digits from the beginning
_TAG = re.compile(r"<[^>]*>")
_NO_LETTER = re.compile(r"[\W_]+")


def is_copy(document: ParsedDocument, sent_at: datetime | None, payload: Payload) -> bool:
    """Whether a post with the number of a message of ours is that message. Moments are aware."""
    if sent_at is None or document.published_at is None or abs(sent_at - document.published_at) > SAME_MOMENT:
        return False
    ours = _letters(html.unescape(_TAG.sub(" ", str(payload.get("html", "")))))[:_COMPARED]
    theirs = _letters(" ".join(f"{item.title or ''} {item.text}" for item in document.items))
    return bool(ours) and theirs.startswith(ours)


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())
