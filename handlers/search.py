"""/search: five results a page, and a button per result that opens the whole item."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from bot.domain.discussed import discussed_of_item
from bot.domain.errors import UserError
from bot.domain.messages import Button, ButtonRow
from bot.locales import N_, Translator
from bot.services.club_findings import ClubFindings
from bot.services.item_message import item_message, item_pages
from bot.services.material_message import file_buttons
from bot.services.search import PAGE_SIZE, Search
from bot.services.search_message import search_message
from handlers.buttons import numbers, page_buttons
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.propose import propose_item
from handlers.registry import Command, Completer, Handler, Option


class SearchHandlers:
    """Answers /search and the presses of the buttons below it."""

    def __init__(self, search: Search, zone: tzinfo, findings: ClubFindings, complete: Completer) -> None:
        """`complete` offers titles while somebody types."""
        self._search = search
        self._complete = complete
        self._findings = findings
        self._zone = zone

    def commands(self) -> tuple[Command, ...]:
        query = Option("query", N_("Words, a title or the address of a paper"), required=True, complete=self._complete)
        return (Command("search", N_("Find items about something"), self._answer, (query,)),)

    def actions(self) -> dict[str, Handler]:
        return {"search": self._turn, "item": self._open}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        words = " ".join((request.options.get("query") or request.text).split())
        if not words:
            raise UserError("Write what to look for behind the command, for example: /search bert")
        return await self._show(request, words, await self._search.remember(words), 1, say)

    async def _turn(self, request: Request, say: Translator) -> Reply:
        """`search:VIEW:PAGE` turns to a page of results that were shown."""
        view, page = numbers(request.action, 2)
        words = await self._search.recall(view)
        if words is None:
            raise UserError("These results are too old to turn their pages. Please search again.")
        return replace(await self._show(request, words, view, page, say), replaces=True)

    async def _open(self, request: Request, say: Translator) -> Reply:
        """`item:ITEM:VIEW:RESULTS:PAGE` shows a page of an item, with the way back to the results."""
        item_id, view, results_page, page = numbers(request.action, 4)
        item = await self._search.item(request.chat.destination, item_id)
        if item is None:
            raise UserError("This item is not there any more.")
        pages = item_pages(item)
        page = min(max(page, 1), len(pages))
        back: ButtonRow = (
            Button(say.gettext("◀ Back to the results"), f"search:{view}:{results_page}"),
            propose_item(item_id, say),
        )
        turn = page_buttons(f"item:{item_id}:{view}:{results_page}", page, len(pages))
        discussed = await self._findings.discussed(asking(request), item.papers)
        message = item_message(
            item,
            pages[page - 1],
            say,
            self._zone,
            first=page == 1,
            last=page == len(pages),
            discussed=discussed_of_item(item, discussed),
        )
        return Reply(replace(message, buttons=(*turn, back)), replaces=True)

    async def _show(self, request: Request, words: str, view: int, page: int, say: Translator) -> Reply:
        results = await self._search.page(
            request.chat.destination, words, page, asking=asking(request), language=say.language
        )
        first = (results.page - 1) * PAGE_SIZE + 1
        openers: ButtonRow = tuple(
            Button(str(number), f"item:{hit.items[0].id}:{view}:{results.page}:1")
            for number, hit in enumerate(results.hits, first)
        )
        rows = ((openers,) if openers else ()) + page_buttons(f"search:{view}", results.page, results.pages)
        papers = [paper for hit in results.hits for item in hit.items for paper in item.papers]
        discussed = await self._findings.discussed(asking(request), papers)
        materials = await self._findings.materials(asking(request), results) if results.page == 1 else []
        message = search_message(results, say, self._zone, discussed=discussed, materials=materials)
        files = file_buttons([one.material for one in materials])[:1]
        return Reply(replace(message, buttons=(*rows, *files)))
