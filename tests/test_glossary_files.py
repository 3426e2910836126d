"""The files of the glossary: each line a concept with names in all languages, in their scripts, each once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from bot.domain.folding import CJK_RUN, fold
from bot.domain.glossary import LANGUAGES, LONGEST_NAME, Concept, parse_concept
from bot.glossary import FOLDER

FILES = sorted(FOLDER.glob("*.txt"))
MOST_NAMES = 12  # of a concept in a language
OWN_SCRIPT = {"ru": re.compile("[\u0400-\u04ff]"), "zh": CJK_RUN, "ar": re.compile("[\u0600-\u06ff]")}


def faults_of(line: str, concept: Concept) -> Iterator[str]:
    if line != unicodedata.normalize("NFC", line):
        yield "letters and their accents are apart (not NFC)"
    for language, names in concept.names.items():
        folded = [fold(name) for name in names if name.isascii()] + [n.casefold() for n in names if not n.isascii()]
        if len(set(folded)) < len(folded):
            yield f"a name in {language} is there twice"
        if len(names) > MOST_NAMES or any(len(name) > LONGEST_NAME for name in names):
            yield f"too many or too long names in {language}"
        yield from (f"{name} is not in a script of {language}" for name in names if not fits(name, language))


def fits(name: str, language: str) -> bool:
    """Whether a name is in the script of its language, or in Latin letters, which every language borrows."""
    own = OWN_SCRIPT.get(language)
    others = [script for tag, script in OWN_SCRIPT.items() if tag != language]
    readable = re.fullmatch(r"[\w\s\-–—’',.+/#&*:()%·×²³]+", name)
    latin = re.search("[a-z]", fold(name))
    return bool(readable and (latin or (own and own.search(name))) and not any(s.search(name) for s in others))


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    return enumerate(path.read_text("utf-8").splitlines(), 1)


def concepts_of(path: Path) -> Iterator[tuple[int, Concept]]:
    for number, line in lines_of(path):
        concept = parse_concept(line)
        if concept is not None:
            yield number, concept


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_line_is_a_concept_in_all_languages_and_their_scripts(path: Path) -> None:
    faults = []
    for number, line in lines_of(path):
        try:
            concept = parse_concept(line)
        except ValueError as error:
            faults.append(f"{path.name}:{number}: {error}")
        else:
            faults += [f"{path.name}:{number}: {fault}" for fault in (faults_of(line, concept) if concept else ())]
    assert faults == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_concepts_are_sorted_by_their_english_name(path: Path) -> None:
    names = [(number, concept.names["en"][0]) for number, concept in concepts_of(path)]
    late = [
        f"{path.name}:{number}: {name} belongs before {before}"
        for (_, before), (number, name) in pairwise(names)
        if fold(name) < fold(before)
    ]
    assert late == []


def test_no_two_lines_are_the_same_concept() -> None:
    seen: dict[str, str] = {}
    twice = []
    for path in FILES:
        for number, concept in concepts_of(path):
            place = f"{path.name}:{number}"
            first = seen.setdefault(fold(concept.names["en"][0]), place)
            twice += [f"{place}: {concept.names['en'][0]} is in {first} already"] if first != place else []
    assert twice == []


def test_there_are_at_least_600_concepts() -> None:
    assert sum(1 for path in FILES for _concept in concepts_of(path)) >= 600


def test_all_files_end_in_a_line_break() -> None:
    assert [path.name for path in FILES if not path.read_text("utf-8").endswith("\n")] == []


def test_a_language_that_is_left_out_is_named() -> None:
    line = "en attention | ru внимание | pt atenção | zh 注意力 | fr attention | tr dikkat | ar الانتباه"
    with pytest.raises(ValueError, match="en ru pt zh fr tr ar"):
        parse_concept(line)


def test_an_empty_name_is_no_name() -> None:
    names = dict.fromkeys(LANGUAGES, "x") | {"fr": "x; "}
    with pytest.raises(ValueError, match="in fr"):
        parse_concept(" | ".join(f"{tag} {name}" for tag, name in names.items()))
