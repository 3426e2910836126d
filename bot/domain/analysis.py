"""The analyser: what an index is given of a text, and what of it a question asks for.

Both go through the same steps: one form for each character, Latin parted from scripts without spaces, those in pairs of
neighbours, words by their stems in the language of the text. What comes out is made of letters and digits only, so that
no engine's own tokeniser can read it in another way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from bot.domain.folding import CJK, CJK_RUN, SIGN_WORDS, UNSEEN, fold, pairs_of, without_points

VERSION = 6
"""Changes whenever the same text would be analysed otherwise: what was indexed before is then analysed anew."""

LONGEST_TOKEN = 64  # letters; longer "words" are data
LATIN_LANGUAGES = ("en", "pt", "fr", "es", "tr", "de", "it")
"""Languages in Latin letters that a word of a question may be of, where nothing tells which."""

_REMEMBERED = 30_000  # words of all languages together whose analysis is kept, in 6 MB

Stemmer = Callable[[str], str]
"""Takes a word in lower case with its accents to its stem."""

OtherStem = Callable[[str], str | None]
"""Takes such a word to what its stem is as well if it has been read otherwise; None where it can be read in one way."""

_LETTER = f"[^\\W_{CJK}]"
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc" + UNSEEN
_WORD = f"{_LETTER}(?:{_LETTER}|[{_MARKS}])*"
# A run without spaces; a word with the signs that are a part of its name; words that are written together.
_PIECE = re.compile(
    rf"[{CJK}]+|@?{_WORD}(?:(?:[-‐‑._/+&:]|['’]){_WORD})*(?:\+\+|\#(?!\w))?",
)
_PLAIN_PIECE = re.compile(r"@?[^\W_]+(?:[-‐‑._/+&:'’][^\W_]+)*(?:\+\+|\#(?!\w))?")  # the same, where there is neither
_HAS_RUN_OR_MARK = re.compile(f"[{CJK}{_MARKS}]")
_SCHEME = re.compile(r"\bhttps?://(?:www\.)?")
_PART = re.compile(rf"{_WORD}|\+\+|\#")
_ELISION = re.compile(r"^(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|dell|nell|sull|all|un)['’](?=[^\W\d_]{2})")
_POSSESSIVE = re.compile(r"['’]s$")
# What Turkish sets behind names, numbers and foreign words: number, possession and case ("BERT'in", "GPU'larda").
_TURKISH_ENDING = re.compile(
    r"(?:(?<=\w\w)|(?<=\d))['’](?=\w)(?:l[ae]r)?(?:[ıiuü]m[ıiuü]z|s?[ıiuü]n?)?"
    r"(?:n?[ıiuü]n|n?[dt][ae](?:n|ki)?|[yn]?[ae]|y?l[ae]|y[ıiuü]|[cç][ae]|l[ıiuü]k?|s[ıiuü]z|[dt][ıiuü]r)?$"
)
# Cyrillic letters that look like Latin ones, some only as capitals: people type "С++" and "СNN" without switching.
_LOOKALIKES = str.maketrans("авекмнорстухіѕј", "abekmhopctyxisj")
_MIXED = re.compile(r"[a-z][а-яіѕј]|[а-яіѕј][a-z]")
_VERSIONED = re.compile(r"([^\W\d_]{3,}?)v?\d")
_BORDER = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a text is found by: the stems of its words in their order, and the other forms in which it is asked for,
    each once: the words as they stand there, where they differ from their stems, names as a whole, single characters
    of scripts without spaces."""

    stems: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of a question. `ways` are the rows of tokens that it is found by, the likeliest first: its stems in the
    languages that it may be of, then as it stands, as a whole or taken apart ("gpt-2": gpt 2, gpt2).
    `surface` is what it looks like, folded."""

    typed: str
    surface: str
    ways: tuple[tuple[str, ...], ...]

    @property
    def is_run(self) -> bool:
        """True for a run of a script without spaces."""
        return bool(CJK_RUN.match(self.surface))


@dataclass(frozen=True, slots=True)
class Located:
    """A word where it stands in a text, from `start` to `end`, and the tokens that say it. A word of several parts is
    there in its parts and once as a whole; a run of a script without spaces as its pairs and as its characters."""

    start: int
    end: int
    tokens: frozenset[str]


_Found = tuple[tuple[str, ...], tuple[str, ...]]
"""The stems and the other forms of a word."""


class _Remembered(dict[str, _Found]):
    """What words are found by, with whatever signs stand around them; each is analysed at first sight. Runs of scripts
    without spaces and what is too long for a word are not kept: they hardly come twice."""

    def __init__(self, analyse: Callable[[str], _Found]) -> None:
        super().__init__()
        self._analyse = analyse

    def __missing__(self, word: str) -> _Found:
        found = self._analyse(word)
        if len(word) <= LONGEST_TOKEN and (word.isascii() or not CJK_RUN.search(word)):
            self[word] = found
        return found

    def of(self, words: Iterable[str]) -> Analysis:
        """The analysis of words in a row."""
        stems, forms = tuple(zip(*map(self.__getitem__, words), strict=True)) or ((), ())
        return Analysis(tuple(chain.from_iterable(stems)), tuple(dict.fromkeys(chain.from_iterable(forms))))


class Analyser:
    """Analyses texts and questions. `stemmers`, `others`: by the primary tag of a language. Safe to use from several
    threads: what it remembers is only ever the same."""

    def __init__(
        self,
        stemmers: Mapping[str, Stemmer],
        others: Mapping[str, OtherStem] | None = None,
        *,
        remembered: int = _REMEMBERED,
    ) -> None:
        """`remembered`: how many words it remembers at most, beside those of the text that it is given."""
        self._stemmers = stemmers
        self._others = others or {}
        self._most = remembered
        self._known: dict[str | None, _Remembered] = {}  # by language; None: names

    def anew(self, *, remembered: int = _REMEMBERED) -> Analyser:
        """The same, remembering nothing yet: for much that is read once."""
        return Analyser(self._stemmers, self._others, remembered=remembered)

    def text(self, text: str, language: str | None) -> Analysis:
        """What a text in this language (a BCP 47 tag, None where it is not known) is found by."""
        language = primary_tag(language)
        # What stands between spaces is looked up as it is: taking it apart costs far more, and most of it comes again.
        return self._remembered(language).of(_plain(text, language).split())

    def names(self, texts: Iterable[str]) -> Analysis:
        """The same for names and identifiers, of which no stems are taken."""
        return self._remembered(None).of(texts)

    def _remembered(self, language: str | None) -> _Remembered:
        if sum(map(len, [*self._known.values()])) > self._most:
            self._known = {}
        known = self._known.get(language)
        if known is None:
            analyse = _analysed_name if language is None else partial(self._analysed_chunk, language=language)
            known = self._known[language] = _Remembered(analyse)
        return known

    def located(self, text: str, language: str | None) -> list[Located]:
        """The words of a text where they stand in it, by where they begin."""
        language = primary_tag(language)
        found: list[Located] = []
        for piece in _PIECE.finditer(text):
            if CJK_RUN.match(piece[0]):
                found += _located_run(piece[0], piece.start())
            else:
                found += self._located_word(piece[0], piece.start(), language)
        return found

    def _located_word(self, piece: str, at: int, language: str) -> Iterator[Located]:
        words = list(_PART.finditer(piece))
        if len(words) > 1:
            wholes = _wholes(lowered(piece, language), _parts(lowered(piece, language)))
            yield Located(at, at + len(piece), frozenset(wholes))
        for word in words:
            part = lowered(word[0], language)
            part = _as_latin(part) if _MIXED.search(part) else part
            tokens = {_token(part), self._stem(part, language), *self._other(part, language)} if part else set()
            tokens |= {*chain.from_iterable(map(_without_version, tokens))}
            yield Located(at + word.start(), at + word.end(), frozenset(tokens - {""}))

    def pieces(self, words: str, languages: Sequence[str] = ()) -> list[Piece]:
        """The words of a question, in order. `languages`: those that it may be in, the likeliest first."""
        pieces = (self._piece(found, languages) for found in _pieces(_plain(words, "")))
        return [piece for piece in pieces if piece.ways]

    def _piece(self, piece: str, languages: Sequence[str]) -> Piece:
        if CJK_RUN.match(piece):
            folded = _folded_run(piece)
            return Piece(piece, folded, (tuple(_pairs(folded)),) if folded else ())
        parts = _parts(piece)
        surfaces = tuple(filter(None, map(_token, parts)))
        likely = dict.fromkeys((*languages, *LATIN_LANGUAGES))
        ways = [tuple(filter(None, (self._stem(part, language) for part in parts))) for language in likely]
        ways += [surfaces, *((whole,) for whole in _wholes(piece, parts))]
        ways += [(other,) for part in parts if len(parts) == 1 for other in self._other(part, "")]
        apart = tuple(part for word in surfaces for part in _BORDER.split(word))
        return Piece(piece, "".join(surfaces), tuple(way for way in dict.fromkeys([*ways, apart]) if way))

    def _analysed_chunk(self, chunk: str, language: str) -> _Found:
        """What is found by something that stands between spaces."""
        found = [self._analysed(piece, language) for piece in _pieces(chunk)]
        if len(found) == 1:
            return found[0]
        stems = chain.from_iterable(one[0] for one in found)
        return tuple(stems), tuple(dict.fromkeys(chain.from_iterable(one[1] for one in found)))

    def _analysed(self, piece: str, language: str) -> _Found:
        ascii_only = piece.isascii()
        if not ascii_only and CJK_RUN.match(piece):
            folded = _folded_run(piece)
            return tuple(_pairs(folded)), tuple(dict.fromkeys(folded)) if len(folded) > 1 else ()
        plain = piece.isalnum() if ascii_only else piece.isalpha() and not _MIXED.search(piece)
        if plain and (surface := _token(piece)):  # nothing to take apart, as in most
            stem = self._stem(piece, language)
            return (stem,), self._forms(piece, surface, stem, language)
        parts = _parts(piece)
        stems = []
        forms: list[str] = []
        for part in parts:
            surface = _token(part)
            if surface:
                stem = self._stem(part, language)
                stems.append(stem)
                forms += self._forms(part, surface, stem, language)
        return tuple(stems), (*forms, *_wholes(piece, parts))

    def _forms(self, word: str, surface: str, stem: str, language: str) -> tuple[str, ...]:
        """What a word is found by beside its stem."""
        own: tuple[str, ...] = (surface,) if surface != stem else ()
        if not surface.isalpha():
            own += _without_version(surface)
        return own + self._other(word, language) if self._others and not word.isascii() else own

    def _other(self, word: str, language: str) -> tuple[str, ...]:
        """The other stem that a word may have."""
        other = self._others.get(language_of_script(word, language) or "")
        stem = other(word) if other else None
        return (_token(stem),) if stem else ()

    def _stem(self, word: str, language: str) -> str:
        """The stem of a word that stands in a text of this language. Latin words inside other scripts are English."""
        if word in SIGN_WORDS:
            return SIGN_WORDS[word]
        of_script = language_of_script(word, language)
        stemmer = self._stemmers.get(of_script) if of_script else None
        return _token(stemmer(word)) if stemmer and word.isalpha() else _token(word)


def primary_tag(language: str | None) -> str:
    """ "pt" of "pt-BR", "" where the language is not known."""
    return (language or "").partition("-")[0].lower()


def lowered(text: str, language: str) -> str:
    """The text in lower case and compatibility forms, accents kept: stems are taken of words with their accents."""
    if text.isascii() and language != "tr":
        return text.lower()
    if language in {"tr", "az"}:
        text = text.replace("İ", "i").replace("I", "ı")
    return without_points(unicodedata.normalize("NFKC", text).casefold())


def language_of_script(word: str, language: str) -> str | None:
    """The language by whose rules the stem of a word is taken in a text of a language."""
    first = word[0]
    if first <= "\u024f":
        return language if language in _LATIN else "en"
    if "\u0400" <= first <= "\u052f":
        return language if language in _CYRILLIC else "ru"
    if "\u0600" <= first <= "\u06ff":
        return "ar"
    return language or None


_LATIN = frozenset(("ca", "da", "de", "en", "es", "et", "eu", "fi", "fr", "ga", "hu", "id", "it", "lt", "nl", "no"))
_LATIN |= {"pt", "ro", "sv", "tr"}
_CYRILLIC = frozenset(("ru", "sr"))


def _plain(text: str, language: str) -> str:
    """A text in lower case, without the beginnings of addresses."""
    text = lowered(text, language)
    return _SCHEME.sub(" ", text) if "://" in text else text


def _pieces(text: str) -> list[str]:
    """The words, compounds and runs of a plain text."""
    if text.isascii() or not _HAS_RUN_OR_MARK.search(text):
        return _PLAIN_PIECE.findall(text)
    return _PIECE.findall(text)


def _analysed_name(text: str) -> _Found:
    stems: list[str] = []
    forms: list[str] = []
    for piece in _pieces(_plain(text, "")):
        if piece.isascii() and piece.isalnum():  # nothing to take apart, as in most
            stems.append(surface := _token(piece))
            forms += () if surface.isalpha() else _without_version(surface)
            continue
        parts = _parts(piece)
        surfaces = [*filter(None, map(_token, parts))]
        stems += surfaces
        forms += (*chain.from_iterable(map(_without_version, surfaces)), *_wholes(piece, parts))
    return tuple(stems), tuple(forms)


def _parts(piece: str) -> list[str]:
    """The words of what was written together."""
    parts = _PART.findall(_without_leaning(piece.lstrip("@")))
    if piece.isascii():
        return parts
    return [
        _as_latin(part)
        if _MIXED.search(part) or (len(part) == 1 and {*parts[at + 1 : at + 2]} & SIGN_WORDS.keys())
        else part
        for at, part in enumerate(parts)
    ]


def _without_leaning(piece: str) -> str:
    """A piece without what only leans on its words: an article in front, the ending of a case behind."""
    if "'" not in piece and "’" not in piece:
        return piece
    return _TURKISH_ENDING.sub("", _POSSESSIVE.sub("", _ELISION.sub("", piece)))


def _as_latin(word: str) -> str:
    """The word in Latin letters where all of its letters look like some."""
    latin = word.translate(_LOOKALIKES)
    return latin if latin.isascii() else word


def _wholes(piece: str, parts: Sequence[str]) -> list[str]:
    """What was written together, as one token; and a handle as what it is."""
    wholes = []
    if len(parts) > 1:
        wholes.append(_token("".join(SIGN_WORDS.get(part, part) for part in parts)))
    if piece[0] == "@":
        wholes.append(_token("at" + "".join(parts)))
    return wholes


def _token(word: str) -> str:
    """A word as the engine is given it: folded, letters and digits alone."""
    if word.isascii() and word.isalnum():
        return word[:LONGEST_TOKEN]
    folded = fold(SIGN_WORDS.get(word, word))
    return "".join(filter(str.isalnum, folded))[:LONGEST_TOKEN]


def _without_version(token: str) -> tuple[str, ...]:
    """The name that a number is glued to: "yolo" of YOLOv4, "stylegan" of StyleGAN2."""
    named = _VERSIONED.match(token)
    return (named[1],) if named else ()


def _located_run(run: str, at: int) -> Iterator[Located]:
    for place, letter in enumerate(run):
        yield Located(at + place, at + place + 1, frozenset((fold(letter),)))
        if place + 1 < len(run):
            yield Located(at + place, at + place + 2, frozenset((fold(run[place : place + 2]),)))


def _pairs(run: str) -> list[str]:
    """The pairs of a run, of a single character that one."""
    return pairs_of(run) or [*run]


def _folded_run(run: str) -> str:
    """A run in simplified characters, without those that are none yet: Unicode keeps places for them."""
    folded = fold(run)
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))
