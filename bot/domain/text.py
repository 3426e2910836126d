"""Text as people read it: graphemes that must stay whole, sentences of each language, beginnings to be shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

ELLIPSIS = "…"
_NEAR = 24  # how many characters a cut may give up in order to fall between two words

_ZWJ = "\u200d"
_EXTENDING_CATEGORIES = frozenset({"Mn", "Me", "Mc"})
# Extending though not marks: joiners, skin tones, tags (flags of regions), half-width voicing marks, Thai and Lao AM
_EXTENDING = re.compile("[\u200c\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\uff9e\uff9f\u0e33\u0eb3]")
# Characters that belong to the one after them: Arabic number signs and their like (Unicode's "Prepend")
_PREPENDED = re.compile(
    "[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd\U000111c2\U000111c3\U0001193f\U00011941"
    "\U00011a3a\U00011a84-\U00011a89\U00011d46\U00011f02]"
)
_VIRAMA = 9  # the combining class of the signs that join two consonants into one cluster

_CLOSERS = "\"'”’»›)\\]}）」』》〉】〕*_~"
_OPENERS = "\"'“‘„«‹([{（「『《〈【—–-*_~¿¡"
_TERMINATOR = re.compile(
    # French sets a space before the closing quote; what stands close to the next word opens one
    rf"(?P<mark>[.!?…]+|[。！？｡．؟۔।॥]+)(?:[{_CLOSERS}]|\[\d+\]|[ \u00a0\u202f]»(?!\w))*"
    r"|(?P<gap>\n[ \t]*\n\s*|\n(?=[ \t]*(?:[-*•▪‣·]|\d+[.)])\s))"
)
_SPACED_LETTER = re.compile(r"(?:\b|\.)\w\.\s\w{1,2}\Z")  # "т. е", "p. ex", "z. B"
_HAN_OR_KANA = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_LAST_WORD = re.compile(r"[^\W_](?:[\w.’'-]*\w)?\Z")
_LAST_WORDS = 24  # how far back an abbreviation may begin
_SPACES = re.compile(r"\s+")


def _by_language(words: dict[str, str]) -> dict[str, frozenset[str]]:
    """The abbreviations of each language with those that all have in common (under "")."""
    return {tongue: frozenset(f"{words['']} {own}".split()) for tongue, own in words.items()}


# Never the end of a sentence: something must follow them.
_LEADING = _by_language(
    {
        "": "dr mr mrs ms prof st vs cf e.g i.e eg ie al approx resp viz",
        "en": "messrs gen gov sen rep rev hon jr sr capt dept univ",
        "ru": "т.е т.к т.н т.о напр см ср им акад проф доц г-н г-жа ул рис табл стр гл англ нем фр лат яз тыс млн млрд",
        "uk": "т.зв напр див ім проф акад рис табл англ вул тис млн млрд грн",
        "bg": "т.е т.нар напр вж проф акад ул англ хил млн млрд",
        "pt": "sr sra srs dra profa p.ex ex exmo exma av obs séc d.c a.c",
        "es": "sr sra srta dra p.ej ej av ee.uu uds ud vd d.ª",
        "fr": "m mm mme mlle p.ex ex av c.-à-d env éd",
        "de": "z.b d.h u.a bzw ca evtl ggf inkl sog vgl z.t s.o s.u hr fr nr abb bspw",
        "it": "sig sig.ra dott ing avv es p.es ecc.mo",
        "tr": "doç yrd öğr av sn örn bkz yy",
        "nl": "bijv dhr mevr d.w.z o.a m.b.t",
        "pl": "np tzn tj dr inż mgr ul im św",
    }
)
# The end of a sentence where a capital follows, and not where a figure does.
_TRAILING = _by_language(
    {
        "": "etc inc ltd co corp",
        "ru": "т.д т.п др пр г гг в вв",
        "uk": "т.д т.п ін р рр ст",
        "pt": "cia ltda",
        "de": "usw etc",
        "it": "ecc",
        "tr": "vb vs vd",
        "pl": "itd itp",
        "nl": "enz",
    }
)
# Not the end before a figure: "no. 5", "Fig. 3".
_NUMBERED = _by_language(
    {
        "": "no nos nr nº fig figs eq eqs sec sect ch chap vol p pp art tab tbl app alg thm ref refs núm pág págs cap"
        " abb kap s рис табл стр гл п пп ст"
        " jan feb mar apr jun jul aug sep sept oct nov dec янв фев апр июн июл авг сент окт нояб дек"
    }
)
_LETTERS_THAT_ARE_WORDS = {"ru": "я", "uk": "я", "en": "", "pt": "aoeéà", "es": "aoyeu", "fr": "ày", "it": "aoeèi"}


def storable(value: str) -> str:
    """The text without what no database takes: NUL and halves of surrogate pairs. May be repeated."""
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def is_text(value: str) -> bool:
    """False where there are halves of surrogate pairs, which JSON and names of files in other encodings may hold."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def utf16_length(text: str) -> int:
    """The length in UTF-16 code units, in which Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def graphemes(text: str) -> list[str]:
    """What readers take for single characters, in order. Their sum is the text.

    Never breaks where Unicode's UAX #29 does not; in rare scripts it keeps a little more together.
    """
    pieces = []
    start = 0
    for position in range(1, len(text)):
        if not _is_inside_grapheme(text, position, start):
            pieces.append(text[start:position])
            start = position
    if start < len(text):
        pieces.append(text[start:])
    return pieces


def is_visible(text: str) -> bool:
    """Whether there is anything to see: spaces, joiners and other marks without a shape of their own are nothing."""
    return any(unicodedata.category(char)[0] not in "CZ" for char in text)


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` characters. What is shortened ends in "…", between two words if one ends nearby."""
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    end = limit - 1
    while end > 0 and _is_inside_grapheme(text, end):
        end -= 1
    end = _word_end_near(text, end)
    return text[:end].rstrip(" \t\r\n.,;:([{–—-“«„‘、，；：（《。") + ELLIPSIS


def sentences(text: str, language: str | None) -> list[str]:
    """The sentences of a text in their order, without the space around them.

    `language` is a BCP 47 tag; unknown ones go by the rules that languages share. Paragraphs and list entries
    end a sentence. In doubt two sentences stay together.
    """
    return [text[start:end] for start, end in _sentence_spans(text, language)]


def lead(text: str, language: str | None, *, sentences: int = 2, limit: int = 320) -> str:
    """The first whole sentences that fit into `limit` characters, on one line; of a first one that does not, a part."""
    best = ""
    begin = None
    for number, (start, end) in enumerate(_sentence_spans(text, language)):
        begin = start if begin is None else begin
        candidate = _SPACES.sub(" ", text[begin:end])
        if len(candidate) > limit:
            return best or cut(candidate, limit)
        best = candidate
        if number + 1 >= sentences:
            break
    return best


def _is_inside_grapheme(text: str, position: int, start: int = 0) -> bool:
    """Whether the characters before and after this position belong together (UAX #29, GB3 to GB13). `start` is a place
    before it where a grapheme is known to begin: nobody has to look further back."""
    before, after = text[position - 1], text[position]
    if before < "\u0300" and after < "\u0300":
        return before == "\r" and after == "\n"
    if before in "\r\n":
        return False
    return (
        unicodedata.category(after) in _EXTENDING_CATEGORIES
        or _EXTENDING.match(after) is not None
        or before == _ZWJ
        or _PREPENDED.match(before) is not None
        or _joins_hangul(before, after)
        or _follows_virama(text, position)
        or _is_inside_flag(text, position, start)
    )


def _joins_hangul(before: str, after: str) -> bool:
    kinds = _hangul_kind(before) + _hangul_kind(after)
    return kinds in {"LL", "LV", "LS", "LC", "VV", "VT", "SV", "ST", "CT", "TT"}


def _hangul_kind(character: str) -> str:
    """L, V, T for leading consonants, vowels, trailing consonants; S for a syllable of two, C of three; "" else."""
    code = ord(character)
    if 0xAC00 <= code <= 0xD7A3:
        return "S" if (code - 0xAC00) % 28 == 0 else "C"
    if 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return "L"
    if 0x1160 <= code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6:
        return "V"
    return "T" if 0x11A8 <= code <= 0x11FF or 0xD7CB <= code <= 0xD7FB else ""


def _follows_virama(text: str, position: int) -> bool:
    """Whether a virama stands before, also with marks between: "क्ष" is one cluster."""
    while position > 0:
        position -= 1
        before = text[position]
        if unicodedata.combining(before) == _VIRAMA:
            return True
        if unicodedata.category(before) != "Mn" and before != _ZWJ:
            return False
    return False


def _is_inside_flag(text: str, position: int, start: int) -> bool:
    """Flags are pairs of regional indicators: whether an odd number of them stands before another one."""
    if not _is_regional(text[position]):
        return False
    first = position
    while first > start and _is_regional(text[first - 1]):
        first -= 1
    return (position - first) % 2 == 1


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _word_end_near(text: str, end: int) -> int:
    """The last position up to `end` where a word ends, if that is near; else `end`."""
    if text[end].isspace():
        return end
    for position in range(end - 1, max(0, end - _NEAR) - 1, -1):
        if text[position].isspace() and position > 0:
            return position
    return end


def _sentence_spans(text: str, language: str | None) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends. Lazy: a lead does not read the whole text."""
    tongue = (language or "").split("-")[0].lower()
    start = 0
    for found in _TERMINATOR.finditer(text):
        if found["gap"] is not None or _ends_sentence(text, start, found, tongue):
            yield from _trimmed(text, start, found.start() if found["gap"] is not None else found.end())
            start = found.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _ends_sentence(text: str, start: int, found: re.Match[str], tongue: str) -> bool:
    mark, end = found["mark"], found.end()
    if mark[0] in "。！？｡．؟۔।॥":
        return text[end : end + 1] not in {"，", "、", ",", "،"}
    following = text[end : end + 40]
    if not following:
        return True
    if not following[0].isspace():
        # Between "BERT!" and Chinese there is no space; "2.0" and "arxiv.org" have none either
        return _HAN_OR_KANA.match(following) is not None and not text[found.start() - 1 : found.start()].isdigit()
    word = following.lstrip().lstrip(_OPENERS + " ").split(maxsplit=1)
    if word and word[0][0].islower() and word[0].islower():
        return False
    if mark != ".":
        return True
    return not _is_abbreviated(text[max(start, found.start() - _LAST_WORDS) : found.start()], following, tongue)


def _is_abbreviated(before: str, following: str, tongue: str) -> bool:
    """Whether the full stop after `before` belongs to an abbreviation, an initial or a number of a list."""
    last = _LAST_WORD.search(before)
    if last is None:
        return False
    word = last.group().lower()
    figure_follows = following.lstrip()[:1].isdigit()
    if word.isdigit():
        return before.strip() == word or (tongue == "de" and len(word) <= 2)
    spaced = _SPACED_LETTER.search(before)
    forms = {word, _SPACES.sub("", spaced.group().lower().lstrip("."))} if spaced else {word}
    if _is_listed(forms, _TRAILING, tongue):
        return figure_follows
    if _is_listed(forms, _LEADING, tongue) or (figure_follows and _is_listed(forms, _NUMBERED, tongue)):
        return True
    letter = word.rpartition(".")[2]
    return len(letter) == 1 and letter not in _LETTERS_THAT_ARE_WORDS.get(tongue, "")


def _is_listed(forms: set[str], lists: dict[str, frozenset[str]], tongue: str) -> bool:
    return not forms.isdisjoint(lists.get(tongue, lists[""]))
