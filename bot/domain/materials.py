"""Materials: slides, notes and recordings of a session, each an address or a file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePath
from urllib.parse import urlsplit

from bot.domain.compared_words import compared_words
from bot.domain.errors import UserError
from bot.domain.files import MOST_BYTES, File
from bot.domain.links import clean_url, find_urls
from bot.domain.matching import EVERYTHING, AllOf, AnyOf, Expression, Field, OneOf, Tokens, Without
from bot.domain.search_plan import Plan
from bot.domain.summary import shortened
from bot.domain.text import is_visible

LONGEST_TITLE = 120
LONGEST_ADDRESS = 1_000
MOST_MATERIALS = 20
"""How many a session may have: a list that is still read."""
GATHERED_FOR = timedelta(seconds=60)
"""How long what was added waits for more, and for somebody to take it back, before others are told of it."""
SHORTEST_STEM = 4  # letters; what is shorter begins too many words
_WORD = re.compile(r"[^\W_]+")


class MaterialKind(StrEnum):
    """What a material is."""

    SLIDES = "slides"
    NOTES = "notes"
    RECORDING = "recording"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FileType:
    """What files with an ending are: what they begin with ("" for text), and what they most likely hold."""

    media_type: str
    begins: tuple[bytes, ...]
    kind: MaterialKind


_ZIPPED = (b"PK\x03\x04",)
_OLD_OFFICE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_OPEN = "application/vnd.oasis.opendocument"
_OFFICE = "application/vnd.openxmlformats-officedocument"
FILE_TYPES = {
    "pdf": FileType("application/pdf", (b"%PDF-",), MaterialKind.SLIDES),
    "pptx": FileType(f"{_OFFICE}.presentationml.presentation", _ZIPPED, MaterialKind.SLIDES),
    "ppt": FileType("application/vnd.ms-powerpoint", _OLD_OFFICE, MaterialKind.SLIDES),
    "odp": FileType(f"{_OPEN}.presentation", _ZIPPED, MaterialKind.SLIDES),
    "key": FileType("application/vnd.apple.keynote", _ZIPPED, MaterialKind.SLIDES),
    "docx": FileType(f"{_OFFICE}.wordprocessingml.document", _ZIPPED, MaterialKind.NOTES),
    "odt": FileType(f"{_OPEN}.text", _ZIPPED, MaterialKind.NOTES),
    "md": FileType("text/markdown", (), MaterialKind.NOTES),
    "txt": FileType("text/plain", (), MaterialKind.NOTES),
    "tex": FileType("text/x-tex", (), MaterialKind.NOTES),
    "bib": FileType("text/x-bibtex", (), MaterialKind.OTHER),
    "csv": FileType("text/csv", (), MaterialKind.OTHER),
    "ipynb": FileType("application/x-ipynb+json", (b"{",), MaterialKind.NOTES),
    "png": FileType("image/png", (b"\x89PNG\r\n\x1a\n",), MaterialKind.OTHER),
    "jpg": FileType("image/jpeg", (b"\xff\xd8\xff",), MaterialKind.OTHER),
    "jpeg": FileType("image/jpeg", (b"\xff\xd8\xff",), MaterialKind.OTHER),
    "mp3": FileType("audio/mpeg", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"), MaterialKind.RECORDING),
    "ogg": FileType("audio/ogg", (b"OggS",), MaterialKind.RECORDING),
}
"""The files that are taken, by their endings. What a program would run is not among them."""
_KINDS = (
    (MaterialKind.RECORDING, r"record|video|youtu|vimeo|loom\.com|zoom\.us/rec|запис|видео|grava|vídeo|录|视频"),
    (MaterialKind.SLIDES, r"slide|deck|present|слайд|презентац|apresenta|幻灯|演示|课件"),
    (MaterialKind.NOTES, r"notes?\b|minutes|summary|конспект|заметк|anota|notas?\b|resumo|笔记|纪要|总结"),
)


@dataclass(frozen=True, slots=True)
class Material:
    """A material as stored: an `address`, or a file with a `file_name` and a `size` in bytes. `title` is what people
    call it, perhaps hostile; `added_by` the member who added it. One with `removed_at` is kept, so that it can be put
    back. `announced_at`: when others were told of it."""

    id: int
    session_id: int
    kind: MaterialKind
    title: str
    added_at: datetime
    address: str = ""
    file_name: str = ""
    media_type: str = ""
    size: int = 0
    added_by: int | None = None
    removed_at: datetime | None = None
    announced_at: datetime | None = None

    @property
    def is_file(self) -> bool:
        return bool(self.file_name)


@dataclass(frozen=True, slots=True)
class NewMaterial:
    """What is to be stored: with a file, or an address."""

    kind: MaterialKind
    title: str
    address: str = ""
    file: File | None = None


def linked(address: str, title: str = "") -> NewMaterial:
    """A material at an address. Raises UserError where that is none."""
    url = clean_url(address) if len(address) <= LONGEST_ADDRESS else None
    if url is None:
        raise UserError("“{word}” is no address that I understand.", word=address[:60])
    title = checked_title(title) or _name_of(url)
    return NewMaterial(kind_of(f"{title} {url}"), title, address=url)


def attached(name: str, content: bytes, title: str = "") -> NewMaterial:
    """A material that is a file. Raises UserError where it is of no kind that is taken, or not what its name says."""
    ending = PurePath(name.replace("\\", "/")).suffix.lstrip(".").casefold()
    known = FILE_TYPES.get(ending)
    if known is None:
        raise UserError("I take files of these kinds: {kinds}.", kinds=", ".join(FILE_TYPES))
    if not content:
        raise UserError("This file is empty.")
    if len(content) > MOST_BYTES:
        raise UserError("This is more than fits into a file: at most {size} MB.", size=MOST_BYTES // 1024**2)
    if not _is_what_it_says(known, content):
        raise UserError("This file is not what its name says, so I do not pass it on.")
    stem = PurePath(name.replace("\\", "/")).stem
    title = checked_title(title) or checked_title(stem.replace("_", " ")) or ending.upper()
    kind = kind_of(f"{title} {stem}", otherwise=known.kind)
    return NewMaterial(kind, title, file=File(f"{_plain_name(stem, kind)}.{ending}", known.media_type, content))


def checked_title(typed: str) -> str:
    """A title in one line and not too long, "" where there is nothing to be seen of it."""
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in typed).split())
    return shortened(words, LONGEST_TITLE) if is_visible(words) else ""


def kind_of(words: str, *, otherwise: MaterialKind = MaterialKind.OTHER) -> MaterialKind:
    """What a material most likely is, by what it is called."""
    return next((kind for kind, words_of_it in _KINDS if re.search(words_of_it, words, re.IGNORECASE)), otherwise)


def address_in(typed: str) -> tuple[str, str]:
    """The first address in what somebody typed, and the words beside it; no address is ""."""
    found = next(iter(find_urls(typed)), "")
    if not found:
        return "", typed.strip()
    words = typed.split()
    spelled = next((word for word in words if found in find_urls(word)), "")
    return found, " ".join(word for word in words if word != spelled)


def words_to_find(*texts: str) -> str:
    """Texts as they are looked through: their words, folded as `compared_words` has them, a space around each."""
    return f" {' '.join(word for text in texts for word in _WORD.findall(compared_words(text)))} "


def words_fitter(plan: Plan) -> Callable[[str], bool]:
    """What tells of texts, as `words_to_find` has them, whether they are what a plan asks for; none is where it asks
    for no words. A stem of several letters is found as the beginning of a word. Of a material nobody knows what else
    the plan may ask of an item, such as its source or its day."""
    if not (plan.required or plan.choices):
        return lambda _words: False
    return _fitter(plan.expression(plan.required))


def _fitter(expression: Expression) -> Callable[[str], bool]:
    match expression:
        case Tokens():
            return _row_fitter(expression)
        case AllOf(parts):
            every = [_fitter(part) for part in parts]
            return lambda words: all(fits(words) for fits in every)
        case AnyOf(parts):
            some = [_fitter(part) for part in parts]
            return lambda words: any(fits(words) for fits in some)
        case Without(wanted, unwanted):
            kept, left_out = _fitter(wanted), _fitter(unwanted)
            return lambda words: kept(words) and not left_out(words)
        case OneOf():
            return lambda _words: False


def _row_fitter(row: Tokens) -> Callable[[str], bool]:
    if row.fields == (Field.PLACE,):
        return lambda _words: row == EVERYTHING
    begun = (f"{re.escape(token)}{'[^ ]*' if len(token) >= SHORTEST_STEM else ''} " for token in row.tokens)
    sought, first = re.compile(f" {''.join(begun)}"), f" {row.tokens[0]}"
    return lambda words: first in words and sought.search(words) is not None  # most have not even the first


def _is_what_it_says(known: FileType, content: bytes) -> bool:
    if known.begins:
        return content.lstrip()[:1] == b"{" if known.begins == (b"{",) else content.startswith(known.begins)
    try:
        return "\x00" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False


def _plain_name(stem: str, kind: MaterialKind) -> str:
    """A name that is the same wherever the file ends up."""
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9-]+", "-", ascii_only).strip("-")[:48].strip("-") or kind.value


def _name_of(url: str) -> str:
    """What to call an address that nobody gave a name: where it is, and the last that it says."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    last = parts.path.rstrip("/").rpartition("/")[2]
    return shortened(f"{host} · {last}" if last else host, LONGEST_TITLE)
