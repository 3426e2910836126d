"""Papers: one identity for every way in which a paper is named.

A paper is named by a link (to arXiv and its mirrors, a publisher, OpenReview, the ACL Anthology) or by its identifier
in plain text. Identifiers: https://info.arxiv.org/help/arxiv_identifier.html · https://www.doi.org/doi-handbook/ ·
https://aclanthology.org/info/ids/
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit


@dataclass(frozen=True, slots=True, order=True)
class PaperId:
    """An identifier in its canonical spelling: `str(PaperId("arxiv", "2002.05715"))` is "arxiv:2002.05715".

    Schemes: arxiv (lower case, no version), doi (lower case), openreview, acl (upper case).
    """

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What an archive says of a paper: plain text, each on one line."""

    title: str
    authors: tuple[str, ...] = ()
    abstract: str = ""


ADDRESSES = {
    "arxiv": "https://arxiv.org/abs/{}",
    "doi": "https://doi.org/{}",
    "openreview": "https://openreview.net/forum?id={}",
    "acl": "https://aclanthology.org/{}/",
}

# arXiv itself, its mirrors, and sites that show a paper under its arXiv number.
ARXIV_HOSTS = frozenset(
    (
        *("arxiv.org", "export.arxiv.org", "browse.arxiv.org", "lanl.arxiv.org", "xxx.lanl.gov", "xxx.itp.ac.cn"),
        *("cn.arxiv.org", "de.arxiv.org", "es.arxiv.org", "fr.arxiv.org", "in.arxiv.org", "uk.arxiv.org"),
        *("ar5iv.org", "ar5iv.labs.arxiv.org", "arxiv-vanity.com", "alphaxiv.org", "scirate.com", "huggingface.co"),
    )
)
ACL_HOSTS = frozenset(
    (
        *("aclweb.org", "anthology.aclweb.org", "aclanthology.org"),
        *("aclanthology.info", "aclanthology.coli.uni-saarland.de"),
    )
)
PREPRINT_HOSTS = frozenset(("biorxiv.org", "medrxiv.org", "chemrxiv.org"))

_ARXIV_NUMBER = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7}"
_ACL_NUMBER = r"[A-Z]\d\d-\d{4}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+"

_ARXIV_PATH = re.compile(
    rf"/(?:abs|pdf|html|format|ps|e-print|src|overview|papers|paper|arxiv)/(?:arxiv:)?({_ARXIV_NUMBER})"
    r"(?:v\d+)?(?:\.pdf|\.ps\.gz)?/?$",
    re.I,
)
_ACL_PATH = re.compile(rf"/({_ACL_NUMBER})(?:v\d+)?(?:\.pdf|\.bib)?/?$", re.I)
_DOI_PATH = re.compile(r"10\.\d{4,9}/\S+")
_NATURE_PATH = re.compile(r"/articles/([a-z]\d{5}-[\w-]+|[a-z]+\.?\d+(?:\.\d+)?)(?:\.pdf|/.*)?$", re.I)
# What publishers write behind a DOI to select a view of the paper.
_DOI_VIEW = re.compile(
    r"(?:/|\.)(?:full|full-text|fulltext|abstract|pdf|epdf|epub|html|meta|summary|references|tables|figures|short"
    r"|supplementary-material|article-info|suppl_file/.*)$",
    re.I,
)
_VERSION = re.compile(r"v\d+$")

_LONGEST_LINK = 4000  # characters; no address of a paper comes near it
# Links to papers are plain ASCII: letters of another script and its punctuation belong to the sentence.
_TEXT_LINK = re.compile(r"(?:h?t?tps?://|(?<![\w./@-])(?=[a-z0-9.-]+\.[a-z]{2,}/))[!#-;=?-Z\\_a-z~]{1,2000}", re.I)
_LAYOUT = re.compile(r"^(?:www\.|m\.|amp\.)")
_TEXT_ARXIV = re.compile(
    rf"(?<![a-z])arxiv(?:\.org)?(?:\s+preprint)?(?:\s+arxiv)?\s*[:：/#]?\s*\[?(?:(?:abs|pdf)/)?({_ARXIV_NUMBER})(?:v\d+)?(?!\d)",
    re.I,
)
_TEXT_DOI = re.compile(r"(?<![\w./])10\.\d{4,9}/[\x21-\x7e]{1,300}")
_TEXT_ACL = re.compile(rf"(?<![A-Za-z])ACL(?:\s+Anthology)?(?:\s+ID)?\s*[:#]?\s*({_ACL_NUMBER})(?:v\d+)?(?!\w)")


@lru_cache(maxsize=4096)  # one link is asked about by several callers in a row
def paper_of(url: str) -> PaperId | None:
    """The paper that a link leads to, whatever site, version or format it names; None where it leads elsewhere."""
    parts = _split(url)
    host = parts.hostname if parts else None  # in lower case
    if parts is None or not host:
        return None
    host = _LAYOUT.sub("", host)
    path = unquote(parts.path)
    query = parse_qs(parts.query) if parts.query else {}
    return (
        _arxiv_of(host, path)
        or _acl_of(host, path)
        or _openreview_of(host, path, query)
        or _doi_of(host, path, query)
        or _nature_of(host, path)
    )


def find_papers(text: str, urls: Iterable[str] = ()) -> tuple[PaperId, ...]:
    """Every paper that the links lead to or the text names, once: first the links', then in the text's order."""
    found = [paper_of(url) for url in urls]
    named: list[tuple[int, PaperId | None]] = []
    rest = text
    if "/" in text:
        named += [(m.start(), paper_of(m[0])) for m in _TEXT_LINK.finditer(text)]
        # A link has had its say: what stands in it must not be read once more as plain text.
        rest = _TEXT_LINK.sub(lambda m: m[0] if paper_of(m[0]) is None and "://" not in m[0] else " " * len(m[0]), text)
    if "arx" in rest.lower():  # a look at each character of a text for what begins so is twenty times as slow
        named += [(m.start(), _arxiv(m[1])) for m in _TEXT_ARXIV.finditer(rest)]
    if "10." in rest:
        named += [(m.start(), _doi(m[0])) for m in _TEXT_DOI.finditer(rest)]
    if "ACL" in rest:
        named += [(m.start(), _acl(m[1])) for m in _TEXT_ACL.finditer(rest)]
    found += [paper for _, paper in sorted(named, key=lambda pair: pair[0])]
    return tuple(dict.fromkeys(paper for paper in found if paper is not None))


def numbered(word: str) -> PaperId | None:
    """The paper whose number was typed without saying of which archive: "2005.14165v2", "P19-1001"."""
    if " " in word or not word[:1].isalnum():
        return None
    tried = (paper_of(f"https://{host}/{word}") for host in ("arxiv.org/abs", "aclanthology.org"))
    return next((paper for paper in tried if paper is not None), None)


def identified(identity: str) -> PaperId | None:
    """The paper with an identity as `str` writes it ("arxiv:2002.05715"); None where no paper is written so."""
    scheme, _, value = identity.partition(":")
    if scheme not in ADDRESSES or not value:
        return None
    paper = PaperId(scheme, value)
    return paper if paper_of(address(paper)) == paper else None


def address(paper: PaperId) -> str:
    """The page about the paper that people read."""
    value = paper.value
    if paper.scheme == "acl" and "." in value:
        value = value.lower()  # the site writes 2020.acl-main.1 and P19-1001
    if paper.scheme == "arxiv":
        value = re.sub(r"\.[a-z]{2}(?=/)", lambda m: m[0].upper(), value)  # cs.CL/9901001
    return ADDRESSES[paper.scheme].format(quote(value, safe="/.:;()-_~"))


def _split(url: str) -> SplitResult | None:
    """The parts of a link that may lack its scheme or carry punctuation of the sentence around it."""
    if len(url) > _LONGEST_LINK:
        return None
    trimmed = _trim(url.strip())
    trimmed = trimmed if "://" in trimmed else "https://" + trimmed.lstrip("/")
    try:
        parts = urlsplit(trimmed)
        parts.hostname  # noqa: B018 - the property is where urllib refuses a broken [IPv6] host
    except ValueError:
        return None
    return parts


def _trim(text: str) -> str:
    """Without the punctuation that a sentence or its markup has put behind a link or an identifier."""
    while text:
        last = text[-1]
        closes_nothing = last in ")]}>" and text.count(last) > text.count("([{<"[")]}>".index(last)])
        if last not in ".,;:!?*'\"`…" and not closes_nothing:
            break
        text = text[:-1]
    return text


def _arxiv(number: str) -> PaperId:
    return PaperId("arxiv", number.lower())


def _acl(number: str) -> PaperId:
    return PaperId("acl", number.upper())


def _arxiv_of(host: str, path: str) -> PaperId | None:
    match = _ARXIV_PATH.search(path) if host in ARXIV_HOSTS else None
    return _arxiv(match[1]) if match else None


def _acl_of(host: str, path: str) -> PaperId | None:
    match = _ACL_PATH.search(path) if host in ACL_HOSTS else None
    return _acl(match[1]) if match else None


def _openreview_of(host: str, path: str, query: dict[str, list[str]]) -> PaperId | None:
    """OpenReview shows groups (`/group?id=`) and people (`/profile?id=`) the same way: those are no papers."""
    if (
        host != "openreview.net"
        or path.startswith(("/group", "/profile", "/venue", "/invitation"))
        or "id" not in query
    ):
        return None
    return PaperId("openreview", query["id"][0])


def _doi_of(host: str, path: str, query: dict[str, list[str]]) -> PaperId | None:
    match = _DOI_PATH.search(path)
    if match is None:  # PLOS and others: /plosone/article?id=10.1371/journal.pone.0123456
        asked = [value for key in ("id", "doi") for value in query.get(key, ()) if _DOI_PATH.fullmatch(value)]
        return _doi(asked[0]) if asked else None
    return _doi(match[0], preprint=host in PREPRINT_HOSTS)


def _nature_of(host: str, path: str) -> PaperId | None:
    match = _NATURE_PATH.match(path) if host == "nature.com" else None
    return PaperId("doi", f"10.1038/{match[1].lower()}") if match else None


def _doi(name: str, *, preprint: bool = False) -> PaperId | None:
    """The paper behind a DOI; DOIs that arXiv and the ACL gave out lead to the identifiers of their own."""
    name = _trim(name).rstrip("/").lower()
    while (shorter := _DOI_VIEW.sub("", name).rstrip("/")) != name and "/" in shorter:
        name = shorter
    preprint = preprint or name.startswith("10.1101/")  # bioRxiv's and medRxiv's prefix
    name = _VERSION.sub("", name) if preprint else name
    prefix, _, suffix = name.partition("/")
    if not suffix or not (suffix[0].isalnum() or suffix[0] in "(<"):
        return None
    if prefix == "10.48550" and (arxiv := re.fullmatch(rf"arxiv\.({_ARXIV_NUMBER})(?:v\d+)?", suffix)):
        return _arxiv(arxiv[1])
    if prefix in ("10.18653", "10.3115") and (acl := re.fullmatch(rf"v1/({_ACL_NUMBER})", suffix, re.I)):
        return _acl(acl[1])
    return PaperId("doi", name)
