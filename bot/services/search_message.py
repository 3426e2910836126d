"""How a page of search results looks before any platform."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from bot.domain.discussed import DiscussedPapers, discussed_of
from bot.domain.items import Item
from bot.domain.messages import Block, Heading, Line, ListBlock, Message, Paragraph, Text, text
from bot.domain.snippets import Highlighter, Snippet
from bot.domain.summary import shortened
from bot.locales import Translator
from bot.services.club_findings import NOTHING_DISCUSSED, FoundMaterial
from bot.services.item_message import TITLE_LIMIT, discussed_line, item_title, short_addresses, source_line
from bot.services.material_message import material_line
from bot.services.search import PAGE_SIZE, SearchResults, StoryHit
from bot.services.session_message import numbered_title
from storage.stemming import analyser

SNIPPET_LIMIT = 240
MOST_LANGUAGES = 6
"""Languages of other editions that are named under a result."""


def search_message(
    results: SearchResults,
    say: Translator,
    zone: tzinfo,
    *,
    discussed: DiscussedPapers = NOTHING_DISCUSSED,
    materials: Sequence[FoundMaterial] = (),
) -> Message:
    """A page of results without its buttons, the matching words set off. No result says so and what to try.
    `discussed` are papers that the reader's club has discussed, `materials` what its sessions have left that fits."""
    words = shortened(results.question.typed, TITLE_LIMIT)
    title = Heading(text(say.gettext("Search · {words}", words=words)), level=1)
    left = _materials(materials, say)
    if not results.hits and left:
        return Message((title, *left))
    if not results.hits:
        return Message((title, Paragraph(text(_nothing(words, say)))))
    return Message((title, *left, *_found(results, say, zone, discussed)))


def passage_of(results: SearchResults, item: Item) -> Snippet:
    """The passage of an item that shows most of what was asked for."""
    return _passage(Highlighter(analyser(), results.plan), item)


def _found(results: SearchResults, say: Translator, zone: tzinfo, discussed: DiscussedPapers) -> Iterator[Block]:
    highlighter = Highlighter(analyser(), results.plan)
    first = (results.page - 1) * PAGE_SIZE + 1
    entries = [_result(hit, highlighter, say, zone, discussed) for hit in results.hits]
    whole = sum(hit.complete for hit in results.hits)
    yield Paragraph(text(_counted(results, say)))
    if whole:
        yield ListBlock(tuple(entries[:whole]), start=first)
    if whole < len(entries):
        yield Paragraph(text(_some_of_the_words(results, say), italic=True))
        yield ListBlock(tuple(entries[whole:]), start=first + whole)


def _result(
    hit: StoryHit, highlighter: Highlighter, say: Translator, zone: tzinfo, discussed: DiscussedPapers
) -> tuple[Line, ...]:
    item = hit.items[0]
    title = item_title(item)
    target = item.url or next((link.url for link in item.links), None) or item.document_url
    found = _passage(highlighter, item)
    session = discussed_of([paper for one in hit.items for paper in one.papers], discussed)
    lines = [
        _set_off(title, highlighter.highlights(title, item.language), url=target),
        _set_off(found.text, found.spans) if item.title else (),
        source_line(item, say, zone, language=True),
        _others(hit, say),
        discussed_line(session, say) if session else (),
    ]
    return tuple(line for line in lines if line)


def _passage(highlighter: Highlighter, item: Item) -> Snippet:
    passage = short_addresses(item.text or item.original_text or "")
    return highlighter.snippet(passage, item.language, limit=SNIPPET_LIMIT)


def _nothing(words: str, say: Translator) -> str:
    return say.gettext(
        "Nothing fits “{words}”. Try fewer words, another spelling or the English name; "
        "/digest week shows what is new, /sources what I read.",
        words=words,
    )


def _some_of_the_words(results: SearchResults, say: Translator) -> str:
    if results.whole:
        return say.gettext("These have only some of the words:")
    return say.gettext("Nothing has all of these words. These have some of them:")


def _materials(found: Sequence[FoundMaterial], say: Translator) -> list[Block]:
    """What sessions of the reader's club have left."""
    if not found:
        return []
    entries = tuple(
        (material_line(one.material, say), text(numbered_title(one.session, say), italic=True)) for one in found
    )
    return [Heading(text(say.gettext("From the club's sessions"))), ListBlock(entries)]


def _others(hit: StoryHit, say: Translator) -> Line:
    """That others cover the story, too, and in which languages."""
    others = hit.items[1:]
    if not others:
        return ()
    tags = dict.fromkeys((item.language or "").partition("-")[0] for item in others)
    names = [say.language_name(tag) for tag in tags if tag][:MOST_LANGUAGES]
    words = say.ngettext("{number} more edition", "{number} more editions", len(others))
    return text(f"{words}: {', '.join(names)}" if names else words, italic=True)


def _set_off(value: str, spans: Sequence[tuple[int, int]], *, url: str | None = None) -> Line:
    """The text with the spans in bold."""
    runs, at = [], 0
    for start, end in spans:
        runs += [Text(value[at:start], url=url), Text(value[start:end], bold=True, url=url)]
        at = end
    return tuple(run for run in [*runs, Text(value[at:], url=url)] if run.text)


def _counted(results: SearchResults, say: Translator) -> str:
    number = results.whole or results.total
    words = say.ngettext("{number} result", "{number} results", number)
    if not results.exact:
        words = say.gettext("more than {number} results", number=say.number(number))
    if results.pages > 1:
        words += " · " + say.gettext("page {page} of {pages}", page=results.page, pages=results.pages)
    return words
