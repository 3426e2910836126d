"""Transliteration: a word in the letters of another alphabet, as people write it there.

Russian in Latin letters is written in many ways (GOST, passports, chats: zhurnalnyj, zhurnalnyi, jurnalny for
журнальный), and English terms in Cyrillic ones by ear (эмбеддинг, чатгпт). So a word has many readings; whoever knows
the words of a language chooses among them.

Readings come in the order of their cost: what a letter usually stands for costs nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from heapq import heappop, heappush
from itertools import count, islice

LONGEST_TRANSLITERATED = 32  # letters
MOST_READINGS = 128
_MOST_STEPS = 2_000  # a hostile word has more ways than anybody waits for

# What letters stand for, and what that costs; "^" is the beginning of the word, "$" its end. Nearly each reading of a
# Russian word is one or two steps from the usual ones.
_Rules = Mapping[str, tuple[tuple[str, int], ...]]


def _rules(text: str) -> dict[str, tuple[tuple[str, int], ...]]:
    """Rules as they are written below: "ch:ч/х2" is ч for nothing, or х for 2."""
    rules = {}
    for rule in text.split():
        letters, _, readings = rule.partition(":")
        costs = (_reading(reading) for reading in readings.split("/"))
        rules[letters] = tuple(costs)
    return rules


def _reading(reading: str) -> tuple[str, int]:
    return (reading[:-1], int(reading[-1])) if reading[-1:].isdigit() else (reading, 0)


# The soft sign is mostly left out where there is an apostrophe for it.
_CYRILLIC = _rules(
    """
    a:а b:б/бь2 c:ц/к1/с1 d:д/дь2 e:е/э2 f:ф g:г h:х/г3 i:и/й1/ы3 j:й/ж1/ь2/ъ2/дж2 k:к l:л/ль1 m:м/мь2 n:н/нь1 o:о
    p:п/пь2 q:к1/я2 r:р/рь2 s:с/сь2 t:т/ть1 u:у/ю2 v:в/вь2 w:в/ш1/щ2 x:кс/х1 y:ы/й1/и2 z:з/зь2 ':ь/ъ1/2 ’:ь/ъ1/2 ":ъ/2
    `:ь/ъ1 ch:ч/чь1/х2 tch:тч/ч1 sh:ш/шь2/сх2 sch:щ/сч1/ш2 shh:щ/шх2 shch:щ zh:ж/жь2 kh:х/кх2 ts:ц/тс1 tz:ц tc:ц
    ph:ф1/пх1 qu:кв th:т1/тх1 ck:к š:ш č:ч ž:ж ŝ:щ â:я û:ю è:э ë:е ě:е ĭ:й ǔ:у ʹ:ь ʺ:ъ ń:нь ya:я/ья1/ыа3 ja:я/ья1/жа2
    ia:ия/я1/ья1 iya:ия/ья2 ija:ия yu:ю/ью1 ju:ю/жу1/ью1 iu:ю/иу1 yo:е/йо1/ье1 jo:е/йо1/жо1 io:ио/е2 ye:ые/е1/ье1/ъе1
    ^ye:е je:е/ье1/ъе1/же1/э2 ^e:э1/е eh:э/ех1 e':э yi:ый1/ыи ay:ай oy:ой ey:ей uy:уй iy:ий yy:ый yj:ый aj:ай oj:ой
    ej:ей uj:уй ij:ий ai:аи/ай oi:ой/ои ei:ей/еи ui:уи/уй jj:й y$:ы/ый1/ий1/и2/й2 yi$:ый i$:и/ий1/ый2 ii$:ии/ий
    iy$:ий/ый2 ij$:ий/ый2 '$:ь/2
    """
)

_LATIN = _rules(
    """
    а:a/u2/o3 б:b в:v/w1 г:g/h2 д:d/dd2 е:e/a3/ea2 ж:j/zh/g1/s2 з:z/s1 и:i/e1/ee1/ea1/y1 й:y/i к:k/c/ck1/ch2 л:l/ll1
    м:m/mm2 н:n/nn2 о:o/au2/ow2/a2/oa2 п:p/pp1 р:r/rr2 с:s/c1/ss1 т:t/tt1/th1 у:u/oo1/w1/ou2 ф:f/ph1/ff1 х:h/ch1/kh1
    ц:c/ts/z1 ч:ch/tch1 ха:ha/hu1 ш:sh/ch1 щ:sch/shch ъ: ь: ы:y/i1 э:e/a1 ю:u/yu1/ew1/iu1 я:ya/ia1/a1 и$:y/i/ie1/e2
    дж:j/g/dg1 кс:x/ks1/cks1 кв:qu/qw1/kv1/kw1 эй:a/ay1/ai1 ей:ay1/ai1/ei1/ey1/a1 ай:i/ai/y/ay1/igh2 ой:oi/oy
    ау:au/ou1/ow1 оу:ow/o/ou1/oa1 ью:u/ew1/iu1 ав:av/au1/aw2 ер:er/ear1/ur2/ir2/or2 ёр:er/ear1/ur2 ор:or/ore2
    ё:e/yo1/o1 шн:tion/shn2 шен:tion/shen2 жн:sion/jn3 жен:sion1/jen1 ция:tion1/cia1/cy2 сц:sc тч:tch/ch1 нк:nk/nc1
    гз:x/gs1 ийа:ia уэ:we уи:wi/ui вр:vr/wr1 бл:bl/ble2 $:/e2
    """
)
# Vowels that an e behind the next letter makes: "face", "style".
_SILENT = {"эй": "a", "ей": "a", "ай": "iy", "оу": "o", "ью": "u", "ю": "u"}
_CONSONANTS = dict(zip("бвгдзклмнпрстф", "bvgdzklmnprstf", strict=True)) | {"дж": "g", "с": "c", "ск": "sk"}
_LATIN |= {
    vowel + letter: (
        *((first + latin, cost) for first, cost in _LATIN[vowel]),
        *((one + latin + "e", cost) for cost, one in enumerate(long, start=1)),
    )
    for vowel, long in _SILENT.items()
    for letter, latin in _CONSONANTS.items()
}
_LATIN |= {2 * letter: ((2 * latin, 0), (latin, 1)) for letter, latin in _CONSONANTS.items() if len(letter) == 1}

# How the letters of an abbreviation are called.
_LETTER_NAMES = {
    **{
        "эй": "a",
        "би": "b",
        "си": "c",
        "ди": "d",
        "эф": "f",
        "джи": "g",
        "эйч": "h",
        "ай": "i",
        "джей": "j",
        "кей": "k",
    },
    **{"эл": "l", "эм": "m", "эн": "n", "оу": "o", "пи": "p", "кью": "q", "ар": "r", "эс": "s", "ти": "t", "ю": "u"},
    **{"ви": "v", "икс": "x", "уай": "y", "зет": "z"},
}
_SHORTEST_ABBREVIATION = 3


def in_cyrillic(word: str) -> list[str]:
    """What a word in Latin letters is in Russian ones, folded, the likeliest first; nothing for a word that has letters
    of another script."""
    return _readings(_composed(word), _CYRILLIC)


def in_latin(word: str) -> list[str]:
    """What an English word or name written by ear in Cyrillic letters is in its own, the likeliest first; nothing for a
    word that has letters of another script."""
    word = _composed(word)
    rest, abbreviation = _abbreviation(word)
    if not abbreviation:
        return _readings(word, _LATIN)
    beginnings = _readings(rest, _LATIN)[:4] if rest else [""]
    return list(dict.fromkeys([*(beginning + abbreviation for beginning in beginnings), *_readings(word, _LATIN)]))


def _composed(word: str) -> str:
    return unicodedata.normalize("NFC", word).lower()


def _readings(word: str, rules: _Rules) -> list[str]:
    """The readings of a word, each once, in the order of their costs. Digits stay."""
    if not 2 <= len(word) <= LONGEST_TRANSLITERATED:
        return []
    if not all(char in rules or char.isdigit() for char in word) or not any(map(str.isalpha, word)):
        return []
    found = islice(_walk(f"^{word}$", rules), 4 * MOST_READINGS)
    return list(islice(dict.fromkeys(found), MOST_READINGS))


def _walk(word: str, rules: _Rules) -> Iterator[str]:
    """Every way through the word from its beginning to its end, the cheapest first; among equals as the rules have
    them."""
    steps = [list(_steps(word, at, rules)) for at in range(len(word))]
    heap: list[tuple[int, int, int, str]] = [(0, 0, 0, "")]
    pushed = count(1)
    for _step in range(_MOST_STEPS):
        if not heap:
            return
        cost, at, _number, read = heappop(heap)
        if at == -len(word):
            yield read
            continue
        for end, reading, more in steps[-at]:
            heappush(heap, (cost + more, -end, next(pushed), read + reading))


def _steps(word: str, at: int, rules: _Rules) -> Iterator[tuple[int, str, int]]:
    """How to go on from a place: where to, what is read on the way, and what that costs. More letters read at once are
    read better: what they are one by one comes second."""
    ends = range(at + 1, min(len(word), at + max(map(len, rules))) + 1)
    several = any(word[at:end] in rules for end in ends[1:])
    for end in ends:
        dearer = 2 if several and end == at + 1 else 0
        for reading, cost in rules.get(word[at:end], ()) or _kept(word[at:end]):
            yield end, reading, cost + dearer


def _kept(letters: str) -> tuple[tuple[str, int], ...]:
    """What stays as it is: digits, and the marks at both ends."""
    return ((letters.strip("^$"), 0),) if letters in {"^", "$"} or (len(letters) == 1 and letters.isdigit()) else ()


def _abbreviation(word: str) -> tuple[str, str]:
    """The word without the names of letters at its end, and these letters; none where they are too few."""
    letters = ""
    rest = word
    while name := next((name for name in sorted(_LETTER_NAMES, key=len, reverse=True) if rest.endswith(name)), ""):
        rest = rest.removesuffix(name)
        letters = _LETTER_NAMES[name] + letters
    return (rest, letters) if len(letters) >= _SHORTEST_ABBREVIATION else (word, "")
