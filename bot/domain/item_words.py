"""The words of an item: what an index is given of it that follows from the item alone.

They can be taken wherever the item is read, also in another process, and go along with it. Whoever stores it uses what
came along only where it would take the same words itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import attrgetter

from bot.domain.analysis import VERSION, Analyser, Analysis
from bot.domain.documents import ParsedSource
from bot.domain.items import ItemWords, ParsedItem
from bot.domain.links import link_key
from bot.domain.matching import FACET, facet_token
from bot.domain.papers import PaperId
from bot.domain.question import Has

_SHOWN_AS_PDF = frozenset(("arxiv", "acl", "openreview"))
_REPOSITORY = re.compile(r"(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|huggingface\.co)/([^/?#]+/[^/?#]+)")
_NO_OWNER = frozenset(("papers", "blog", "docs", "spaces", "datasets", "features", "topics", "orgs", "about"))
_ORIGINAL_LANGUAGE = "en"  # of which issues are translations; words in other scripts are told by these

_TAKEN_OF = attrgetter("title", "text", "original_text", "language", "authors", "papers", "url", "links", "code")


def add_words(analyser: Analyser, parsed: ParsedSource) -> ParsedSource:
    """The same, each item with its words."""
    documents = [
        replace(document, items=tuple(replace(item, words=words_of(analyser, item)) for item in document.items))
        for document in parsed.documents
    ]
    return replace(parsed, documents=tuple(documents))


def words_of(analyser: Analyser, item: ParsedItem) -> ItemWords:
    """The words of an item: those that came along with it where they are still right, else taken now."""
    return _kept(item) or _taken(analyser, item)


def link_keys(item: ParsedItem) -> tuple[str, ...]:
    """What an item is looked up by: all links of it in the spelling of `link_key`, each once."""
    words = _kept(item)
    return words.links if words else _link_keys(item)


def _kept(item: ParsedItem) -> ItemWords | None:
    words = item.words
    # Mostly a look at whether it is the same object: what came from another process together is still shared.
    if words is None or words.version != VERSION or words.taken_of != _TAKEN_OF(item):
        return None
    return words


def _taken(analyser: Analyser, item: ParsedItem) -> ItemWords:
    title = analyser.text(item.title or "", item.language)
    body = analyser.text(item.text, item.language)
    original = analyser.text(item.original_text or "", _ORIGINAL_LANGUAGE)
    links = _link_keys(item)
    repositories = tuple(dict.fromkeys(filter(None, map(_repository, links))))
    authors = [analyser.names([author]) for author in item.authors]
    names = analyser.names(_names(item.papers, repositories, links))
    return ItemWords(
        version=VERSION,
        taken_of=_TAKEN_OF(item),
        links=links,
        length=len(body.stems),
        title=row_of((*title.stems, *_apart(title.forms))),
        names=row_of((*_parted(authors), *names.stems, *_forms(*authors, names))),
        body=row_of(body.stems),
        original=row_of(original.stems),
        forms=row_of(tuple(_forms(title, body, original))),
        facets=tuple(_facets(item, links, has_code=bool(repositories))),
    )


def row_of(tokens: tuple[str, ...]) -> str:
    """Tokens parted and framed by one space, "" where there are none."""
    return f" {' '.join(tokens)} " if tokens else ""


def _link_keys(item: ParsedItem) -> tuple[str, ...]:
    urls = [*([item.url] if item.url else []), *(link.url for link in item.links), *([item.code] if item.code else [])]
    return tuple(dict.fromkeys(map(link_key, urls)))


def _apart(forms: Iterable[str]) -> Iterator[str]:
    """Forms behind the words of a title, so that none of them stands in a row with another."""
    for form in forms:
        yield FACET
        yield form


def _parted(names: Iterable[Analysis]) -> Iterator[str]:
    """Names behind each other, so that the end of one and the beginning of the next are no name."""
    for name in names:
        yield from name.stems
        yield FACET


def _forms(*analyses: Analysis) -> dict[str, None]:
    return {form: None for analysis in analyses for form in analysis.forms}


def _names(papers: Iterable[PaperId], repositories: Iterable[str], links: Iterable[str]) -> Iterator[str]:
    """Identifiers and what else goes by a name."""
    for paper in papers:
        yield paper.scheme
        yield paper.value
    for repository in repositories:
        yield repository
        yield repository.partition("/")[2]
    hosts = dict.fromkeys(link.partition("/")[0].partition(":")[0] for link in links)
    yield from dict.fromkeys(name for host in hosts for name in _names_of_host(host))


def _names_of_host(host: str) -> Iterator[str]:
    """What a host is called: "parl.ai" and all of its pages are named Parl, and are no more about AI than others."""
    labels = host.split(".")
    yield ".".join(labels[:-1])
    yield "".join(labels)
    yield "".join(labels[-2:])


def _repository(link: str) -> str | None:
    """The owner and the name ("google/jax") of the repository or model that a link leads into."""
    found = _REPOSITORY.match(link)
    return found[1] if found and found[1].partition("/")[0] not in _NO_OWNER else None


def _facets(item: ParsedItem, links: Iterable[str], *, has_code: bool) -> Iterator[str]:
    if item.code or has_code:
        yield facet_token("has", Has.CODE)
    if any(link.endswith(".pdf") for link in links) or any(one.scheme in _SHOWN_AS_PDF for one in item.papers):
        yield facet_token("has", Has.PDF)
