"""/saved: stories that somebody has put aside, and taking them along to other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.citations import FORMATS, citation_of, exported
from bot.domain.errors import UserError
from bot.domain.items import Item
from bot.domain.messages import Button, Heading, Line, ListBlock, Message, Paragraph, Text, page_buttons, rows_of, text
from bot.domain.pages import Page
from bot.domain.story_links import links_of, target_of
from bot.locales import N_, Translator
from bot.services.item_message import item_title, joined
from bot.services.saved import Saved, SavedStory
from bot.services.story_card import told_to
from bot.services.story_message import coverage_line, story_links
from handlers.buttons import OLD_BUTTON, numbers
from handlers.command import Reply, Request
from handlers.registry import Command, Handler, Option

IN_A_ROW = 4
FILE_NAME = "saved-stories"
NOTHING_SAVED = N_("Nothing is saved yet. The buttons ☆ below a digest save its stories.")


class SavedHandlers:
    """Answers /saved and the presses of the buttons that save. Everybody sees only their own list."""

    def __init__(self, saved: Saved) -> None:
        self._saved = saved

    def commands(self) -> tuple[Command, ...]:
        query = Option("query", N_("export bibtex, export ris or export csv; nothing shows the list"))
        return (Command("saved", N_("The stories that you have saved"), self._answer, (query,)),)

    def actions(self) -> dict[str, Handler]:
        return {"save": self._save, "unsave": self._forget, "saved": self._turn, "savedas": self._press_export}

    async def start(self, request: Request, say: Translator) -> Reply:
        """`/start saved` or `/start saved-ris` in private: what a group was not to see."""
        form = request.text.partition("-")[2]
        return await (self._export(request, form, say) if form in FORMATS else self._first(request, say))

    async def _answer(self, request: Request, say: Translator) -> Reply:
        match (request.options.get("query") or request.text).casefold().split():
            case []:
                return await self._first(request, say)
            case ["export"]:
                return await self._export(request, "bibtex", say)
            case ["export", form] if form in FORMATS:
                return await self._export(request, form, say)
        raise UserError("Write /saved for the list, or /saved export bibtex, /saved export ris, /saved export csv.")

    async def _first(self, request: Request, say: Translator) -> Reply:
        return replace(await self._shown(request, 1, say), start="saved")

    async def _shown(self, request: Request, page: int, say: Translator) -> Reply:
        shown = await self._saved.page(request.chat.destination, request.person_key, page)
        return Reply(_list(shown, say), private=True)

    async def _press_export(self, request: Request, say: Translator) -> Reply:
        """`savedas:FORMAT` sends the list as a file."""
        form = request.action.partition(":")[2]
        if form not in FORMATS:
            raise UserError(OLD_BUTTON)
        return await self._export(request, form, say)

    async def _export(self, request: Request, form: str, say: Translator) -> Reply:
        stories = await self._saved.all(request.chat.destination, request.person_key)
        if not stories:
            return Reply(Message((Paragraph(text(say.gettext(NOTHING_SAVED))),)), private=True, start="saved")
        kind = FORMATS[form]
        file = exported(FILE_NAME, kind, (citation_of(items, told_to(items, say)) for items in stories))
        words = say.ngettext(
            "{number} saved story as {format}", "{number} saved stories as {format}", len(stories), format=kind.name
        )
        return Reply(Message((Paragraph(text(words)),)), private=True, start=f"saved-{form}", file=file)

    async def _save(self, request: Request, say: Translator) -> Reply:
        """`save:STORY` puts a story aside."""
        (story_id,) = numbers(request.action, 1)
        if not await self._saved.save(request.chat.destination, request.person_key, story_id):
            raise UserError("Nothing is left of this story.")
        return Reply(Message((Paragraph(text(say.gettext("Saved. /saved shows your list."))),)), private=True)

    async def _forget(self, request: Request, say: Translator) -> Reply:
        """`unsave:STORY:PAGE` takes a story off the list."""
        story_id, page = numbers(request.action, 2)
        await self._saved.forget(request.person_key, story_id)
        return replace(await self._shown(request, page, say), replaces=True)

    async def _turn(self, request: Request, say: Translator) -> Reply:
        """`saved:PAGE` turns to a page of the list."""
        (page,) = numbers(request.action, 1)
        return replace(await self._shown(request, page, say), replaces=True)


def _list(page: Page[SavedStory], say: Translator) -> Message:
    title = Heading(text(say.gettext("Saved stories")), level=1)
    if not page.total:
        return Message((title, Paragraph(text(say.gettext(NOTHING_SAVED)))))
    entries = tuple(_entry(items, say) for _, items in page.shown)
    removers = [
        Button(f"✕ {number}", f"unsave:{story_id}:{page.number}")
        for number, (story_id, _) in enumerate(page.shown, page.first)
    ]
    takers = tuple(Button(form.name, f"savedas:{name}") for name, form in FORMATS.items())
    rows = (*rows_of(removers, IN_A_ROW), *page_buttons("saved", page.number, page.pages), takers)
    return Message((title, ListBlock(entries, start=page.first)), rows)


def _entry(items: Sequence[Item], say: Translator) -> tuple[Line, ...]:
    if not items:
        return (text(say.gettext("Nothing is left of this story.")),)
    told = told_to(items, say)
    where = links_of(items)
    first: Line = (Text(item_title(told), bold=True, url=target_of(told, where)),)
    links = story_links(where, say)
    return (first, *((joined(links),) if links else ()), coverage_line(items, told, say))
