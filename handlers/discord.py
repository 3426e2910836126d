"""Binds slash commands, buttons, selects, modals and autocomplete on Discord to the dispatcher."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

import aiohttp
import discord
import structlog
from discord.app_commands import Choice as OfferedChoice

from bot.domain.communities import DestinationKind
from bot.domain.errors import UserError
from bot.domain.messages import Button, ButtonRow, Message, Paragraph, text
from bot.domain.referred import ReferredMessage
from bot.locales import N_, Translator, nearest, translator
from bot.platforms.discord.files import fetched
from bot.platforms.discord.posts import post_of
from bot.platforms.discord.referred import referred
from bot.platforms.discord.render import (
    PRESS_TEMPLATE,
    ROW_LIMIT,
    ROWS_LIMIT,
    DiscordPart,
    modal,
    render,
    shortened,
    with_files,
)
from bot.platforms.discord.send import acknowledge, follow_up, open_form, put_in_place, share
from bot.services.chat_posts import ChatPosts
from bot.services.ports import InvitationUsed
from handlers.command import Attachment, Chat, Choice, Person, Platform, Reply, Request
from handlers.registry import Command, Dispatcher, Option, apology, by_full_name

log = structlog.get_logger(__name__)

LOCALES = {"ru": "ru", "pt_BR": "pt-BR", "zh_Hans": "zh-CN"}
"""Our languages as Discord calls them; English is what everybody else gets."""
DESCRIPTION_LIMIT = 100
CHOICE_LIMIT = 100
NAME_LIMIT = 32
# https://discord.com/developers/docs/interactions/application-commands
CHAT_COMMAND, MESSAGE_COMMAND, SUBCOMMAND, STRING, ATTACHMENT, SERVERS, PRIVATE_CHATS = 1, 3, 1, 3, 11, 0, 1

SHARE = "share"
SHARE_LABEL = N_("Share")
# Unknown interaction, unknown webhook, its token is not valid any more: the time to answer is over.
TOO_LATE = (10062, 10015, 50027)
UNKNOWN_MESSAGE = 10008
FORM_PATIENCE = 1.5
"""Seconds in which a form has to be there: it must be the first answer, and Discord wants that within three."""
TYPING_PATIENCE = 2.0
"""Seconds after which nothing is offered to somebody who types."""
FORM_TOO_LATE = N_("That took too long. Please try again.")

_PRESS = re.compile(PRESS_TEMPLATE)


class DiscordHandlers:
    """Answers what people type and press."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        *,
        administrators: frozenset[str] = frozenset(),
        form_patience: float = FORM_PATIENCE,
        typing_patience: float = TYPING_PATIENCE,
        posts: ChatPosts | None = None,
        invited: InvitationUsed | None = None,
    ) -> None:
        """`administrators` are the Discord ids of those who run the bot; `posts` reads what is written in channels;
        `invited` is told of invitations that are gone."""
        self._invited = invited
        self._posts = posts
        self._dispatcher = dispatcher
        self._administrators = administrators
        self._form_patience = form_patience
        self._typing_patience = typing_patience
        commands = [pair for command in dispatcher.commands for pair in by_full_name(command)]
        self._opening = {name for name, command in commands if command.opens_form}
        self._for_all = {name for name, command in commands if not command.private}
        self._on_messages = {command.on_message: name for name, command in commands if command.on_message}
        self._answers: Mapping[discord.InteractionType, Callable[[discord.Interaction], Awaitable[None]]] = {
            discord.InteractionType.application_command: self._on_command,
            discord.InteractionType.component: self._on_press,
            discord.InteractionType.autocomplete: self._on_typing,
            discord.InteractionType.modal_submit: self._on_form,
        }

    @property
    def commands(self) -> Sequence[dict[str, Any]]:
        """All commands, as Discord's API takes them, then those that are applied to messages."""
        commands = self._dispatcher.commands
        return [
            *(command_payload(command, self._dispatcher) for command in commands),
            *(message_command_payload(command, self._dispatcher) for command in commands if command.on_message),
        ]

    async def answer(self, interaction: discord.Interaction) -> None:
        """Answers a command, a press, a form or what is being typed. Never raises."""
        answer = self._answers.get(interaction.type)
        if answer is None:
            return
        try:
            await answer(interaction)
        except Exception as error:
            await _on_error(interaction, error)

    # What is written in channels

    async def take(self, message: discord.Message, own_id: int, *, edited: bool) -> None:
        """Reads what was written or edited in a watched channel. Never raises."""
        post = post_of(message, own_id, edited=edited)
        if self._posts is None or post is None:
            return
        with _logged("post_not_read", chat=post.chat.id, message=post.number):
            await self._posts.take(post)

    async def take_back(self, channel_id: int, message_ids: Collection[int]) -> None:
        """Forgets messages of a watched channel that were deleted. Never raises."""
        if self._posts is None:
            return
        with _logged("posts_not_withdrawn", chat=channel_id, number=len(message_ids)):
            await self._posts.withdraw(Platform.DISCORD.value, str(channel_id), list(message_ids))

    async def invitation_gone(self, channel_id: int, address: str) -> None:
        """Passes on that an invitation was used, or is gone for another reason. Never raises."""
        if self._invited is None:
            return
        with _logged("invitation_not_noted", chat=channel_id):
            await self._invited(Platform.DISCORD.value, str(channel_id), address, None)

    # What is typed

    async def _on_command(self, interaction: discord.Interaction) -> None:
        name, data = _asked(_data(interaction))
        about = None
        if data.get("type") == MESSAGE_COMMAND:
            name, about = self._on_messages.get(name, name), _applied_to(data)
        private = interaction.guild_id is not None and name not in self._for_all
        request = replace(
            self._request(interaction),
            command=name,
            options=_values(data),
            attachment=_attachment(interaction, data),
            about=about,
        )
        defer = partial(acknowledge, interaction, thinking=True, private=private)
        asked = partial(self._dispatcher.answer, request)
        reply = await self._reply(interaction, asked, defer, may_open=name in self._opening)
        if reply is not None:
            await self._answer_below(interaction, request, reply, private=private)

    async def _answer_below(
        self, interaction: discord.Interaction, request: Request, reply: Reply, *, private: bool
    ) -> None:
        """Puts the reply where "thinking…" stands."""
        if reply.private and not private and interaction.guild_id is not None:
            await interaction.delete_original_response()
            await follow_up(interaction, _rendered(reply), private=True)
            return
        parts = await self._parts(reply, request, only_for_one=private)
        await put_in_place(interaction, parts[0])
        await follow_up(interaction, parts[1:], private=private)

    async def _reply(
        self,
        interaction: discord.Interaction,
        ask: Callable[[], Awaitable[Reply]],
        defer: Callable[[], Awaitable[None]],
        *,
        may_open: bool,
    ) -> Reply | None:
        """The reply to what has been acknowledged, which `defer` does; None where it was a form that is open now.

        Nothing may be said before a form: where there may be one, its time is waited for before anything is said.
        """
        if not may_open:
            await defer()
            return await ask()
        answer = asyncio.ensure_future(ask())
        await asyncio.wait({answer}, timeout=self._form_patience)
        if answer.done() and (form := answer.result().form):
            await open_form(interaction, modal(form))
            return None
        await defer()
        return await answer

    async def _on_form(self, interaction: discord.Interaction) -> None:
        """What was filled in. A form that a button opened is answered where that button is."""
        below_a_button = interaction.message is not None
        private = interaction.guild_id is not None
        await acknowledge(interaction, thinking=not below_a_button, private=private)
        data = _data(interaction)
        request = replace(self._request(interaction), action=_action(data)[0], answers=_answers(data))
        reply = await self._dispatcher.press(request)
        if below_a_button:
            await self._show(reply, request, interaction)
        else:
            await self._answer_below(interaction, request, reply, private=private)

    async def _on_typing(self, interaction: discord.Interaction) -> None:
        name, data = _asked(_data(interaction))
        focused = next(option for option in data["options"] if option.get("focused"))
        others = {name: value for name, value in _values(data).items() if name != focused["name"]}
        request = replace(self._request(interaction), command=name, options=others)
        choices: Sequence[Choice] = ()
        with suppress(TimeoutError):  # what comes later is refused, and by then something else is typed
            async with asyncio.timeout(self._typing_patience):
                choices = await self._dispatcher.complete(request, focused["name"], str(focused["value"]))
        await interaction.response.autocomplete(
            [OfferedChoice(name=shortened(one.label, CHOICE_LIMIT), value=one.value) for one in choices]
        )

    # What is pressed

    async def _on_press(self, interaction: discord.Interaction) -> None:
        action, opens_form = _action(_data(interaction))
        request = replace(self._request(interaction), action=action, picked=_picked(interaction))
        if action == SHARE:
            await acknowledge(interaction, thinking=False)
            await self._share(interaction, request)
            return
        defer = partial(acknowledge, interaction, thinking=False)
        reply = await self._reply(interaction, partial(self._dispatcher.press, request), defer, may_open=opens_form)
        if reply is not None:
            await self._show(reply, request, interaction)

    async def _show(self, reply: Reply, request: Request, interaction: discord.Interaction) -> None:
        """Puts the reply where the button was, or below. What is meant for one person never stands where all see it."""
        only_for_one = _seen_by_one(interaction)
        hidden = only_for_one or (reply.private and not request.chat.private)
        parts = await self._parts(reply, request, only_for_one=hidden)
        if reply.replaces and hidden == only_for_one:
            try:
                await put_in_place(interaction, parts[0])
                parts = parts[1:]
            except discord.NotFound as error:
                if error.code != UNKNOWN_MESSAGE:  # where it was deleted meanwhile, the answer is a new message
                    raise
        await follow_up(interaction, parts, private=hidden)

    async def _share(self, interaction: discord.Interaction, request: Request) -> None:
        """Shows everybody what only the one who pressed could see."""
        assert interaction.message is not None
        try:
            _check_rights(interaction)
            await share(interaction, interaction.message, without=f"pr:{SHARE}")
        except (UserError, discord.Forbidden) as error:
            mistake = error if isinstance(error, UserError) else _bot_may_not_write()
            say = translator(await self._dispatcher.language_for(request))
            sentence = say.gettext(mistake.text, **mistake.values)
            await follow_up(interaction, render(_sentence(sentence)), private=_seen_by_one(interaction))

    async def _parts(self, reply: Reply, request: Request, *, only_for_one: bool) -> tuple[DiscordPart, ...]:
        """What to send, at least one part. Each part that only one person sees can be shared, unless it is private,
        brings a file or tells what went wrong."""
        if reply.form is not None and not reply.form.optional:  # it came too late to be opened
            say = translator(await self._dispatcher.language_for(request))
            return render(_sentence(say.gettext(FORM_TOO_LATE)))
        parts = _rendered(reply)
        if not only_for_one or reply.private or reply.failed or reply.file:
            return parts
        say = translator(await self._dispatcher.language_for(request))
        return tuple(replace(part, buttons=_with_share(part, say)) for part in parts)

    # Who asks

    def _request(self, interaction: discord.Interaction) -> Request:
        user, private = interaction.user, interaction.guild_id is None
        person = Person(
            str(user.id),
            user.display_name,
            language=interaction.locale.value,
            administrator=str(user.id) in self._administrators,
            chat_administrator=private or interaction.permissions.manage_guild,
        )
        server = None if interaction.guild_id is None else str(interaction.guild_id)
        chat = Chat(
            Platform.DISCORD,
            str(interaction.channel_id),
            private=private,
            kind=DestinationKind.THREAD if isinstance(interaction.channel, discord.Thread) else DestinationKind.CHANNEL,
            title=getattr(interaction.channel, "name", None) or "",  # a private chat has no name
            server_id=server,
        )
        return Request(chat, person)


# What is offered


def command_payload(command: Command, dispatcher: Dispatcher) -> dict[str, Any]:
    """A command as Discord's API takes it, in all languages. It can be used in servers and in private chats."""
    return {
        "type": CHAT_COMMAND,
        **_named(command.name, command.description, dispatcher),
        "contexts": [SERVERS, PRIVATE_CHATS],
        "integration_types": [SERVERS],
        "options": _subcommand_payloads(command, dispatcher) or _option_payloads(command, dispatcher),
    }


def message_command_payload(command: Command, dispatcher: Dispatcher) -> dict[str, Any]:
    """A command as it stands in the menu of a message, in all languages. It is called in words and described by none
    (https://discord.com/developers/docs/interactions/application-commands#message-commands)."""
    return {
        "type": MESSAGE_COMMAND,
        "name": command.on_message,
        "name_localizations": _translations(command.on_message, dispatcher, NAME_LIMIT),
        "contexts": [SERVERS, PRIVATE_CHATS],
        "integration_types": [SERVERS],
    }


def _subcommand_payloads(command: Command, dispatcher: Dispatcher) -> list[dict[str, Any]]:
    return [
        {
            "type": SUBCOMMAND,
            **_named(sub.name, sub.description, dispatcher),
            "options": _option_payloads(sub, dispatcher),
        }
        for sub in command.subcommands
    ]


def _option_payloads(command: Command, dispatcher: Dispatcher) -> list[dict[str, Any]]:
    # Discord wants required options first.
    options = sorted(command.options, key=lambda option: not option.required)
    return [_option_payload(option, dispatcher) for option in options]


def _option_payload(option: Option, dispatcher: Dispatcher) -> dict[str, Any]:
    kind = ATTACHMENT if option.attachment else STRING
    payload = {"type": kind, **_named(option.name, option.description, dispatcher), "required": option.required}
    if option.attachment:
        return payload
    if option.choices:
        return payload | {"choices": [_choice_payload(choice, dispatcher) for choice in option.choices]}
    return payload | {"autocomplete": option.autocomplete}


def _choice_payload(choice: Choice, dispatcher: Dispatcher) -> dict[str, Any]:
    local = _translations(choice.label, dispatcher, CHOICE_LIMIT)
    return {"name": shortened(choice.label, CHOICE_LIMIT), "name_localizations": local, "value": choice.value}


def _named(name: str, description: str, dispatcher: Dispatcher) -> dict[str, Any]:
    names = {LOCALES[one]: dispatcher.localised_name(name, one) for one in dispatcher.languages if one in LOCALES}
    return {
        "name": name,
        "name_localizations": {locale: local for locale, local in names.items() if local},
        "description": shortened(description, DESCRIPTION_LIMIT),
        "description_localizations": _translations(description, dispatcher, DESCRIPTION_LIMIT),
    }


def _translations(message: str, dispatcher: Dispatcher, limit: int) -> dict[str, str]:
    local = {LOCALES[one]: dispatcher.translate(message, one) for one in dispatcher.languages if one in LOCALES}
    return {locale: shortened(words, limit) for locale, words in local.items() if words != message}


# What is read from an interaction


def _data(interaction: discord.Interaction) -> dict[str, Any]:
    return dict(interaction.data or {})


def _asked(data: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The full name of the command that was asked, and what its options stand in."""
    sub = next((option for option in data.get("options") or () if option["type"] == SUBCOMMAND), None)
    return (f"{data['name']} {sub['name']}", sub) if sub else (data["name"], data)


def _values(data: Mapping[str, Any]) -> dict[str, str]:
    options = data.get("options") or []
    return {option["name"]: str(option["value"]) for option in options if option["type"] != ATTACHMENT}


def _applied_to(data: Mapping[str, Any]) -> ReferredMessage:
    """What stands in the message that a command was applied to."""
    return referred(data["resolved"]["messages"][str(data["target_id"])])


def _attachment(interaction: discord.Interaction, data: Mapping[str, Any]) -> Attachment | None:
    """The file that was attached to a command."""
    given = next((one for one in data.get("options") or () if one["type"] == ATTACHMENT), None)
    if given is None:
        return None
    facts = _data(interaction)["resolved"]["attachments"][str(given["value"])]
    return Attachment(facts["filename"], partial(fetched, interaction.client, facts))


def _action(data: Mapping[str, Any]) -> tuple[str, bool]:
    """The action of a button, select or form, and whether it may open a form."""
    match = _PRESS.fullmatch(data["custom_id"])
    return (match["action"], match["form"] == "f") if match else (data["custom_id"], False)


def _picked(interaction: discord.Interaction) -> dict[str, bool]:
    """Which options of a select are on now, and which are off; of one that lets choose a single one, that one."""
    data = _data(interaction)
    values = set(data.get("values") or ())
    rows = interaction.message.components if interaction.message else []
    children = [child for row in rows if isinstance(row, discord.ActionRow) for child in row.children]
    for child in children:
        if isinstance(child, discord.SelectMenu) and child.custom_id == data["custom_id"]:
            several = child.min_values == 0
            return {one.value: one.value in values for one in child.options if several or one.value in values}
    return {}


def _answers(data: Mapping[str, Any]) -> dict[str, str]:
    """What was written into the fields of a form, by their custom ids."""
    rows = data.get("components") or ()
    fields = [field for row in rows for field in (row.get("components") or [row.get("component") or {}])]
    return {field["custom_id"]: str(field.get("value") or "") for field in fields if "custom_id" in field}


def _seen_by_one(interaction: discord.Interaction) -> bool:
    """Whether the message whose button was pressed is seen by the one who pressed it only."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def _check_rights(interaction: discord.Interaction) -> None:
    """Raises UserError unless the bot, and the one who asks it to, may write in this channel."""
    in_thread = isinstance(interaction.channel, discord.Thread)

    def may_write(rights: discord.Permissions) -> bool:
        return rights.send_messages_in_threads if in_thread else rights.send_messages

    ours = interaction.app_permissions
    if not (ours.view_channel and ours.embed_links and may_write(ours)):
        raise _bot_may_not_write()
    if not may_write(interaction.permissions):
        raise UserError("You may not write in this channel, so I cannot share it here for you.")


def _bot_may_not_write() -> UserError:
    return UserError(
        "I may not write in this channel. An administrator of the server can let me view it, send messages and embed "
        "links."
    )


# What is shown


def _rendered(reply: Reply) -> tuple[DiscordPart, ...]:
    """The parts of a reply, at least one, its file with the last."""
    parts = with_files(render(reply.message), (reply.file,) if reply.file else ())
    return parts or (DiscordPart(content="…"),)


def _with_share(part: DiscordPart, say: Translator) -> tuple[ButtonRow, ...]:
    """The buttons with one to share beside the last ones, or below; without it where there is no room, or where the
    message is there to choose from."""
    rows = part.buttons
    if part.selects:
        return rows
    button = Button(say.gettext(SHARE_LABEL), SHARE)
    if rows and len(rows[-1]) < ROW_LIMIT:
        return (*rows[:-1], (*rows[-1], button))
    return (*rows, (button,)) if len(rows) < ROWS_LIMIT else rows


def _sentence(words: str) -> Message:
    return Message((Paragraph(text(words)),))


# What goes wrong


@contextmanager
def _logged(event: str, **ids: object) -> Iterator[None]:
    """What goes wrong within is logged and ends there: nobody waits for an answer."""
    try:
        yield
    except Exception:
        log.exception(event, **ids)


async def _on_error(interaction: discord.Interaction, error: Exception) -> None:
    """Logs a failure with an id, and tells it to who asked where that is still possible."""
    number = secrets.token_hex(4)
    if isinstance(error, discord.HTTPException) and error.code in TOO_LATE:
        log.info("discord_answer_too_late", id=number, code=error.code)
        return
    if isinstance(error, discord.HTTPException):
        log.warning("discord_answer_refused", id=number, status=error.status, code=error.code, reason=error.text)
    elif isinstance(error, aiohttp.ClientError | OSError):
        log.warning("discord_answer_not_sent", id=number, kind=type(error).__name__)
    else:
        log.error("discord_answer_failed", id=number, exc_info=error)
    if interaction.type is discord.InteractionType.autocomplete:
        return
    say = translator(nearest(interaction.locale.value) or "en")
    with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
        await follow_up(interaction, render(_sentence(apology(say, number))), private=interaction.guild_id is not None)
