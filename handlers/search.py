"""/search: five results a page, and a button per result that opens the whole item."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from bot.domain.discussed import discussed_of_item
from bot.domain.errors import UserError
from bot.domain.messages import Button, ButtonRow, page_buttons
from bot.domain.text import is_visible
from bot.locales import N_, Translator
from bot.services.club_findings import ClubFindings
from bot.services.item_message import item_message, item_pages
from bot.services.opened_items import OpenedItem, OpenedItems
from bot.services.search_views import SearchView
from bot.services.story_message import also_line
from handlers.buttons import numbers
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.propose import propose_item
from handlers.registry import Command, Completer, Handler, Option
from handlers.result_pages import ResultPages


class SearchHandlers:
    """Answers /search and the presses of the buttons below its results."""

    def __init__(
        self, pages: ResultPages, items: OpenedItems, findings: ClubFindings, zone: tzinfo, *, complete: Completer
    ) -> None:
        """`complete` offers titles while somebody types."""
        self._pages = pages
        self._items = items
        self._complete = complete
        self._findings = findings
        self._zone = zone

    def commands(self) -> tuple[Command, ...]:
        query = Option("query", N_("Words, a title or the address of a paper"), required=True, complete=self._complete)
        return (Command("search", N_("Find items about something"), self.answer, (query,)),)

    def actions(self) -> dict[str, Handler]:
        return {"search": self._turn, "item": self._open, "instead": self._literally, "meant": self._as_suggested}

    async def start(self, request: Request, say: Translator) -> Reply:
        """`/start search-VIEW` in private: what a group was not to see."""
        (view,) = numbers(request.text.replace("-", ":"), 1)
        return await self._pages.show(request, view, await self._pages.recall(view), 1, say)

    async def answer(self, request: Request, say: Translator) -> Reply:
        """The results for what the request says."""
        words = " ".join((request.options.get("query") or request.text).split())
        if not is_visible(words):
            raise UserError("Write what to look for behind the command, for example: /search bert")
        return await self._pages.begin(request, SearchView.of(words), say)

    async def _turn(self, request: Request, say: Translator) -> Reply:
        """`search:VIEW:PAGE` turns to a page of results that were shown."""
        view, page = numbers(request.action, 2)
        say = await self._pages.told_in(request, view, say)
        return replace(await self._pages.show(request, view, await self._pages.recall(view), page, say), replaces=True)

    async def _literally(self, request: Request, say: Translator) -> Reply:
        """`instead:VIEW` shows results for what was typed, and for nothing that may have been meant."""
        (number,) = numbers(request.action, 1)
        say = await self._pages.told_in(request, number, say)
        view = replace(await self._pages.recall(number), literal=True)
        return replace(await self._pages.begin(request, view, say), replaces=True)

    async def _as_suggested(self, request: Request, say: Translator) -> Reply:
        """`meant:VIEW` shows results for what may have been meant."""
        (number,) = numbers(request.action, 1)
        say = await self._pages.told_in(request, number, say)
        view = await self._pages.recall(number)
        found = await self._pages.found(request, view, 1, say)
        if found.suggestion is None:  # what was read since then has made the word a usual one
            return replace(await self._pages.show(request, number, view, 1, say), replaces=True)
        meant = replace(view, words=found.suggestion.question.typed)
        return replace(await self._pages.begin(request, meant, say), replaces=True)

    async def _open(self, request: Request, say: Translator) -> Reply:
        """`item:ITEM:VIEW:RESULTS:PAGE` shows a page of an item, with the way back to the results."""
        item_id, view, results_page, page = numbers(request.action, 4)
        opened = await self._items.open(request.chat.destination, request.person_key, item_id)
        if opened is None:
            raise UserError("This item is not there any more.")
        say = await self._pages.told_in(request, view, say)
        item = opened.item
        pages = item_pages(item)
        page = min(max(page, 1), len(pages))
        discussed = await self._findings.discussed(asking(request), item.papers)
        message = item_message(
            item,
            pages[page - 1],
            say,
            self._zone,
            first=page == 1,
            last=page == len(pages),
            discussed=discussed_of_item(item, discussed),
            also=also_line(opened.others, item, say) if opened.others else (),
        )
        turn = page_buttons(f"item:{item_id}:{view}:{results_page}", page, len(pages))
        rows = (*turn, *_what_to_do(opened, view, results_page, say))
        return Reply(replace(message, buttons=rows), replaces=True)


def _what_to_do(opened: OpenedItem, view: int, page: int, say: Translator) -> tuple[ButtonRow, ...]:
    story = (
        Button(say.gettext("☆ Save"), f"save:{opened.story_id}"),
        Button(say.gettext("Similar"), f"alike:{opened.story_id}:{view}:{page}"),
    )
    back = Button(say.gettext("◀ Back to the results"), f"search:{view}:{page}")
    return (story, (back, propose_item(opened.item.id, say)))
