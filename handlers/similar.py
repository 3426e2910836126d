"""/similar: stories that are like one, which is named by its number, by words, or by the message that is answered."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import UserError
from bot.domain.referred import ReferredMessage, addresses_in, addresses_typed
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.covered import CoveredBefore
from bot.services.search_views import SearchView
from handlers.buttons import is_number, numbers
from handlers.command import Reply, Request
from handlers.registry import Command, Completer, Handler, Option
from handlers.result_pages import ResultPages

HOW_TO_ASK = N_(
    "Write words, a link or the number of a story behind the command, as in: /similar bert – or answer a message "
    "with /similar."
)
WORDS_SHOWN = 60


class SimilarHandlers:
    """Answers /similar and *Similar*."""

    def __init__(self, pages: ResultPages, covered: CoveredBefore, *, complete: Completer) -> None:
        """`complete` offers titles while somebody types."""
        self._pages = pages
        self._covered = covered
        self._complete = complete

    def commands(self) -> tuple[Command, ...]:
        query = Option("query", N_("Words, a link or a story's number"), required=True, complete=self._complete)
        return (Command("similar", N_("Stories like one that you know"), self._answer, (query,)),)

    def actions(self) -> dict[str, Handler]:
        return {"alike": self._press}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        words = " ".join((request.options.get("query") or request.text).split())
        story_id = await self._named(request, words, say)
        return await self._pages.begin(request, SearchView(similar_to=story_id), say)

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`alike:STORY:VIEW:PAGE` shows what is like a story, with the way back to a page of a view."""
        story_id, view, page = numbers(request.action, 3)
        similar = SearchView(similar_to=story_id, behind=(view, page))
        say = await self._pages.told_in(request, view, say)
        return replace(await self._pages.begin(request, similar, say), replaces=True)

    async def _named(self, request: Request, words: str, say: Translator) -> int:
        """The story that somebody means. Raises UserError where there is none."""
        if not words and request.about is None:
            raise UserError(HOW_TO_ASK)
        if is_number(words):
            return int(words)
        urls = addresses_typed(words) if words else addresses_in(request.about or ReferredMessage())
        named = words or _first_line(request.about)
        found = await self._at(request, urls)
        if found is None:
            found = await self._of_words(request, named, say)
        if found is None and not named:
            raise UserError(HOW_TO_ASK)
        if found is None:
            raise UserError("Nothing fits “{words}”. Try fewer words, or /search.", words=cut(named, WORDS_SHOWN))
        return found

    async def _at(self, request: Request, urls: list[str]) -> int | None:
        """The first story that is about what is at one of these addresses; else the first that cites it."""
        covered = await self._covered.of(request.chat.destination, urls) if urls else []
        stories = sorted((one for there in covered for one in there.stories), key=lambda one: not one.about)
        return next((one.story_id for one in stories if one.story_id is not None), None)

    async def _of_words(self, request: Request, words: str, say: Translator) -> int | None:
        """The story that fits these words best."""
        if not words:
            return None
        results = await self._pages.found(request, SearchView(words), 1, say)
        return next((hit.story_id for hit in results.hits if hit.story_id is not None), None)


def _first_line(message: ReferredMessage | None) -> str:
    """What a message that was answered is called: that of ours begins with its title."""
    return next((line for line in message.text.splitlines() if line.strip()), "") if message else ""
