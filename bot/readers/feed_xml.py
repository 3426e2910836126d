"""The XML of a feed, made ready for feedparser: harmless, mended where it was broken, its long texts set aside.

feedparser hands texts on piece by piece, which for the articles in a feed is most of its time; and it guesses at
encodings inside of texts that are already right. So long texts are replaced by short marks, and put back afterwards
by `SetAside.restore`. What is left is counted before it is parsed, for feedparser takes time that grows with the
square of the attributes, categories and namespaces in one place (80,000 attributes: 88 s). What is mended is mended
because XML parsers stop at it: stray ampersands, names of characters that only HTML knows, characters that XML
forbids, and the end of a document that was cut off.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.entities import html5
from xml.sax.saxutils import escape

from bot.domain.errors import ReadError

LONG_TEXT = 200  # characters from which a text is set aside
MAX_TAGS = 100_000  # of the whole feed; XHTML that was set aside does not count
MAX_CATEGORIES = 1_000  # of one entry
MAX_ATTRIBUTES = 500  # of one element
MAX_NAMESPACES = 100  # prefixes that a feed may declare; feedparser compares each element with each of them
MAX_DEPTH = 1_000  # open elements of a document that was cut off

_MARK = re.compile("\ue000(\\d+)\ue001")  # private use: no feed has them, and encodings leave them alone
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")  # https://www.w3.org/TR/xml/#charsets
# Long texts are looked for from the > before them, so that the search can jump from one < or > to the next.
_PIECES = re.compile(
    rf"<!--.*?(?:-->|\Z)|<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|<\?[^<>]*+>?|>(?P<long>[^<]{{{LONG_TEXT},}})", re.S
)
_XHTML = re.compile(r"""<((?:\w+:)?(?:content|summary))\s[^<>]{0,200}\btype\s*=\s*["']xhtml["'][^<>]{0,200}(?<!/)>""")
# Elements that hold addresses, which feedparser has to see to make them absolute.
_ADDRESS = re.compile(r"<(?:\w+:)?(?:link|guid|id|url|uri|comments|origlink)[\s>]", re.I)
_CATEGORY = re.compile(r"<(?:\w+:)?(?:category|subject|keywords)[\s>/]", re.I)
_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.I)
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*+(?:\[(?P<subset>.*?)\]\s*)?>", re.S | re.I)
_ENTITY = re.compile(r"<!ENTITY\s+([^>]*)>")
# The names of HTML, as feeds of RSS 0.91's time declared them, and single characters: neither can grow nor fetch.
_HARMLESS_ENTITY = re.compile(
    r"""%\s+\w+\s+PUBLIC\s+"-//W3C//ENTITIES[^"]*"\s+"[^"]*"\s*|\w+\s+(?:"(?:&\#\w+;|[^&%"])"|'(?:&\#\w+;|[^&%'])')\s*"""
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[\da-fA-F]{1,6}|\w{2,31});")
_USUAL = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&#39;": "'", "&amp;": "&"}
_UNUSUAL = re.compile(r"&(?!(?:lt|gt|quot|apos|\#39|amp);)")
_STRAY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)(\w*;)?")
_NUMBERED = re.compile(r"&#(?:(\d{1,7})|x([\da-fA-F]{1,6}));")
_PREFIX = re.compile(r"\sxmlns:([\w.-]+)\s*=")
_ELEMENT = re.compile(r"""<(/?)([^\s<>/!?]++)((?:[^<>"']++|"[^<"]*+"|'[^<']*+')*+)>""")
_UNFINISHED = re.compile(r"<[^<>]*\Z")


@dataclass(slots=True)
class SetAside:
    """Texts that were taken out of a document: each as it stood in XML, or as plain characters out of CDATA."""

    _texts: list[tuple[str, bool]] = field(default_factory=list)

    def put(self, text: str, *, is_cdata: bool) -> str:
        """The mark that stands for the text from now on."""
        self._texts.append((text, is_cdata))
        return f"\ue000{len(self._texts) - 1}\ue001"

    def restore(self, value: str, *, as_markup: bool = False) -> str:
        """A value with its texts back in place.

        `as_markup`: the value is XHTML that was serialised again, so what is put back must be escaped like the rest.
        """
        if "\ue000" not in value:
            return value
        return _MARK.sub(lambda mark: self._text(int(mark[1]), as_markup=as_markup), value)

    def _text(self, number: int, *, as_markup: bool) -> str:
        if number >= len(self._texts):
            return ""
        text, is_cdata = self._texts[number]
        text = self.restore(text)  # XHTML that was quoted in CDATA: marks in a text are always older than its own
        if as_markup:
            return escape(text) if is_cdata else text
        return text if is_cdata else _unescaped(text)


@dataclass(frozen=True, slots=True)
class PreparedXml:
    """What feedparser is given, what was taken out of it, and what was wrong with it: short English noun phrases."""

    markup: str
    set_aside: SetAside
    faults: tuple[str, ...]


def prepare(text: str) -> PreparedXml:
    """The document without declarations, comments and CDATA. Raises ReadError where it might do harm when parsed."""
    faults: dict[str, None] = {}
    set_aside = SetAside()
    text = _without_forbidden(_from_first_tag(text, faults), faults)
    text = _without_xhtml(text, set_aside)
    markup = _PIECES.sub(lambda piece: _replacement(piece, set_aside, faults), text)
    markup, names_are_declared = _without_doctype(markup)
    _check_numbers(markup)
    markup = _mended(markup, faults, names_are_declared=names_are_declared).replace("]]>", "]]&gt;")
    return PreparedXml(_completed(markup, faults), set_aside, tuple(faults))


def _from_first_tag(text: str, faults: dict[str, None]) -> str:
    start = text.find("<")
    junk = text[:start].lstrip("\ufeff")
    if junk.strip():
        faults["text before the XML"] = None
    elif junk and text.startswith("<?xml", start):
        faults["blank lines before the XML declaration"] = None
    return text[start:]


def _without_forbidden(text: str, faults: dict[str, None]) -> str:
    if _FORBIDDEN.search(text):
        faults["control characters"] = None
        text = _FORBIDDEN.sub("", text)
    return text.replace("\ue000", "\ufffd") if "\ue000" in text else text


def _without_xhtml(text: str, set_aside: SetAside) -> str:
    """The document with what is in XHTML contents set aside: each of its tags would cost as much as a whole field."""
    kept: list[str] = []
    position = 0
    for start in _XHTML.finditer(text):
        end = text.find(f"</{start[1]}", start.end())
        if end < 0:
            break
        if start.start() >= position:
            mark = set_aside.put(text[start.end() : end], is_cdata=False)
            kept += text[position : start.end()], mark
            position = end
    return "".join((*kept, text[position:]))


def _replacement(piece: re.Match[str], set_aside: SetAside, faults: dict[str, None]) -> str:
    cdata, long = piece["cdata"], piece["long"]
    if long is None and cdata is None:
        return ""
    if cdata is not None and len(cdata) < LONG_TEXT:
        return escape(cdata)
    tag = piece.string[max(0, piece.string.rfind("<", 0, piece.start())) : piece.start() + 1]
    if cdata is not None:
        return escape(cdata) if _ADDRESS.match(tag) else set_aside.put(cdata, is_cdata=True)
    if _ADDRESS.match(tag) or not _ELEMENT.fullmatch(tag):  # or the > stands in an attribute
        return piece[0]
    if stray := _STRAY.search(long):
        faults[_fault_of(stray)] = None
    return ">" + set_aside.put(long, is_cdata=False)


def _without_doctype(markup: str) -> tuple[str, bool]:
    """Also whether there was one, which may have declared HTML's names of characters."""
    if "<!" not in markup:
        return markup, False
    doctype = _DOCTYPE.search(markup)
    if doctype is not None:
        if not all(_HARMLESS_ENTITY.fullmatch(entity) for entity in _ENTITY.findall(doctype["subset"] or "")):
            raise ReadError(
                "The feed declares XML entities of its own, which can be made to exhaust or read a machine."
            )
        markup = markup[: doctype.start()] + markup[doctype.end() :]
    if "<!ENTITY" in markup or "<!DOCTYPE" in markup:
        raise ReadError("The feed has XML declarations where none belong.")
    return markup, doctype is not None


def _check_numbers(markup: str) -> None:
    """Raises ReadError where there is more of something than feedparser gets through in reasonable time."""
    if markup.count("<") > MAX_TAGS:
        raise ReadError(f"The feed has more than {MAX_TAGS} tags.")
    if markup.count("xmlns:") > MAX_NAMESPACES and len(set(_PREFIX.findall(markup))) > MAX_NAMESPACES:
        raise ReadError(f"The feed declares more than {MAX_NAMESPACES} namespaces.")
    if any(tag.count("=") > MAX_ATTRIBUTES for tag in markup.split("<") if len(tag) > MAX_ATTRIBUTES):
        raise ReadError(f"The feed has an element with more than {MAX_ATTRIBUTES} attributes.")
    if len(_CATEGORY.findall(markup)) > MAX_CATEGORIES and any(
        len(_CATEGORY.findall(entry)) > MAX_CATEGORIES for entry in _ENTRY.split(markup)
    ):
        raise ReadError(f"The feed has an entry with more than {MAX_CATEGORIES} categories.")


def _mended(markup: str, faults: dict[str, None], *, names_are_declared: bool) -> str:
    def mend(stray: re.Match[str]) -> str:
        fault, character = _fault_of(stray), html5.get(stray[1] or "")
        if not (character and names_are_declared):
            faults[fault] = None
        return escape(character) if character else escape(stray[0])

    def check(reference: re.Match[str]) -> str:
        code = int(reference[1]) if reference[1] else int(reference[2], 16)
        if code <= 0x10FFFF and code != 0 and not _FORBIDDEN.match(chr(code)):
            return reference[0]
        faults["control characters"] = None
        return ""

    return _NUMBERED.sub(check, _STRAY.sub(mend, markup)) if "&" in markup else markup


def _fault_of(stray: re.Match[str]) -> str:
    return f"the undefined entity &{stray[1]}" if stray[1] else "a bare &"


def _completed(markup: str, faults: dict[str, None]) -> str:
    """The document with its open elements closed, where it was cut off: else its last entry would be lost."""
    root = _ELEMENT.search(markup)
    if root is None or markup.rstrip().endswith(f"</{root[2]}>"):
        return markup
    unfinished = _UNFINISHED.search(markup, max(0, markup.rfind("<")))
    kept = markup[: unfinished.start()] if unfinished else markup
    still_open: list[str] = []
    for slash, name, attributes in _ELEMENT.findall(kept):
        if slash:
            if not still_open or still_open[-1] != name:
                return markup  # not cut off, but wrong: feedparser's lenient parser copes
            still_open.pop()
        elif not attributes.endswith("/"):
            still_open.append(name)
            if len(still_open) > MAX_DEPTH:
                return markup
    if not still_open:
        return markup
    faults["the document is cut off"] = None
    return kept + "".join(f"</{name}>" for name in reversed(still_open))


def _unescaped(text: str) -> str:
    """XML text as characters; names that only HTML knows count too, and stray ampersands stay."""
    if "&" not in text:
        return text
    if _UNUSUAL.search(text):
        return _REFERENCE.sub(lambda reference: _character(reference[0]), text)
    for name, character in _USUAL.items():  # the ampersand last, so that nothing is decoded twice
        text = text.replace(name, character)
    return text


def _character(reference: str) -> str:
    return html.unescape(reference) if reference[1] == "#" else html5.get(reference[1:], reference)
