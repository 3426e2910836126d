"""How the index keeps what it knows of an item: its tokens, in little room.

What can be told from the rest is left out: facets of the row's own columns, and of scripts without spaces the middle of
a run, whose pairs overlap, and the single characters of such pairs.
"""

from __future__ import annotations

import re
import zlib
from operator import itemgetter

from sqlalchemy import Row

from bot.domain.folding import CJK, CJK_RUN, pairs_of
from bot.domain.indexed_items import StoredDocument, facets_of
from storage.search_dictionary import COMMON

_COMMON = COMMON.replace("\n", " ").encode()
# A window and a memory no larger than documents need: they are copied for each.
_PACKER = zlib.compressobj(6, zlib.DEFLATED, -13, 6, zdict=_COMMON)
_UNPACKER = zlib.decompressobj(-15, zdict=_COMMON)
_SEAM = re.compile(rf"(?<=[{CJK}])([{CJK}]) \1(?=[{CJK}])")
_RUN = re.compile(rf"[{CJK}]{{3,}}")
_PAIRS = re.compile(rf"[{CJK}]{{2,}}")
_PLAIN, _WITH_RUNS = "", "+"  # the first line: whether there are scripts without spaces


def packed(document: StoredDocument) -> bytes:
    """The fields of a document as they are stored."""
    texts = [document.title, document.names, document.body, document.original]
    place = document.place.removesuffix(_told(document.language, document.day, document.source_id))
    forms, kind = document.forms, _PLAIN
    if any(not text.isascii() and CJK_RUN.search(text) for text in texts):
        kind = _WITH_RUNS
        texts = [_SEAM.sub(itemgetter(1), text) for text in texts]
        single = _characters(texts)
        forms = " ".join(form for form in forms.split() if form not in single)
    packer = _PACKER.copy()  # a new one would have to take in what is common each time
    return packer.compress("\n".join((kind, *map(str.strip, (*texts, place, forms)))).encode()) + packer.flush()


def unpacked(row: Row[int, str, int, int, int, bytes]) -> StoredDocument:
    """The document of a row (item id, language, day, source id, length, what was packed). What stands in no order may
    stand in another one than before."""
    item_id, language, day, source_id, length, stored = row
    kind, *texts, place, forms = _UNPACKER.copy().decompress(stored).decode().split("\n")
    if kind == _WITH_RUNS:
        forms = " ".join((forms, *_characters(texts)))
        texts = [_RUN.sub(_paired, text) for text in texts]
    title, names, body, original, forms = (f" {text.strip()} " if text else "" for text in (*texts, forms))
    place = f" {place}{_told(language, day, source_id)}" if place else _told(language, day, source_id)
    return StoredDocument(item_id, language, day, source_id, length, title, names, body, original, place, forms)


def _told(language: str, day: int, source_id: int) -> str:
    return f" {' '.join(facets_of(language, day, source_id))} "


def _paired(run: re.Match[str]) -> str:
    return " ".join(pairs_of(run[0]))


def _characters(texts: list[str]) -> dict[str, None]:
    """The characters that stand in runs of what words are taken from: names have no forms."""
    title, _names, *others = texts
    return dict.fromkeys("".join(run for text in (title, *others) for run in _PAIRS.findall(text)))
