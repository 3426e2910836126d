"""/start and /help: what the bot is, and what it can be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.messages import Heading, ListBlock, Message, Paragraph, Text, text
from bot.locales import LANGUAGES, N_, Translator, translator
from bot.services.search_help import search_help
from handlers.command import Choice, Reply, Request
from handlers.registry import Command, Handler, Option

EXAMPLES = {
    "digest": N_("/digest · /digest yesterday · /digest week ethics · /digest 2026-03-05 ru"),
    "search": N_('/search bert · /search "knowledge distillation" · /search https://arxiv.org/abs/1810.04805'),
    "alert": N_("/alert distillation · /alert lang:pt education · /alert"),
    "covered": N_("/covered 1810.04805 · /covered https://github.com/google-research/bert"),
    "club": N_("/club · /club join · /club help"),
    "watch": N_("/watch here · /watch @channel"),
}

TOPICS = {"search": (N_("search"), search_help)}
"""What /help explains at length, by what stands behind it, in any of our languages."""


class HelpHandlers:
    """Answers /start and /help from what the other commands say of themselves."""

    def __init__(self, menu: Callable[[], tuple[Command, ...]], starts: Mapping[str, Handler]) -> None:
        """`menu` gives all commands; it is asked at each answer, since the list is built around this one. `starts`
        answer a /start that a link has filled in, by what that begins with, up to a hyphen."""
        self._menu = menu
        self._starts = starts

    def commands(self) -> tuple[Command, ...]:
        topics = tuple(Choice(label, name) for name, (label, _explain) in TOPICS.items())
        topic = Option("topic", N_("What to explain at length"), choices=topics)
        return (
            Command("help", N_("What I can do, with examples"), self._answer, (topic,)),
            Command("start", N_("Who I am and how to begin"), self._start),
        )

    def actions(self) -> dict[str, Handler]:
        return {}

    async def _start(self, request: Request, say: Translator) -> Reply:
        special = self._starts.get(request.text.partition("-")[0])
        if special is not None:
            return await special(request, say)
        _ = say.gettext
        welcome = _(
            "I am Paper Round. I read newsletters and channels about machine-learning papers, take each issue apart "
            "and bring you the pieces: as a digest of the day, and as answers to what you search for."
        )
        blocks = (Heading(text("Paper Round"), level=1), Paragraph(text(welcome)), *self._overview(say).blocks[1:])
        return Reply(Message(blocks))

    async def _answer(self, request: Request, say: Translator) -> Reply:
        topic = (request.options.get("topic") or request.text).strip().removeprefix("/").casefold()
        for name, (label, explain) in TOPICS.items():
            if topic in {name, *(translator(one).gettext(label).casefold() for one in LANGUAGES)}:
                return Reply(explain(say))
        return Reply(self._overview(say))

    def _overview(self, say: Translator) -> Message:
        _ = say.gettext
        entries = []
        for command in self._menu():
            head = (Text(f"/{command.name}", bold=True), Text(" – " + _(command.description)))
            example = EXAMPLES.get(command.name)
            entries.append((head, text(_(example), code=True)) if example else (head,))
        hints = (
            _("Sections and languages can be named in your own words: /digest week tools portuguese."),
            _("/help search says what else a search understands."),
        )
        heading = Heading(text(_("What I can do")), level=1)
        return Message((heading, ListBlock(tuple(entries)), *(Paragraph(text(hint)) for hint in hints)))
