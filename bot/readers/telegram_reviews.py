"""Reviews of papers in posts: a title, then authors and labelled links, then the text.

A Title of a Paper
First Author, Second Author
Paper: https://arxiv.org/abs/2001.00001
Code: https://github.com/owner/name

What the reviewer says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.domain.items import Link
from bot.domain.links import find_urls, is_code
from bot.domain.papers import find_papers, paper_of

LONGEST_TITLE = 250  # characters; the longest titles on arXiv are near it


@dataclass(frozen=True, slots=True)
class Review:
    """What the head of a review says. `links` are those of the head, the paper's first; `text` is what follows it."""

    title: str
    authors: tuple[str, ...]
    code: str | None
    links: tuple[str, ...]
    text: str


class _LineKind(Enum):
    AUTHORS = auto()
    PAPER = auto()
    CODE = auto()
    OTHER_LINK = auto()
    TAGS = auto()


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that belongs to the head of a review."""

    kind: _LineKind
    value: str
    urls: tuple[str, ...] = ()


_AUTHORS = """authors? by written\\ by авторы? autor(?:es|as|en|i)? autora? auteurs? auteures? autori yazar(?:lar|ı)?
    作者 著者 المؤلفون المؤلف 저자 लेखक"""
_PAPER = """(?:full\\ |the\\ |original\\ )?paper (?:full\\ )?article arxiv pre-?print pdf abs publication doi openreview
    (?:сама\\ )?статья пейпер публикация препринт работа artigo artículo paper\\ original papier makale yayın
    articolo 论文 论文地址 论文链接 論文 原文 الورقة ورقة الورقة\\ البحثية 논문 शोध\\ पत्र"""
_CODE = """(?:source\\ |official\\ )?code github repo(?:sitory)? implementation sources? код исходники
    исходный\\ код репозиторий реализация гитхаб código repositório repositorio code\\ source dépôt quellcode codice kod
    kaynak\\ kod
    代码 代码地址 代碼 程式碼 コード الكود كود 코드 कोड"""


def _label(words: str) -> re.Pattern[str]:
    choices = "|".join(re.split(r"(?<!\\)\s+", words.strip()))
    return re.compile(rf"[^\w(]*(?:{choices})\s*(?:[:：]|\s[-–—]\s|(?=https?://))\s*", re.I)


_LABELS = (
    (_LineKind.AUTHORS, _label(_AUTHORS)),
    (_LineKind.PAPER, _label(_PAPER)),
    (_LineKind.CODE, _label(_CODE)),
)
_ANY_LABEL = re.compile(r"[^:：]{1,40}[:：](?!//)\s*")
_TAGS = re.compile(r"\s*(?:#\w+[\s,]*)+")
# Emoji and the like before a line, and the word "title".
_ORNAMENT = re.compile(
    r"^[^\w\s\"'“«(\[【《]+\s*(?=\w)|^(?:title|t[íi]tulo|titre|titel|titolo|başlık|название|标题|題名|العنوان|제목)\s*[:：]\s*",
    re.I,
)
_BARE_ARXIV = re.compile(r"\W*arxiv\s*[:：]?\s*\S+\W*", re.I)

_PARTICLES = frozenset(
    (
        *(
            "de",
            "da",
            "do",
            "dos",
            "du",
            "di",
            "del",
            "della",
            "der",
            "den",
            "des",
            "van",
            "von",
            "la",
            "le",
            "el",
            "y",
            "e",
        ),
        *("al", "bin", "ben", "ibn", "ten", "ter", "af", "av", "zu"),
    )
)
_PARTED = re.compile(r"\s*(?:[,;，、；،·•]|(?<=\s)(?:and|и|y|e|et|und|ve|与|和|و|&)(?=\s))\s*")
_NOTE = re.compile(r"\([^)]*\)|\[[^\]]*\]|[\d*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰]+|\bet al\.?|\bи др\.?|\bet coll\.?|等人?$")


def review_of(text: str, links: Sequence[Link]) -> Review | None:
    """What the post says of a paper where it is built as a review of it; None for every other post."""
    lines = [line.strip() for line in text.strip().split("\n")]
    title = lines[0]
    if not _is_title(title):
        return None
    head, body = _head(lines[1:], linked={link.text: link.url for link in links if link.text})
    titled = next((link.url for link in links if link.text.strip() == title and paper_of(link.url)), None)
    about = [url for line in head if line.kind is _LineKind.PAPER for url in line.urls]
    about += [url for line in head for url in line.urls if paper_of(url)]
    named = titled or about or any(find_papers(line.value) for line in head if line.kind is _LineKind.PAPER)
    if not named:
        return None
    others = [url for line in head for url in line.urls]
    return Review(
        title=_ORNAMENT.sub("", title) or title,
        authors=next((_names(line.value) for line in head if line.kind is _LineKind.AUTHORS), ()),
        code=_code(head),
        links=tuple(dict.fromkeys([*([titled] if titled else []), *about, *others])),
        text="\n".join(body).strip(),
    )


def _is_title(line: str) -> bool:
    """A title names something; what ends like a sentence, points on or is a link itself does not."""
    return (
        0 < len(line) <= LONGEST_TITLE
        and not line.endswith((":", "：", ".", "。", ",", ";"))
        and not line.startswith(("(", "（", "http", "#", "@"))
        and not any(pattern.match(line) for _, pattern in _LABELS)
    )


def _head(lines: list[str], linked: dict[str, str]) -> tuple[list[_Line], list[str]]:
    """The lines that tell about the paper and the rest. They follow the title, or close the post, labelled."""
    head: list[_Line] = []
    end = 0
    for index, line in enumerate(lines):
        if not line:
            continue
        read = _line(line, linked, after_title=not head)
        if read is None:
            break
        head.append(read)
        end = index + 1
    body = lines[end:]
    foot = [_line(line, linked, after_title=False) for line in body]
    head += [line for line in foot if line and line.kind in (_LineKind.PAPER, _LineKind.CODE) and line.urls]
    return head, body


def _line(line: str, linked: dict[str, str], *, after_title: bool) -> _Line | None:
    """What a line of a head says, or None where it is a line of the text."""
    for kind, label in _LABELS:
        match = label.match(line)
        value = line[match.end() :] if match else ""
        urls = _urls(value, linked)
        if match and (_says_names(value) if kind is _LineKind.AUTHORS else urls and _is_all_links(value, linked)):
            return _Line(kind, value, urls)
    if _BARE_ARXIV.fullmatch(line) and find_papers(line):
        return _Line(_LineKind.PAPER, line, _urls(line, linked))
    value = _ANY_LABEL.sub("", line, count=1)
    if _urls(value, linked) and _is_all_links(value, linked):
        return _Line(_LineKind.OTHER_LINK, line, _urls(value, linked))
    if _TAGS.fullmatch(line):
        return _Line(_LineKind.TAGS, line)
    names = _ORNAMENT.sub("", line)
    return _Line(_LineKind.AUTHORS, names) if after_title and _are_names(names) else None


def _urls(value: str, linked: dict[str, str]) -> tuple[str, ...]:
    parts = _parts(value, linked)
    return tuple(linked[part] for part in parts) if parts else tuple(find_urls(value))


def _parts(value: str, linked: dict[str, str]) -> list[str]:
    """The words of a line that is nothing but links, one or several: "arXiv | code"."""
    words = value.strip()
    parts = [words] if words in linked else [part.strip() for part in re.split(r"[|·•/,]", words)]
    return parts if all(part in linked for part in parts) else []


def _is_all_links(value: str, linked: dict[str, str]) -> bool:
    """True for "https://…", "https://… (pdf)" and words that are a link, not for a sentence with a link in it."""
    if _parts(value, linked):
        return True
    words = re.sub(r"(?:https?://|www\.)\S+|\S+\.\w+/\S*", " ", value)
    return len(re.findall(r"[^\W\d_]{2,}", words)) <= 2


def _code(head: Sequence[_Line]) -> str | None:
    labelled = [url for line in head if line.kind is _LineKind.CODE for url in line.urls]
    other = [url for line in head for url in line.urls if is_code(url)]
    return next(iter(labelled + other), None)


def _says_names(value: str) -> bool:
    return bool(_names(value)) and not find_urls(value) and len(value) <= 1500


def _names(line: str) -> tuple[str, ...]:
    bare = _NOTE.sub("", line)
    names = (part.strip(" .…") for part in _PARTED.split(bare))
    return tuple(name for name in names if name)


def _are_names(line: str) -> bool:
    """True for a line of nothing but names of people: "Ada Lovelace, Charles Babbage et al."."""
    names = _names(line)
    return bool(names) and not line.endswith((":", "?", "!")) and all(map(_is_name, names))


def _is_name(name: str) -> bool:
    words = name.split()
    if len(words) == 1:  # Chinese, Japanese and Korean names are one word of a few signs
        return 2 <= len(name) <= 4 and name > "\u3040"
    return 2 <= len(words) <= 5 and all(
        word.lower() in _PARTICLES or (word[0].isupper() and not any(char.isdigit() for char in word)) for word in words
    )
