"""/story: which items are the same story and why; administrators split stories and merge them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from bot.domain.errors import UserError
from bot.domain.messages import Block, ButtonRow, Heading, Line, ListBlock, Message, Paragraph, rows_of, text
from bot.domain.story_evidence import Evidence, Reason
from bot.domain.story_links import links_of
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.club_findings import ClubFindings
from bot.services.item_message import discussed_line, item_title, source_line
from bot.services.search import Search
from bot.services.stories import Stories, ToldStory
from handlers.buttons import is_number
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.propose import propose_numbered_story, propose_story
from handlers.registry import Command, Completer, Handler, Option

MOST_SHOWN = 5
MOST_ITEMS = 20

REASON_LABELS = {
    Reason.PAPER: N_("same paper: {what}"),
    Reason.LINK: N_("same link: {what}"),
    Reason.TITLE: N_("titles agree: {what}"),
    Reason.TEXT: N_("texts agree: {what}"),
    Reason.NAMES: N_("same names: {what}"),
    Reason.IMAGE: N_("same image: {what}"),
}


class StoryHandlers:
    """Answers /story."""

    def __init__(
        self, stories: Stories, search: Search, zone: tzinfo, findings: ClubFindings, *, complete: Completer
    ) -> None:
        """`complete` offers titles while somebody types."""
        self._findings = findings
        self._complete = complete
        self._stories = stories
        self._search = search
        self._zone = zone

    def commands(self) -> tuple[Command, ...]:
        query = Option(
            "query",
            N_("Words, a link or a story's number; split 12 2 and merge 12 15 correct"),
            required=True,
            complete=self._complete,
        )
        return (Command("story", N_("Who wrote about the same thing"), self._answer, (query,)),)

    def actions(self) -> dict[str, Handler]:
        return {}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        words = (request.options.get("query") or request.text).split()
        match words:
            case []:
                raise UserError("Write words, a link or the number of a story behind the command, as in: /story bert")
            case ["split" | "merge" as verb, *rest] if rest and all(map(is_number, rest)):
                return await self._correct(request, verb, list(map(int, rest)), say)
            case [number] if is_number(number):
                return Reply(await self._message([await self._existing(request, int(number))], request, say))
            case _:
                return Reply(await self._message(await self._found(request, " ".join(words)), request, say))

    async def _correct(self, request: Request, verb: str, numbers: list[int], say: Translator) -> Reply:
        """`split STORY ITEM…` takes items, by their places in it, out of a story; `merge STORY STORY…` makes one."""
        if not request.person.administrator:
            raise UserError("Only administrators of this bot may change which items are one story.")
        if verb == "merge":
            merged = await self._stories.merge(numbers, made_by=request.person_key)
            return Reply(await self._message([await self._existing(request, merged)], request, say))
        story = await self._existing(request, numbers[0])
        places = [number for number in numbers[1:] if 0 < number <= len(story.items)]
        parted = await self._stories.split(
            story.story.id, [story.items[place - 1].id for place in places], made_by=request.person_key
        )
        return Reply(await self._message([await self._existing(request, number) for number in parted], request, say))

    async def _existing(self, request: Request, number: int) -> ToldStory:
        story = await self._stories.get(request.chat.destination, number)
        if story is None:
            raise UserError("There is no story {number}.", number=number)
        return story

    async def _found(self, request: Request, words: str) -> list[ToldStory]:
        """The stories of the items that fit best."""
        results = await self._search.page(request.chat.destination, words)
        items = [hit.items[0].id for hit in results.hits]
        story_of = await self._stories.of_items(items)
        numbers = dict.fromkeys(story_of[item_id] for item_id in items if item_id in story_of)
        found = [await self._stories.get(request.chat.destination, number) for number in list(numbers)[:MOST_SHOWN]]
        if not found:
            raise UserError("Nothing fits “{words}”. Try fewer words, or /search.", words=cut(words, 60))
        return [story for story in found if story is not None]

    async def _message(self, stories: Sequence[ToldStory], request: Request, say: Translator) -> Message:
        papers = {story.story.id: links_of(story.items).paper for story in stories}
        known = await self._findings.discussed(asking(request), filter(None, papers.values()))
        blocks: list[Block] = []
        for story in stories:
            blocks.append(Heading(text(say.gettext("Story {number}", number=story.story.id)), level=2))
            if discussed := known.get(str(papers[story.story.id])):
                blocks.append(Paragraph(discussed_line(discussed, say)))
            entries = tuple(
                (
                    text(item_title(item), bold=True),
                    source_line(item, say, self._zone, language=True),
                    *_why(story, at, say),
                )
                for at, item in enumerate(story.items[:MOST_ITEMS])
            )
            blocks.append(ListBlock(entries, start=1))
            if len(story.items) > MOST_ITEMS:
                blocks.append(Paragraph(text(say.gettext("… and {number} more", number=len(story.items) - MOST_ITEMS))))
        return Message(tuple(blocks), _propose_buttons([story.story.id for story in stories], say))


def _propose_buttons(story_ids: Sequence[int], say: Translator) -> tuple[ButtonRow, ...]:
    if len(story_ids) == 1:
        return ((propose_story(story_ids[0], say),),)
    return rows_of([propose_numbered_story(one, say) for one in story_ids], 2)


def _why(story: ToldStory, at: int, say: Translator) -> tuple[Line, ...]:
    """Why an item belongs to its story: what it has in common with the one of the others that is closest to it."""
    item = story.items[at].id
    closest: Evidence | None = max(
        (evidence for pair, evidence in story.evidence.items() if item in pair),
        key=lambda evidence: evidence.strength,
        default=None,
    )
    if closest is None:
        return (text(say.gettext("put here by an administrator"), italic=True),) if len(story.items) > 1 else ()
    reasons = [say.gettext(REASON_LABELS[kind], what=cut(what, 60)) for kind, what in closest.reasons[:3]]
    return (text(" · ".join(reasons)),)
