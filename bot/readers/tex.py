"""TeX as authors leave it in titles and names: accents become letters, commands for style go, formulas stay."""

from __future__ import annotations

import re
import unicodedata

# https://en.wikibooks.org/wiki/LaTeX/Special_Characters
_COMBINING = {
    **{"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307"},
    **{'"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "c": "\u0327", "k": "\u0328", "d": "\u0323"},
}
_LETTERS = {
    **{"ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ"},
    **{"aa": "å", "AA": "Å", "i": "i", "j": "j", "&": "&", "%": "%", "#": "#", "_": "_", "$": "$"},
}
_FORMULA = re.compile(r"(?<!\\)\$[^$]*\$")
_ACCENT = re.compile(r"""\\([`'^~="u.rHvckd])(?:\s*\{\s*\\?([A-Za-z])\s*\}|(?<=[`'^~=".])\s*\\?([A-Za-z]))""")
_LETTER = re.compile(r"\\(ss|o|O|l|L|ae|AE|oe|OE|aa|AA|i|j)(?:\{\}|\s+|(?![A-Za-z]))|\\([&%#_$])")
_STYLE = re.compile(r"\\(?:emph|text(?:it|bf|sc|tt|rm|sf|sl)?|mbox|uppercase)\s*\{([^{}]*)\}")
_BRACES = re.compile(r"\{([^{}\\]*)\}")


def plain_tex(text: str) -> str:
    """The text with its TeX for letters and styles replaced. What stands between $ is left as it is, but for the $ of
    a formula that needs none ("$k$"). Text without TeX stays the same."""
    if "\\" not in text and "$" not in text and "{" not in text:
        return text
    parts: list[str] = []
    end = 0
    for formula in _FORMULA.finditer(text):
        inner = formula[0][1:-1]
        simple = not re.search(r"[\\^_{}]", inner)
        parts += [_words(text[end : formula.start()]), inner if simple else formula[0]]
        end = formula.end()
    return "".join([*parts, _words(text[end:])])


def _words(text: str) -> str:
    text = _ACCENT.sub(lambda found: (found[2] or found[3]) + _COMBINING[found[1]], text)
    text = _LETTER.sub(lambda found: _LETTERS[found[1] or found[2]], text)
    text = _BRACES.sub(r"\1", _STYLE.sub(r"\1", text))
    return unicodedata.normalize("NFC", text)
