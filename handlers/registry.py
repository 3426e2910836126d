"""The commands, and the one way from a request to its reply on every platform."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import structlog

from bot.domain.errors import UserError
from bot.domain.messages import Message, Paragraph, pressed_option, text
from bot.domain.offers import Offers
from bot.domain.text import storable
from bot.locales import LANGUAGES, N_, Translator, nearest, translator
from bot.services.forms import Forms
from handlers.command import Choice, Reply, Request

PERSONAL = frozenset({"rsvp"})
"""First parts of actions that in a group change nothing of the message that they stand below: a thousand people may
press it at once."""

log = structlog.get_logger(__name__)

Handler = Callable[[Request, Translator], Awaitable[Reply]]
Completer = Callable[[Request, str, Translator], Awaitable[tuple[Choice, ...]]]
Offerer = Callable[[Request, str, Translator], Awaitable[Offers]]
Heard = Callable[[Request], Awaitable[object]]
LanguageOf = Callable[[Request], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Option:
    """A typed option of a command. Labels of `choices` are catalogue texts; `complete` offers values while typing.
    `attachment`: it is a file, which comes as the request's."""

    name: str
    description: str
    required: bool = False
    choices: tuple[Choice, ...] = ()
    complete: Completer | None = None
    attachment: bool = False

    @property
    def autocomplete(self) -> bool:
        return self.complete is not None


@dataclass(frozen=True, slots=True)
class Command:
    """Something that people may ask. `private`: where a platform can, only the one who asked sees the answer.
    `opens_form`: the answer may be a form, which Discord wants to be told of at once. `on_message`: what it is called,
    in at most 32 characters, where it can be applied to somebody's message, which comes as the request's `about`.

    One with `subcommands` is asked together with one of them (`/club new`, on Telegram `/club_new` too), or alone where
    the platform lets people; Discord does not. These have none of their own. `listed`: the one-word form of a
    subcommand stands in Telegram's menu.
    """

    name: str
    description: str
    handler: Handler
    options: tuple[Option, ...] = ()
    private: bool = True
    opens_form: bool = False
    on_message: str = ""
    subcommands: tuple[Command, ...] = ()
    listed: bool = False


class Dispatcher:
    """Finds who answers, in which language, and turns mistakes and faults into replies. Safe for concurrent use.

    Who asks a group is told there what went wrong; who presses a button under somebody's answer is told alone.
    """

    languages = LANGUAGES

    def __init__(
        self,
        commands: tuple[Command, ...],
        actions: Mapping[str, Handler],
        *,
        language_of: LanguageOf,
        default_language: str,
        forms: Forms | None = None,
        heard: Heard | None = None,
        offerer: Offerer | None = None,
    ) -> None:
        """`actions` maps the first part of a button's action ("digest" of "digest:7:2") to who answers the press.
        `language_of` tells the language that a chat has chosen, None where it has not. `forms` keeps what people are
        being asked, where a platform asks one question after another. `heard` is told of every request in private.
        `offerer` finds what somebody may send, for the request's text and the `more` of what was offered before."""
        self.commands = commands
        self.forms = forms
        self._by_name = {name: command for command in commands for name, command in by_full_name(command)}
        self._words = {
            (command.name, word): f"{command.name} {sub.name}"
            for command in commands
            for sub in command.subcommands
            for word in (sub.name, *(translator(one).gettext(NAMES.get(sub.name, sub.name)) for one in LANGUAGES))
        }
        self._actions = actions
        self._language_of = language_of
        self._heard = heard
        self._offerer = offerer
        self._default_language = default_language

    def menu(self, language: str) -> list[tuple[str, str]]:
        """Name and description of each command that a menu lists, in one of `languages`; each name is one word."""
        listed = [
            (name.replace(" ", "_"), one.description)
            for command in self.commands
            for name, one in by_full_name(command)
            if one is command or one.listed
        ]
        return [(name, self.translate(description, language)) for name, description in listed]

    @property
    def names(self) -> frozenset[str]:
        """What people may write behind a slash, in one word."""
        return frozenset(name.replace(" ", "_") for name in self._by_name)

    def translate(self, message: str, language: str) -> str:
        return translator(language).gettext(message)

    def localised_name(self, name: str, language: str) -> str | None:
        """The name of a command or option in a language, None where it is called the same as in English."""
        local = translator(language).gettext(NAMES[name]) if name in NAMES else name
        return local if local != name else None

    async def answer(self, request: Request) -> Reply:
        """The reply to a command. Never raises."""
        request = self._resolved(_storable(request))
        command = self._by_name.get(request.command)
        return await self._reply(request, command.handler if command else _unknown_command)

    def _resolved(self, request: Request) -> Request:
        """The request with the full name of what is asked, and without the words that were part of that."""
        name, _space, sub = request.command.replace("_", " ").partition(" ")
        if sub:
            return replace(request, command=self._words.get((name, sub), request.command))
        first, _space, rest = request.text.partition(" ")
        full = self._words.get((name, first.casefold()))
        return replace(request, command=full, text=rest.strip()) if full else request

    async def press(self, request: Request) -> Reply:
        """The reply to a button, an option of a select, or a form. Never raises: an old or forged action gets a helpful
        reply."""
        request = _storable(request)
        if not request.picked:
            action, picked = pressed_option(request.action)
            request = replace(request, action=action, picked=picked)
        return await self._reply(request, self._actions.get(request.action.partition(":")[0], _unknown_action))

    async def complete(self, request: Request, option: str, typed: str) -> tuple[Choice, ...]:
        """At most 25 values for an option that somebody is typing. Never raises: no offers are better than an error."""
        command = self._by_name.get(request.command)
        asked = next((one for one in command.options if one.name == option), None) if command else None
        if asked is None or asked.complete is None:
            return ()
        try:
            return (await asked.complete(_storable(request), storable(typed), await self._translator(request)))[:25]
        except Exception:  # whatever it is: who types gets no message in which it could be said
            log.exception("completion_failed", command=request.command, option=option)
            return ()

    async def offers(self, request: Request, more: str = "") -> Offers:
        """What somebody may send as their own who types the request's text, or what is behind that; their chat is the
        private one with us. Never raises: no offers are better than an error."""
        if self._offerer is None:
            return Offers()
        try:
            return await self._offerer(_storable(request), more, await self._translator(request))
        except Exception:  # the same
            log.exception("offers_failed", platform=request.chat.platform.value)
            return Offers()

    async def _reply(self, request: Request, handler: Handler) -> Reply:
        say = translator(self._default_language)
        await self._hear(request)
        try:
            say = await self._translator(request)
            return await handler(request, say)
        except UserError as mistake:
            sentence = _sentence(say.gettext(mistake.text, **mistake.values))
            return Reply(sentence, private=bool(request.action), failed=True)
        except Exception:
            number = secrets.token_hex(4)
            log.exception("request_failed", id=number, command=request.command, platform=request.chat.platform.value)
            return Reply(_sentence(apology(say, number)), private=bool(request.action), failed=True)

    async def _hear(self, request: Request) -> None:
        """That somebody was heard in private is worth knowing, but no reason not to answer them."""
        if self._heard is None or not request.chat.private:
            return
        try:
            await self._heard(request)
        except Exception:
            log.exception("private_chat_not_noted", platform=request.chat.platform.value)

    async def language_for(self, request: Request) -> str:
        """The language that a request is answered in: the chat's, else the person's own, else the default."""
        chosen = await self._language_of(request)
        return chosen or nearest(request.person.language) or self._default_language

    async def _translator(self, request: Request) -> Translator:
        return translator(await self.language_for(request))


def _storable(request: Request) -> Request:
    """The request with what somebody typed as it can be kept: a client may send what is no text."""
    return replace(
        request,
        text=storable(request.text),
        action=storable(request.action),
        options={name: storable(value) for name, value in request.options.items()},
        answers={name: storable(value) for name, value in request.answers.items()},
    )


def apology(say: Translator, number: str) -> str:
    """What somebody is told when it is our fault; the log has the rest under the same number."""
    return say.gettext(
        "Sorry, something went wrong on my side. If it happens again, tell the administrator this number: {number}",
        number=number,
    )


def by_full_name(command: Command) -> Iterator[tuple[str, Command]]:
    """A command and its subcommands, each with its full name ("club new")."""
    yield command.name, command
    yield from ((f"{command.name} {sub.name}", sub) for sub in command.subcommands)


async def _unknown_command(request: Request, _say: Translator) -> Reply:
    raise UserError("I do not know the command /{command}. /help lists what I can do.", command=request.command[:32])


async def _unknown_action(_request: Request, _say: Translator) -> Reply:
    raise UserError("This button is from an older version of mine. Please ask again; /help lists what I can do.")


def _sentence(value: str) -> Message:
    return Message((Paragraph(text(value)),))


# Names as people type them on Discord, where commands are localised: lower case, at most 32 characters, no spaces.
NAMES = {
    "digest": N_("digest"),
    "search": N_("search"),
    "similar": N_("similar"),
    "covered": N_("covered"),
    "sources": N_("sources"),
    "alert": N_("alert"),
    "story": N_("story"),
    "why": N_("why"),
    "saved": N_("saved"),
    "language": N_("language"),
    "subscribe": N_("subscribe"),
    "subscriptions": N_("subscriptions"),
    "schedule": N_("schedule"),
    "link": N_("link"),
    "me": N_("me"),
    "watch": N_("watch"),
    "unwatch": N_("unwatch"),
    "chat": N_("chat"),
    "timezone": N_("timezone"),
    "zone": N_("zone"),
    "code": N_("code"),
    "club": N_("club"),
    "next": N_("next"),
    "join": N_("join"),
    "leave": N_("leave"),
    "members": N_("members"),
    "settings": N_("settings"),
    "new": N_("new"),
    "edit": N_("edit"),
    "move": N_("move"),
    "cancel": N_("cancel"),
    "copy": N_("copy"),
    "sessions": N_("sessions"),
    "propose": N_("propose"),
    "proposals": N_("proposals"),
    "pick": N_("pick"),
    "speakers": N_("speakers"),
    "ask": N_("ask"),
    "materials": N_("materials"),
    "history": N_("history"),
    "stats": N_("stats"),
    "reminders": N_("reminders"),
    "calendar": N_("calendar"),
    "organisers": N_("organisers"),
    "rsvp": N_("rsvp"),
    "help": N_("help"),
    "start": N_("start"),
    "day": N_("day"),
    "section": N_("section"),
    "query": N_("query"),
    "file": N_("file"),
    "address": N_("address"),
    "number": N_("number"),
    "question": N_("question"),
    "reason": N_("reason"),
    "when": N_("when"),
}
