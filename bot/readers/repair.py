"""Repair of text that was UTF-8, was read as something else, and was saved again.

"edição" read as Mac Roman is "edi√ß√£o", as Latin-1 "ediÃ§Ã£o"; "да" read as windows-1251 is "РґР°". ftfy judges
such text line by line and leaves what looks harmless in its own line. Here the whole document is the witness: which
reading explains its characters is decided once, and then undone at every place where it fits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

_ROUNDS = 3  # text can be damaged more than once; three times has been seen in the wild, four has not
_ASCII = bytes(range(0x80))

_TYPOGRAPHY = "\xa0“”‘’„–—…•·«»‹›©®™°ªº§€"
_OPENING = "\xa0“‘„–—…•·«»‹"
_CLOSING = "\xa0”“’‘»«›–—…®™°ªº•·©"
_ROOTS = "√∆≈ƒ÷◊–—¬"
_SYMBOLS = "πΩ∑∏∂∫∞≤≥≠±µ"

# Characters of two UTF-8 bytes that running text hardly has: they do not count as a sign of damage, for "ЕЁ", "Ці"
# or "“É" would otherwise speak for one. Where a document is known to be damaged they are undone like all others.
_RARE = re.compile(
    "[\u0080-\u009f\u0180-\u019f\u01a2-\u01ae\u01b1-\u01cc\u01dd-\u0217\u021c-\u0258\u025a-\u02ba\u02bd-\u02c5"
    "\u02c8-\u0385\u03cf-\u03ff\u0460-\u048f\u0500-\u055f\u0591-\u05cf\u0700-\u08ff\ue000-\uf8ff\ufff0-\uffff]"
)


class Repaired(NamedTuple):
    """The text without damage; `damage` says what was undone, None where nothing was."""

    text: str
    damage: str | None


class _Loss(NamedTuple):
    """A pattern that is left where tools lost a byte of a misread character, and what tells the character."""

    found: str
    was: Callable[[str], str]


@dataclass(frozen=True)
class _Misreading:
    """One wrong way to read UTF-8: its byte table and the patterns that find its traces."""

    name: str
    as_bytes: dict[int, int]
    hint: re.Pattern[str]
    sequence: re.Pattern[str]
    sequence_or_stray: re.Pattern[str]
    sequence_or_loss: re.Pattern[str]
    losses: tuple[_Loss, ...]

    def undo(self, run: str) -> str:
        """The characters that this run of whole sequences was."""
        return run.translate(self.as_bytes).encode("latin-1").decode("utf-8")


@dataclass(frozen=True)
class _Evidence:
    """What a text says for and against one misreading."""

    characters: int  # in sequences that are UTF-8 under the misreading
    strong: int  # sequences that no language would write
    strays: int  # characters that the misreading cannot explain
    blocks: frozenset[int]  # of the characters that the strong sequences stand for

    @property
    def convincing(self) -> bool:
        """Whether the text as a whole was misread: what it explains outweighs what it does not."""
        return self.strong > 0 and self.characters > 2 * self.strays


def repair(text: str) -> Repaired:
    """Undo every misreading that the whole document, or a whole line of it, is evidence for. Safe to repeat.

    Correct text comes back as it is, also where it holds characters that damage is made of ("√2", "EDUCAÇÃO").
    """
    names: list[str] = []
    for _ in range(_ROUNDS):
        name, repaired = _undo_best(text)
        if name is None:
            break
        text = repaired
        names.append(name)
    if not names:
        return Repaired(text, None)
    return Repaired(text, f"UTF-8 that had been read as {' and then as '.join(reversed(names))} was repaired")


def above_ascii(text: str) -> str:
    """The characters above ASCII without what lies between them: short for most texts, and quickly made."""
    if text.isascii():
        return ""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def _undo_best(text: str) -> tuple[str | None, str]:
    """The name of the misreading that explains the most, and the text without it."""
    rest = above_ascii(text)
    # The first search is on the short text, where characters have more neighbours than they really do
    suspects = [misreading for misreading in _MISREADINGS if misreading.hint.search(rest)]
    judged = [(_weigh(misreading, text), misreading) for misreading in suspects]
    judged.sort(key=lambda pair: (pair[0].convincing, pair[0].strong, pair[0].characters), reverse=True)
    for evidence, misreading in judged:
        if not evidence.strong:
            break
        if evidence.convincing:
            return misreading.name, _undo_all(text, misreading, evidence)
        repaired = _undo_lines(text, misreading, evidence)
        if repaired != text:
            return misreading.name, repaired
    return None, text


def _weigh(misreading: _Misreading, text: str) -> _Evidence:
    """Only lines with a trace are looked at closely: sound text of a megabyte has none, or some dozen."""
    characters = strong = 0
    blocks: set[int] = set()
    for start, end in _suspect_lines(misreading, text):
        for run in misreading.sequence.finditer(text, start, end):
            characters += len(run[0])
            was = misreading.undo(run[0])
            if len(was) >= 3 or not _is_natural(run[0]):
                telling = [character for character in was if not _RARE.match(character)]
                strong += len(telling)
                blocks.update(map(_block, telling))
    strays = _count_strays(misreading, text, characters) if strong else 0
    return _Evidence(characters, strong, strays, frozenset(blocks))


def _suspect_lines(misreading: _Misreading, text: str) -> Iterator[tuple[int, int]]:
    """Where the lines begin and end that hold at least one sequence."""
    end = -1
    while found := misreading.hint.search(text, end + 1):
        start = text.rfind("\n", 0, found.start()) + 1
        end = text.find("\n", found.end())
        if end == -1:
            yield start, len(text)
            return
        yield start, end


def _count_strays(misreading: _Misreading, text: str, characters: int) -> int:
    """How many characters the misreading does not explain; counting stops where the answer is clear."""
    limit = 20 * characters
    return sum(1 for found in islice(misreading.sequence_or_stray.finditer(text), limit) if found.lastgroup == "stray")


def _block(character: str) -> int:
    return ord(character) >> 7


def _is_natural(run: str) -> bool:
    """Whether people write such characters side by side: "ЕЁ", "É»", "«é", "√π", "Å²"."""
    head, rest = run[0], run[1:]
    if head in _ROOTS and all(character in _SYMBOLS for character in rest):
        return True
    if head in "ÅØ" and rest in "¹²³":
        return True
    if head in _OPENING:
        return all(character.isalpha() or character in _TYPOGRAPHY for character in rest)
    return head.isalpha() and (
        all(character.isalpha() and character not in "ªº" for character in rest)
        or all(character in _CLOSING and not (head in "ÂÃ" and character in "©®°") for character in rest)
    )


def _undo_all(text: str, misreading: _Misreading, evidence: _Evidence) -> str:
    """Undo it everywhere. Where other characters show that parts are sound, only what the damage is known to hold."""

    mixed = evidence.strays > 0
    lossy = evidence.characters > 20 * evidence.strays

    def undo(found: re.Match[str]) -> str:
        if found.lastgroup is not None:
            return misreading.losses[int(found.lastgroup[1:])].was(found[0]) if lossy else found[0]
        was = misreading.undo(found[0])
        if mixed and len(was) < 3 and _is_natural(found[0]):
            return was if all(_block(character) in evidence.blocks for character in was) else found[0]
        return was

    # One pass: what has been restored must not be taken for another trace
    return misreading.sequence_or_loss.sub(undo, text)


def _undo_lines(text: str, misreading: _Misreading, evidence: _Evidence) -> str:
    """Undo it in those lines of a sound document that hold nothing else: one damaged entry among good ones.

    A single odd pair is left alone: a text about damage shows one.
    """
    if evidence.strong < 2:
        return text
    pieces = []
    done = 0
    for start, end in _suspect_lines(misreading, text):
        line = text[start:end]
        own = _weigh(misreading, line)
        pieces += [text[done:start], _undo_all(line, misreading, own) if own.strong and not own.strays else line]
        done = end
    return "".join(pieces) + text[done:]


def _set_of(table: dict[str, int], first: int, last: int) -> str:
    """A pattern for the characters that the bytes from first to last were read as."""
    return "[" + "".join(re.escape(character) for character, byte in table.items() if first <= byte <= last) + "]"


def _misreading(name: str, table: dict[str, int], losses: tuple[_Loss, ...]) -> _Misreading:
    lead2, lead3, lead4, cont = (_set_of(table, *span) for span in ((0xC2, 0xDF), (0xE0, 0xEF), (0xF0, 0xF4), _CONT))
    # Well-formed UTF-8, table 3-7 of the Unicode Standard: decoding a match cannot fail.
    rows = (
        ((0xC2, 0xDF), _CONT),
        ((0xE0, 0xE0), (0xA0, 0xBF), _CONT),
        ((0xE1, 0xEC), _CONT, _CONT),
        ((0xED, 0xED), (0x80, 0x9F), _CONT),
        ((0xEE, 0xEF), _CONT, _CONT),
        ((0xF0, 0xF0), (0x90, 0xBF), _CONT, _CONT),
        ((0xF1, 0xF3), _CONT, _CONT, _CONT),
        ((0xF4, 0xF4), (0x80, 0x8F), _CONT, _CONT),
    )
    one = "|".join("".join(_set_of(table, *span) for span in row) for row in rows)
    unexplained = "".join(re.escape(character) for character in table if character not in _TYPOGRAPHY)
    explained = "|".join([f"(?:{one})+", *(f"(?P<_{number}>{loss.found})" for number, loss in enumerate(losses))])
    return _Misreading(
        name=name,
        as_bytes={ord(character): byte for character, byte in table.items()},
        # begins with a plain set, to which the regex engine skips quickly
        hint=re.compile(f"{cont}(?:(?<={lead2}{cont})|(?<={lead3}{cont}){cont}|(?<={lead4}{cont}){cont}{cont})"),
        sequence=re.compile(f"(?:{one})+"),
        sequence_or_stray=re.compile(f"{explained}|(?P<stray>[{unexplained}])"),
        sequence_or_loss=re.compile(explained),
        losses=losses,
    )


_CONT = (0x80, 0xBF)


def _latin() -> _Misreading:
    """Latin-1 and windows-1252 in one: browsers, libraries and people take the one for the other."""
    table = {chr(byte): byte for byte in range(0x80, 0x100)}
    table |= {bytes([byte]).decode("cp1252", "ignore"): byte for byte in range(0x80, 0x100)}
    table.pop("", None)
    losses = (
        # 0x9D is no character of windows-1252, and a closing quote has it
        _Loss("â€\ufffd?", lambda _: "”"),
        # a no-break space became a space, and the spaces around it were folded into one: "à la", but not "às"
        _Loss(r"(?<![^\W_])Ã (?! |s\b|quel|quil)", lambda _: "à "),
        _space_for_no_break_space(table),
        # a soft hyphen is the second half of "í", and many tools drop it
        _Loss("Ã(?=[a-z])", lambda _: "í"),
    )
    return _misreading("Latin-1", table, losses)


def _cyrillic() -> _Misreading:
    table = {bytes([byte]).decode("cp1251", "replace"): byte for byte in range(0x80, 0x100)}
    # 0x98 is the one byte that windows-1251 lacks: it is the second half of "И"
    table |= {"\x98": 0x98, "\ufffd": 0x98}
    losses = (_space_for_no_break_space(table), _Loss(r"Р\??", lambda _: "И"))
    return _misreading("windows-1251", table, losses)


def _mac_roman() -> _Misreading:
    table = {bytes([byte]).decode("mac_roman"): byte for byte in range(0x80, 0x100)}
    # 0xDB was the currency sign before Mac OS 8.5; the others are what normalisation makes of the originals
    table |= {"¤": 0xDB, "\u2126": 0xBD, "\u0394": 0xC6, "\u03bc": 0xB5}
    cont = _set_of(table, *_CONT)
    # 0xF0 is Apple's logo, a private character that gets lost easily; it begins every emoji, 0x9F goes on
    emoji = _Loss(f"\ufffd?ü{cont}{cont}", lambda found: _utf8("\xf0" + found.lstrip("\ufffd"), table))
    return _misreading("Mac Roman", table, (emoji,))


def _space_for_no_break_space(table: dict[str, int]) -> _Loss:
    lead2, lead3, cont = (_set_of(table, *span) for span in ((0xC2, 0xDF), (0xE0, 0xEF), _CONT))
    return _Loss(f"{lead2} |{lead3}(?:{cont} | {cont})", lambda found: _utf8(found, table | {" ": 0xA0}))


def _utf8(found: str, table: dict[str, int]) -> str:
    return bytes(table.get(character) or ord(character) for character in found).decode("utf-8", "replace")


_MISREADINGS = (_latin(), _mac_roman(), _cyrillic())
