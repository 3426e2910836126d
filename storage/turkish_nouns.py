"""Stems of Turkish nouns, without the endings of number, possession and case that stand behind each other.

Snowball's rules take off some of them at a time and others not, and take words for inflected by the speaker's "my":
"derin" (deep), "ders" (lesson) and "derlem" (corpus) would have one stem. Texts about a field seldom say "my": here
nothing of it is taken off. What looks like an ending and is none comes off all forms of a word alike.
"""

from __future__ import annotations

import re

from storage.turkish_verbs import OF_NOUNS

_NARROW = "[ıiuü]"
_VOWEL = "[aeıioöuü]"
_CONSONANT = "[^aeıioöuü]"
_LONGEST = 40  # letters; longer words are data
_SHORTEST = 3

# The outermost first; each with what has to stand in front of it.
_ENDINGS = tuple(
    re.compile(ending)
    for ending in (
        rf"(?<={_VOWEL})y(?:{_NARROW}|[ae]|l[ae])$",
        rf"(?:(?<={_NARROW})n)?[dt][ae]n?(?:ki)?$",
        rf"(?<={_VOWEL})n{_NARROW}n$",
        rf"(?<={_CONSONANT}){_NARROW}n$",
        rf"(?<={_NARROW})n(?:{_NARROW}|[ae])$",
        rf"(?<={_CONSONANT})l[ae]$",
        rf"{_NARROW}?m{_NARROW}z$",
        rf"(?<={_VOWEL})s{_NARROW}$",
        rf"l[ae]r{_NARROW}?$",
    )
)
_LAST_VOWEL = re.compile(rf"{_VOWEL}$")
# Consonants that are written otherwise in front of a vowel: "derinlik" and "derinliği", "kitap" and "kitabı".
_HARDENED = ((re.compile(rf"(?<=...)ğ$|(?<=..{_NARROW})g$"), "k"), (re.compile(r"(?<=...)b$"), "p"))

# Words that end like a genitive, or before an ending as if that were longer; those whose dative looks like the noun of
# a verb ("sisteme"). Also as they are typed without accents.
_OF_WHOLE = re.compile(
    "(alay|altın|basın|beyin|birey|bütün|deney|derin|düzey|etkin|kadın|kanun|kesin|metin|olay|oyun|salgın|sorun|tahmin"
    "|adam|akşam|anlam|bağlam|denklem|derlem|dönem|eylem|gözlem|gündem|işlem|kapsam|kavram|ortam|önlem|problem|program"
    "|reklam|sistem|söylem|toplam|yöntem|aksam|baglam|donem|gozlem|gundem|islem|onlem|soylem|yontem"
    "|uygun|uzay|uzun|ürün|yakın|yangın|yaygın|yayın|yığın|yoğun|yüzey|zengin"
    f"|altin|basin|butun|duzey|kadin|salgin|urun|yakin|yangin|yaygin|yayin|yigin|yogun|yuzey){OF_NOUNS}"
)


def whole_noun(word: str) -> str | None:
    """The noun of which a word is a form, where it is one that other rules would cut. Takes a word in lower case."""
    found = _OF_WHOLE.fullmatch(word)
    return found[1] if found else None


def noun_stem(word: str) -> str:
    """What the forms of a noun have in common. Takes a word in lower case."""
    if len(word) > _LONGEST:
        return word
    bare = word
    while shorter := _without_ending(bare):
        bare = shorter
    if _is_stem(shorter := _LAST_VOWEL.sub("", bare)):
        bare = shorter
    for soft, hard in _HARDENED:
        bare = soft.sub(hard, bare)
    return bare


def _without_ending(word: str) -> str | None:
    """The word without its outermost ending, None where it has none."""
    shorter = (ending.sub("", word) for ending in _ENDINGS)
    return next((one for one in shorter if one != word and _is_stem(one)), None)


def _is_stem(word: str) -> bool:
    return (len(word) >= _SHORTEST or word.endswith(("ğ", "ag"))) and re.search(_VOWEL, word) is not None
