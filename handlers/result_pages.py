"""Pages of what a search has found, with their buttons, whichever command or press leads there."""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import replace
from datetime import tzinfo

from bot.domain.errors import UserError
from bot.domain.messages import Button, ButtonRow, page_buttons
from bot.domain.question_tree import identities, is_personal
from bot.locales import N_, Translator
from bot.services.club_findings import ClubFindings
from bot.services.covered import CoveredBefore
from bot.services.material_message import file_buttons
from bot.services.named_items import addresses_of
from bot.services.reindexing import Reindexing
from bot.services.retry_message import search_for_that, search_instead
from bot.services.search import PAGE_SIZE, Search, SearchResults
from bot.services.search_filters import are_filtered, can_be_widened
from bot.services.search_head import Known
from bot.services.search_message import search_message, similar_message
from bot.services.search_views import SearchView, SearchViews
from bot.services.similar import Similar
from bot.services.stories import Stories
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.propose import propose_paper
from handlers.shared import told_in

TOO_OLD = N_("These results are too old. Please search again.")


class ResultPages:
    """Shows pages of results, and keeps what they are for."""

    def __init__(
        self,
        search: Search,
        views: SearchViews,
        *,
        similar: Similar,
        stories: Stories,
        covered: CoveredBefore,
        findings: ClubFindings,
        index: Reindexing,
        zone: tzinfo,
    ) -> None:
        self._search = search
        self._views = views
        self._similar = similar
        self._stories = stories
        self._covered = covered
        self._findings = findings
        self._index = index
        self._zone = zone

    async def begin(self, request: Request, view: SearchView, say: Translator) -> Reply:
        """The first page of what has not been shown before."""
        view = replace(view, language=say.language)
        return await self.show(request, await self._views.remember(view), view, 1, say)

    async def recall(self, number: int) -> SearchView:
        """A view by its number. Raises UserError where it has been forgotten."""
        view = await self._views.recall(number)
        if view is None:
            raise UserError(TOO_OLD)
        return view

    async def told_in(self, request: Request, number: int, say: Translator) -> Translator:
        """Who tells what takes the place of a view's results: where others read them as well, they stay in the language
        in which they were asked for, whoever presses."""
        view = await self._views.recall(number)
        return told_in(request, view.language if view else None, say)

    async def found(self, request: Request, view: SearchView, page: int, say: Translator) -> SearchResults:
        """What is on a page, for who asks and from where they ask."""
        await self._stories.catch_up()
        return await self._search.page(
            request.chat.destination,
            view.words,
            page,
            asking=asking(request),
            language=say.language,
            literal=view.literal,
        )

    async def show(self, request: Request, number: int, view: SearchView, page: int, say: Translator) -> Reply:
        """A page of a view with this number. What a person has saved or read is shown to them alone."""
        if view.similar_to is not None:
            return await self._show_similar(request, number, view, page, say)
        results = await self.found(request, view, page, say)
        materials = await self._findings.materials(asking(request), results) if results.page == 1 else []
        known = replace(await self._known(request, results), is_cut=view.is_cut)
        # Long texts take a tenth of a second, in which others would wait.
        message = await to_thread(search_message, results, say, self._zone, known=known, materials=materials)
        rows = (*_rows(results, number, say), *file_buttons([one.material for one in materials])[:1])
        reply = Reply(replace(message, buttons=rows))
        return replace(reply, private=True, start=f"search-{number}") if is_personal(results.question) else reply

    async def _show_similar(self, request: Request, number: int, view: SearchView, page: int, say: Translator) -> Reply:
        story = view.similar_to or 0
        similar = await self._similar.page(request.chat.destination, story, page, language=say.language)
        if similar is None:
            raise UserError("There is no story {number}.", number=story)
        results = similar.results
        known = await self._known(request, results)
        message = await to_thread(similar_message, results, similar.told, say, self._zone, known=known)
        turn = page_buttons(f"search:{number}", results.page, results.pages)
        back: tuple[ButtonRow, ...] = ()
        if view.behind:
            back = ((Button(say.gettext("◀ Back to the results"), "search:{}:{}".format(*view.behind)),),)
        return Reply(replace(message, buttons=(*openers(results, number), *turn, *back)))

    async def _known(self, request: Request, results: SearchResults) -> Known:
        urls = addresses_of(results.question)
        covered = await self._covered.of(request.chat.destination, urls) if urls else []
        papers = {str(paper) for hit in results.hits for item in hit.items for paper in item.papers}
        papers.update(identity for one in covered for identity in one.identities)
        discussed = await self._findings.discussed(asking(request), papers)
        return Known(discussed, covered, await self._index.unfinished())


def openers(results: SearchResults, number: int) -> tuple[ButtonRow, ...]:
    """A button for each result that opens it."""
    first = (results.page - 1) * PAGE_SIZE + 1
    row = tuple(
        Button(str(place), f"item:{hit.items[0].id}:{number}:{results.page}:1")
        for place, hit in enumerate(results.hits, first)
    )
    return (row,) if row else ()


def _rows(results: SearchResults, number: int, say: Translator) -> tuple[ButtonRow, ...]:
    turn = page_buttons(f"search:{number}", results.page, results.pages)
    asks = not results.question.is_empty
    alert = (Button(say.gettext("🔔 Tell me of new ones"), f"alert:view:{number}"),) if asks else ()
    more = (*_narrower(results, number, say), *alert)
    return (*openers(results, number), *turn, *((more,) if more else ()), *_meant(results, number, say))


def _narrower(results: SearchResults, number: int, say: Translator) -> tuple[Button, ...]:
    """What leads to fewer results where there are several, or to some where there are none."""
    if results.hits:
        several = results.total > 1 or are_filtered(results.question)
        return (Button(say.gettext("Filters"), f"filter:{number}"),) if several else ()
    unknown = next((one.paper for one in identities(results.question) if one.paper), None)
    proposed = propose_paper(unknown, say) if unknown else None
    without = Button(say.gettext("Without filters"), f"filter:{number}:none")
    return (*((proposed,) if proposed else ()), *((without,) if can_be_widened(results.question) else ()))


def _meant(results: SearchResults, number: int, say: Translator) -> tuple[ButtonRow, ...]:
    """What else may have been meant."""
    if results.retry:
        return ((Button(search_instead(results.retry, say), f"instead:{number}"),),)
    if results.suggestion and results.hits:
        return ((Button(search_for_that(results.suggestion, say), f"meant:{number}"),),)
    return ()
