"""The methods of the Bot API that the Telegram double knows, each refusing what the real server refuses."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from tests.telegram_html import CAPTION_LIMIT, MESSAGE_LIMIT, Entity, Refused, is_blank, opens, parse, tidy, units
from tests.telegram_links import InviteLink
from tests.telegram_world import (
    Chat,
    ChatMessage,
    InlineQuestion,
    Keyboard,
    Press,
    Upload,
    User,
    administrators,
    member_json,
)

LARGEST_FILE = 50 * 1024**2
"""https://core.telegram.org/bots/api#senddocument says 50 MB."""
LARGEST_DOWNLOAD = 20 * 1024**2
"""https://core.telegram.org/bots/api#getfile says 20 MB."""
LARGEST_PHOTO = 10 * 1024**2
"""https://core.telegram.org/bots/api#sendphoto: 10 MB, width and height together 10000, at most 20 to 1."""
MESSAGES_A_SECOND = 30
MESSAGES_A_SECOND_IN_A_CHAT = 1
MESSAGES_A_MINUTE_IN_A_GROUP = 20
_KINDS_OF_BUTTON = {
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
}


class ApiError(Exception):
    """An answer other than success."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(text: str) -> ApiError:
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    return ApiError(403, f"Forbidden: {text}")


class Parameters:
    """What a request was sent with: text, some of it JSON, and the parts of a form that are files."""

    def __init__(self, values: Mapping[str, str], files: Mapping[str, Upload] = MappingProxyType({})) -> None:
        self.values = values
        self.files = files

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def integer(self, name: str) -> int | None:
        value = self.values.get(name)
        try:
            return None if value in (None, "") else int(str(value))
        except ValueError as error:
            raise bad_request(f'parameter "{name}" must be an integer') from error

    def flag(self, name: str) -> bool:
        return self.values.get(name, "").lower() in {"true", "1"}

    def json(self, name: str, default: Any = None) -> Any:
        if name not in self.values:
            return default
        try:
            return json.loads(self.values[name])
        except ValueError as error:
            raise bad_request(f"can't parse {name} JSON object") from error


def check_photo(content: bytes) -> None:
    """Raises ApiError for what Telegram shows as no picture; this double reads PNG only."""
    if content[:8] != b"\x89PNG\r\n\x1a\n" or len(content) < 24:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    if width + height > 10_000 or not 1 / 20 <= width / max(height, 1) <= 20:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    if len(content) > LARGEST_PHOTO:
        raise bad_request("file is too big")


class RateLimits:
    """The limits of https://core.telegram.org/bots/faq#my-bot-is-hitting-limits, without their leniency."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent: deque[tuple[float, int]] = deque()

    def count(self, chat: Chat) -> None:
        """Counts a message to a chat. Raises ApiError 429 where there have been too many."""
        now = self._clock()
        while self._sent and self._sent[0][0] <= now - 60:
            self._sent.popleft()
        here = [at for at, id_ in self._sent if id_ == chat.id]
        self._hold([at for at, _ in self._sent], now, MESSAGES_A_SECOND, 1)
        self._hold(here, now, MESSAGES_A_SECOND_IN_A_CHAT, 1)
        if chat.type != "private":
            self._hold(here, now, MESSAGES_A_MINUTE_IN_A_GROUP, 60)
        self._sent.append((now, chat.id))

    def _hold(self, times: list[float], now: float, most: int, seconds: int) -> None:
        recent = [at for at in times if at > now - seconds]
        if len(recent) >= most:
            wait = max(1, -int(-(recent[-most] + seconds - now) // 1))
            raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


class Methods:
    """State of the server, and what each method does with it."""

    def __init__(self, bot: User, clock: Callable[[], float], now: Callable[[], int]) -> None:
        self.bot = bot
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.questions: dict[str, InlineQuestion] = {}
        self.inline_mode = False
        self.sent_files: dict[str, Upload] = {}
        self.menus: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.links: dict[str, InviteLink] = {}
        self.limits: RateLimits | None = None
        self.changes_of_menus = 0
        self._clock = clock
        self._now = now

    def switch_limits_on(self) -> None:
        self.limits = RateLimits(self._clock)

    def call(self, method: str, parameters: Parameters) -> Any:
        """The result of a method. Raises ApiError; LookupError for a method that the double does not know."""
        handler = getattr(self, "_do_" + re.sub("([A-Z])", r"_\1", method).lower(), None)
        if handler is None:
            raise LookupError(method)
        try:
            return handler(parameters)
        except Refused as refusal:
            raise bad_request(str(refusal)) from refusal

    # Messages

    def _do_send_message(self, parameters: Parameters) -> dict[str, Any]:
        chat, thread = self._destination(parameters)
        text, entities = self._content(parameters, "text", "entities", MESSAGE_LIMIT)
        if is_blank(text):
            raise bad_request("message text is empty")
        return self._post(chat, thread, text, entities, parameters).as_json()

    def _do_send_photo(self, parameters: Parameters) -> dict[str, Any]:
        chat, thread = self._destination(parameters)
        self._check_right(chat, "photos")
        photo = parameters.text("photo")
        upload = None if opens(photo) and photo not in parameters.files else self._file(parameters, "photo")
        if upload is not None:
            check_photo(upload.content)
        text, entities = self._content(parameters, "caption", "caption_entities", CAPTION_LIMIT)
        message = self._post(chat, thread, text, entities, parameters)
        message.photo, message.picture = upload.name if upload else photo, upload
        return message.as_json()

    def _do_send_document(self, parameters: Parameters) -> dict[str, Any]:
        chat, thread = self._destination(parameters)
        self._check_right(chat, "documents")
        document = self._file(parameters, "document")
        text, entities = self._content(parameters, "caption", "caption_entities", CAPTION_LIMIT)
        message = self._post(chat, thread, text, entities, parameters)
        message.document = document
        return message.as_json()

    def _do_get_file(self, parameters: Parameters) -> dict[str, Any]:
        file = self.sent_files.get(parameters.text("file_id"))
        if file is None:
            raise bad_request("invalid file_id")
        if len(file.content) > LARGEST_DOWNLOAD:
            raise bad_request("file is too big")
        facts = file.as_json()
        number = {name: facts[name] for name in ("file_id", "file_unique_id", "file_size")}
        return number | {"file_path": f"documents/{file.name}"}

    def _check_right(self, chat: Chat, media: str) -> None:
        """What a group lets nobody send, the bot may not either."""
        if f"can_send_{media}" in chat.bot_lacks:
            raise bad_request(f"not enough rights to send {media} to the chat")

    def _file(self, parameters: Parameters, name: str) -> Upload:
        """A file of the request: the part with its name, or the one that it names as attach://PART."""
        given = parameters.text(name)
        if not given and name not in parameters.files:
            raise bad_request(f"there is no {name} in the request")
        file = parameters.files.get(given.removeprefix("attach://") if given.startswith("attach://") else name)
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if not file.content:
            raise bad_request("file must be non-empty")
        if len(file.content) > LARGEST_FILE:
            raise ApiError(413, "Request Entity Too Large")
        return file

    def _do_edit_message_text(self, parameters: Parameters) -> dict[str, Any]:
        message = self._own_message(parameters, "edit")
        if message.photo or message.document:
            raise bad_request("there is no text in the message to edit")
        text, entities = self._content(parameters, "text", "entities", MESSAGE_LIMIT)
        if is_blank(text):
            raise bad_request("message text is empty")
        self._change(message, text, entities, self._keyboard(parameters))
        message.preview = parameters.json("link_preview_options", {})
        return message.as_json()

    def _do_edit_message_caption(self, parameters: Parameters) -> dict[str, Any]:
        message = self._own_message(parameters, "edit")
        if not (message.photo or message.document):
            raise bad_request("there is no caption in the message to edit")
        text, entities = self._content(parameters, "caption", "caption_entities", CAPTION_LIMIT)
        self._change(message, text, entities, self._keyboard(parameters))
        return message.as_json()

    def _do_edit_message_reply_markup(self, parameters: Parameters) -> dict[str, Any]:
        message = self._own_message(parameters, "edit")
        self._change(message, message.text, message.entities, self._keyboard(parameters))
        return message.as_json()

    def _do_delete_message(self, parameters: Parameters) -> bool:
        message = self._own_message(parameters, "delete")
        message.deleted = True
        return True

    def _do_send_chat_action(self, parameters: Parameters) -> bool:
        self._destination(parameters)
        return True

    def _destination(self, parameters: Parameters) -> tuple[Chat, int | None]:
        chat = self._writable(parameters)
        thread = parameters.integer("message_thread_id")
        if thread is not None:
            topic = chat.topics.get(thread)
            if topic is None:
                raise bad_request("message thread not found")
            if topic.closed and chat.bot_status != "administrator":
                raise bad_request("TOPIC_CLOSED")
        return chat, thread

    def _post(
        self, chat: Chat, thread: int | None, text: str, entities: tuple[Entity, ...], parameters: Parameters
    ) -> ChatMessage:
        keyboard = self._keyboard(parameters)
        reply = parameters.json("reply_parameters", {})
        target = reply.get("message_id")
        missing = target is not None and (target not in chat.messages or chat.messages[target].deleted)
        if missing and not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        self._count(chat)
        message = self.add_message(chat, None if chat.type == "channel" else self.bot, text, entities, thread)
        message.mine = True
        chat.said.append(message)
        message.keyboard = keyboard
        message.preview = parameters.json("link_preview_options", {})
        message.reply_to = None if missing else target
        return message

    def add_message(
        self, chat: Chat, sender: User | None, text: str, entities: tuple[Entity, ...], thread: int | None
    ) -> ChatMessage:
        """Puts a message into a chat."""
        chat.last_id += 1
        message = ChatMessage(chat.last_id, chat, sender, self._now(), text, entities, thread=thread)
        chat.messages[message.id] = message
        return message

    def _change(self, message: ChatMessage, text: str, entities: tuple[Entity, ...], keyboard: Keyboard) -> None:
        if (text, entities, keyboard) == (message.text, message.entities, message.keyboard):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly the same as a "
                "current content and reply markup of the message"
            )
        self._count(message.chat)
        message.history.append(message.text)
        message.text, message.entities, message.keyboard = text, entities, keyboard
        message.edited = self._now()

    def _content(
        self, parameters: Parameters, text_name: str, entities_name: str, limit: int
    ) -> tuple[str, tuple[Entity, ...]]:
        text, mode = parameters.text(text_name), parameters.text("parse_mode")
        if mode.lower() == "html":
            shown, entities = parse(text)
            entities = tuple(found for one in entities if (found := self._known(one)))
        elif mode:
            raise bad_request(f"this double reads no parse mode but HTML, not {mode}")
        else:
            shown, entities = tidy(text, tuple(_entity(one) for one in parameters.json(entities_name, [])))
        if units(shown) > limit:
            raise bad_request("message is too long" if limit == MESSAGE_LIMIT else "message caption is too long")
        return shown, entities

    def _known(self, entity: Entity) -> Entity | None:
        """Whom a message calls, as others see it: people whom the bot has never met stay plain text."""
        if entity.type != "text_mention":
            return entity
        user = self.users.get(entity.extra["user"])
        return replace(entity, extra={"user": user.as_json()}) if user else None

    def _keyboard(self, parameters: Parameters) -> Keyboard:
        markup = parameters.json("reply_markup", {})
        if markup.get("force_reply") and units(markup.get("input_field_placeholder", "…")) not in range(1, 65):
            raise bad_request("inputFieldPlaceholder is too long")
        rows = markup.get("inline_keyboard", [])
        buttons = [button for row in rows for button in row]
        if len(buttons) > 100:
            raise bad_request("reply markup is too long")
        for button in buttons:
            self._check_button(button)
        return tuple(tuple(row) for row in rows if row)

    def _check_button(self, button: Mapping[str, Any]) -> None:
        if is_blank(str(button.get("text", ""))):
            raise bad_request("text buttons must have a text")
        if len(_KINDS_OF_BUTTON & button.keys()) != 1:
            raise bad_request("text buttons are unallowed in the inline keyboard")
        if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
        if "url" in button and not opens(str(button["url"])):
            raise bad_request("BUTTON_URL_INVALID")

    def _own_message(self, parameters: Parameters, verb: str) -> ChatMessage:
        chat = self._writable(parameters)
        message = chat.messages.get(parameters.integer("message_id") or 0)
        if message is None or message.deleted:
            raise bad_request(f"message to {verb} not found")
        if not message.mine:
            raise bad_request(f"message can't be {verb.removesuffix('e')}ed")
        return message

    def _count(self, chat: Chat) -> None:
        if self.limits:
            self.limits.count(chat)

    # Chats

    def _do_get_chat(self, parameters: Parameters) -> dict[str, Any]:
        chat = self._chat(parameters)
        types = {"unlimited_gifts": True, "limited_gifts": True, "unique_gifts": True, "premium_subscription": True}
        return chat.as_json() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": types | {"gifts_from_channels": True},
        }

    def _do_get_chat_member(self, parameters: Parameters) -> dict[str, Any]:
        chat = self._readable(parameters)
        user = self.users.get(parameters.integer("user_id") or 0)
        if user is None:
            raise bad_request("PARTICIPANT_ID_INVALID")
        return member_json(user, chat.status_of(user))

    def _do_get_chat_administrators(self, parameters: Parameters) -> list[dict[str, Any]]:
        chat = self._readable(parameters)
        if chat.type == "private":
            raise bad_request("there are no administrators in the private chat")
        return [member_json(user, status) for user, status in administrators(chat)]

    def _do_create_chat_invite_link(self, parameters: Parameters) -> dict[str, Any]:
        chat = self._administered(parameters, "can_invite_users", "manage chat invite link")
        limit, expires = parameters.integer("member_limit"), parameters.integer("expire_date")
        if limit is not None and not 1 <= limit <= 99_999:
            raise bad_request("member limit is invalid")
        if units(parameters.text("name")) > 32:
            raise bad_request("invite link name is too long")
        address = f"https://t.me/+{len(self.links):016}"
        self.links[address] = InviteLink(address, chat, self.bot, parameters.text("name"), limit, expires or None)
        return self.links[address].as_json()

    def _do_revoke_chat_invite_link(self, parameters: Parameters) -> dict[str, Any]:
        chat = self._administered(parameters, "can_invite_users", "manage chat invite link")
        link = self.links.get(parameters.text("invite_link"))
        if link is None or link.chat is not chat:
            raise bad_request("INVITE_HASH_EXPIRED")
        link.revoked = True
        return link.as_json()

    def _do_pin_chat_message(self, parameters: Parameters) -> bool:
        chat = self._administered(parameters, "can_pin_messages", "manage pinned messages")
        message = chat.messages.get(parameters.integer("message_id") or 0)
        if message is None or message.deleted:
            raise bad_request("message to pin not found")
        if message.id not in chat.pinned:
            chat.pinned.append(message.id)
        return True

    def _do_unpin_chat_message(self, parameters: Parameters) -> bool:
        chat = self._administered(parameters, "can_pin_messages", "manage pinned messages")
        message_id = parameters.integer("message_id") or 0
        if message_id not in chat.pinned:
            raise bad_request("message to unpin not found")
        chat.pinned.remove(message_id)
        return True

    def _administered(self, parameters: Parameters, right: str, words: str) -> Chat:
        """A chat in which the bot has the right of an administrator; in a private one it has all."""
        chat = self._readable(parameters)
        may = chat.bot_status == "administrator" and right not in chat.bot_lacks
        if chat.type != "private" and not may:
            raise bad_request(f"not enough rights to {words} in the chat")
        return chat

    def _chat(self, parameters: Parameters) -> Chat:
        number = parameters.text("chat_id")
        chat = self.chats.get(int(number)) if re.fullmatch(r"-?\d+", number) else self._named(number)
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        return chat

    def _named(self, name: str) -> Chat | None:
        """The group or channel with a public name; small and capital letters are the same."""
        wanted = name.removeprefix("@").casefold() if name.startswith("@") else ""
        public = (chat for chat in self.chats.values() if chat.username and chat.type != "private")
        return next((chat for chat in public if str(chat.username).casefold() == wanted), None)

    def _readable(self, parameters: Parameters) -> Chat:
        chat = self._chat(parameters)
        name = {"private": "user", "group": "group chat", "supergroup": "supergroup chat", "channel": "channel chat"}
        if chat.bot_status == "kicked":
            text = (
                "bot was blocked by the user"
                if chat.type == "private"
                else f"bot was kicked from the {name[chat.type]}"
            )
            raise forbidden(text)
        if chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {name[chat.type]}")
        return chat

    def _writable(self, parameters: Parameters) -> Chat:
        chat = self._readable(parameters)
        if chat.type == "private" and self.users[chat.id].deleted:
            raise forbidden("user is deactivated")
        if chat.type == "private" and not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.type == "channel" and chat.bot_status != "administrator":
            raise bad_request("need administrator rights in the channel chat")
        return chat

    # Presses

    def _do_answer_callback_query(self, parameters: Parameters) -> bool:
        press = self.presses.get(parameters.text("callback_query_id"))
        if press is None or press.expired or press.answer is not None:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if units(parameters.text("text")) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        # https://core.telegram.org/bots/api#answercallbackquery
        own = f"https://t.me/{self.bot.username}?start="
        if (url := parameters.text("url")) and not re.fullmatch(re.escape(own) + "[A-Za-z0-9_-]{1,64}", url):
            raise bad_request("URL_INVALID")
        press.answer = dict(parameters.values)
        return True

    # Inline mode

    def _do_answer_inline_query(self, parameters: Parameters) -> bool:
        question = self.questions.get(parameters.text("inline_query_id"))
        if question is None or question.expired or question.answer is not None:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        results = parameters.json("results")
        if len(results) > 50:
            raise bad_request("RESULTS_TOO_MUCH")
        if len({one["id"] for one in results}) != len(results):
            raise bad_request("RESULT_ID_DUPLICATE")
        messages = {one["id"]: self._offered(one) for one in results}
        if len(parameters.text("next_offset").encode()) > 64:
            raise bad_request("NEXT_OFFSET_INVALID")
        self._check_inline_button(parameters.json("button"))
        if (parameters.integer("cache_time") or 0) < 0:
            raise bad_request("CACHE_TIME_INVALID")
        question.answer, question.results, question.messages = dict(parameters.values), results, messages
        return True

    def _offered(self, result: Mapping[str, Any]) -> tuple[str, tuple[Entity, ...]]:
        """What choosing a result sends."""
        if result["type"] != "article":
            raise bad_request(f"this double knows articles only, not {result['type']}")
        if not 1 <= len(str(result["id"]).encode()) <= 64:
            raise bad_request("RESULT_ID_INVALID")
        if is_blank(result["title"]):
            raise bad_request("ARTICLE_TITLE_EMPTY")
        if "url" in result and not opens(str(result["url"])):
            raise bad_request("WEBDOCUMENT_URL_INVALID")
        content = {name: json.dumps(value) if name == "entities" else str(value) for name, value in _words(result)}
        text, entities = self._content(Parameters(content), "message_text", "entities", MESSAGE_LIMIT)
        if is_blank(text):
            raise bad_request("MESSAGE_EMPTY")
        self._keyboard(Parameters({"reply_markup": json.dumps(result.get("reply_markup", {}))}))
        return text, entities

    def _check_inline_button(self, button: Mapping[str, Any] | None) -> None:
        if button is None:
            return
        if is_blank(button["text"]) or ("web_app" in button) == ("start_parameter" in button):
            raise bad_request("BUTTON_INVALID")
        if not re.fullmatch("[A-Za-z0-9_-]{1,64}", button.get("start_parameter", "x")):
            raise bad_request("START_PARAM_INVALID")

    # The bot itself

    def _do_get_me(self, _parameters: Parameters) -> dict[str, Any]:
        # As @BotFather makes bots: they may join groups, where they see what is meant for them.
        rights = ("can_read_all_group_messages", "can_connect_to_business", "has_main_web_app")
        can = {"can_join_groups": True, "supports_inline_queries": self.inline_mode}
        return self.bot.as_json() | can | dict.fromkeys(rights, False)

    def _do_set_my_commands(self, parameters: Parameters) -> bool:
        commands = parameters.json("commands", [])
        if len(commands) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not re.fullmatch("[a-z0-9_]{1,32}", command["command"]):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= units(command["description"].strip()) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self.menus[self._menu(parameters)] = commands
        self.changes_of_menus += 1
        return True

    def _do_get_my_commands(self, parameters: Parameters) -> list[dict[str, str]]:
        return self.menus.get(self._menu(parameters), [])

    def _do_delete_my_commands(self, parameters: Parameters) -> bool:
        self.menus.pop(self._menu(parameters), None)
        return True

    def _menu(self, parameters: Parameters) -> tuple[str, str]:
        language = parameters.text("language_code")
        if not re.fullmatch("([a-z]{2})?", language):
            raise bad_request("invalid language code specified")
        scope = parameters.json("scope", {"type": "default"})
        return json.dumps(scope, sort_keys=True), language


def _entity(given: Mapping[str, Any]) -> Entity:
    extra = {name: value for name, value in given.items() if name not in {"type", "offset", "length"}}
    return Entity(given["type"], given["offset"], given["length"], extra)


def _words(result: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What the text of a result's message is made of."""
    content = result["input_message_content"]
    return [(name, content[name]) for name in ("message_text", "parse_mode", "entities") if name in content]
