"""How a page of a digest looks before any platform."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from itertools import groupby

from bot.domain.digests import DigestPage
from bot.domain.items import Item
from bot.domain.messages import Block, Heading, Line, ListBlock, Message, Paragraph, Text, text
from bot.domain.text import lead
from bot.locales import Translator
from bot.services.item_message import (
    SOURCE_LIMIT,
    item_title,
    joined,
    resource_links,
    section_label,
    short_addresses,
    shorten,
    with_links,
)

LEAD_LIMIT = 280


def digest_message(digest: DigestPage, say: Translator, zone: tzinfo) -> Message:
    """A page of a digest without its buttons. An empty digest says so, and when there was something last."""
    _ = say.gettext
    title = Heading(text(_("Digest · {days}", days=_days(digest, say, zone))), level=1)
    if not digest.total:
        return Message((title, Paragraph(text(_nothing(digest, say, zone)))))
    blocks: list[Block] = [title, Paragraph(text(_summary(digest, say)))]
    number = digest.first_number
    for section, items in groupby(digest.items, key=lambda item: item.section):
        entries = [_entry(item, say) for item in items]
        blocks += [Heading(text(section_label(section, say))), ListBlock(tuple(entries), start=number)]
        number += len(entries)
    return Message(tuple(blocks))


def _entry(item: Item, say: Translator) -> tuple[Line, ...]:
    summary = shorten(lead(short_addresses(item.text), item.language, sentences=2, limit=LEAD_LIMIT), LEAD_LIMIT)
    target = item.url or next((link.url for link in item.links), None) or item.document_url
    links = resource_links(item, say)
    source = Text(shorten(item.source_title, SOURCE_LIMIT), italic=True, url=item.document_url)
    last = joined([*links, source])
    if item.title:
        first: Line = (Text(item_title(item), bold=True, url=target),)
        return (first, with_links(summary, item.text), last) if summary else (first, last)
    return (text(summary, url=target), last)


def _summary(digest: DigestPage, say: Translator) -> str:
    items = say.ngettext("{number} item", "{number} items", digest.total)
    documents = say.ngettext("from {number} issue or post", "from {number} issues and posts", digest.documents)
    words = say.gettext("{items} {documents}", items=items, documents=documents)
    if digest.pages > 1:
        words += " · " + say.gettext("page {page} of {pages}", page=digest.page, pages=digest.pages)
    return words


def _nothing(digest: DigestPage, say: Translator, zone: tzinfo) -> str:
    _ = say.gettext
    if digest.newest is None:
        if digest.filter.section or digest.filter.language:
            return _("There is nothing that fits. Try it without a section or a language.")
        return _("I have not read anything yet. /sources shows what I read and when.")
    last = say.date(digest.newest.astimezone(zone).date())
    return _("Nothing appeared then. The newest that I have is from {day}.", day=last)


def _days(digest: DigestPage, say: Translator, zone: tzinfo) -> str:
    first = digest.window.start.astimezone(zone).date()
    last = (digest.window.end - timedelta(seconds=1)).astimezone(zone).date()
    days = say.date(first) if first == last else say.days(first, last)
    chosen = [section_label(digest.filter.section, say)] if digest.filter.section else []
    chosen += [say.language_name(digest.filter.language)] if digest.filter.language else []
    return " · ".join([days, *chosen])
