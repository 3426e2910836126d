"""A message catalogue as it is read from a PO file: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html

The bot reads all of its catalogues before it is ready, to tell the platforms what its commands are called. Babel, which
also keeps what translators need, takes ten times as long for it.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_STRINGS = r'((?:[ \t]*".*"[ \t]*\n)+)'
_ENTRY = re.compile(
    rf"^(#,.*\bfuzzy\b.*\n(?:#.*\n)*)?msgid{_STRINGS}"
    rf"(?:msgstr{_STRINGS}|msgid_plural{_STRINGS}((?:msgstr\[\d+\]{_STRINGS})+))",
    re.M,
)
_FORM = re.compile(rf"^msgstr\[\d+\]{_STRINGS}", re.M)
_SEAM = re.compile(r'"[ \t]*\n[ \t]*"')
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_PLURAL = re.compile(r"^Plural-Forms:.*\bplural=(.+);$", re.M)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The translations into one language by the texts that the code says, where they differ. `forms` are those that go
    with a number, by their singular; `form_of` tells which of them goes with which."""

    texts: Mapping[str, str]
    forms: Mapping[str, tuple[str, ...]]
    form_of: Callable[[int], int]

    def gettext(self, text: str) -> str:
        """The translation of a text; the text itself where there is none."""
        return self.texts.get(text, text)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The translation that goes with a number; the English form where there is none."""
        forms = self.forms.get(singular)
        if forms is None:
            return singular if number == 1 else plural
        return forms[self.form_of(number)]


def read_catalogue(path: Path) -> Catalogue:
    """What a PO file translates. What it marks as fuzzy or leaves empty it does not. Raises OSError without the file,
    ValueError where its plural forms cannot be read."""
    texts: dict[str, str] = {}
    forms: dict[str, tuple[str, ...]] = {}
    for fuzzy, text, translation, _plural, of_numbers, _last in _ENTRY.findall(path.read_text("utf-8") + "\n"):
        said, translations = _joined(text), tuple(map(_joined, _FORM.findall(of_numbers) or [translation]))
        if fuzzy or not all(translations):
            continue
        if of_numbers:
            forms[said] = translations
        elif said != translations[0]:
            texts[said] = translations[0]
    plural = _PLURAL.search(texts.pop("", ""))
    form_of = gettext.c2py(plural[1] if plural else "n != 1")
    return Catalogue({one: those[form_of(1)] for one, those in forms.items()} | texts, forms, form_of)


def _joined(strings: str) -> str:
    """The text that the quoted strings of a field make."""
    text = _SEAM.sub("", strings).strip()[1:-1]
    return _ESCAPED.sub(lambda match: _ESCAPES.get(match[1], match[1]), text) if "\\" in text else text
