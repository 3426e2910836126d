"""/start and /help: what the bot is, and what it can be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.messages import Heading, ListBlock, Message, Paragraph, Text, text
from bot.locales import N_, Translator
from handlers.command import Reply, Request
from handlers.registry import Command, Handler

EXAMPLES = {
    "digest": N_("/digest · /digest yesterday · /digest week ethics · /digest 2026-03-05 ru"),
    "search": N_('/search bert · /search "knowledge distillation" · /search https://arxiv.org/abs/1810.04805'),
    "alert": N_("/alert distillation · /alert lang:pt education · /alert"),
    "covered": N_("/covered 1810.04805 · /covered https://github.com/google-research/bert"),
    "club": N_("/club · /club join · /club help"),
    "watch": N_("/watch here · /watch @channel"),
}


class HelpHandlers:
    """Answers /start and /help from what the other commands say of themselves."""

    def __init__(self, menu: Callable[[], tuple[Command, ...]], starts: Mapping[str, Handler]) -> None:
        """`menu` gives all commands; it is asked at each answer, since the list is built around this one. `starts`
        answer a /start that a link has filled in, by what that begins with, up to a hyphen."""
        self._menu = menu
        self._starts = starts

    def commands(self) -> tuple[Command, ...]:
        return (
            Command("help", N_("What I can do, with examples"), self._help),
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
        reply = await self._help(request, say)
        return Reply(
            Message((Heading(text("Paper Round"), level=1), Paragraph(text(welcome)), *reply.message.blocks[1:]))
        )

    async def _help(self, _request: Request, say: Translator) -> Reply:
        _ = say.gettext
        entries = []
        for command in self._menu():
            head = (Text(f"/{command.name}", bold=True), Text(" – " + _(command.description)))
            example = EXAMPLES.get(command.name)
            entries.append((head, text(_(example), code=True)) if example else (head,))
        hint = _("Sections and languages can be named in your own words: /digest week tools portuguese.")
        blocks = (Heading(text(_("What I can do")), level=1), ListBlock(tuple(entries)), Paragraph(text(hint)))
        return Reply(Message(blocks))
