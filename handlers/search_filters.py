"""The filters of a search: a panel in which languages, sections and years are chosen that occur among its results."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import UserError
from bot.domain.question_tree import is_personal
from bot.locales import Translator
from bot.services.search_filters import SearchFilters
from bot.services.search_filters_message import filters_message
from bot.services.search_views import SearchView, SearchViews
from handlers.buttons import OLD_BUTTON, is_number
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler
from handlers.result_pages import ResultPages

_CHANGE = 2  # parts of an action that says what is chosen


class SearchFilterHandlers:
    """Answers presses of *Filters* and of what is chosen there."""

    def __init__(self, filters: SearchFilters, views: SearchViews, pages: ResultPages) -> None:
        self._filters = filters
        self._views = views
        self._pages = pages

    def commands(self) -> tuple[Command, ...]:
        return ()

    def actions(self) -> dict[str, Handler]:
        return {"filter": self._press}

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`filter:VIEW` shows what can be chosen, `filter:VIEW:FACET` chooses what was picked, `filter:VIEW:none` takes
        everything back. Each choice makes a view of its own: who turns pages elsewhere is not disturbed."""
        _filter, *parts = request.action.split(":")
        if not parts or len(parts) > _CHANGE or not is_number(parts[0]):
            raise UserError(OLD_BUTTON)
        number = int(parts[0])
        say = await self._pages.told_in(request, number, say)
        view = await self._pages.recall(number)
        if len(parts) == _CHANGE:
            view = await self._changed(request, view, parts[1], say)
            number = await self._views.remember(view)
            if parts[1] == "none":
                return replace(await self._pages.show(request, number, view, 1, say), replaces=True)
        choices = await self._filters.choices(
            request.chat.destination,
            view.words,
            asking=asking(request),
            language=say.language,
            literal=view.literal,
        )
        reply = Reply(filters_message(choices, number, say), replaces=True)
        return replace(reply, private=True, start=f"search-{number}") if is_personal(choices.question) else reply

    async def _changed(self, request: Request, view: SearchView, facet: str, say: Translator) -> SearchView:
        """The view of the question that was answered, with other filters."""
        found = await self._pages.found(request, view, 1, say)
        words = found.question.typed if found.retry else view.words
        if facet == "none":
            return replace(view, words=self._filters.without(words))
        return replace(view, words=self._filters.changed(words, facet, request.picked))
