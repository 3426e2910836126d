"""Identities in questions: papers and pages that are named by a link or an identifier."""

from __future__ import annotations

import re
from urllib.parse import unquote

from bot.domain.links import clean_url, find_urls, link_key
from bot.domain.papers import PaperId, find_papers, paper_of
from bot.domain.question import Identity
from bot.domain.question_signs import OR_SIGNS, QUOTES, TRAILING

LONGEST_IDENTITY = 300  # characters; a longer link is data, and is looked for as words

_NO_LINK = rf"\s{QUOTES}{OR_SIGNS}"
_LINK = re.compile(rf"[^{_NO_LINK}]{{1,{LONGEST_IDENTITY}}}(?![^{_NO_LINK}])")
_SCHEME = re.compile(r"(?:arxiv|doi|acl)(?:\s*[:：]\s*|\s+)(?=\d|[a-z]\d\d-\d|[a-z-]+(?:\.[a-z]{2})?/\d)", re.I)
_OPENREVIEW = re.compile(r"openreview[:：]\s*([\w-]{6,20})(?![\w-])", re.I | re.A)
_ARXIV = re.compile(
    r"(?:\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7})(?:v\d+)?", re.I | re.A
)
_ACL = re.compile(r"(?:[a-z]\d\d-\d{4}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+)(?:v\d+)?", re.I | re.A)
_CLOSING = {")": "(", "]": "[", "）": "（"}


def identity_at(text: str, at: int) -> tuple[Identity, int] | None:
    """The paper or link that is named at this place of a text, and where its name ends."""
    if found := _OPENREVIEW.match(text, at):
        return _of_paper(PaperId("openreview", found[1])), found.end()
    scheme = _SCHEME.match(text, at)
    start = scheme.end() if scheme else at
    raw = _LINK.match(text, start)
    if raw is None:
        return None
    name = _trimmed(raw[0])
    if any(name.count(opening) != name.count(closing) for closing, opening in _CLOSING.items()):
        return None
    paper = _paper(name)
    if paper is not None:
        return _of_paper(paper), start + len(name)
    link = None if scheme else _link(name)
    return (Identity(None, link, _last_step(link)), start + len(name)) if link else None


def bare_host(word: str) -> Identity | None:
    """The site that a word is the address of ("keras.io")."""
    if "." not in word or "/" in word or not find_urls(f"{word}/x"):
        return None
    link = _link(f"https://{word}")
    return Identity(None, link, link) if link and link == word.lower() else None


def _of_paper(paper: PaperId) -> Identity:
    return Identity(paper, None, paper.value)


def _paper(name: str) -> PaperId | None:
    paper = _named_paper(name)
    # One that would be read in another way the next time is not one to keep.
    return paper if paper and _named_again(paper) == paper else None


def _named_again(paper: PaperId) -> PaperId | None:
    if paper.scheme == "openreview":
        return paper if _OPENREVIEW.fullmatch(str(paper)) else None
    scheme = _SCHEME.match(str(paper))
    return _named_paper(_trimmed(paper.value)) if scheme and scheme.end() == len(paper.scheme) + 1 else None


def _named_paper(name: str) -> PaperId | None:
    if _ARXIV.fullmatch(name):
        return paper_of("https://arxiv.org/abs/" + name)
    if _ACL.fullmatch(name):
        return paper_of("https://aclanthology.org/" + name)
    if name.startswith("10."):
        found = find_papers(name)
        return found[0] if len(found) == 1 else None
    return paper_of(name) if "/" in name and "." in name and _is_link(name) else None


def _link(name: str) -> str | None:
    """The key of a link; None where the text is none."""
    if "/" not in name or not _is_link(name):
        return None
    url = clean_url(name)
    key = link_key(url) if url and paper_of(url) is None else None
    again = clean_url(f"https://{key}")
    return key if again and link_key(again) == key and _trimmed(str(key)) == key else None


def _is_link(name: str) -> bool:
    found = find_urls(name)
    return len(found) == 1 and found[0] == clean_url(name)


def _last_step(link: str) -> str:
    """What a link is called: the last step of its path, else its host."""
    host, _, path = link.partition("?")[0].partition("/")
    return " ".join(re.findall(r"[^\W_]+", unquote(path.rpartition("/")[2]))) or host


def _trimmed(text: str) -> str:
    """Without the punctuation and brackets behind it that belong to the sentence."""
    open_ = {closing: text.count(closing) - text.count(opening) for closing, opening in _CLOSING.items()}
    end = len(text)
    while end and (text[end - 1] in TRAILING or open_.get(text[end - 1], 0) > 0):
        if text[end - 1] in open_:
            open_[text[end - 1]] -= 1
        end -= 1
    return text[:end]
