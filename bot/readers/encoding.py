"""Bytes → text: decoded by evidence, cleaned of what no text holds, and repaired where it was damaged before."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from bot.domain.documents import DecodedDocument, RawDocument
from bot.readers.plausibility import plausibility
from bot.readers.repair import repair

# The longer first: UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# What documents declare → what browsers read it as (https://encoding.spec.whatwg.org/#names-and-labels). Only these
# are looked up: Python's registry also holds codecs that are no character sets ("zlib", "idna").
_DECLARED = {
    "utf-8": "utf-8", "utf8": "utf-8", "utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
    "us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252", "windows-1252": "cp1252",
    "cp1252": "cp1252", "iso-8859-15": "iso8859-15", "macintosh": "mac_roman", "x-mac-roman": "mac_roman",
    "iso-8859-2": "iso8859-2", "windows-1250": "cp1250", "windows-1251": "cp1251", "cp1251": "cp1251",
    "koi8-r": "koi8-r", "koi8-u": "koi8-u", "iso-8859-5": "iso8859-5", "ibm866": "cp866", "cp866": "cp866",
    "x-mac-cyrillic": "mac_cyrillic", "iso-8859-7": "iso8859-7", "windows-1253": "cp1253",
    "iso-8859-9": "cp1254", "windows-1254": "cp1254", "iso-8859-8": "iso8859-8", "windows-1255": "cp1255",
    "iso-8859-6": "iso8859-6", "windows-1256": "cp1256", "windows-1257": "cp1257", "windows-1258": "cp1258",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs", "big5-hkscs": "big5hkscs",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932", "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "windows-949": "cp949",
    "windows-874": "cp874", "tis-620": "cp874",
}  # fmt: skip

# Tried where nothing (credible) is declared; of equals the earlier wins. Those that decode nearly anything come last.
_CANDIDATES = (
    "gb18030", "big5hkscs", "euc_jp", "cp932", "cp949", "cp1251", "koi8-r", "koi8-u", "cp866", "cp1252", "cp1254",
    "cp1250", "cp1256", "mac_roman",
)  # fmt: skip

_HEAD = (
    2048  # HTML wants the declaration in the first 1024 bytes, XML at the very start; some feeds have comments first
)
_CHARSET = r"charset\s*=\s*[\"']?\s*([\w.:-]+)"
_IN_HEADER = re.compile(_CHARSET, re.IGNORECASE)
_IN_PROLOG = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_IN_META = re.compile(rb"<meta[^>]{0,200}?" + _CHARSET.encode(), re.IGNORECASE)
_TRUST_IN_DECLARATION = 0.5  # on a scale where running text in its own encoding is about 1

_CONTROL_BYTES = bytes(sorted({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D}))
_C1_BYTES = re.compile(b"\xc2[\x80-\x9f]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_PAGE_BREAKS = re.compile("\r\n?|[\x0b\x0c]")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_MOSTLY = 0.8  # of the bytes above ASCII; Chinese text in GB 18030 looks like UTF-8 by chance for less than a third


class _Decoded(NamedTuple):
    text: str
    encoding: str
    damage: str | None = None


def decode(raw: RawDocument) -> DecodedDocument:
    """The document as text with newlines as `\\n` and without control characters, whatever it says of its encoding.

    A byte order mark comes first, then UTF-8 if it is well-formed, then what is declared if the text is plausible
    in it, then the most plausible of the encodings in use. Never raises; `damage` tells what was lost or repaired.
    """
    decoded = _decode_bytes(raw)
    repaired = repair(decoded.text)
    as_sent = decoded.encoding == "utf-8" and not decoded.damage and not repaired.damage
    text, dropped = _clean(repaired.text, raw.body if as_sent else None)
    return DecodedDocument(
        address=raw.address,
        text=text,
        encoding=decoded.encoding,
        content_type=raw.content_type,
        damage=_sentence(decoded.damage, repaired.damage, dropped),
        fetched_at=raw.fetched_at,
    )


def _decode_bytes(raw: RawDocument) -> _Decoded:
    body = raw.body
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _decode_marked(body.removeprefix(mark), encoding)
    if wide := _wide_encoding(body):
        return _Decoded(body.decode(wide, "replace"), wide)
    declared = _declared_encodings(raw)
    if b"\x1b$" in body and "iso2022_jp" in declared and (japanese := _decode_strictly(body, "iso2022_jp")):
        return _Decoded(japanese, "iso2022_jp")
    unicode = _decode_strictly(body, "utf-8")
    if unicode is not None:
        return _Decoded(unicode, "utf-8")
    return _decode_broken_utf8(body) or _decode_by_plausibility(body, declared)


def _decode_marked(body: bytes, encoding: str) -> _Decoded:
    if encoding == "utf-8":
        text = _decode_strictly(body, encoding)
        return _Decoded(text, encoding) if text is not None else _mend_utf8(body)
    text = body.decode(encoding, "replace")
    return _Decoded(text, encoding, "bytes that are no characters were lost" if "\ufffd" in text else None)


def _wide_encoding(body: bytes) -> str | None:
    """UTF-16 without its mark: of ASCII characters, every other byte is NUL, and always on the same side."""
    head = body[:_HEAD]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) // 8 or max(even, odd) < 8 * min(even, odd) + 2:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _declared_encodings(raw: RawDocument) -> list[str]:
    """What the document and its server say that it is, those that are known. They may contradict each other."""
    head = raw.body[:_HEAD]
    labels = [
        found[1].decode("ascii", "replace") for found in (_IN_PROLOG.search(head), _IN_META.search(head)) if found
    ]
    if in_header := _IN_HEADER.search(raw.content_type or ""):
        labels.append(in_header[1])
    known = (_DECLARED.get(label.lower()) for label in labels)
    return list(dict.fromkeys(encoding for encoding in known if encoding))


def _decode_strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        return None


def _decode_broken_utf8(body: bytes) -> _Decoded | None:
    """UTF-8 with some bad bytes: cut off in a character, or with pieces of another encoding pasted in."""
    in_characters = sum(len(found.group()) for found in _MULTIBYTE.finditer(body))
    high = len(body) - len(body.translate(None, bytes(range(0x80, 0x100))))
    if in_characters < _MOSTLY * high and high - in_characters > 3:
        return None
    if in_characters == 0:
        return None
    return _mend_utf8(body)


def _mend_utf8(body: bytes) -> _Decoded:
    """Reads bytes that are not UTF-8 as windows-1252, which most of them are; a character cut off at the end goes."""
    whole = re.sub(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z", b"", body)
    text = whole.decode("utf-8", _AS_WINDOWS_1252)
    if whole != body and _decode_strictly(whole, "utf-8") is not None:
        return _Decoded(text, "utf-8", "the text is cut off in the middle of a character")
    return _Decoded(text, "utf-8", "bytes that are not UTF-8 were read as windows-1252")


def _decode_by_plausibility(body: bytes, declared: list[str]) -> _Decoded:
    best: tuple[float, _Decoded] | None = None
    for encoding in dict.fromkeys((*declared, *_CANDIDATES)):
        text = _decode_windows_1252(body) if encoding == "cp1252" else _decode_strictly(body, encoding)
        if text is None:
            continue
        score = plausibility(text) + (_TRUST_IN_DECLARATION if encoding in declared else 0)
        if best is None or score > best[0]:
            best = score, _Decoded(text, encoding)
    assert best is not None, "windows-1252 reads all bytes"
    return best[1]


def _decode_windows_1252(body: bytes) -> str:
    """As browsers do: the five bytes that the encoding lacks become control characters, which are dropped later."""
    return body.decode("cp1252", _AS_CONTROLS)


def _clean(text: str, body: bytes | None) -> tuple[str, str | None]:
    """Newlines as `\\n`; control characters of windows-1252 as what they are there, the rest dropped and counted.

    `body` is the text as UTF-8 where that is at hand: it is searched faster than the text.
    """
    if "\r" in text or "\x0b" in text or "\x0c" in text:
        text = _PAGE_BREAKS.sub("\n", text)
    text = text.removeprefix("\ufeff")
    if body is not None and not _holds_controls(body):
        return text, None
    lost = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal lost
        known = bytes([ord(found[0]) & 0xFF]).decode("cp1252", "ignore") if "\x80" <= found[0] <= "\x9f" else ""
        lost += not known
        return known

    text = _CONTROLS.sub(replace, text)
    return text, f"control characters ({lost}) were dropped" if lost else None


def _holds_controls(body: bytes) -> bool:
    return (
        len(body) != len(body.translate(None, _CONTROL_BYTES))
        or _C1_BYTES.search(body) is not None
        or b"\xef\xbf\xbe" in body
        or b"\xef\xbf\xbf" in body
    )


def _sentence(*facts: str | None) -> str | None:
    told = "; ".join(fact for fact in facts if fact)
    return f"{told[0].upper()}{told[1:]}." if told else None


def _invalid_as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return _decode_windows_1252(error.object[error.start : error.end]), error.end


def _invalid_as_controls(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


_AS_WINDOWS_1252 = "paper-round-as-windows-1252"
_AS_CONTROLS = "paper-round-as-controls"
codecs.register_error(_AS_WINDOWS_1252, _invalid_as_windows_1252)
codecs.register_error(_AS_CONTROLS, _invalid_as_controls)
