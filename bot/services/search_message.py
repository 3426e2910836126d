"""How a page of search results looks before any platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from bot.domain.discussed import Discussed, DiscussedPapers, discussed_of_item
from bot.domain.items import Item
from bot.domain.messages import Block, Heading, Line, ListBlock, Message, Paragraph, Text, text
from bot.domain.search import Query, highlights, snippet
from bot.domain.summary import shortened
from bot.locales import Translator
from bot.services.club_findings import NOTHING_DISCUSSED, FoundMaterial
from bot.services.item_message import TITLE_LIMIT, discussed_line, item_title, short_addresses, source_line
from bot.services.material_message import material_line
from bot.services.search import PAGE_SIZE, SearchResults
from bot.services.session_message import numbered_title

SNIPPET_LIMIT = 240


def search_message(
    results: SearchResults,
    words: str,
    say: Translator,
    zone: tzinfo,
    *,
    discussed: DiscussedPapers = NOTHING_DISCUSSED,
    materials: Sequence[FoundMaterial] = (),
) -> Message:
    """A page of results without its buttons, the matching words set off. No result says so and what to try.
    `discussed` are papers that the reader's club has discussed, `materials` what its sessions have left that fits."""
    _ = say.gettext
    title = Heading(text(_("Search · {words}", words=shortened(words, TITLE_LIMIT))), level=1)
    left = _materials(materials, say)
    if not results.hits and left:
        return Message((title, *left))
    if not results.hits:
        advice = _(
            "Nothing fits “{words}”. Try fewer words, another spelling or the English name; "
            "/digest week shows what is new, /sources what I read.",
            words=shortened(words, TITLE_LIMIT),
        )
        return Message((title, Paragraph(text(advice))))
    blocks: list[Block] = [title, *left, Paragraph(text(_found(results, say)))]
    if results.loose:
        blocks.append(Paragraph(text(_("Nothing has all of these words. These have some of them:"), italic=True)))
    entries = tuple(
        _result(hit.item, results.query, say, zone, discussed_of_item(hit.item, discussed)) for hit in results.hits
    )
    blocks.append(ListBlock(entries, start=(results.page - 1) * PAGE_SIZE + 1))
    return Message(tuple(blocks))


def _materials(found: Sequence[FoundMaterial], say: Translator) -> list[Block]:
    """What sessions of the reader's club have left."""
    if not found:
        return []
    entries = tuple(
        (material_line(one.material, say), text(numbered_title(one.session, say), italic=True)) for one in found
    )
    return [Heading(text(say.gettext("From the club's sessions"))), ListBlock(entries)]


def _result(item: Item, query: Query, say: Translator, zone: tzinfo, discussed: Discussed | None) -> tuple[Line, ...]:
    title = item_title(item)
    target = item.url or next((link.url for link in item.links), None) or item.document_url
    found = snippet(short_addresses(item.text or item.original_text or ""), query, limit=SNIPPET_LIMIT)
    lines = [
        _set_off(title, highlights(title, query), url=target),
        _set_off(found.text, found.spans) if item.title else (),
        source_line(item, say, zone, language=True),
        discussed_line(discussed, say) if discussed else (),
    ]
    return tuple(line for line in lines if line)


def _set_off(value: str, spans: Sequence[tuple[int, int]], *, url: str | None = None) -> Line:
    """The text with the spans in bold."""
    runs, at = [], 0
    for start, end in spans:
        runs += [Text(value[at:start], url=url), Text(value[start:end], bold=True, url=url)]
        at = end
    return tuple(run for run in [*runs, Text(value[at:], url=url)] if run.text)


def _found(results: SearchResults, say: Translator) -> str:
    words = say.ngettext("{number} result", "{number} results", results.total)
    if not results.exact:
        words = say.gettext("more than {number} results", number=say.number(results.total))
    if results.pages > 1:
        words += " · " + say.gettext("page {page} of {pages}", page=results.page, pages=results.pages)
    return words
