"""How an item looks before any platform: the parts that digests and results share, and the whole item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from bot.domain.items import Item, Link
from bot.domain.links import is_code
from bot.domain.messages import Block, Heading, Inline, Line, ListBlock, Message, Paragraph, Text, text
from bot.domain.papers import address
from bot.domain.sections import Section
from bot.domain.text import cut, lead, sentences
from bot.locales import N_, Translator

TITLE_LIMIT = 200
SOURCE_LIMIT = 60
ITEM_PAGE = 3_000
"""Characters of an item on a page: with its head and links it stays one message on both platforms (4096)."""
LINKS_SHOWN = 12

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


def item_title(item: Item) -> str:
    """What to call an item: its title, else how its text begins."""
    return cut(item.title or lead(item.text, item.language, sentences=1, limit=90), TITLE_LIMIT)


def source_line(item: Item, say: Translator, zone: tzinfo, *, language: bool = False) -> Line:
    """Where and when an item appeared, as a link to it where there is one."""
    moment = item.published_at or item.first_seen_at
    words = [cut(item.source_title, SOURCE_LIMIT), say.date(moment.astimezone(zone).date())]
    if language and item.language:
        words.append(say.language_name(item.language))
    return text(" · ".join(words), italic=True, url=item.url or item.document_url)


def resource_links(item: Item, say: Translator) -> list[Text]:
    """Links to the papers and the code of an item, none of them twice."""
    _ = say.gettext
    papers = item.papers[:3]
    labels = [_("paper")] if len(papers) == 1 else [_("paper {number}", number=n) for n in range(1, len(papers) + 1)]
    links = [Text(f"📄 {label}", url=address(paper)) for label, paper in zip(labels, papers, strict=True)]
    code = item.code or next((link.url for link in item.links if is_code(link.url)), None)
    if code:
        links.append(Text("💻 " + _("code"), url=code))
    return links


def joined(parts: Sequence[Inline], separator: str = " · ") -> Line:
    """Runs with a separator between them."""
    line: list[Inline] = []
    for part in parts:
        line += [Text(separator), part] if line else [part]
    return tuple(line)


def item_pages(item: Item) -> tuple[str, ...]:
    """The text of an item in pages of at most ITEM_PAGE characters, parted at paragraphs, else at sentences."""
    pages: list[str] = []
    for paragraph in item.text.split("\n\n"):
        pieces = [paragraph] if len(paragraph) <= ITEM_PAGE else sentences(paragraph, item.language)
        for number, piece in enumerate(pieces):
            separator = " " if number else "\n\n"
            for part in _slices(piece):
                if pages and len(pages[-1]) + len(separator) + len(part) <= ITEM_PAGE:
                    pages[-1] += separator + part
                else:
                    pages.append(part)
    return tuple(pages) or ("",)


def item_message(item: Item, page: str, say: Translator, zone: tzinfo, *, first: bool, last: bool) -> Message:
    """A page of a whole item: its head on the first page, its links on the last."""
    _ = say.gettext
    target = item.url or item.document_url
    blocks: list[Block] = [Heading(text(item_title(item), url=target), level=1)]
    if first:
        if item.authors:
            blocks.append(Paragraph(text(cut(", ".join(item.authors), TITLE_LIMIT), italic=True)))
        about = [Text(section_label(item.section, say)), *source_line(item, say, zone, language=True)]
        blocks.append(Paragraph(joined(about)))
    blocks += [Paragraph(text(paragraph)) for paragraph in page.split("\n\n") if paragraph]
    if last:
        resources = resource_links(item, say)
        if resources:
            blocks.append(Paragraph(joined(resources)))
        others = [link for link in item.links if link.url not in {run.url for run in resources}][:LINKS_SHOWN]
        if others:
            blocks.append(Heading(text(_("Links"))))
            blocks.append(ListBlock(tuple((text(_link_label(link), url=link.url),) for link in others)))
    return Message(tuple(blocks))


def _slices(piece: str) -> list[str]:
    return [piece[at : at + ITEM_PAGE] for at in range(0, len(piece), ITEM_PAGE)]


def _link_label(link: Link) -> str:
    return cut(link.text.strip() or link.url.removeprefix("https://").removeprefix("http://"), 80)
