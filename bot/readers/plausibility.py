"""How much a decoded text looks like writing: what decides between encodings when nobody says which one it is."""

from __future__ import annotations

import re
from itertools import islice

_WORDS = 1500  # with characters above ASCII; enough to tell, and few enough to try a dozen encodings
_WORD = re.compile(r"[A-Za-z]{0,30}[^\x00-\x7f][A-Za-z\x80-\U0010ffff]{0,40}")
_AROUND_WORDS = "\xa0“”‘’„‚–—…•·«»‹›¡¿©®™°ªº§€№£ 。、，！？；：（）《》「」『』“”【】・～　،؛؟"
_IN_WORDS = "’·\u00ad\u200c\u200d"
_NO_TEXT = re.compile("[\x80-\x9f\ue000-\uf8ff\ufff0-\uffff]")

_SCRIPTS = (
    ("latin", re.compile("[A-Za-zÀ-ɏḀ-ỿ]")),
    ("greek", re.compile("[Ͱ-Ͽ]")),
    ("cyrillic", re.compile("[Ѐ-ԯ]")),
    ("hebrew", re.compile("[\u0590-\u05ff]")),
    ("arabic", re.compile("[\u0600-\u06ff]")),
    ("thai", re.compile("[\u0e00-\u0e7f]")),
    ("han", re.compile("[\u4e00-\u9fff]")),
    ("kana", re.compile("[\u3041-\u30ff]")),
    ("hangul", re.compile("[\uac00-\ud7a3]")),
)
_EAST_ASIAN = frozenset({"latin", "han", "kana", "hangul"})

# The characters that make up about two fifths of Chinese running text, simplified and traditional.
_COMMON_HAN = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然"
    "家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实文新模型数据语言习"
    "這個們來為國說時會對於著過發後裡種經麼學現當沒動還進樣開從實數據語習與研究論問題使用機器"
)
_COMMON_HANGUL = frozenset("이다는에의을가로고하지기사은리도서인대한아어자나시를라해제수정스그일보")
_COMMON_CYRILLIC = frozenset("оеаинтсрвлкмдпуієїы")
_SELDOM_LATIN = frozenset("ðþýÿÐÞÝ")


def plausibility(text: str) -> float:
    """From about -2 (garbage) to about 1 (running text); 0 where nothing is above ASCII."""
    total = weight = 0.0
    for found in islice(_WORD.finditer(text), _WORDS):
        word = found.group()
        above = sum(character > "\x7f" for character in word)
        total += above * _judge(word)
        weight += above
    return total / weight if weight else 0.0


def _judge(word: str) -> float:
    if _NO_TEXT.search(word):
        return -2.0
    word = word.strip(_AROUND_WORDS)
    if not word or word.isascii():
        return 0.3
    letters = [character for character in word if character.isalpha()]
    if any(not character.isalnum() and character not in _IN_WORDS + _AROUND_WORDS for character in word):
        return -1.0 if letters else -0.3
    scripts = {name for name, pattern in _SCRIPTS if pattern.search(word)}
    if len(scripts) != 1 and not (scripts and scripts <= _EAST_ASIAN and scripts != {"latin"}):
        return -1.0
    if scripts & _EAST_ASIAN - {"latin"}:
        return _judge_east_asian(word, scripts)
    if "latin" in scripts:
        return _judge_latin(word)
    if "cyrillic" in scripts:
        return _judge_cyrillic(word, letters)
    return 0.9 if _has_usual_case(word) else -1.0


def _has_usual_case(word: str) -> bool:
    return word.islower() or word.isupper() or word.istitle() or word.lower() == word.upper()


def _judge_latin(word: str) -> float:
    above = sum(character > "\x7f" for character in word)
    if not _has_usual_case(word) or (above >= 2 and above > len(word) / 2):
        return -1.0
    if any(character in _AROUND_WORDS for character in word):
        return -0.5
    return 0.8 if _SELDOM_LATIN.intersection(word) else 1.0


def _judge_cyrillic(word: str, letters: list[str]) -> float:
    if not _has_usual_case(word):
        return -1.0
    if word.isupper() and len(word) > 3:
        return 0.2  # KOI8-R has the cases the other way round
    return 0.6 + 0.5 * sum(character.lower() in _COMMON_CYRILLIC for character in letters) / len(letters)


def _judge_east_asian(word: str, scripts: set[str]) -> float:
    if "kana" in scripts and "hangul" not in scripts:
        kana = sum("\u3041" <= character <= "\u309f" for character in word)
        return 0.4 + min(0.7, 1.5 * kana / len(word))
    if "hangul" in scripts:
        common = sum(character in _COMMON_HANGUL for character in word)
        return min(1.0, 2.5 * common / len(word)) - (0.5 if scripts & {"han", "kana"} else 0.0)
    common = sum(character in _COMMON_HAN for character in word)
    return min(1.0, 2.5 * common / len(word))
