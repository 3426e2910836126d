"""The text of a page without its chrome: navigation, sharing, comments, related posts, advertising, forms.

Found by where the text is: the element that holds most of the running text and the headings of sections is the article;
in it, what is mostly links to the page's own site is chrome. What elements are called is believed only where the
names are common ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.domain.links import clean_url
from bot.domain.sections import classify
from bot.readers.blocks import Block, one_line
from bot.readers.html_blocks import BLOCK_TAGS, HEADINGS, blocks_of, is_unreadable, walk
from bot.readers.labels import comparable

_HEADING_WEIGHT = 400  # letters of running text that a section's heading is worth
_HEADINGS_LEAST = 3
_DOMINATES = 0.7
_CHROME_TAGS = frozenset(("nav", "aside", "footer"))
_CHROME_ROLES = frozenset(("navigation", "banner", "complementary", "contentinfo", "search", "dialog", "alert"))
_CHROME_NAMES = re.compile(
    r"(?:^|[\s_-])(?:ads?|advert\w*|sponsor\w*|promo\w*|banner|share|sharing|social|comments?|commentlist|disqus|respond|related|recommend\w*|sidebar"
    r"|subscribe\w*|subscription|signup|newsletter-(?:form|signup|box|widget)|toc|table-of-contents|breadcrumbs?|pagination|pager|post-navigation|nav|navbar|menu|cookie\w*|popup|modal"
    r"|footer|copyright|byline|author-(?:box|bio|info|card)|tags|tag-list|meta|post-meta|print|skip-link|screen-reader-text|sr-only|clap\w*|likes?|reactions?|paywall)(?:$|[\s_-])",
    re.I,
)
_SHARE_LINK = re.compile(
    r"(?:twitter|x)\.com/(?:intent|share)|facebook\.com/(?:sharer|share|dialog)|linkedin\.com/(?:share|sharing)|reddit\.com/submit|"
    r"t\.me/share|vk\.com/share|api\.whatsapp|wa\.me/|service\.weibo|pinterest\.\w+/pin|news\.ycombinator\.com/submitlink|getpocket\.com/save|^mailto:",
    re.I,
)
_MOST_OF_THE_TEXT = 0.3
_WRITTEN_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
)
_TOP = 2000  # letters of a page among which a date is its own
_DATE_NAMES = frozenset(
    [
        "article:published_time",
        "og:published_time",
        "datepublished",
        "date",
        "pubdate",
        "publish_date",
        "publishdate",
        "dc.date",
        "dc.date.issued",
        "dcterms.created",
        "parsely-pub-date",
        "sailthru.date",
        "article.published",
        "citation_publication_date",
        "og:article:published_time",
    ]
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its article as blocks, and what its head says about it. `published` is a date as written."""

    blocks: tuple[Block, ...]
    title: str | None
    site: str | None
    url: str | None
    language: str | None
    published: str | None
    feeds: tuple[str, ...]


def read_page(tree: LexborHTMLParser, *, base_url: str | None) -> Page:
    """Take the article out of a page."""
    facts = _facts(tree)
    own = _own_title(tree, facts.get("title") or "")
    title = facts.get("og:title") or facts.get("twitter:title") or own or _short_title(facts.get("title"))
    url = clean_url(facts.get("canonical") or facts.get("og:url") or "", base_url) or base_url
    blocks = article_blocks(tree, host=urlsplit(url).hostname if url else None)
    titles = {one_line(text) for text in (title, own) if text}
    return Page(
        blocks=tuple(block for block in blocks if not (block.level == 1 and one_line(block.text) in titles)),
        title=one_line(title) if title else None,
        site=facts.get("og:site_name"),
        url=url,
        language=facts.get("language"),
        published=facts.get("published") or written_date(_top_text(tree)),
        feeds=_feeds(tree, base_url),
    )


def article_blocks(tree: LexborHTMLParser, *, host: str | None = None) -> list[Block]:
    """The blocks of the page's article."""
    if tree.body is None:
        return []
    weights = _weigh(tree.body, host)
    root = _article(tree.body, weights)
    return blocks_of(root, skip=lambda node: _is_chrome(node, weights, root))


def written_date(text: str) -> str | None:
    """The first date with year, month and day in a text, as written."""
    found = _WRITTEN_DATE.search(text)
    return found[0] if found else None


def _top_text(tree: LexborHTMLParser) -> str:
    """What a visitor reads first, chrome included."""
    parts: list[str] = []
    size = 0
    if tree.body is not None:
        for entering, node in walk(tree.body, skip=is_unreadable):
            if entering and node.is_text_node:
                parts.append(node.text_content or "")
                size += len(parts[-1].strip())
            if size > _TOP:
                break
    return " ".join(parts)


# -- where the text is ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Weight:
    """What an element holds, in letters: running text, links, links that stay on the site or share the page."""

    text: int = 0
    linked: int = 0
    inside: int = 0
    links: int = 0
    headings: int = 0

    @property
    def total(self) -> int:
        return self.text + _HEADING_WEIGHT * self.headings

    def add(self, other: _Weight) -> None:
        self.text += other.text
        self.linked += other.linked
        self.inside += other.inside
        self.links += other.links
        self.headings += other.headings


def _weigh(body: LexborNode, host: str | None) -> dict[int, _Weight]:
    """The weight of each element, by its memory id, in one walk."""
    weights: dict[int, _Weight] = {}
    open_weights = [_Weight()]
    links: list[str] = []
    for entering, node in walk(body, skip=lambda node: is_unreadable(node) or _is_named_chrome(node)):
        if node.is_text_node:
            if entering:
                _weigh_text(open_weights[-1], node.text_content or "", links[-1] if links else None, host)
        elif node.is_element_node and entering:
            open_weights.append(_Weight(headings=int(_announces_section(node))))
            if node.tag == "a":
                links.append(node.attributes.get("href") or "")
                open_weights[-1].links = 1
        elif node.is_element_node:
            weight = open_weights.pop()
            weights[node.mem_id] = weight
            open_weights[-1].add(weight)
            if node.tag == "a":
                links.pop()
    weights[body.mem_id] = open_weights[0]
    return weights


def _weigh_text(weight: _Weight, text: str, link: str | None, host: str | None) -> None:
    size = len("".join(text.split()))
    if link is None:
        weight.text += size
        return
    weight.linked += size
    if _stays_on_site(link, host):
        weight.inside += size


def _stays_on_site(link: str, host: str | None) -> bool:
    if _SHARE_LINK.search(link):
        return True
    try:
        target = urlsplit(link.strip()).hostname
    except ValueError:
        return False
    return target is None or (host is not None and target.removeprefix("www.") == host.removeprefix("www."))


def _announces_section(node: LexborNode) -> bool:
    if node.tag not in ("h1", "h2", "h3", "h4", "h5", "strong", "b"):
        return False
    text = node.text(deep=True)
    return len(text) <= 80 and classify(text) is not None


def _article(body: LexborNode, weights: Mapping[int, _Weight]) -> LexborNode:
    """The smallest element that still holds most of the text and the sections' headings."""
    node = body
    while True:
        here = weights[node.mem_id]
        heaviest = max(_elements(node), key=lambda child: weights.get(child.mem_id, _Weight()).total, default=None)
        if heaviest is None or heaviest.tag not in BLOCK_TAGS or heaviest.tag in ("p", "ul", "ol", "table", "h1", "h2"):
            return node
        there = weights.get(heaviest.mem_id, _Weight())
        if here.headings >= _HEADINGS_LEAST:
            stays = there.headings * 10 >= here.headings * 9
        else:
            stays = there.total >= _DOMINATES * here.total
        if not stays or there.total * 2 < here.total:
            return node
        node = heaviest


def _elements(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        if child.is_element_node:
            yield child
        child = child.next


# -- what is chrome ---------------------------------------------------------------------------------------------------


def _is_chrome(node: LexborNode, weights: Mapping[int, _Weight], root: LexborNode) -> bool:
    if _is_named_chrome(node):
        return True
    if node.tag not in BLOCK_TAGS:
        return False
    weight = weights.get(node.mem_id)
    if weight is None:
        return False
    if weight.text > _MOST_OF_THE_TEXT * weights[root.mem_id].text:
        return False
    if _has_chrome_name(node) and weight.headings == 0:
        return True
    if node.tag == "header":
        return weight.headings == 0
    is_list_of_links = node.tag in ("ul", "ol", "div", "section", "p", "table", "li") and weight.links >= 2
    return (
        is_list_of_links and weight.headings == 0 and weight.inside > 4 * (weight.text + weight.linked - weight.inside)
    )


def _is_named_chrome(node: LexborNode) -> bool:
    """True for elements that are chrome by what HTML itself calls them."""
    if node.tag in _CHROME_TAGS:
        return True
    return (node.attributes.get("role") or "").strip().lower() in _CHROME_ROLES


def _has_chrome_name(node: LexborNode) -> bool:
    attributes = node.attributes
    # The id of a heading is made of its words: "meta-learning" is no chrome.
    given = attributes.get("id") if node.tag not in HEADINGS else None
    names = f"{attributes.get('class') or ''} {given or ''}"
    return bool(_CHROME_NAMES.search(names))


# -- what the head says -----------------------------------------------------------------------------------------------


def _facts(tree: LexborHTMLParser) -> dict[str, str]:
    """What the page says about itself, by names in lower case; the first of a kind wins."""
    facts: dict[str, str] = {}
    for meta in tree.css("meta"):
        name = (
            meta.attributes.get("property") or meta.attributes.get("name") or meta.attributes.get("itemprop") or ""
        ).lower()
        content = (meta.attributes.get("content") or "").strip()
        if name and content:
            facts.setdefault(name, content)
            if name in _DATE_NAMES:
                facts.setdefault("published", content)
    _add(facts, "title", tree.css_first("title"), None)
    _add(facts, "canonical", tree.css_first('link[rel="canonical"]'), "href")
    _add(facts, "language", tree.css_first("html[lang]"), "lang")
    _add_linked_data(facts, tree)
    _add(facts, "published", tree.css_first("time[datetime]"), "datetime")
    _add(facts, "published", tree.css_first("time"), None)
    return facts


def _add(facts: dict[str, str], name: str, node: LexborNode | None, attribute: str | None) -> None:
    if node is None:
        return
    value = node.attributes.get(attribute) if attribute else node.text(deep=True)
    if value and value.strip():
        facts.setdefault(name, value.strip())


def _add_linked_data(facts: dict[str, str], tree: LexborHTMLParser) -> None:
    """The date in the page's JSON-LD (schema.org)."""
    for script in tree.css('script[type="application/ld+json"]'):
        try:
            data = json.loads(script.text(deep=True))
        except (ValueError, RecursionError):
            continue
        things = data if isinstance(data, list) else [data]
        things = [inner for thing in things if isinstance(thing, dict) for inner in (thing, *_graph(thing))]
        for thing in things:
            date = thing.get("datePublished")
            if isinstance(date, str):
                facts.setdefault("published", date)


def _graph(thing: Mapping[str, object]) -> list[dict[str, object]]:
    graph = thing.get("@graph")
    return [inner for inner in graph if isinstance(inner, dict)] if isinstance(graph, list) else []


def _own_title(tree: LexborHTMLParser, title: str) -> str | None:
    """The heading that names the page: one that its title repeats, else its only one of the first level."""
    headings = [one_line(node.text(deep=True)) for node in tree.css("h1")]
    named = next((text for text in headings if text and comparable(text) in comparable(title)), None)
    return named or (headings[0] if len(headings) == 1 else None)


def _short_title(title: str | None) -> str | None:
    """The page's title without the name of the site behind it."""
    return re.split(r"\s+[|·–—]\s+", one_line(title))[0] if title else None


def _feeds(tree: LexborHTMLParser, base_url: str | None) -> tuple[str, ...]:
    links = tree.css('link[rel~="alternate"][href]')
    kinds = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json")
    found = [
        clean_url(link.attributes.get("href") or "", base_url)
        for link in links
        if (link.attributes.get("type") or "").lower() in kinds
    ]
    return tuple(dict.fromkeys(feed for feed in found if feed))
