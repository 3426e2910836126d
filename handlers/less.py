"""*Less like this*: the buttons with which somebody says what they want less of, and takes it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.errors import UserError
from bot.domain.less import Less as Wanted
from bot.domain.less import LessKind
from bot.domain.messages import Block, Button, ButtonRow, ListBlock, Message, Paragraph, rows_of, text
from bot.domain.sections import Section
from bot.domain.text import cut
from bot.locales import Translator
from bot.services.item_message import item_title, section_label
from bot.services.less import Less, ToldDigest
from bot.services.subscriptions import Manager
from handlers.buttons import numbers
from handlers.command import Reply, Request
from handlers.registry import Command, Handler
from handlers.subscriptions import manager_of

IN_A_ROW = 5
MOST_BUTTONS = 25
"""Buttons of a message on Discord."""
LABEL_LIMIT = 40


class LessHandlers:
    """Takes the presses of *Less like this*. Everything is said to the one who presses only."""

    def __init__(self, less: Less) -> None:
        self._less = less

    def commands(self) -> tuple[Command, ...]:
        return ()

    def actions(self) -> Mapping[str, Handler]:
        return {
            "less": self._which_story,
            "lesspick": self._what_of_it,
            "lessset": self._set,
            "lessundo": self._undo,
            "lesslist": self._list,
        }

    async def _which_story(self, request: Request, say: Translator) -> Reply:
        """`less:EDITION` asks which story of the digest it is about."""
        (edition,) = numbers(request.action, 1)
        return Reply(_stories(await self._less.digest_here(manager_of(request, say), edition), say), private=True)

    async def _what_of_it(self, request: Request, say: Translator) -> Reply:
        """`lesspick:DIGEST:PLACE` asks what of that story it is."""
        digest_id, position = numbers(request.action, 2)
        digest = await self._less.digest(manager_of(request, say), digest_id)
        story = next((one for one in digest.stories if one.position == position), None)
        if story is None:
            raise UserError("Nothing is left of this story.")
        action = f"lessset:{digest.id}:{position}"
        buttons = [Button(less_label(one, say), f"{action}:{one.key}") for one in story.options][:MOST_BUTTONS]
        blocks: tuple[Block, ...] = (
            Paragraph(text(item_title(story.told), bold=True)),
            Paragraph(text(say.gettext("What of it do you want less of?"))),
        )
        return Reply(
            Message(blocks, rows_of(buttons, 2 if len(buttons) <= 10 else IN_A_ROW)), private=True, replaces=True
        )

    async def _set(self, request: Request, say: Translator) -> Reply:
        """`lessset:DIGEST:PLACE:KEY` wants less of it."""
        head, _, key = request.action.rpartition(":")
        digest_id, position = numbers(head, 2)
        subscription_id, wanted = await self._less.want_less(manager_of(request, say), digest_id, position, key)
        words = say.gettext(
            "From the next digest on there is less of {what}: at most a quarter of it. /subscriptions shows what you "
            "want less of.",
            what=less_label(wanted, say),
        )
        undo: ButtonRow = (Button(say.gettext("↩️ Undo"), f"lessundo:{subscription_id}:{wanted.key}"),)
        return Reply(Message((Paragraph(text(words)),), (undo,)), private=True, replaces=True)

    async def _undo(self, request: Request, say: Translator) -> Reply:
        """`lessundo:SUBSCRIPTION:KEY` takes one back and shows the others."""
        head, _, key = request.action.rpartition(":")
        (subscription_id,) = numbers(head, 1)
        manager = manager_of(request, say)
        await self._less.undo(manager, subscription_id, key)
        left = await self._less.wanted(manager, subscription_id)
        return await self._wanted(manager, subscription_id, left, say.gettext("It is wanted as before."), say)

    async def _list(self, request: Request, say: Translator) -> Reply:
        """`lesslist:SUBSCRIPTION` shows all that is wanted less."""
        (subscription_id,) = numbers(request.action, 1)
        manager = manager_of(request, say)
        wanted = await self._less.wanted(manager, subscription_id)
        return await self._wanted(manager, subscription_id, wanted, "", say)

    async def _wanted(
        self, manager: Manager, subscription_id: int, wanted: Sequence[Wanted], first: str, say: Translator
    ) -> Reply:
        titles = await self._less.titles(manager, subscription_id)
        shown = wanted[:MOST_BUTTONS]
        labels = [less_label(one, say, titles) for one in shown]
        words = say.gettext("You want less of:") if labels else say.gettext("There is nothing that you want less of.")
        blocks: list[Block] = [Paragraph(text(first))] if first else []
        blocks += [Paragraph(text(words))]
        blocks += [ListBlock(tuple((text(label),) for label in labels), start=1)] if labels else []
        buttons = [
            Button(f"✕ {number}", f"lessundo:{subscription_id}:{one.key}") for number, one in enumerate(shown, start=1)
        ]
        return Reply(Message(tuple(blocks), rows_of(buttons, IN_A_ROW)), private=True, replaces=True)


def less_label(wanted: Wanted, say: Translator, titles: Mapping[int, str] | None = None) -> str:
    """What is wanted less, in words. `titles` are those of the sources, where it does not bring its own."""
    match wanted.kind:
        case LessKind.SOURCE:
            return "📰 " + cut(wanted.label or (titles or {}).get(int(wanted.value), wanted.value), LABEL_LIMIT)
        case LessKind.SECTION:
            return section_label(Section(wanted.value), say)
        case LessKind.WORD:
            return f"“{cut(wanted.value, LABEL_LIMIT)}”"


def _stories(digest: ToldDigest, say: Translator) -> Message:
    question = say.gettext("Which story do you want fewer like?")
    shown = digest.stories[:MOST_BUTTONS]
    lines = tuple((text(f"{one.position}. {item_title(one.told)}"),) for one in shown)
    buttons = [Button(str(one.position), f"lesspick:{digest.id}:{one.position}") for one in shown]
    return Message((Paragraph(text(question)), *(Paragraph(line[0]) for line in lines)), rows_of(buttons, IN_A_ROW))
