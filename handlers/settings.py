"""/language: which language the bot speaks in a chat."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import UserError
from bot.domain.messages import Button, Message, Paragraph, text
from bot.locales import LANGUAGES, N_, Translator, nearest, own_name, translator
from bot.services.chats import Chats
from handlers.command import Choice, Reply, Request
from handlers.registry import Command, Handler, Option

OWN = "auto"
"""The choice that goes back to the language of each reader's client."""


class SettingsHandlers:
    """Answers /language and the presses of the buttons below it."""

    def __init__(self, chats: Chats, *, default_language: str) -> None:
        self._chats = chats
        self._default_language = default_language

    async def language_of(self, request: Request) -> str | None:
        """The language that the chat of a request has chosen, None where it has not."""
        return await self._chats.language(request.chat.platform.value, request.chat.id)

    def commands(self) -> tuple[Command, ...]:
        choices = (
            *(Choice(own_name(language), language) for language in LANGUAGES),
            Choice(N_("Each reader's own"), OWN),
        )
        option = Option("language", N_("The language that I speak here"), choices=choices)
        return (Command("language", N_("Choose the language that I speak here"), self._answer, (option,)),)

    def actions(self) -> dict[str, Handler]:
        return {"language": self._press}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        typed = (request.options.get("language") or request.text).strip()
        return await self._choose(request, typed) if typed else await self._ask(request, say)

    async def _press(self, request: Request, _say: Translator) -> Reply:
        """`language:TAG` chooses a language."""
        return replace(await self._choose(request, request.action.partition(":")[2]), replaces=True)

    async def _ask(self, request: Request, say: Translator) -> Reply:
        _ = say.gettext
        chosen = await self.language_of(request)
        now = own_name(chosen) if chosen else _("Each reader's own")
        buttons = tuple(Button(own_name(language), f"language:{language}") for language in LANGUAGES)
        own = Button(_("Each reader's own"), f"language:{OWN}")
        words = _("The language here: {language}. Which one shall I speak?", language=now)
        return Reply(Message((Paragraph(text(words)),), (buttons, (own,))))

    async def _choose(self, request: Request, typed: str) -> Reply:
        language = None if typed.casefold() == OWN else _named(typed)
        if language is None and typed.casefold() != OWN:
            names = ", ".join(own_name(one) for one in LANGUAGES)
            raise UserError("I do not speak “{language}”. I speak: {names}.", language=typed[:32], names=names)
        if not request.person.chat_administrator:
            raise UserError("Only an administrator of this chat can change its language.")
        await self._chats.choose_language(request.chat.platform.value, request.chat.id, language)
        return Reply(Message((Paragraph(text(self._confirmation(language, request))),)))

    def _confirmation(self, language: str | None, request: Request) -> str:
        """Said in the language that was chosen."""
        if language:
            return translator(language).gettext("From now on I speak English here.")
        say = translator(nearest(request.person.language) or self._default_language)
        return say.gettext("From now on I answer everybody here in the language of their own client.")


def _named(typed: str) -> str | None:
    """A language of ours by its tag, its own name, or its name in any of our languages."""
    wanted = typed.casefold()
    for language in LANGUAGES:
        tag = language.split("_")[0]
        if wanted in {
            own_name(language).casefold(),
            *(translator(one).language_name(tag).casefold() for one in LANGUAGES),
        }:
            return language
    return nearest(typed) if len(typed) <= 12 else None
