"""How an item looks before any platform: the parts that digests and results share, and the whole item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.domain.discussed import Discussed
from bot.domain.items import Item, Link
from bot.domain.messages import Block, Heading, Inline, Line, ListBlock, Message, Paragraph, Text, text
from bot.domain.papers import address
from bot.domain.sections import Section
from bot.domain.summary import shortened
from bot.domain.text import graphemes, is_visible, lead, sentences, utf16_length
from bot.locales import N_, Translator

TITLE_LIMIT = 200
SOURCE_LIMIT = 60
ITEM_PAGE = 2_600
"""How much of an item is on a page. With its head and links it stays one message on both platforms (4096), so that
pages turn in place. As all limits here it counts in UTF-16 units, as Telegram does."""
LINKS_SHOWN = 12
LINK_LIMIT = 60

_BRACKETED = r"\([^\s<>()]*\)"
# Up to what ends the sentence or the brackets around it.
_ADDRESS = re.compile(
    rf"""https?://(?:{_BRACKETED}|[^\s<>"«»“”()（）【】，。；、])*(?:{_BRACKETED}|[^\s<>"«»“”()（）【】，。；、.,;:!?…'*`])""",
    re.IGNORECASE,
)
_WORD = re.compile(r"\s*\S+")
_ENDS = ".!?…:。！？："
"""What a title ends with, or what follows one that a text begins with."""

SECTION_LABELS = {
    Section.TOP_STORIES: ("📰", N_("Top stories")),
    Section.PUBLICATIONS: ("📙", N_("Publications")),
    Section.CREATIVITY_SOCIETY: ("🎨", N_("Creativity and society")),
    Section.TOOLS_DATASETS: ("⚙️", N_("Tools and datasets")),
    Section.ETHICS: ("🚨", N_("Ethics")),
    Section.ARTICLES: ("✍️", N_("Articles")),
    Section.EDUCATION: ("🎓", N_("Education")),
    Section.MENTIONS: ("⭐", N_("Mentions")),
    Section.UPDATES: ("🗞️", N_("Updates")),
    Section.STAY_INFORMED: ("🔔", N_("Stay informed")),
    Section.OTHER: ("📌", N_("More")),
}


def section_label(section: Section, say: Translator) -> str:
    """The name of a section as readers see it, with its emoji."""
    emoji, label = SECTION_LABELS[section]
    return f"{emoji} {say.gettext(label)}"


UNTITLED = "…"
"""What an item is called that has no word to be called by: whatever it is, it can be pressed."""


def item_title(item: Item) -> str:
    """What to call an item: its title, else how its text begins."""
    title = (
        item.title
        if item.title and is_visible(item.title)
        else lead(short_addresses(item.text), item.language, sentences=1, limit=90)
    )
    return shortened(short_addresses(title), TITLE_LIMIT) or UNTITLED


def behind_title(item: Item) -> str:
    """The text of an item, with hosts in place of addresses; without its beginning where that is what the item is
    called, so that both can stand below each other."""
    words, title = short_addresses(item.text), item_title(item)
    line, shown = " ".join(words.split()), " ".join(title.removesuffix("…").split())
    if not shown or not line.startswith(shown):
        return words
    rest = line[len(shown) :]
    if title.endswith("…") or not is_visible(rest):
        return f"… {rest.lstrip()}" if is_visible(rest) else ""
    said_whole = shown[-1] in _ENDS or rest.lstrip()[:1] in _ENDS or words.lstrip()[len(shown) :][:1] == "\n"
    return rest.lstrip(f" {_ENDS}") if said_whole else words


def short_addresses(value: str) -> str:
    """The text with the host in place of each address: a whole one is noise, and a cut one leads nowhere."""
    return _ADDRESS.sub(lambda found: host_of(found[0]) or found[0], value)


def with_links(short: str, value: str) -> Line:
    """A part of the text without its whole addresses, with links where they stood in `value`."""
    line: list[Inline] = []
    at = 0
    for url in _ADDRESS.findall(value):
        host = host_of(url)
        start = short.find(host, at) if host else -1
        if start < 0:
            break
        line += [Text(short[at:start]), Text(host, url=url)]
        at = start + len(host)
    return tuple(run for run in [*line, Text(short[at:])] if not isinstance(run, Text) or run.text)


def host_of(address: str) -> str:
    """The host of an address as people name it, "" where it has none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:  # "http://[" is no address
        return ""


def source_line(item: Item, say: Translator, zone: tzinfo, *, language: bool = False) -> Line:
    """Where and when an item appeared, as a link to it where there is one."""
    moment = item.published_at or item.first_seen_at
    words = [shortened(item.source_title, SOURCE_LIMIT), say.date(moment.astimezone(zone).date())]
    if language and item.language:
        words.append(say.language_name(item.language))
    return text(" · ".join(words), italic=True, url=item.url or item.document_url)


def resource_links(item: Item, say: Translator) -> list[Text]:
    """Links to the papers and the code of an item, none of them twice."""
    _ = say.gettext
    papers = item.papers[:3]
    labels = [_("paper")] if len(papers) == 1 else [_("paper {number}", number=n) for n in range(1, len(papers) + 1)]
    links = [Text(f"📄 {label}", url=address(paper)) for label, paper in zip(labels, papers, strict=True)]
    if item.code:
        links.append(Text("💻 " + _("code"), url=item.code))
    return links


def joined(parts: Sequence[Inline], separator: str = " · ") -> Line:
    """Runs with a separator between them."""
    line: list[Inline] = []
    for part in parts:
        line += [Text(separator), part] if line else [part]
    return tuple(line)


def below_each_other(lines: Iterable[Line]) -> Line:
    """Lines as those of one paragraph."""
    runs: list[Inline] = []
    for line in lines:
        runs += [Text("\n"), *line] if runs else line
    return tuple(runs)


def item_pages(item: Item) -> tuple[str, ...]:
    """The text of an item in pages of at most ITEM_PAGE, parted at paragraphs, else at sentences, words, graphemes."""
    pages: list[str] = []
    room = 0
    for separator, part in _parts(item):
        size = len(separator) + utf16_length(part)
        if pages and size <= room:
            pages[-1] += separator + part
        else:
            pages.append(part)
            room, size = ITEM_PAGE, utf16_length(part)
        room -= size
    return tuple(pages) or ("",)


def discussed_line(discussed: Discussed, say: Translator) -> Line:
    """That the club has discussed a paper, and when."""
    day = say.date(discussed.at.astimezone(ZoneInfo(discussed.zone)).date())
    words = say.gettext("🗣 Discussed in session {number} on {day}", number=discussed.number, day=day)
    return text(words, italic=True)


def item_message(
    item: Item,
    page: str,
    say: Translator,
    zone: tzinfo,
    *,
    first: bool,
    last: bool,
    discussed: Discussed | None = None,
    also: Line = (),
) -> Message:
    """A page of a whole item: its head on the first page, its links on the last. `discussed`: the session in which the
    reader's club has discussed it; `also`: who else covers its story."""
    _ = say.gettext
    target = item.url or item.document_url
    blocks: list[Block] = [Heading(text(item_title(item), url=target), level=1)]
    if first:
        if item.authors:
            blocks.append(Paragraph(text(shortened(", ".join(item.authors), TITLE_LIMIT), italic=True)))
        about = [Text(section_label(item.section, say)), *source_line(item, say, zone, language=True)]
        blocks.append(Paragraph(joined(about)))
        if discussed:
            blocks.append(Paragraph(discussed_line(discussed, say)))
        if also:
            blocks.append(Paragraph(also))
    blocks += [Paragraph(text(paragraph)) for paragraph in page.split("\n\n") if paragraph]
    if last:
        resources = resource_links(item, say)
        if resources:
            blocks.append(Paragraph(joined(resources)))
        others = [link for link in item.links if link.url not in {run.url for run in resources}]
        if others:
            blocks.append(Heading(text(_("Links"))))
            shown = others[:LINKS_SHOWN]
            blocks.append(ListBlock(tuple((text(_link_label(link), url=link.url),) for link in shown)))
        if len(others) > LINKS_SHOWN:
            more = len(others) - LINKS_SHOWN
            blocks.append(Paragraph(text(say.ngettext("and {number} more", "and {number} more", more))))
    return Message(tuple(blocks))


def _parts(item: Item) -> Iterator[tuple[str, str]]:
    """The text in parts that fit on a page, each with what stands before it unless it begins a page."""
    for paragraph in item.text.split("\n\n"):
        fits = utf16_length(paragraph) <= ITEM_PAGE
        for number, piece in enumerate([paragraph] if fits else sentences(paragraph, item.language)):
            for again, part in enumerate(_slices(piece)):
                yield "" if again else " " if number else "\n\n", part


def _slices(piece: str) -> Iterator[str]:
    """The piece, or what it must be taken apart into in order to fit on pages."""
    if utf16_length(piece) <= ITEM_PAGE:
        return iter([piece])
    return _filled(part for word in _WORD.findall(piece) for part in _letters(word))


def _letters(word: str) -> Iterable[str]:
    """The word; one that fills pages as its graphemes, and a grapheme that does so at any place."""
    if utf16_length(word) <= ITEM_PAGE:
        return [word]
    step = ITEM_PAGE // 2
    return (part[at : at + step] for part in graphemes(word) for at in range(0, len(part), step))


def _filled(parts: Iterable[str]) -> Iterator[str]:
    """The parts put together again, each time as many as fit on a page."""
    kept: list[str] = []
    room = ITEM_PAGE
    for part in parts:
        if utf16_length(part) > room:
            yield "".join(kept)
            kept, room = [], ITEM_PAGE
        kept.append(part)
        room -= utf16_length(part)
    yield "".join(kept)


def _link_label(link: Link) -> str:
    """The words that carry a link and where it leads: "take" alone says nothing."""
    host = host_of(link.url)
    words = short_addresses(" ".join(link.text.split()))
    if not words:
        return shortened(link.url.partition("://")[2], LINK_LIMIT)
    if host in words:
        return shortened(words, LINK_LIMIT)
    return f"{shortened(words, LINK_LIMIT - 24)} · {shortened(host, 24)}"
