"""Roots of Turkish verbs, which Snowball's rules know nothing of: they are those of nouns.

Most of what is written about learning, recognising and generating is forms of verbs: "öğrenme" (learning), "öğrenmek"
(to learn), "öğreniyor" (it learns), "öğrenilen" (what is learned) and "öğrenim" are one word to those who search. A
root need be no word: it has to be the same for all forms of a verb, with the letters of Turkish or typed without.
"""

from __future__ import annotations

import re

_LONGEST = 40  # letters; longer words are data
_SHORTEST_ROOT = 3

_NARROW = "[ıiuü]"
_VOWEL = "[aeıioöuü]"
_CONSONANT = "[^aeıioöuü]"
_TWO_VOWELS = f".*{_VOWEL}.*{_VOWEL}.*"

OF_NOUNS = (
    rf"(?:l[ae]r)?(?:{_NARROW}m{_NARROW}z|s?{_NARROW}n?|{_NARROW}?m)?"
    rf"(?:n?{_NARROW}n|n?[dt][ae](?:n|ki)?|[yn]?[ae]|y?l[ae]|y{_NARROW}|[cç][ae])?"
)
"""What may stand behind a noun, also behind a verb that has become one: number, possession, case."""
_PERSON = "(?:l[ae]r|m)?"

# The nouns of an act keep their root as it is: "yazılım" (software) is not what is written.
_ACT = re.compile(rf"(?P<root>.{{2,}}{_CONSONANT}){_NARROW}m{OF_NOUNS}$")
# Roots, and what stands behind them: who does it, what is done, when, and that it is done.
_ENDINGS = tuple(
    re.compile(rf"(?P<root>{root}){ending}$")
    for root, ending in (
        (r".{2,}?", rf"{_NARROW}?yor(?:um|sun|uz|sunuz|l[ae]r)?(?:d[uü]|m[uü][şs])?"),
        (r".{2,}?", r"m[ae]k(?:t[ae]n?|l[ae]|t[ae]d[ıi]r)?"),
        (r".{2,}?", rf"y?[ae]c[ae](?:k|[gğ]{_NARROW})(?:l[ae]r)?"),
        (r".{3,}?", r"y?(?:arak|erek)"),
        (r".{4,}?", rf"m{_NARROW}[şs](?:t{_NARROW}r?)?(?:l[ae]r)?"),
        (r".{2,}?(?<!m)", rf"m[ae](?:s{_NARROW})?{OF_NOUNS}"),
        (r".{2,}?", rf"y?{_NARROW}c{_NARROW}{OF_NOUNS}"),
        # Behind other consonants -dan and -tan are ablatives, and short words end in -an by themselves ("zaman").
        (rf".*{_VOWEL}.*{_VOWEL}(?:t|.*[^aeıioöuüdt])(?<!y)", rf"[ae]n(?:l[ae]r{OF_NOUNS})?"),
        (rf".{{2,}}{_VOWEL}", rf"y[ae]n(?:l[ae]r{OF_NOUNS})?"),
        (rf"(?:{_TWO_VOWELS}[lmnryzv]|.{{2,}}l[ae])", rf"d{_NARROW}{_PERSON}"),
        (rf"{_TWO_VOWELS}[çcfhkpsşt]", rf"t{_NARROW}{_PERSON}"),
        (r".{3,}?[lmnryzv]", rf"d{_NARROW}[gğ]{_NARROW}{OF_NOUNS}"),
    )
)
# What makes a root passive; the vowel that "-yor" changes; the -la by which nouns become verbs.
_LESS_THAN_ROOTS = (
    re.compile(rf"(?<=...)(?:{_NARROW}[ln]|(?<=[^l]l[ae])n)$"),
    re.compile(rf"(?<=...){_NARROW}$|(?<={_CONSONANT}l)[ae]$"),
    re.compile(rf"(?<=...{_CONSONANT})l$"),
)


def verb_root(word: str) -> str | None:
    """What all forms of a verb have in common, None for what is no form of a verb. Takes a word in lower case."""
    if len(word) > _LONGEST:
        return None
    act = _ACT.match(word)
    if act and _is_root(act["root"]):
        return act["root"]
    found = next((found["root"] for ending in _ENDINGS if (found := ending.match(word))), "")
    return _bare(found) if _is_root(found) else None


def _is_root(root: str) -> bool:
    return len(root) >= _SHORTEST_ROOT and re.search(_VOWEL, root) is not None


def _bare(root: str) -> str:
    for less in _LESS_THAN_ROOTS:
        root = less.sub("", root)
    return root
