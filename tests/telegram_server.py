"""A Telegram Bot API server on loopback, for tests: the real python-telegram-bot connects to it.

    async with TelegramServer() as server:
        ana = server.person("Ana", language="pt-br")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        answer = await server.next_message(chat)
        await server.press(answer, "▶")

It refuses what the real server refuses (telegram_methods.py, telegram_html.py), checks each request against the
machine-readable description of the Bot API where that is at hand (telegram_spec.py), and fails when it is told to.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.telegram_html import tidy
from tests.telegram_links import joined
from tests.telegram_methods import ApiError, Methods, Parameters, bad_request
from tests.telegram_spec import bot_api
from tests.telegram_world import Chat, ChatMessage, InlineQuestion, Press, Topic, Upload, User

FILE = "file"
"""Stands for a file where a request is checked against the description."""
PATIENCE = 60.0
"""Seconds after which a test that waits for something gives up."""

_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
_CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass
class Refuse:
    """A fault: the request is answered with an error and has no effect."""

    code: int
    description: str = "Internal Server Error"
    retry_after: int | None = None


@dataclass
class HangUp:
    """A fault: the connection breaks without an answer, before or after the request has had its effect."""

    accepted: bool


@dataclass
class Hold:
    """A fault: the answer waits until the test releases it."""

    accepted: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        self.released.set()


Fault = Refuse | HangUp | Hold


@dataclass(frozen=True)
class ApiRequest:
    """A request that has come: its parameters and the status of its answer (0: none was sent)."""

    method: str
    parameters: Mapping[str, str]
    status: int
    description: str = ""


class TelegramServer:
    """The server. `url` goes into TELEGRAM_API_BASE_URL. `local`: it takes a webhook without TLS, as a Bot API server
    started with --local does."""

    def __init__(self, *, local: bool = False) -> None:
        self.bot = User(7000000001, "Paper Round", username="paper_round_bot", is_bot=True)
        self.token = f"{self.bot.id}:" + "Double-of-a-token_".ljust(35, "x")
        self.requests: list[ApiRequest] = []
        self.webhook: Mapping[str, str] | None = None
        self.webhook_answers: list[int] = []
        self.clock: Callable[[], float] = time.monotonic
        self.now: Callable[[], int] = lambda: int(time.time())
        self.methods = Methods(self.bot, self._seconds, self._unix)
        self._local = local
        self.trouble: Callable[[str, Mapping[str, str]], Fault | None] = lambda _method, _parameters: None
        """What a request meets for which no fault waits: asked with its method and parameters."""
        self._faults: dict[str, deque[Fault]] = {}
        self._updates: list[dict[str, Any]] = []
        self._allowed: set[str] | None = None
        self._last_update: dict[str, Any] = {}
        self._next_update = 500
        self._next_press = 9000
        self._next_id = 1000
        self._pollers = 0
        self._closing = False
        self._changed = asyncio.Event()
        self._port = 0
        self._site: web.TCPSite | None = None
        self._deliveries: asyncio.Task[None] | None = None

    # Coming up and going down

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=60 * 1024**2)
        application.router.add_route("*", "/bot{token}/{method}", self._serve)
        application.router.add_get("/file/bot{token}/documents/{name}", self._download)
        self._runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=1, access_log=None)
        await self._runner.setup()
        await self.come_back()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        self._notify()
        if self._deliveries:
            self._deliveries.cancel()
            await asyncio.wait({self._deliveries})
        await self._runner.cleanup()

    async def go_away(self) -> None:
        """Stops listening and breaks all connections."""
        assert self._site
        await self._site.stop()
        self._site = None
        assert self._runner.server
        for connection in list(self._runner.server.connections):
            if connection.transport:
                connection.transport.abort()

    async def come_back(self) -> None:
        """Listens again, at the same address."""
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await self._site.start()
        self._port = self._runner.addresses[0][1]

    def _seconds(self) -> float:
        return self.clock()

    def _unix(self) -> int:
        return self.now()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    # People and chats

    @property
    def chats(self) -> dict[int, Chat]:
        return self.methods.chats

    def person(self, name: str, *, language: str | None = None) -> User:
        """Somebody who has not started the bot yet."""
        user = User(self._new_id(), name, language)
        self.methods.users[user.id] = user
        self.chats[user.id] = Chat(user.id, "private", name, started=False, users={user.id: user})
        return user

    def private_chat(self, user: User) -> Chat:
        """The chat of somebody with the bot, started."""
        chat = self.chats[user.id]
        chat.started, chat.bot_status = True, "member"
        return chat

    def group(self, title: str, *members: User, administrators: tuple[User, ...] = ()) -> Chat:
        return self._add_chat(Chat(-self._new_id(), "group", title), members, administrators)

    def supergroup(
        self, title: str, *members: User, administrators: tuple[User, ...] = (), forum: bool = False
    ) -> Chat:
        chat = Chat(-1000000000000 - self._new_id(), "supergroup", title, is_forum=forum)
        self.methods.add_message(chat, None, "", (), None)  # the service message that it begins with, General's id
        return self._add_chat(chat, members, administrators)

    def topic(self, chat: Chat, name: str) -> Topic:
        """A new topic of a forum; its first message is the service message that made it."""
        made = self.methods.add_message(chat, None, "", (), None)
        chat.topics[made.id] = Topic(made.id, name)
        return chat.topics[made.id]

    def channel(self, title: str, *, administrators: tuple[User, ...] = (), username: str | None = None) -> Chat:
        """A channel with the bot as an administrator: otherwise it would see nothing of it."""
        chat = Chat(-1000000000000 - self._new_id(), "channel", title, username, bot_status="administrator")
        return self._add_chat(chat, (), administrators)

    def migrate(self, group: Chat) -> Chat:
        """Makes a supergroup of a group, as it happens when somebody gives it a public name."""
        chat = Chat(-1000000000000 - self._new_id(), "supergroup", group.title)
        chat.users, chat.members = group.users, group.members
        self.chats[chat.id] = chat
        group.migrated_to = chat.id
        return chat

    def block(self, user: User) -> None:
        """The person blocks the bot."""
        self.chats[user.id].bot_status = "kicked"

    def delete_account(self, user: User) -> None:
        """The person deletes their account; their private chats stay behind."""
        user.deleted = True

    def kick_bot(self, chat: Chat) -> None:
        chat.bot_status = "kicked"

    def _add_chat(self, chat: Chat, members: tuple[User, ...], administrators: tuple[User, ...]) -> Chat:
        for user in (*members, *administrators):
            chat.users[user.id] = user
            chat.members[user.id] = "administrator" if user in administrators else "member"
        self.chats[chat.id] = chat
        return chat

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id

    # What people do

    async def send_text(
        self,
        chat: Chat,
        user: User | None,
        text: str,
        *,
        topic: Topic | None = None,
        reply_to: ChatMessage | None = None,
        **extra: Any,
    ) -> ChatMessage:
        """Somebody writes; None is a channel's post, or in a group an administrator who stays anonymous. `extra` goes
        into the update's message."""
        shown, entities = tidy(text)
        thread = topic.id if topic else (reply_to.id if reply_to and not chat.is_forum else None)
        message = self.methods.add_message(chat, user, shown, entities, thread)
        message.extra |= extra
        if reply_to:
            message.reply_to = reply_to.id
        if user is None and chat.type != "channel":
            anonymous = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
            message.sender, message.extra["sender_chat"] = anonymous, chat.as_json()
        self._update("channel_post" if chat.type == "channel" else "message", message.as_json(), chat)
        return message

    async def send_photo(self, chat: Chat, user: User | None, caption: str, **extra: Any) -> ChatMessage:
        """Somebody, or a channel, sends a picture with a caption; those of one `media_group_id` are an album."""
        shown, entities = tidy(caption)
        message = self.methods.add_message(chat, user, shown, entities, None)
        message.photo = "photo"
        message.extra |= extra
        self._update("channel_post" if chat.type == "channel" else "message", message.as_json(), chat)
        return message

    async def send_document(
        self, chat: Chat, user: User | None, file: Upload, caption: str = "", **extra: Any
    ) -> ChatMessage:
        """Somebody sends a file with a caption."""
        shown, entities = tidy(caption)
        message = self.methods.add_message(chat, user, shown, entities, None)
        message.document = self.methods.sent_files[file.as_json()["file_id"]] = file
        message.extra |= extra
        self._update("channel_post" if chat.type == "channel" else "message", message.as_json(), chat)
        return message

    async def _download(self, request: web.Request) -> web.Response:
        """https://core.telegram.org/bots/api#getfile"""
        file = self.methods.sent_files.get(f"file-{request.match_info['name']}")
        if request.match_info["token"] != self.token or file is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content)

    async def send_service(self, chat: Chat, user: User | None, **content: Any) -> ChatMessage:
        """Something happens in a chat that is shown as a message: its content as the Bot API writes it."""
        message = self.methods.add_message(chat, user, "", (), None)
        message.extra |= content
        self._update("channel_post" if chat.type == "channel" else "message", message.as_json(), chat)
        return message

    async def forward(self, chat: Chat, user: User, message: ChatMessage) -> ChatMessage:
        """Somebody forwards a message of another chat; an album's keep together."""
        forwarded = self.methods.add_message(chat, user, message.text, message.entities, None)
        forwarded.photo = message.photo
        forwarded.extra["forward_origin"] = message.origin()
        if "media_group_id" in message.extra:
            forwarded.extra["media_group_id"] = message.extra["media_group_id"] + "0"
        self._update("message", forwarded.as_json(), chat)
        return forwarded

    async def join(self, chat: Chat, user: User, address: str | None = None) -> None:
        """Somebody joins a group or channel, perhaps by a link."""
        link = self.methods.links[address] if address else None
        assert link is None or (link.chat is chat and link.is_open(self.now())), "the link is of no use"
        before = chat.status_of(user)
        if link is not None:
            link.used += 1
        chat.users[user.id], chat.members[user.id] = user, "member"
        self._update("chat_member", joined(chat, user, before, self.now(), link), chat)

    def redeliver(self) -> None:
        """Sends the last update again, as Telegram does when it was not confirmed."""
        self._updates.append(self._last_update)
        self._notify()

    async def edit_text(self, message: ChatMessage, text: str) -> None:
        """Somebody edits what they wrote, or the caption of a picture."""
        message.history.append(message.text)
        message.text, message.entities = tidy(text)
        message.edited = self.now()
        kind = "edited_channel_post" if message.chat.type == "channel" else "edited_message"
        self._update(kind, message.as_json(), message.chat)

    async def press(self, message: ChatMessage, button: str, user: User | None = None) -> Press:
        """Somebody (the person of a private chat, unless named) presses the button with this label or data."""
        return await self.press_data(message, str(message.button(button)["callback_data"]), user)

    async def press_data(self, message: ChatMessage, data: str, user: User | None = None) -> Press:
        """A press with any data, as an old or a forged button would send it."""
        presser = user or message.chat.users[message.chat.id]
        self._next_press += 1
        press = Press(str(self._next_press), presser, message, data)
        self.methods.presses[press.id] = press
        self._update("callback_query", press.as_json(), message.chat)
        return press

    async def type_inline(self, user: User, typed: str, *, offset: str = "") -> InlineQuestion:
        """Somebody types behind the bot's name, in whatever chat; `offset` as they scroll down. No bot is asked whose
        inline mode is off."""
        assert self.methods.inline_mode, "inline mode is off"
        self._next_press += 1
        question = InlineQuestion(str(self._next_press), user, typed[:256], offset)
        self.methods.questions[question.id] = question
        self._deliver_update("inline_query", question.as_json())
        return question

    async def offered(self, question: InlineQuestion) -> InlineQuestion:
        """The question, once the bot has answered it."""
        await self.wait_until(lambda: question.answer is not None, f"offers for {question.query!r}")
        return question

    async def choose(self, question: InlineQuestion, number: int, chat: Chat) -> ChatMessage:
        """Somebody sends what was offered, the first is 1, into a chat."""
        text, entities = question.messages[question.results[number - 1]["id"]]
        message = self.methods.add_message(chat, question.user, text, entities, None)
        message.extra["via_bot"] = self.bot.as_json()
        self._update("message", message.as_json(), chat)
        return message

    def delete(self, message: ChatMessage) -> None:
        """Somebody deletes a message; bots are not told."""
        message.deleted = True

    def _update(self, kind: str, content: dict[str, Any], chat: Chat) -> None:
        unseen = chat.bot_status in {"kicked", "left"} or (kind == "chat_member" and chat.bot_status != "administrator")
        unseen = unseen or (
            chat.type in {"group", "supergroup"} and chat.bot_status != "administrator" and not _meant_for_bot(content)
        )
        if unseen:
            self._notify()
        else:
            self._deliver_update(kind, content)

    def _deliver_update(self, kind: str, content: dict[str, Any]) -> None:
        if kind in self._allowed if self._allowed else kind not in _NOT_BY_DEFAULT:
            self._next_update += 1
            self._last_update = {"update_id": self._next_update, kind: content}
            self._updates.append(self._last_update)
        self._notify()

    # What tests wait for

    async def wait_until(self, predicate: Callable[[], bool], what: str = "") -> None:
        """Returns as soon as it holds; looks after each request and each update. Raises AssertionError in the end."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    changed = self._changed
                    if predicate():
                        return
                    await changed.wait()
        except TimeoutError:
            seen = "\n".join(f"  {one.method} {one.status} {one.description}" for one in self.requests[-15:])
            raise AssertionError(f"waited in vain for {what or predicate}; the last requests:\n{seen}") from None

    async def next_message(self, chat: Chat) -> ChatMessage:
        """The bot's next message in this chat that no test has asked for yet."""
        await self.wait_until(lambda: len(chat.said) > chat.unread, f"a message in {chat.title}")
        chat.unread += 1
        return chat.said[chat.unread - 1]

    async def answered(self, press: Press) -> Press:
        """The press, once the bot has answered it."""
        await self.wait_until(lambda: press.answer is not None, "an answer to a press")
        return press

    async def edited(self, message: ChatMessage, *, times: int = 1) -> ChatMessage:
        """The message, once it has been edited so many times."""
        await self.wait_until(lambda: len(message.history) >= times, "an edit")
        return message

    async def polled(self) -> None:
        """Returns once the bot has fetched all updates and waits for more."""
        await self.wait_until(lambda: self._pollers > 0 and not self._updates, "a poll")

    def calls(self, method: str) -> list[ApiRequest]:
        return [request for request in self.requests if request.method == method]

    def menu(self, language: str = "") -> dict[str, str]:
        """The bot's command menu in a language, as clients show it."""
        commands = self.methods.menus.get(('{"type": "default"}', language), [])
        return {command["command"]: command["description"] for command in commands}

    def _notify(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    # Faults

    def fail(self, method: str, *faults: Fault) -> None:
        """The next requests of this method meet these faults, one each."""
        self._faults.setdefault(method, deque()).extend(faults)

    def limit_rates(self) -> None:
        """From now on, too many messages are answered with 429, by `clock`."""
        self.methods.switch_limits_on()

    # HTTP

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        parameters, files = await _form(request)
        fault = self._next_fault(method) or self.trouble(method, parameters)
        if isinstance(fault, Hold) and not fault.accepted:
            await self._wait_for_release(fault)
        if isinstance(fault, HangUp) and not fault.accepted:
            return self._hang_up(request, method, parameters)
        code, answer = await self._answer(request.match_info["token"], method, Parameters(parameters, files), fault)
        if isinstance(fault, HangUp):
            return self._hang_up(request, method, parameters)
        self.requests.append(ApiRequest(method, parameters, code, answer.get("description", "")))
        self._notify()
        if isinstance(fault, Hold) and fault.accepted:
            await self._wait_for_release(fault)
        return web.json_response(answer, status=code)

    async def _answer(
        self, token: str, method: str, parameters: Parameters, fault: Fault | None
    ) -> tuple[int, dict[str, Any]]:
        try:
            self._refuse(fault)
            self._authorise(token)
            return 200, {"ok": True, "result": await self._call(method, parameters)}
        except ApiError as error:
            answer: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
            return error.code, answer | ({"parameters": error.parameters} if error.parameters else {})

    def _refuse(self, fault: Fault | None) -> None:
        if isinstance(fault, Refuse):
            extra = {} if fault.retry_after is None else {"retry_after": fault.retry_after}
            raise ApiError(fault.code, fault.description, **extra)

    async def _wait_for_release(self, hold: Hold) -> None:
        hold.reached.set()
        await hold.released.wait()

    def _hang_up(self, request: web.Request, method: str, parameters: Mapping[str, str]) -> web.StreamResponse:
        self.requests.append(ApiRequest(method, parameters, 0))
        self._notify()
        if request.transport:
            request.transport.abort()
        return web.Response()

    def _next_fault(self, method: str) -> Fault | None:
        waiting = self._faults.get(method)
        return waiting.popleft() if waiting else None

    def _authorise(self, token: str) -> None:
        if token == self.token:
            return
        if re.fullmatch(r"\d+:[A-Za-z0-9_-]{35}", token):
            raise ApiError(401, "Unauthorized")
        raise ApiError(404, "Not Found")

    async def _call(self, method: str, parameters: Parameters) -> Any:
        api = bot_api()
        if api and not api.knows(method):
            raise ApiError(404, "Not Found")
        attached = {value.removeprefix("attach://") for value in parameters.values.values()}
        given = dict.fromkeys(parameters.files.keys() - attached, FILE) | dict(parameters.values)
        problems = api.problems(method, given) if api else []
        if problems:
            raise bad_request("; ".join(problems))
        if method == "getUpdates":
            return await self._get_updates(parameters)
        if method in {"setWebhook", "deleteWebhook", "getWebhookInfo"}:
            return self._web_hook(method, parameters)
        try:
            return self.methods.call(method, parameters)
        except LookupError as error:
            raise ApiError(501, f"this double has no method {error}") from error

    # Updates

    async def _get_updates(self, parameters: Parameters) -> list[dict[str, Any]]:
        if self.webhook:
            raise ApiError(409, _WEBHOOK_ACTIVE)
        if "allowed_updates" in parameters.values:
            self._allowed = set(parameters.json("allowed_updates"))
        limit = parameters.integer("limit")
        if limit is not None and not 1 <= limit <= 100:
            limit = 100
        self._forget(parameters.integer("offset") or 0)
        self._pollers += 1
        mine = self._pollers
        try:
            async with asyncio.timeout(parameters.integer("timeout") or 0.001):
                await self._something(mine)
        except TimeoutError:
            return []
        finally:
            if self._pollers == mine:
                self._pollers = 0
        return self._updates[: limit or 100]

    async def _something(self, mine: int) -> None:
        """Returns when there are updates. Raises ApiError as soon as another poller comes."""
        self._notify()
        while not self._updates and not self._closing:
            await self._changed.wait()
            if self._pollers != mine:
                raise ApiError(409, _CONFLICT)

    def _forget(self, offset: int) -> None:
        """Drops what the offset confirms; a negative one keeps the last updates only."""
        if offset < 0:
            self._updates = self._updates[offset:]
        elif offset:
            self._updates = [update for update in self._updates if update["update_id"] >= offset]

    def _web_hook(self, method: str, parameters: Parameters) -> Any:
        if method == "getWebhookInfo":
            address = self.webhook["url"] if self.webhook else ""
            return {"url": address, "has_custom_certificate": False, "pending_update_count": len(self._updates)}
        if parameters.flag("drop_pending_updates"):
            self._updates = []
        address = parameters.text("url")
        if method == "deleteWebhook" or not address:
            self.webhook = None
            return True
        if not self._local and not re.match(r"https://[^/:]+(:(443|80|88|8443))?(/|$)", address):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch("[A-Za-z0-9_-]{0,256}", parameters.text("secret_token")):
            raise bad_request("secret token contains unallowed characters")
        if "allowed_updates" in parameters.values:
            self._allowed = set(parameters.json("allowed_updates"))
        self.webhook = dict(parameters.values)
        if not self._deliveries:
            self._deliveries = asyncio.create_task(self._deliver())
        return True

    async def _deliver(self) -> None:
        """Posts updates to the webhook, in order; one that is not taken is tried again when something else happens."""
        async with aiohttp.ClientSession() as session:
            while True:
                changed = self._changed
                while self.webhook and self._updates and await self._post(session, self._updates[0]):
                    self._updates.pop(0)
                await changed.wait()

    async def _post(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> bool:
        assert self.webhook
        secret = self.webhook.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        try:
            async with session.post(self.webhook["url"], json=update, headers=headers) as answer:
                self.webhook_answers.append(answer.status)
        except aiohttp.ClientError:
            self.webhook_answers.append(0)
        return 200 <= self.webhook_answers[-1] < 300


def _meant_for_bot(content: Mapping[str, Any]) -> bool:
    """What a bot in a group is told while it is no administrator there: commands, answers to it, what happens, and
    presses (https://core.telegram.org/bots/features#privacy-mode)."""
    written = "text" in content or "caption" in content
    return not written or content.get("text", "").startswith("/") or "reply_to_message" in content


async def _form(request: web.Request) -> tuple[dict[str, str], dict[str, Upload]]:
    """A request's parameters, from wherever it holds them: address, form, multipart or JSON; and its files."""
    found = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json()
        values = {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
        return found | values, {}
    form = await request.post()
    files = {}
    for name, part in form.items():
        if isinstance(part, web.FileField):
            with part.file as file:
                files[name] = Upload(part.filename, part.content_type, file.read())
    return found | {name: value for name, value in form.items() if isinstance(value, str)}, files
