"""How the index keeps what it knows of an item: its tokens, in little room.

What can be told from the rest is left out: facets of the row's own columns, the middle of a run of a script without
spaces, whose pairs overlap, and the single characters of such pairs.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from operator import add

from sqlalchemy import Row

from bot.domain.folding import CJK
from bot.domain.indexed_items import StoredDocument, facets_of

_SEAM = re.compile(rf"(?<=[{CJK}])([{CJK}]) \1(?=[{CJK}])")
_RUN = re.compile(rf"[{CJK}]{{3,}}")
_PAIRS = re.compile(rf"[{CJK}]{{2,}}")


def packed(document: StoredDocument) -> bytes:
    """The fields of a document as they are stored."""
    told = facets_of(document.language, document.day, document.source_id)
    place = " ".join(token for token in document.place.split() if token not in told)
    texts = [_without_seams(text) for text in (document.title, document.names, document.body, document.original)]
    single = _characters((texts[0], *texts[2:]))
    forms = " ".join(form for form in document.forms.split() if form not in single)
    return zlib.compress("\n".join((*texts, place, forms)).encode())


def unpacked(row: Row[int, str, int, int, int, bytes]) -> StoredDocument:
    """The document of a row (item id, language, day, source id, length, what was packed). What stands in no order may
    stand in another one than before."""
    item_id, language, day, source_id, length, stored = row
    *texts, place, forms = zlib.decompress(stored).decode().split("\n")
    single = _characters((texts[0], *texts[2:]))
    title, names, body, original = map(_with_seams, texts)
    place = _framed(" ".join((place, *facets_of(language, day, source_id))))
    forms = _framed(" ".join((forms, *single)))
    return StoredDocument(item_id, language, day, source_id, length, title, names, body, original, place, forms)


def _without_seams(text: str) -> str:
    """ "自然 然语 语言" as "自然语言"."""
    stripped = text.strip()
    return stripped if stripped.isascii() else _SEAM.sub(r"\1", stripped)


def _with_seams(text: str) -> str:
    return _framed(text if text.isascii() else _RUN.sub(_paired, text))


def _paired(run: re.Match[str]) -> str:
    return " ".join(map(add, run[0], run[0][1:]))


def _characters(texts: Iterable[str]) -> dict[str, None]:
    """The characters that stand in runs of the texts."""
    return dict.fromkeys("".join(run for text in texts if not text.isascii() for run in _PAIRS.findall(text)))


def _framed(tokens: str) -> str:
    tokens = tokens.strip()
    return f" {tokens} " if tokens else ""
