"""How the index keeps what it knows of an item: its tokens, in little room.

What can be told from the rest is left out: facets of the row's own columns; of scripts without spaces the middle of a
run, whose pairs overlap, and the single characters of such pairs; forms that are a stem with one of the usual endings.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from operator import itemgetter

from sqlalchemy import Row

from bot.domain.folding import CJK, CJK_RUN, pairs_of
from bot.domain.indexed_items import StoredDocument, facets_of
from bot.domain.matching import FACET
from storage.search_dictionary import COMMON, ENDINGS, USUAL_ENDINGS

_COMMON = COMMON.replace("\n", " ").encode()
# A window and a memory no larger than documents need: they are copied for each.
_PACKER = zlib.compressobj(6, zlib.DEFLATED, -13, 6, zdict=_COMMON)
_UNPACKER = zlib.decompressobj(-13, zdict=_COMMON)
_SEAM = re.compile(rf"(?<=[{CJK}])([{CJK}]) \1(?=[{CJK}])")
_RUN = re.compile(rf"[{CJK}]{{3,}}")
_PAIRS = re.compile(rf"[{CJK}]{{2,}}")
# The first line begins with whether there are scripts without spaces, and goes on with the endings of stems. Earlier
# these had other numbers, and before that the line had no sign for plain texts, or nothing behind it.
_PLAIN, _WITH_RUNS = b".", b":"
_WITH_EARLIER_ENDINGS = frozenset((b"-", b"="))
_WITHOUT_ENDINGS = frozenset((b"", b"+"))
_RUNS = frozenset((b"+", b"=", _WITH_RUNS))
_APART = f" {FACET} "  # stands before each form in a title
_NO_ENDING = 0x20  # what is written for a stem that has none
_EARLIER = [""] * (_NO_ENDING + 1) + ENDINGS.split()  # by number
# The usual endings are written as letters, the most frequent as those that are frequent in texts anyway: the fewer
# signs there are, the less room each takes, and the faster they are packed.
_LETTERS = b"eatoinsrlcdumphgbfvywkqxjz"
_USUAL = dict(zip(USUAL_ENDINGS.split(), _LETTERS, strict=True))
_OTHERS = (number for number in range(_NO_ENDING + 1, 256) if number not in _LETTERS)
_NUMBERS = _USUAL | dict(zip((one for one in ENDINGS.split() if one not in _USUAL), _OTHERS, strict=False))
_ENDING_OF = {number: ending for ending, number in _NUMBERS.items()}
_ADDED = [_ENDING_OF.get(number, "") for number in range(256)]
_SIZES = range(-1, -1 - max(map(len, _NUMBERS)), -1)


def packed(document: StoredDocument) -> bytes:
    """The fields of a document as they are stored."""
    title, *apart = document.title.strip().split(_APART)
    texts = [title, document.body.strip(), document.original.strip()]
    left_out = {*apart}  # of the forms: those of the title are among them
    kind = _PLAIN
    if any(not text.isascii() and CJK_RUN.search(text) for text in texts):
        kind = _WITH_RUNS
        texts = [_SEAM.sub(itemgetter(1), text) for text in texts]
        single = _characters(texts)
        left_out |= single.keys()
        apart = [form for form in apart if form not in single]
    title, body, original = texts
    forms = [form for form in document.forms.split() if form not in left_out]
    of_title, apart = _by_endings(title.split(), apart)
    of_others, forms = _by_endings(f"{body} {original}".split(), forms)
    place = document.place.removesuffix(_told(document.language, document.day, document.source_id)).strip()
    fields = _APART.join((title, *apart)), document.names.strip(), body, original, place, " ".join(forms)
    packer = _PACKER.copy()  # a new one would have to take in what is common each time
    head = kind + of_title + of_others.rstrip()
    return packer.compress(head + b"\n" + "\n".join(fields).encode()) + packer.flush()


def unpacked(row: Row[int, str, int, int, int, bytes]) -> StoredDocument:
    """The document of a row (item id, language, day, source id, length, what was packed). What stands in no order may
    stand in another one than before."""
    item_id, language, day, source_id, length, stored = row
    head, _, fields = _UNPACKER.copy().decompress(stored).partition(b"\n")
    title, names, body, original, place, forms = fields.decode().split("\n")
    title, *apart = title.split(_APART)
    if head not in _WITHOUT_ENDINGS:
        added = _EARLIER if head[:1] in _WITH_EARLIER_ENDINGS else _ADDED
        stems = title.split()
        apart += _with_endings(stems, head[1:], added)
        others = _with_endings(f"{body} {original}".split(), head[1 + len(stems) :], added)
        forms = " ".join((forms, *apart, *others))
    if head[:1] in _RUNS:
        apart = [*dict.fromkeys((*apart, *_characters([title])))]
        forms = " ".join((forms, *_characters([title, body, original])))
        title, body, original = (_RUN.sub(_paired, text) for text in (title, body, original))
    if apart:
        title = _APART.join((title, *apart))
    title, names, body, original, forms = (
        f" {text.strip()} " if text else "" for text in (title, names, body, original, forms)
    )
    place = f" {place}{_told(language, day, source_id)}" if place else _told(language, day, source_id)
    return StoredDocument(item_id, language, day, source_id, length, title, names, body, original, place, forms)


def _by_endings(stems: Sequence[str], forms: Iterable[str]) -> tuple[bytes, list[str]]:
    """For each stem the ending that makes a form of it, and the forms that no ending makes."""
    last = len(stems) - 1
    free = dict(zip(reversed(stems), range(last, -1, -1), strict=True))  # stems without an ending, where each is first
    endings = bytearray([_NO_ENDING]) * len(stems)
    left = []
    for form in forms:
        for size in _SIZES:
            stem = form[:size]
            if stem in free and (number := _NUMBERS.get(form[size:])):
                endings[free.pop(stem)] = number
                break
        else:
            left.append(form)
    return bytes(endings), left


def _with_endings(stems: Iterable[str], endings: bytes, added: Sequence[str]) -> list[str]:
    """The forms that endings make of stems. Behind the last ending no stem has one."""
    pairs = zip(stems, endings, strict=False)
    return [stem + added[number] for stem, number in pairs if number != _NO_ENDING]


def _told(language: str, day: int, source_id: int) -> str:
    return f" {' '.join(facets_of(language, day, source_id))} "


def _paired(run: re.Match[str]) -> str:
    return " ".join(pairs_of(run[0]))


def _characters(texts: Iterable[str]) -> dict[str, None]:
    """The characters that stand in runs."""
    return dict.fromkeys("".join(run for text in texts for run in _PAIRS.findall(text)))
