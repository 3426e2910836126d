"""Sends and edits: answers, and what waits in the outbox. Nothing goes out twice on the chance that it got lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar
from weakref import WeakValueDictionary

import httpx
import structlog
from telegram import Bot, ForceReply
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import Moved, Payload, Rejected, RetryLater, SendOutcome, Sent, Unknown, Unreachable
from bot.domain.files import File
from bot.locales import N_
from bot.platforms.telegram.limits import TelegramLimits
from bot.platforms.telegram.payload import has_file, part_of
from bot.platforms.telegram.post import NO_FILES, NO_PREVIEW, Place, answering, edit_part, post_part
from bot.platforms.telegram.render import TelegramPart

log = structlog.get_logger(__name__)

ATTEMPTS = 4
SEND_FILES = N_("Send Files")
"""The right as Telegram's settings call it."""
LONGEST_WAIT = timedelta(minutes=2)
"""An answer that may only be sent later than this is not worth sending any more: nobody waits for it."""

Sleep = Callable[[float], Awaitable[object]]
T = TypeVar("T")

# What httpx raises before a request has left.
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)

# What Telegram says, in a 400, of a chat or topic where the bot may not write (any more).
_MAY_NOT_WRITE = (
    "chat not found",
    "message thread not found",
    "topic_closed",
    "topic_deleted",
    "need administrator rights",
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "channel_private",
    "peer_id_invalid",
)


# What it says, in a 400, where the bot is no administrator or not allowed to do this.
_NO_RIGHT = ("not enough rights", "need administrator rights", "have no rights", "chat_admin_required")

# What it says of a message that was deleted, or is not to be changed any more.
_MISSING = ("message to edit not found", "message to pin not found", "message can't be edited", "message_id_invalid")

# What it says of somebody to whom the bot cannot write in private.
_UNREACHABLE = {
    "blocked by the user": Unreachable.BLOCKED,
    "can't initiate conversation": Unreachable.NOT_STARTED,
    "chat not found": Unreachable.NOT_STARTED,
    "peer_id_invalid": Unreachable.NOT_STARTED,
    "user is deactivated": Unreachable.NO_ACCOUNT,
}


class TelegramSender:
    """Sends rendered messages. Messages to one chat go out one after another; chats do not wait for each other."""

    def __init__(self, bot: Bot, *, limits: TelegramLimits, sleep: Sleep = asyncio.sleep) -> None:
        """`limits` are those of all that the bot sends, so that what waits in the outbox makes room for answers."""
        self._bot = bot
        self._limits = limits
        self._sleep = sleep
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def send(self, place: Place, parts: Sequence[TelegramPart], *, reply_to: int | None = None) -> None:
        """Sends all parts in order; the first answers the message `reply_to` if that is still there.

        A group that has become a supergroup is followed. Not repeated where nobody knows whether a part has arrived.
        Raises TelegramError.
        """
        async with self._turn(place.chat_id):
            for at, part in enumerate(parts):
                place = await self._send_part(place, part, reply_to if at == 0 else None)

    async def ask(self, place: Place, part: TelegramPart, *, reply_to: int | None, opens_keyboard: bool) -> int:
        """Sends a question that is to be answered in writing and returns its id. `opens_keyboard`: the client of the
        one who is asked gets ready for that. Raises TelegramError."""

        async def attempt() -> int:
            message = await self._bot.send_message(
                place.chat_id,
                part.html,
                parse_mode=ParseMode.HTML,
                message_thread_id=place.thread_id,
                link_preview_options=NO_PREVIEW,
                reply_parameters=answering(reply_to),
                reply_markup=ForceReply(selective=True) if opens_keyboard else None,
            )
            return message.message_id

        async with self._turn(place.chat_id):
            return await self._patiently(place, attempt)

    async def edit(self, place: Place, message_id: int, part: TelegramPart) -> None:
        """Puts the part in the place of a message of ours. May be repeated: what is already so is no error.

        Raises TelegramError, BadRequest among them where the message is gone.
        """

        async def attempt() -> None:
            await edit_part(self._bot, place.chat_id, message_id, part)

        async with self._turn(place.chat_id):
            await self._patiently(place, attempt, repeatable=True)

    async def _send_part(self, place: Place, part: TelegramPart, reply_to: int | None) -> Place:
        """Sends one part. Returns the place to go on at."""

        async def attempt() -> None:
            await post_part(self._bot, place, part, reply_to=reply_to)

        try:
            await self._patiently(place, attempt)
        except ChatMigrated as moved:
            log.info("telegram_chat_moved", chat=place.chat_id, to=moved.new_chat_id)
            place, reply_to = replace(place, chat_id=moved.new_chat_id), None
            await self._patiently(place, attempt)
        return place

    async def _patiently(self, place: Place, attempt: Callable[[], Awaitable[T]], *, repeatable: bool = False) -> T:
        """The result of a call, repeated while that is allowed and does no harm."""

        async def in_turn() -> T:
            await self._limits.answer_turn(place.chat_id, group=place.chat_id < 0)
            return await attempt()

        for number in range(1, ATTEMPTS):
            try:
                return await in_turn()
            except RetryAfter as limit:
                wait = wait_of(limit)
                self._limits.refused(place.chat_id, wait)
                if wait > LONGEST_WAIT:
                    raise
                await self._sleep(wait.total_seconds())
            except (ChatMigrated, Forbidden, BadRequest):
                raise
            except (TimedOut, NetworkError) as error:
                if not (repeatable or _had_no_effect(error)):
                    raise
                await self._sleep(2.0 ** (number - 1))
        return await in_turn()

    def _turn(self, chat_id: int) -> asyncio.Lock:
        return self._turns.setdefault(chat_id, asyncio.Lock())


class TelegramPost:
    """The `Sender` of the outbox: one attempt, and what came of it."""

    def __init__(self, bot: Bot, limits: TelegramLimits) -> None:
        self._bot = bot
        self._limits = limits

    async def wait_turn(self, destination: Destination) -> None:
        await self._limits.wait_turn(int(destination.chat_id), group=destination.kind is not DestinationKind.PRIVATE)

    async def send(
        self, destination: Destination, payload: Payload, *, nonce: str, file: File | None = None
    ) -> SendOutcome:
        """Telegram has nothing by which it would know a message again, so the nonce is not used."""
        part = part_of(payload, file)
        place = Place(int(destination.chat_id), int(destination.thread_id) if destination.thread_id else None)

        async def attempt() -> str:
            return str(await post_part(self._bot, place, part))

        return await self._outcome(destination, attempt)

    async def edit(self, destination: Destination, message_id: str, payload: Payload) -> SendOutcome:
        part = part_of(payload)

        async def attempt() -> str:
            chat_id, captioned = int(destination.chat_id), has_file(payload)
            await edit_part(self._bot, chat_id, int(message_id), part, captioned=captioned)
            return message_id

        return await self._outcome(destination, attempt)

    async def _outcome(self, destination: Destination, attempt: Callable[[], Awaitable[str]]) -> SendOutcome:
        try:
            sent = Sent(await attempt())
        except TelegramError as error:
            outcome = outcome_of(error, private=destination.kind is DestinationKind.PRIVATE)
            if isinstance(outcome, RetryLater) and outcome.after is not None:
                self._limits.refused(int(destination.chat_id), outcome.after)
            return outcome
        self._limits.accepted()
        return sent


def outcome_of(error: TelegramError, *, private: bool = False) -> SendOutcome:
    """What an error says of the message that met it. `private`: it was for one person."""
    match error:
        case RetryAfter():
            return RetryLater(wait_of(error), "Telegram asked to wait")
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case Forbidden() | BadRequest():
            return _refusal(error, private=private)
        case InvalidToken():  # mended by whoever runs the bot, not by giving up
            return RetryLater(reason="Telegram refused the token")
        case NetworkError() if _had_no_effect(error):
            return RetryLater(reason=error.message)
        case _:
            return Unknown(error.message)


def lacking(right: str, outcome: SendOutcome, error: TelegramError) -> SendOutcome:
    """The outcome of what needs a right; where it was refused for that, the right is named, and nothing is said of the
    chat, to which the bot may write all the same."""
    refused = isinstance(outcome, Rejected) and any(word in error.message.lower() for word in _NO_RIGHT)
    return Rejected(error.message, right=right) if refused else outcome


def _refusal(error: Forbidden | BadRequest, *, private: bool) -> Rejected:
    words = error.message.lower()
    if any(word in words for word in NO_FILES):
        return Rejected(error.message, right=SEND_FILES)
    gone = isinstance(error, Forbidden) or any(word in words for word in _MAY_NOT_WRITE)
    why = next((why for word, why in _UNREACHABLE.items() if word in words), None) if private and gone else None
    return Rejected(why or error.message, gone=gone, missing=any(word in words for word in _MISSING))


def _had_no_effect(error: NetworkError) -> bool:
    """Whether the request surely did nothing: it never left, or the server answered that it failed (5xx)."""
    cause = error.__cause__
    return isinstance(cause, _NEVER_LEFT) or (cause is None and not isinstance(error, TimedOut))


def wait_of(limit: RetryAfter) -> timedelta:
    """How long Telegram asks to wait."""
    value = limit.retry_after
    return value if isinstance(value, timedelta) else timedelta(seconds=value)
