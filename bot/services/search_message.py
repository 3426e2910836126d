"""How a page of search results looks before any platform."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from bot.domain.discussed import DiscussedPapers, discussed_of
from bot.domain.items import Item
from bot.domain.messages import Block, Heading, Line, ListBlock, Message, Paragraph, Text, text
from bot.domain.question import Facet, Filter, Mine
from bot.domain.question_signs import straight
from bot.domain.question_tree import identities, is_condition
from bot.domain.snippets import Highlighter, Snippet
from bot.domain.story_links import links_of, target_of
from bot.domain.summary import shortened
from bot.domain.text import utf16_length
from bot.locales import Translator
from bot.services.club_findings import FoundMaterial
from bot.services.item_message import behind_title, discussed_line, item_title, source_line
from bot.services.material_message import material_line
from bot.services.one_message import in_one_message
from bot.services.retry_message import neither_told
from bot.services.search import PAGE_SIZE, SearchResults, StoryHit
from bot.services.search_filters import can_be_widened
from bot.services.search_head import NOTHING_KNOWN, Known, search_head
from bot.services.session_message import numbered_title
from bot.services.story_message import also_line
from storage.stemming import analyser

# With these a page of results is one message on both platforms (4096 UTF-16 units, 80 entities), so that pages turn in
# place.
TITLE_LIMIT = 140
WORDS_LIMIT = 80
SNIPPET_LIMIT = 200
MOST_IN_TITLE, MOST_IN_PASSAGE = 3, 4
"""How many matches are set off."""
LONGEST_REPEATED = 60
"""Characters of an address: on Discord it stands there again for each part of a title."""
MOST_EDITIONS = 3
"""Sources of other editions that are named under a result."""


def search_message(
    results: SearchResults,
    say: Translator,
    zone: tzinfo,
    *,
    known: Known = NOTHING_KNOWN,
    materials: Sequence[FoundMaterial] = (),
) -> Message:
    """A page of results without its buttons, the matching words set off. No result says so and what to try.
    `materials` is what sessions of the reader's club have left that fits."""
    typed = (results.retry.instead_of if results.retry else results.question).typed
    words = shortened(typed, WORDS_LIMIT)
    title = Heading(text(say.gettext("Search · {words}", words=words)), level=1)
    head = search_head(results, known, say)
    left = _materials(materials, say)
    if results.hits:
        left += _found(results, say, zone, known.discussed)
    return in_one_message(Message((title, *head, *(left or _nothing(results, known, words, say)))))


def similar_message(
    results: SearchResults, story: Item, say: Translator, zone: tzinfo, *, known: Known = NOTHING_KNOWN
) -> Message:
    """A page of stories like the one that an item tells, without its buttons."""
    name = shortened(item_title(story), TITLE_LIMIT)
    title = Heading(text(say.gettext("Like “{title}”", title=name)), level=1)
    if not results.hits:
        nothing = say.gettext("I know of nothing like it. /search looks for words.")
        return Message((title, Paragraph(text(nothing))))
    return in_one_message(Message((title, *_found(results, say, zone, known.discussed))))


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
        if results.whole:
            yield Paragraph(text(say.gettext("These have only some of the words:"), italic=True))
        yield ListBlock(tuple(entries[whole:]), start=first + whole)


def _result(
    hit: StoryHit, highlighter: Highlighter, say: Translator, zone: tzinfo, discussed: DiscussedPapers
) -> tuple[Line, ...]:
    item, *others = hit.items
    title = shortened(item_title(item), TITLE_LIMIT)
    target = target_of(item, links_of(hit.items))
    most = MOST_IN_TITLE if len(target or "") <= LONGEST_REPEATED else 0
    found = _passage(highlighter, item)
    session = discussed_of([paper for one in hit.items for paper in one.papers], discussed)
    lines = [
        _set_off(title, highlighter.highlights(title, item.language)[:most], url=target),
        _set_off(found.text, found.spans[:MOST_IN_PASSAGE]),
        source_line(item, say, zone, language=True),
        also_line(others, others[0], say, most=MOST_EDITIONS) if others else (),
        discussed_line(session, say) if session else (),
    ]
    return tuple(line for line in lines if line)


def _passage(highlighter: Highlighter, item: Item) -> Snippet:
    """The passage in at most SNIPPET_LIMIT UTF-16 units, of what the title does not say already."""
    passage = behind_title(item)
    found = highlighter.snippet(passage, item.language, limit=SNIPPET_LIMIT)
    if utf16_length(found.text) > SNIPPET_LIMIT:
        found = highlighter.snippet(passage, item.language, limit=SNIPPET_LIMIT // 2)
    return found


def _nothing(results: SearchResults, known: Known, words: str, say: Translator) -> list[Block]:
    """That there is nothing, and what to try."""
    question, words = results.question, straight(words)
    lines = []
    if identities(question) and not any(one.stories for one in known.covered):
        lines.append(say.gettext("I have read nothing about it. A part of its title in words may find what is near."))
    elif Filter(Facet.IS, Mine.SAVED) in question.root.parts:
        lines.append(say.gettext("You have saved nothing that fits. ☆ Save, below an opened result, puts it aside."))
    elif can_be_widened(question):
        lines.append(
            say.gettext(
                "Nothing fits “{words}”. Without the filters there may be more; /help search says what can be asked.",
                words=words,
            )
        )
    elif all(map(is_condition, question.root.parts)):  # there are no words to be put otherwise
        lines.append(say.gettext("Nothing fits “{words}”. /help search says what can be asked.", words=words))
    else:
        lines.append(
            say.gettext(
                "Nothing fits “{words}”. Try fewer words, another spelling or the English name; "
                "/digest week shows what is new, /sources what I read.",
                words=words,
            )
        )
    said: list[Line] = list(map(text, lines))
    if results.suggestion:
        said.insert(1, neither_told(results.suggestion, say))
    return [Paragraph(line) for line in said]


def _materials(found: Sequence[FoundMaterial], say: Translator) -> list[Block]:
    """What sessions of the reader's club have left."""
    if not found:
        return []
    entries = tuple(
        (material_line(one.material, say), text(numbered_title(one.session, say), italic=True)) for one in found
    )
    return [Heading(text(say.gettext("From the club's sessions"))), ListBlock(entries)]


def _set_off(value: str, spans: Sequence[tuple[int, int]], *, url: str | None = None) -> Line:
    """The text with the spans in bold."""
    runs, at = [], 0
    for start, end in _joined(value, spans):
        runs += [Text(value[at:start], url=url), Text(value[start:end], bold=True, url=url)]
        at = end
    return tuple(run for run in [*runs, Text(value[at:], url=url)] if run.text)


def _joined(value: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans, those that only a space parts as one: a link that is but a space would show its address."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not value[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _counted(results: SearchResults, say: Translator) -> str:
    """How many results there are, and which page of them this is. What has only some of the words is not counted: there
    may be many more than are shown."""
    words = _how_many(results, say)
    if results.pages > 1:
        words += " · " + say.gettext("page {page} of {pages}", page=results.page, pages=results.pages)
    return words


def _how_many(results: SearchResults, say: Translator) -> str:
    number = results.whole
    if not number:
        return say.gettext("Nothing has all of these words, but these have some")
    if not results.exact:
        return say.gettext("More than {number} results", number=say.number(number))
    if number < results.total:  # others follow, on these pages
        return say.ngettext("{number} result with all the words", "{number} results with all the words", number)
    return say.ngettext("{number} result", "{number} results", number)
