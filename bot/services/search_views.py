"""What results were shown for, kept so that the buttons below them work for as long as the message is there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.question import checked_length, readable_part
from bot.locales import LANGUAGES
from bot.services.ports import Clock
from storage.database import Database
from storage.views import Parameters, View

KIND = "search"


@dataclass(frozen=True, slots=True)
class SearchView:
    """What somebody looks at: the results for `words`, where `literal` for these and nothing that may have been meant;
    or what is like the story `similar_to`. `behind` is the number of the view and the page to go back to. `language`:
    the one of ours in which it was asked for, None where nobody knows. `is_cut`: more was typed than is read, which is
    said at first and not kept."""

    words: str = ""
    literal: bool = False
    similar_to: int | None = None
    behind: tuple[int, int] | None = None
    language: str | None = None
    is_cut: bool = False

    @classmethod
    def of(cls, typed: str) -> SearchView:
        """The results for as much of what somebody has typed as is read."""
        words = readable_part(typed)
        return cls(words, is_cut=words != typed)


class SearchViews:
    """Keeps views."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def remember(self, view: SearchView) -> int:
        """Keeps a view and gives its number. Raises UserError where its question is too long."""
        kept: Parameters = {
            "words": checked_length(view.words),
            "literal": int(view.literal),
            "similar_to": view.similar_to,
            "behind": view.behind and view.behind[0],
            "behind_page": view.behind and view.behind[1],
            "language": view.language,
        }
        now = self._clock()
        return await self._database.run(lambda uow: uow.views.add(KIND, kept, now=now))

    async def recall(self, number: int) -> SearchView | None:
        """The view, None where it has been forgotten."""
        view = await self._database.query(lambda uow: uow.views.get(number))
        return _view(view) if view and view.kind == KIND else None


def _view(kept: View) -> SearchView:
    facts = kept.parameters
    story, behind, page = (facts.get(name) for name in ("similar_to", "behind", "behind_page"))
    language = facts.get("language")
    return SearchView(
        str(facts.get("words") or ""),
        bool(facts.get("literal")),
        int(story) if story is not None else None,
        (int(behind), int(page)) if behind is not None and page is not None else None,
        str(language) if language in LANGUAGES else None,
    )
