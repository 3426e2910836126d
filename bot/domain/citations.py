"""Items as programs that keep literature take them: BibTeX, RIS and CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from bot.domain.items import Item
from bot.domain.papers import address

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
# A spreadsheet takes what begins so for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def bibtex(items: Iterable[Item]) -> str:
    """BibTeX entries, one for each item, with keys that do not depend on the others."""
    return "\n\n".join(map(_bibtex_entry, items))


def ris(items: Iterable[Item]) -> str:
    """RIS records (https://en.wikipedia.org/wiki/RIS_(file_format)), one for each item."""
    return "\n".join(map(_ris_record, items))


def as_csv(items: Iterable[Item]) -> str:
    """A table with a line for each item, under its headings."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["title", "authors", "date", "paper", "code", "source", "url"])
    for item in items:
        facts = [_title(item), "; ".join(item.authors), _date(item), _paper(item), item.code or ""]
        rows.writerow([_plain(fact) for fact in [*facts, item.source_title, item.url or item.document_url or ""]])
    return out.getvalue()


FORMATS: Mapping[str, Callable[[Iterable[Item]], str]] = MappingProxyType({"bibtex": bibtex, "ris": ris, "csv": as_csv})


def _bibtex_entry(item: Item) -> str:
    fields = {
        "title": f"{{{_tex(_title(item))}}}",
        "author": " and ".join(map(_author, item.authors)),
        "year": _date(item)[:4],
        "url": _link(item).translate(_BARE),
        "note": _tex(_SPACES.sub(" ", item.source_title)),
    }
    arxiv = next((paper.value for paper in item.papers if paper.scheme == "arxiv"), "")
    doi = next((paper.value for paper in item.papers if paper.scheme == "doi"), "")
    fields |= {"eprint": arxiv, "archiveprefix": "arXiv" if arxiv else "", "doi": doi.translate(_BARE)}
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{item{item.id},", *lines, "}"])


def _ris_record(item: Item) -> str:
    doi = next((paper.value for paper in item.papers if paper.scheme == "doi"), "")
    fields = [("TY", "GEN"), ("TI", _title(item)), *(("AU", author) for author in item.authors)]
    fields += [("PY", _date(item)[:4]), ("DO", doi), ("UR", _link(item)), ("PB", item.source_title)]
    lines = [f"{tag}  - {_SPACES.sub(' ', value)}" for tag, value in fields if value]
    return "\n".join([*lines, "ER  - ", ""])


def _title(item: Item) -> str:
    return _SPACES.sub(" ", item.title or item.text[:200]).strip()


def _date(item: Item) -> str:
    return (item.published_at or item.first_seen_at).date().isoformat()


def _paper(item: Item) -> str:
    return address(item.papers[0]) if item.papers else ""


def _link(item: Item) -> str:
    return _paper(item) or item.url or next((link.url for link in item.links), "") or item.document_url or ""


def _author(name: str) -> str:
    """A name that is taken for one: BibTeX parts them at "and"."""
    name = _tex(_SPACES.sub(" ", name).strip())
    return f"{{{name}}}" if _AND.search(name) else name


def _tex(value: str) -> str:
    return value.translate(_TEX)


def _plain(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
