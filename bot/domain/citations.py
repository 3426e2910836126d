"""Stories as programs that keep literature take them: BibTeX, RIS and CSV."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain import tables
from bot.domain.files import File
from bot.domain.items import Item
from bot.domain.papers import PaperId, address
from bot.domain.story_links import links_of, target_of

# What TeX would take for a command (https://ctan.org/pkg/bibtex). BibTeX counts braces, also those behind a backslash.
_TEX = str.maketrans(
    {char: "\\" + char for char in "#$%&_"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
)
# Addresses and identifiers are taken as they are; only what would unbalance the entry is written otherwise.
_BARE = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})
_AND = re.compile(r"\band\b", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_ARXIV_YEAR = re.compile(r"(?:[a-z.-]+/)?(\d\d)\d\d")
_WORD = re.compile(r"[a-z0-9]+")
_SAYS_LITTLE = frozenset(
    [
        "about",
        "beyond",
        "from",
        "into",
        "over",
        "that",
        "their",
        "this",
        "toward",
        "towards",
        "under",
        "using",
        "what",
        "when",
        "with",
    ]
)


@dataclass(frozen=True, slots=True)
class Citation:
    """A story as literature. What is not known is "".

    `number` is that of no other story, `key` names it readably, though perhaps not alone; neither changes when more
    is written about the story. `year` is the paper's where that is known, `date` (ISO) when the story was told.
    """

    number: int
    key: str
    title: str
    authors: tuple[str, ...]
    year: str
    date: str
    arxiv: str
    doi: str
    paper: str
    code: str
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: what people call it, how it is written, its ending and its media type."""

    name: str
    write: Callable[[Iterable[Citation]], str]
    ending: str
    media_type: str
    encoding: str = "utf-8"


def citation_of(items: Sequence[Item], told: Item) -> Citation:
    """The story of these items, in the words of the one that tells it."""
    first, *_ = ordered = sorted(items, key=lambda item: item.id)
    where = links_of(items)
    arxiv, doi = _identifiers(where.paper, ordered)
    date = (told.published_at or told.first_seen_at).date().isoformat()
    year = _year_of_arxiv(arxiv) or (first.published_at or first.first_seen_at).date().isoformat()[:4]
    paper = address(where.paper) if where.paper else ""
    return Citation(
        number=first.id,
        key=_key(ordered, year, arxiv),
        title=_in_a_line(told.title or told.text[:200]),
        authors=next((_names(item) for item in (told, *ordered) if _names(item)), ()),
        year=year,
        date=date,
        arxiv=arxiv,
        doi=doi,
        paper=paper,
        code=where.code or "",
        source=_in_a_line(told.source_title),
        url=paper or target_of(told, where) or "",
    )


def bibtex(citations: Iterable[Citation]) -> str:
    """BibTeX entries. Of two with the same key the later gets its number added, so what comes after changes no key."""
    taken: set[str] = set()
    entries = []
    for one in citations:
        key = f"{one.key}-{one.number}" if one.key in taken else one.key
        taken.add(key)
        entries.append(_bibtex_entry(one, key))
    return "\n".join(entries)


def ris(citations: Iterable[Citation]) -> str:
    """RIS records (https://en.wikipedia.org/wiki/RIS_(file_format)), whose lines end with CR LF."""
    return "\r\n".join("".join(f"{line}\r\n" for line in _ris_lines(one)) for one in citations)


def as_csv(citations: Iterable[Citation]) -> str:
    """A table with a line for each story, under its headings."""
    heading = ("title", "authors", "date", "paper", "code", "source", "url")
    return tables.as_csv(heading, map(_cells, citations))


def _cells(one: Citation) -> tuple[str, ...]:
    return (one.title, "; ".join(one.authors), one.date, one.paper, one.code, one.source, one.url)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "bibtex": Format("BibTeX", bibtex, "bib", "application/x-bibtex"),
        "ris": Format("RIS", ris, "ris", "application/x-research-info-systems"),
        "csv": Format("CSV", as_csv, "csv", tables.MEDIA_TYPE, tables.ENCODING),
    }
)


def exported(name: str, form: Format, citations: Iterable[Citation]) -> File:
    """A file with the citations, `name` without the ending. Raises UserError where they are too many for one."""
    return File(f"{name}.{form.ending}", form.media_type, form.write(citations).encode(form.encoding))


# Entries


def _bibtex_entry(one: Citation, key: str) -> str:
    fields = {
        "title": f"{{{_tex(one.title)}}}",
        "author": " and ".join(map(_author, one.authors)),
        "year": one.year,
        "eprint": one.arxiv,
        "archivePrefix": "arXiv" if one.arxiv else "",
        "doi": one.doi.translate(_BARE),
        "url": one.url.translate(_BARE),
        "note": _tex(one.source),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}", ""])


def _ris_lines(one: Citation) -> Iterator[str]:
    arxiv = f"arXiv:{one.arxiv}" if one.arxiv else ""
    fields = [("TY", "GEN"), ("TI", one.title), *(("AU", author) for author in one.authors)]
    fields += [("PY", one.year), ("DO", one.doi), ("AN", arxiv), ("UR", _in_a_line(one.url)), ("PB", one.source)]
    yield from (f"{tag}  - {value}" for tag, value in fields if value)
    yield "ER  - "


def _author(name: str) -> str:
    """A name that is taken for one: BibTeX parts them at "and"."""
    return f"{{{_tex(name)}}}" if _AND.search(name) else _tex(name)


def _tex(value: str) -> str:
    return value.translate(_TEX)


# Facts


def _identifiers(paper: PaperId | None, items: Sequence[Item]) -> tuple[str, str]:
    """The arXiv id and the DOI of the story's paper. Another id is of the same paper where no third one is named."""
    if paper is None:
        return "", ""
    named = {one for item in items for one in item.papers} | {paper}
    schemes = {one.scheme: one.value for one in named} if len(named) == 2 else {paper.scheme: paper.value}
    return schemes.get("arxiv", ""), schemes.get("doi", "")


def _year_of_arxiv(number: str) -> str:
    """The year of an arXiv id, which begins with year and month; arXiv began in 1991."""
    match = _ARXIV_YEAR.match(number)
    return ("" if not match else f"19{match[1]}" if int(match[1]) > 90 else f"20{match[1]}") if number else ""


def _key(items: Sequence[Item], year: str, arxiv: str) -> str:
    """`lee2021frogs`, of the items that were there first; where author or word are not to be had in Latin letters, the
    arXiv id, else the number."""
    author = next((_latin(_family_name(names[0])) for item in items if (names := _names(item))), "")
    word = next((word for item in items if (word := _telling_word(item.title or ""))), "")
    if author and word:
        return f"{author}{year}{word}"
    return f"arxiv-{arxiv.replace('/', '-')}" if arxiv else f"story-{items[0].id}"


def _family_name(name: str) -> str:
    """ "Lee" of "Ann Lee" and of "Lee, Ann"."""
    return name.partition(",")[0].split()[-1] if name.partition(",")[0].split() else ""


def _telling_word(title: str) -> str:
    words = (_latin(word) for word in re.split(r"[\s\-–—/]+", title))
    return next((word for word in words if len(word) > 3 and word not in _SAYS_LITTLE), "")


def _latin(word: str) -> str:
    """A word in small letters without marks; "" where it is of another script."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", word).lower() if not unicodedata.combining(char))
    letters = "".join(char for char in bare if char.isalnum())
    return letters if _WORD.fullmatch(letters) else ""


def _names(item: Item) -> tuple[str, ...]:
    return tuple(name for author in item.authors if (name := _in_a_line(author)))


def _in_a_line(value: str) -> str:
    return _SPACES.sub(" ", value).strip()
