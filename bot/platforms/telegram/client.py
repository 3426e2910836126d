"""The connection to Telegram: comes up in any state of the network, stays up, goes down quickly."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import httpx
import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application, BaseUpdateProcessor, TypeHandler
from telegram.request import HTTPXRequest

from bot.domain.errors import SettingsError, StorageError
from bot.platforms.telegram.send import wait_of

log = structlog.get_logger(__name__)

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "inline_query",
    "chat_member",
)
POLL_SECONDS = 25
"""How long a poll stays open; Telegram's own clients for bots use between 10 and 50."""
MOST_AT_ONCE = 256
TAKING_ATTEMPTS = 8
"""How often an update is given to `take` before it is left behind, pauses growing to a minute: a database that refuses
for minutes will go on refusing, and what people ask waits meanwhile."""
STOP_SECONDS = 3.0
"""How long answers under way may take when the bot stops; the whole process has five."""
_LONGEST_PAUSE = 60.0

Bind = Callable[[Application[Any, Any, Any, Any, Any, Any]], None]
Sleep = Callable[[float], Awaitable[object]]
Take = Callable[[Update], Awaitable[None]]
"""Keeps what must not be lost of an update. Raises StorageError where it could not."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Updates are pushed to `address` (public, TLS ends before us), which leads to `listen`:`port` here."""

    address: str
    listen: str
    port: int
    secret: str


class TelegramClient:
    """Keeps one bot connected."""

    def __init__(
        self,
        token: str,
        *,
        bind: Bind,
        ready: Callable[[Bot], Awaitable[None]] | None = None,
        api_base_url: str = "https://api.telegram.org",
        webhook: Webhook | None = None,
        take: Take | None = None,
        personal: Callable[[str], bool] = lambda _data: False,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`bind` adds the handlers; `ready` is called once when updates begin to come, beside them. `take` gets each
        update in order and, where they are polled, before Telegram is told that it has arrived. `personal`
        tells of a press by its data whether it leaves the message as it is, so that others' need not wait for it."""
        _hush_the_libraries()
        self.connected = asyncio.Event()
        self._webhook = webhook
        self._take = take
        self._ready = ready
        self._sleep = sleep
        self._readying: asyncio.Future[None] | None = None
        self._processor = InOrder(personal)
        self._requests = _pools()
        self._application = self._build(token, api_base_url.rstrip("/"))
        bind(self._application)
        if webhook:
            self._application.add_handler(TypeHandler(Update, self._take_pushed), group=-1)

    def _build(self, token: str, api: str) -> Application[Any, Any, Any, Any, Any, Any]:
        calls, polls = self._requests
        builder = (
            Application.builder()
            .token(token)
            .base_url(f"{api}/bot")
            .base_file_url(f"{api}/file/bot")
            .request(calls)
            .get_updates_request(polls)
            .concurrent_updates(self._processor)
            .job_queue(None)
        )
        return builder.build() if self._webhook else builder.updater(None).build()

    async def run(self) -> None:
        """Connects, however long that takes, and serves until it is cancelled; then stops within a few seconds.

        Raises SettingsError where Telegram refuses the token, OSError where the webhook's port cannot be used.
        """
        try:
            if await self._refused():
                raise SettingsError(
                    "TELEGRAM_TOKEN: Telegram does not know this token. Copy it from @BotFather (/mybots, API Token)"
                )
        finally:
            self.connected.clear()
            await self._stop()

    async def _refused(self) -> bool:
        """Serves; returns True when the token is refused. The library's error is left behind: it quotes the token."""
        try:
            await self._connect()
            await self._application.start()
            await (self._listen() if self._webhook else self._poll())
        except InvalidToken:
            return True
        return False

    async def _connect(self) -> None:
        pause = _Pause(self._sleep)
        while True:
            try:
                await self._application.initialize()
            except InvalidToken:
                raise
            except TelegramError as error:
                await pause.after(error)
            else:
                break
        log.info("telegram_connected", bot=self._application.bot.username)

    async def _poll(self) -> None:
        """Fetches updates and queues them, for ever. An update is confirmed by asking for the next one."""
        bot, offset, pause = self._application.bot, None, _Pause(self._sleep)
        await self._repeated(bot.delete_webhook)
        self._is_connected()
        try:
            while True:
                try:
                    updates = await bot.get_updates(offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED_UPDATES)
                except InvalidToken:
                    raise
                except Exception as error:  # an update that the library cannot read, too, must not end the polling
                    await pause.after(error)
                    continue
                pause.reset()
                for update in updates:
                    await self._take_patiently(update)
                    offset = update.update_id + 1
                    await self._application.update_queue.put(update)
        finally:
            if offset is not None:
                await self._confirm(offset)

    async def _take_pushed(self, update: Update, _context: object) -> None:
        await self._take_patiently(update)

    async def _take_patiently(self, update: Update) -> None:
        pause = _Pause(self._sleep)
        for _attempt in range(TAKING_ATTEMPTS):
            try:
                if self._take:
                    await self._take(update)
            except StorageError as error:
                await pause.after(error)
            else:
                return
        log.error("telegram_update_left_behind", update=update.update_id)

    async def _confirm(self, offset: int) -> None:
        """Tells Telegram that what we have taken need not come again after a restart."""
        with contextlib.suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(1):
                await self._application.bot.get_updates(offset, timeout=0, limit=1)

    async def _listen(self) -> None:
        assert self._webhook
        assert self._application.updater
        await self._application.updater.start_webhook(
            listen=self._webhook.listen,
            port=self._webhook.port,
            url_path=urlsplit(self._webhook.address).path,
            webhook_url=self._webhook.address,
            secret_token=self._webhook.secret,
            allowed_updates=ALLOWED_UPDATES,
            bootstrap_retries=-1,
        )
        self._is_connected()
        await asyncio.Event().wait()

    def _is_connected(self) -> None:
        self.connected.set()
        if self._ready:
            self._readying = asyncio.ensure_future(self._ready(self._application.bot))

    async def _repeated(self, call: Callable[[], Awaitable[object]]) -> None:
        pause = _Pause(self._sleep)
        while True:
            try:
                await call()
            except InvalidToken:
                raise
            except TelegramError as error:
                await pause.after(error)
            else:
                return

    async def _stop(self) -> None:
        application = self._application
        if self._readying:
            self._readying.cancel()
        if application.updater and application.updater.running:
            await application.updater.stop()
        if application.running:
            await self._finish()
        await application.shutdown()
        await asyncio.gather(*(request.shutdown() for request in self._requests))  # also where it never came up

    async def _finish(self) -> None:
        """Lets answers under way be sent, and drops those that take too long."""
        stopping = asyncio.create_task(self._application.stop())
        await asyncio.wait({stopping}, timeout=STOP_SECONDS)
        if not stopping.done():
            log.warning("telegram_answers_dropped", number=self._processor.drop())
        await stopping


class _Pause:
    """Waits between attempts: as long as Telegram says, else longer each time, and never all at the same moment."""

    def __init__(self, sleep: Sleep) -> None:
        self._sleep = sleep
        self._failures = 0

    async def after(self, error: Exception) -> None:
        self._failures += 1
        if self._failures == 1:
            log.warning(_name_of(error), reason=str(error))
        if isinstance(error, RetryAfter):
            await self._sleep(wait_of(error).total_seconds())
        else:
            await self._sleep(min(_LONGEST_PAUSE, 2.0 ** (self._failures - 1)) * random.uniform(0.5, 1))  # noqa: S311 -- no secret

    def reset(self) -> None:
        if self._failures:
            log.info("telegram_reachable", failures=self._failures)
        self._failures = 0


def _name_of(error: Exception) -> str:
    if isinstance(error, Conflict):
        return "telegram_polled_by_another_process"
    if isinstance(error, StorageError):
        return "telegram_update_not_stored"
    return "telegram_unreachable" if isinstance(error, TelegramError) else "telegram_update_not_understood"


class InOrder(BaseUpdateProcessor):
    """Handles updates side by side, but one after another what belongs together: all of a private chat, what one person
    writes in a group, the presses on one message, unless they are personal. Of what somebody types inline the next
    letter does not wait for the one before."""

    def __init__(self, personal: Callable[[str], bool]) -> None:
        super().__init__(MOST_AT_ONCE)
        self._personal = personal
        self._turns: WeakValueDictionary[tuple[int, ...], asyncio.Lock] = WeakValueDictionary()
        self._running: set[asyncio.Task[Any]] = set()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        handling = asyncio.ensure_future(self._in_turn(_belongs_to(update, self._personal), coroutine))
        self._running.add(handling)
        handling.add_done_callback(self._running.discard)
        await handling

    async def _in_turn(self, key: tuple[int, ...], coroutine: Awaitable[Any]) -> None:
        try:
            async with self._turns.setdefault(key, asyncio.Lock()):
                await coroutine
        finally:
            if isinstance(coroutine, Coroutine):
                coroutine.close()  # for one that was dropped before its turn came

    def drop(self) -> int:
        """Cancels all that is being handled. Returns how much that was."""
        for task in self._running:
            task.cancel()
        return len(self._running)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""


def _belongs_to(update: object, personal: Callable[[str], bool]) -> tuple[int, ...]:
    if isinstance(update, Update) and update.inline_query:
        return (0, update.update_id)
    if not isinstance(update, Update) or not update.effective_chat:
        return ()
    chat, person, query = update.effective_chat, update.effective_user, update.callback_query
    if chat.type == chat.PRIVATE:
        return (chat.id,)
    if query and query.message and not personal(query.data or ""):
        return (chat.id, 0, query.message.message_id)
    return (chat.id, person.id if person else 0)


def _pools() -> tuple[HTTPXRequest, HTTPXRequest]:
    """Connections for calls, and for polls."""
    # One TLS context for both: making one reads all certificates, which takes time and memory.
    shared = {"verify": httpx.create_ssl_context()}
    return (
        HTTPXRequest(connection_pool_size=64, pool_timeout=10, read_timeout=15, httpx_kwargs=shared),
        HTTPXRequest(connection_pool_size=2, httpx_kwargs=shared),
    )


def _hush_the_libraries() -> None:
    """httpx writes each address it asks, python-telegram-bot the one it is set to: both hold the token. And it writes
    every update that it handles, with all that people say."""
    for name in ("httpx", "httpcore", "telegram.Bot", "telegram.ext.ExtBot", "telegram.ext.Application"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))
