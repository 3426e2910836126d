"""arXiv's own word on papers: title, authors and abstract, from its API.

https://info.arxiv.org/help/api/user-manual.html · its terms (https://info.arxiv.org/help/api/tou.html) ask for one
request every three seconds and one connection at a time. Its answers are feeds, and what is wrong comes as one too, or
as a line of text, with status 200.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from bot.domain.documents import NotModified, ParsedDocument, ParsedSource
from bot.domain.errors import FetchFailed, ReadError
from bot.domain.papers import PaperFacts, PaperId, paper_of
from bot.domain.sources import SourceKind
from bot.domain.text import cut
from bot.readers.politeness import Politeness
from bot.readers.tex import plain_tex
from bot.services.ports import DocumentReader, Fetcher

PAUSE = 3.0
"""Seconds between the beginnings of two requests."""
AT_ONCE = 50
"""Papers in one request: their numbers make an address of about 1,000 characters."""
LONGEST_TITLE = 500
LONGEST_NAME = 100
LONGEST_ABSTRACT = 4_000
MOST_AUTHORS = 100
"""Some papers have thousands."""

_ERRORS = re.compile(r"arxiv\.org/api/errors", re.I)


class ArxivLookup:
    """Implements PaperLookup for papers with an arXiv id."""

    def __init__(
        self, fetcher: Fetcher, reader: DocumentReader, address: str, *, politeness: Politeness | None = None
    ) -> None:
        """`address` is the API's, without a question."""
        self._fetcher = fetcher
        self._reader = reader
        self._address = address
        self._politeness = politeness or Politeness(per_host=1, overall=1, pause=PAUSE)

    def knows(self, paper: PaperId) -> bool:
        """Whether it can be asked for such a paper."""
        return paper.scheme == "arxiv"

    async def look_up(self, papers: Sequence[PaperId]) -> Mapping[PaperId, PaperFacts]:
        """What arXiv says of these, the first AT_ONCE of them; a paper that it has nothing of is left out. Waits for
        its turn. May be repeated. Raises FetchError and ReadError."""
        asked = [paper for paper in papers if self.knows(paper)][:AT_ONCE]
        if not asked:
            return {}
        names = ",".join(paper.value for paper in asked)
        query = urlencode({"id_list": names, "max_results": len(asked)}, safe=",/")
        async with self._politeness.turn(self._address):
            raw = await self._fetcher.fetch(f"{self._address}?{query}")
        if isinstance(raw, NotModified):
            raise FetchFailed("arXiv answered that nothing has changed, though it was not asked that.")
        found = _facts(await self._reader.read(raw, kind=SourceKind.FEED, language="en"))
        return {paper: found[paper] for paper in asked if paper in found}


def _facts(feed: ParsedSource) -> dict[PaperId, PaperFacts]:
    if any(_ERRORS.search(document.guid) for document in feed.documents):
        raise ReadError("arXiv refused the question.")
    found: dict[PaperId, PaperFacts] = {}
    for document in feed.documents:
        paper = paper_of(document.guid) or paper_of(document.url or "")
        facts = _told(document)
        if paper is not None and facts is not None:
            found.setdefault(paper, facts)
    return found


def _told(document: ParsedDocument) -> PaperFacts | None:
    """What an entry tells, None where it has not even a title."""
    item = document.items[0] if document.items else None
    title = _line(document.title or "", LONGEST_TITLE)
    if item is None or not title:
        return None
    authors = tuple(filter(None, (_line(name, LONGEST_NAME) for name in item.authors[:MOST_AUTHORS])))
    return PaperFacts(title, authors, _line(item.text, LONGEST_ABSTRACT))


def _line(text: str, limit: int) -> str:
    """One line of it: titles and abstracts come with the line breaks of their authors."""
    return cut(plain_tex(" ".join(text.split())), limit)
