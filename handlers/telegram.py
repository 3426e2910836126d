"""Binds commands, buttons, forms and plain words on Telegram to the dispatcher."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import structlog
from telegram import (
    Bot,
    BotCommand,
    CallbackQuery,
    ChatMember,
    ChatMemberUpdated,
    MessageOriginChannel,
    Update,
    User,
)
from telegram import Chat as TelegramChat
from telegram import Message as TelegramMessage
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.domain.communities import DestinationKind
from bot.domain.errors import StorageError
from bot.domain.forms import Form, FormProgress
from bot.domain.members import Account
from bot.domain.messages import LinkButton, Message, Paragraph, text, words_of
from bot.domain.offers import Offers
from bot.locales import N_, nearest, translator
from bot.platforms.telegram.files import fetched
from bot.platforms.telegram.inline import NewestOnly, show_offers
from bot.platforms.telegram.limits import TelegramLimits
from bot.platforms.telegram.post import Place
from bot.platforms.telegram.posts import forwarded_post_of, post_of
from bot.platforms.telegram.referred import referred_by
from bot.platforms.telegram.render import TelegramPart, render, with_file
from bot.platforms.telegram.send import Sleep, TelegramSender
from bot.services.chat_posts import ChatPosts
from bot.services.form_message import NOTHING_CHANGED
from bot.services.forms import Forms
from bot.services.ports import InvitationUsed
from handlers.command import Attachment, Chat, Person, Platform, Reply, Request
from handlers.registry import PERSONAL, apology
from handlers.telegram_forms import TelegramForms
from handlers.watching import READ_POST

log = structlog.get_logger(__name__)

ADMINISTRATORS_KEPT = 60.0
"""Seconds for which a group's administrators are remembered: one question a group, not one a command."""
PRESS_PATIENCE = 2.0
"""Seconds after which a press is acknowledged although its answer is not there yet: the button stops spinning."""
NOTICE_PATIENCE = 8.0
"""The same where the answer is the notice itself: once a press is acknowledged it would take a message, of which
Telegram lets far fewer through."""
PRESS_START = N_("This is for you alone: open our private chat, press Start there, then press this button again.")
CANCEL = "cancel"
"""The command that ends the asking of a form's questions; otherwise there is none of that name."""
ONLY_IN_PRIVATE = N_("This is not for everybody's eyes. I show it to you in our private chat.")
OPEN_PRIVATE = N_("Open the private chat")
SWITCH_INLINE_ON = "Send /setinline to @BotFather, so that people can send stories into any chat."
TOAST_LIMIT = 200  # https://core.telegram.org/bots/api#answercallbackquery

_COMMAND = re.compile(r"/([a-z0-9_]{1,32})(?:@([a-z0-9_]+))?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)


class _FromChannel(filters.MessageFilter):
    """What was forwarded from a channel."""

    def filter(self, message: TelegramMessage) -> bool:
        return isinstance(message.forward_origin, MessageOriginChannel)


Moved = Callable[[str, str], Awaitable[None]]
"""Is told a chat's old id and its new one."""
App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]


class Dispatcher(Protocol):
    """What the binding needs of `handlers.registry.Dispatcher`."""

    @property
    def names(self) -> frozenset[str]: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def forms(self) -> Forms | None: ...
    def menu(self, language: str) -> list[tuple[str, str]]: ...
    async def answer(self, request: Request) -> Reply: ...
    async def press(self, request: Request) -> Reply: ...
    async def offers(self, request: Request, more: str = "") -> Offers: ...
    async def language_for(self, request: Request) -> str: ...
    def translate(self, message: str, language: str) -> str: ...


class TelegramHandlers:
    """Answers what people write and press. `bind` it to an application; call `publish_menus` when that is connected."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        *,
        administrators: frozenset[str] = frozenset(),
        patience: float = PRESS_PATIENCE,
        sleep: Sleep = asyncio.sleep,
        moved: Moved | None = None,
        posts: ChatPosts | None = None,
        limits: TelegramLimits | None = None,
        invited: InvitationUsed | None = None,
    ) -> None:
        """`administrators` are the Telegram ids of those who run the bot; `moved` is told of groups that have become
        supergroups; `posts` reads what is written in channels and groups; `limits` are shared with all else that the
        bot sends; `invited` is told of those who come by an invitation."""
        self._invited = invited
        self._posts = posts
        self._limits = limits or TelegramLimits()
        self._dispatcher = dispatcher
        self._administrators = administrators
        self._patience = patience
        self._sleep = sleep
        self._moved = moved
        self._known = dispatcher.names
        self._chats = ChatAdministrators(time.monotonic)
        self._typing = NewestOnly()

    def bind(self, application: App) -> None:
        """Adds the handlers. Edits run no command again; of captions, only those of files hold any."""
        self._sender = TelegramSender(application.bot, limits=self._limits, sleep=self._sleep)
        self._bot = application.bot
        forms = self._dispatcher.forms
        self._forms = TelegramForms(forms, self._sender) if forms else None
        written = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST
        application.add_handler(MessageHandler(filters.ChatType.PRIVATE & _FromChannel() & written, self._on_forward))
        commanded = filters.Document.ALL & filters.CaptionRegex(r"^\s*/")
        application.add_handler(MessageHandler((filters.TEXT | commanded) & written, self._on_text))
        application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, self._on_migration))
        application.add_handler(CallbackQueryHandler(self._on_press))
        application.add_handler(InlineQueryHandler(self._on_inline))
        application.add_error_handler(self._on_error)

    @staticmethod
    def is_personal(data: str) -> bool:
        """Whether a press with this data leaves the message in a group as it is."""
        return data.partition(":")[0] in PERSONAL

    async def publish_menus(self, bot: Bot) -> None:
        """Sets the command menu of each language where it is not what it should be. English is everybody else's."""
        for language in self._dispatcher.languages:
            code = None if language == "en" else language.split("_")[0]
            wanted = tuple(BotCommand(name, description) for name, description in self._dispatcher.menu(language))
            try:
                if await bot.get_my_commands(language_code=code) != wanted:
                    await bot.set_my_commands(wanted, language_code=code)
                    log.info("telegram_menu_set", language=language)
            except TelegramError as error:
                log.warning("telegram_menu_not_set", language=language, reason=str(error))
        if not bot.supports_inline_queries:
            log.info("telegram_inline_mode_is_off", advice=SWITCH_INLINE_ON)

    async def _on_migration(self, update: Update, _context: Context) -> None:
        """Telegram says it twice: in the group that is no more, and in the supergroup that it has become."""
        message = update.effective_message
        if message is None or self._moved is None:
            return
        old = message.migrate_from_chat_id or message.chat.id
        await self._moved(str(old), str(message.migrate_to_chat_id or message.chat.id))

    # What is posted

    async def take(self, update: Update) -> None:
        """Reads what was posted or edited in a watched chat, and who came by an invitation. Raises StorageError where
        it could not be stored; what else goes wrong is logged, since it would go wrong again."""
        if update.chat_member is not None:
            await self._welcome(update.chat_member)
        posted = update.channel_post or update.message
        message = posted or update.edited_channel_post or update.edited_message
        if self._posts is None or message is None or message.chat.type == TelegramChat.PRIVATE:
            return
        try:
            post = post_of(message, update.get_bot().id, edited=posted is None)
            if post is not None:
                await self._posts.take(post)
        except StorageError:
            raise
        except Exception:
            log.exception("post_not_read", chat=message.chat.id, message=message.message_id)

    async def _welcome(self, change: ChatMemberUpdated) -> None:
        """Passes on that somebody came into a chat by a link. Raises StorageError."""
        link, user = change.invite_link, change.new_chat_member.user
        if (
            self._invited is None
            or link is None
            or not (_is_in(change.new_chat_member) and not _is_in(change.old_chat_member))
        ):
            return
        account = Account(Platform.TELEGRAM.value, str(user.id), user.full_name, user.language_code)
        try:
            await self._invited(Platform.TELEGRAM.value, str(change.chat.id), link.invite_link, account)
        except StorageError:
            raise
        except Exception:
            log.exception("invitation_not_noted", chat=change.chat.id)

    async def _on_forward(self, update: Update, context: Context) -> None:
        """Somebody forwards a channel's post in private: those who run the bot have it read, all others are told that
        only they may. An album is answered once, for the message that has its words."""
        message = update.effective_message
        if message is None:
            return
        person = await self._person(message, context.bot)
        post = forwarded_post_of(message, context.bot.id)
        if message.media_group_id and not (post and post.text):
            return
        request = Request(_chat(message.chat, message), person, action=READ_POST, post=post)
        await self._tell(await self._dispatcher.press(request), request, answering=message)

    # What is written

    async def _on_text(self, update: Update, context: Context) -> None:
        message = update.effective_message
        if message is None or message.is_automatic_forward:  # a channel's post again, in its discussion group
            return
        if message.via_bot is not None and message.via_bot.id == context.bot.id:  # a card of ours that somebody sent
            return
        if await self._answers_form(message, context.bot):
            return
        asked = self._asked(message, context.bot.username)
        if asked is None:
            return
        command, words = asked
        chat = _chat(message.chat, message)
        person = await self._person(message, context.bot)
        replied = message.reply_to_message
        answers = str(replied.message_id) if replied else None
        file = _attachment(message, context.bot)
        request = Request(
            chat,
            person,
            command=command,
            text=words,
            reply_to=answers,
            attachment=file,
            about=referred_by(message),
        )
        await self._tell(await self._dispatcher.answer(request), request, answering=message)

    async def _answers_form(self, message: TelegramMessage, bot: Bot) -> bool:
        """Whether somebody who is being asked something has answered it, or has called it off. A command answers
        nothing, and ends the asking."""
        replied_to = message.reply_to_message.message_id if message.reply_to_message else None
        private = message.chat.type == TelegramChat.PRIVATE
        words = (message.text or message.caption or "").strip()
        command = _COMMAND.fullmatch(words)
        if self._forms is None or not (private or replied_to or command):
            return False
        asked = Request(_chat(message.chat, message), Person(str(_speaker(message)), ""))
        if command is not None:
            stopped = await self._forms.close(asked) and command[1].lower() == CANCEL
            if stopped:
                words = self._dispatcher.translate(NOTHING_CHANGED, await self._dispatcher.language_for(asked))
                await self._sender.send(_place(asked.chat), render(Message((Paragraph(text(words)),))))
            return stopped
        progress = await self._forms.answered(asked, words, replied_to)
        if progress is None:
            return False
        request = replace(asked, person=await self._person(message, bot))
        if progress.question is not None:
            await self._ask(progress, request, answering=message)
            return True
        request = await self._forms.submitted(request, progress)
        await self._tell(await self._dispatcher.press(request), request, answering=message)
        return True

    async def _ask(self, form: Form | FormProgress, request: Request, *, answering: TelegramMessage | None) -> None:
        assert self._forms is not None
        language = await self._dispatcher.language_for(request)
        await self._forms.ask(form, request, language, reply_to=answering.message_id if answering else None)

    def _asked(self, message: TelegramMessage, username: str) -> tuple[str, str] | None:
        """The command and what stands behind it; None where we are not meant. In private, plain words are a search."""
        private = message.chat.type == TelegramChat.PRIVATE
        match = _COMMAND.fullmatch((message.text or message.caption or "").strip())
        if match is None:
            return ("search", (message.text or "").strip()) if private else None
        name, addressee, words = match[1].lower(), match[2], (match[3] or "").strip()
        if addressee is not None:
            return (name, words) if addressee.lower() == username.lower() else None
        return (name, words) if private or name in self._known else None

    async def _tell(self, reply: Reply, request: Request, *, answering: TelegramMessage) -> None:
        """Sends a reply: what is for one person only goes to their private chat, if they have one with us."""
        if self._forms and reply.form and not reply.form.optional:
            await self._ask(reply.form, request, answering=answering)
            return
        parts = _parts(reply)
        if not await self._sent_privately(reply, request, parts):
            if reply.start and not request.chat.private:
                parts = render(await self._way_to_private(reply.start, request))
            in_group = answering.chat.type in (TelegramChat.GROUP, TelegramChat.SUPERGROUP)
            await self._sender.send(_place(request.chat), parts, reply_to=answering.message_id if in_group else None)

    async def _way_to_private(self, payload: str, request: Request) -> Message:
        """What a chat is shown in place of what is for one person only: the way to where that is."""
        language = await self._dispatcher.language_for(request)
        words = self._dispatcher.translate(ONLY_IN_PRIVATE, language)
        # https://core.telegram.org/bots/features#deep-linking
        link = LinkButton(self._dispatcher.translate(OPEN_PRIVATE, language), f"{self._bot.link}?start={payload}")
        return Message((Paragraph(text(words)),), ((link,),))

    async def _sent_privately(self, reply: Reply, request: Request, parts: Sequence[TelegramPart]) -> bool:
        person = int(request.person.id)
        if not reply.private or request.chat.private or person < 0:  # a chat that speaks for itself has no private one
            return False
        try:
            await self._sender.send(Place(person), parts)
        except (Forbidden, BadRequest):  # has not started us, or has blocked us
            return False
        return True

    # What is typed behind our name in any chat

    async def _on_inline(self, update: Update, context: Context) -> None:
        query = update.inline_query
        if query is None:
            return
        user = query.from_user
        person = Person(str(user.id), user.full_name, language=user.language_code)
        request = Request(Chat(Platform.TELEGRAM, str(user.id), private=True), person, text=query.query)

        async def offer() -> None:
            await show_offers(context.bot, query, await self._dispatcher.offers(request, query.offset))

        await self._typing.do(user.id, offer())

    # What is pressed

    async def _on_press(self, update: Update, context: Context) -> None:
        query = update.callback_query
        if query is None:
            return
        message = query.message
        if message is None or query.data is None:  # sent by way of another bot's inline mode: not ours
            await _acknowledge(query)
            return
        accessible = message if isinstance(message, TelegramMessage) else None
        chat = _chat(message.chat, accessible)
        person = await self._person_of(query.from_user, message.chat, context.bot)
        request = Request(chat, person, action=query.data)
        reply, acknowledged = await self._press(request, query)
        if self._forms and reply.form and not reply.form.optional:
            asking = self._ask(reply.form, request, answering=None)
            await asyncio.gather(asking, *([] if acknowledged else [_acknowledge(query)]))
            return
        toast = _toast(reply)
        if toast and not acknowledged and await _acknowledge(query, toast):
            return
        if reply.private and not chat.private:
            sent = await self._sent_privately(reply, request, _parts(reply))
            if not acknowledged:
                await (_acknowledge(query) if sent else self._show_way(query, reply, request))
            return
        showing = self._show(reply, request, message.message_id)
        await asyncio.gather(showing, *([] if acknowledged else [_acknowledge(query)]))

    async def _show_way(self, query: CallbackQuery, reply: Reply, request: Request) -> None:
        """Somebody to whom alone we cannot write is led to our private chat, or told to go there: a channel must not
        read it in their place."""
        if reply.start:
            await _acknowledge(query, url=f"{self._bot.link}?start={reply.start}")
        else:
            hint = self._dispatcher.translate(PRESS_START, await self._dispatcher.language_for(request))
            await _acknowledge(query, hint)

    async def _press(self, request: Request, query: CallbackQuery) -> tuple[Reply, bool]:
        """The reply, and whether the press had to be acknowledged before it was there."""
        pending = asyncio.ensure_future(self._dispatcher.press(request))
        patience = max(self._patience, NOTICE_PATIENCE) if self.is_personal(request.action) else self._patience
        try:
            await asyncio.wait({pending}, timeout=patience)
            late = not pending.done()
            if late:
                await _acknowledge(query)
            return await pending, late
        finally:
            pending.cancel()

    async def _show(self, reply: Reply, request: Request, pressed: int) -> None:
        """Puts the reply where the button was, or below."""
        parts = _parts(reply)
        place = _place(request.chat)
        if reply.replaces and parts:
            with suppress(BadRequest):  # the message is gone, or too old to be changed: then a new one
                await self._sender.edit(place, pressed, parts[0])
                parts = parts[1:]
        await self._sender.send(place, parts)

    # Who asks

    async def _person(self, message: TelegramMessage, bot: Bot) -> Person:
        """Who wrote; a channel, or an administrator who stays anonymous, is a chat that speaks for itself."""
        speaker = message.sender_chat
        if speaker is None and message.from_user is not None:
            return await self._person_of(message.from_user, message.chat, bot)
        speaker = speaker or message.chat
        own = speaker.id == message.chat.id
        return Person(str(speaker.id), speaker.effective_name or "", chat_administrator=own)

    async def _person_of(self, user: User, chat: TelegramChat, bot: Bot) -> Person:
        return Person(
            str(user.id),
            user.full_name,
            language=user.language_code,
            administrator=str(user.id) in self._administrators,
            chat_administrator=chat.type == TelegramChat.PRIVATE or await self._chats.includes(bot, chat.id, user.id),
        )

    # What goes wrong

    async def _on_error(self, update: object, context: Context) -> None:
        """Logs a failure with an id; where it is ours and not the network's, says so to who asked."""
        number, error = secrets.token_hex(4), context.error
        if isinstance(error, TelegramError):
            log.warning("telegram_answer_not_sent", id=number, kind=type(error).__name__, reason=str(error))
            return
        log.error("telegram_update_failed", id=number, exc_info=error)
        message = update.effective_message if isinstance(update, Update) else None
        if message is None or not isinstance(update, Update):
            return
        user = update.effective_user
        say = translator(nearest(user.language_code if user else None) or "en")
        parts = render(Message((Paragraph(text(apology(say, number))),)))
        with suppress(TelegramError):
            await self._sender.send(_place(_chat(message.chat, message)), parts)


class ChatAdministrators:
    """Who may change a group's settings. Asks for the whole list: unlike the question about one member, Telegram
    answers that to bots that are no administrators themselves."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lists: dict[int, tuple[float, asyncio.Future[frozenset[int]]]] = {}

    async def includes(self, bot: Bot, chat_id: int, user_id: int) -> bool:
        """Whether somebody is an administrator of the chat; False where Telegram does not say."""
        now = self._clock()
        asked, ids = self._lists.get(chat_id, (-ADMINISTRATORS_KEPT, None))
        if ids is None or now - asked >= ADMINISTRATORS_KEPT:
            self._lists = {chat: one for chat, one in self._lists.items() if now - one[0] < ADMINISTRATORS_KEPT}
            ids = asyncio.ensure_future(_administrators(bot, chat_id))
            self._lists[chat_id] = (now, ids)
        return user_id in await asyncio.shield(ids)  # one who stops waiting stops nobody else's


async def _administrators(bot: Bot, chat_id: int) -> frozenset[int]:
    try:
        return frozenset(member.user.id for member in await bot.get_chat_administrators(chat_id))
    except TelegramError as error:
        log.info("telegram_administrators_unknown", chat=chat_id, reason=str(error))
        return frozenset()


def _is_in(member: ChatMember) -> bool:
    """Whether somebody is in a chat; one who is restricted may or may not be."""
    if member.status == ChatMember.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return member.status not in (ChatMember.LEFT, ChatMember.BANNED)


def _chat(chat: TelegramChat, message: TelegramMessage | None) -> Chat:
    """The chat of a request. The thread of a message counts in a forum's topic only: elsewhere it is a chain of
    replies, to which Telegram lets nobody send."""
    topic = message.message_thread_id if message and message.is_topic_message else None
    return Chat(
        Platform.TELEGRAM,
        str(chat.id),
        thread_id=None if topic is None else str(topic),
        private=chat.type == TelegramChat.PRIVATE,
        kind=_kind(chat, topic),
        title=chat.effective_name or "",
    )


def _attachment(message: TelegramMessage, bot: Bot) -> Attachment | None:
    """The file that a command is the caption of, or that it answers."""
    replied = message.reply_to_message
    document = message.document or (replied.document if replied else None)
    if document is None:
        return None
    return Attachment(document.file_name or "file", partial(fetched, bot, document))


def _kind(chat: TelegramChat, topic: int | None) -> DestinationKind:
    if chat.type == TelegramChat.CHANNEL:
        return DestinationKind.CHANNEL
    return DestinationKind.GROUP if topic is None else DestinationKind.TOPIC


def _speaker(message: TelegramMessage) -> int:
    """The id of the one who wrote, which is a chat's where that speaks for itself."""
    speaker = message.sender_chat or message.from_user or message.chat
    return speaker.id


def _place(chat: Chat) -> Place:
    return Place(int(chat.id), int(chat.thread_id) if chat.thread_id else None)


def _parts(reply: Reply) -> tuple[TelegramPart, ...]:
    return with_file(render(reply.message), reply.file)


def _toast(reply: Reply) -> str:
    """What fits into the notice over the chat that only the person who pressed sees; "" where it does not fit."""
    blocks: Sequence[object] = reply.message.blocks
    if (
        not reply.private
        or reply.replaces
        or reply.file
        or reply.message.buttons
        or reply.message.selects
        or not all(isinstance(b, Paragraph) for b in blocks)
    ):
        return ""
    lines = (block.line for block in reply.message.blocks if isinstance(block, Paragraph))
    words = "\n".join("".join(words_of(run) for run in line) for line in lines)
    return words if len(words.encode("utf-16-le")) // 2 <= TOAST_LIMIT else ""


async def _acknowledge(query: CallbackQuery, toast: str = "", *, url: str | None = None) -> bool:
    """Answers a press, with a notice or without, or with an address to open: that of our private chat, no other.
    False where it came too late for that, which is no error."""
    try:
        return await query.answer(toast or None, show_alert=bool(toast), url=url)
    except TelegramError as error:
        log.info("telegram_press_not_acknowledged", reason=str(error))
        return False
