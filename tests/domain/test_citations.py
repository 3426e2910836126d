"""Saved stories as other programs read them, whatever stands in their titles."""

from __future__ import annotations

import csv
import io
import re
from itertools import accumulate
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.citations import as_csv, bibtex, ris
from bot.domain.papers import PaperId
from tests.factories import make_item

TITLES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(lambda one: one.strip())


def item(**facts: Any) -> Any:
    return make_item(**facts)


def test_what_tex_takes_for_commands_is_shown_as_it_is() -> None:
    entry = bibtex([item(title=r"100% of {A_B} & C\D ~ ^ $5 #1")])
    assert (
        r"title = {{100\% of \textbraceleft{}A\_B\textbraceright{} \& C\textbackslash{}D \textasciitilde{} "
        r"\textasciicircum{} \$5 \#1}}"
    ) in entry


def test_an_arxiv_paper_is_an_eprint_and_a_doi_is_one() -> None:
    entry = bibtex([item(papers=(PaperId("arxiv", "2002.05715"), PaperId("doi", "10.1000/a_b")))])
    assert "eprint = {2002.05715}" in entry
    assert "archiveprefix = {arXiv}" in entry
    assert "doi = {10.1000/a_b}" in entry


def test_an_institution_with_and_in_its_name_is_one_author() -> None:
    assert "author = {{Institute of Arts and Crafts} and Ann Lee}" in bibtex(
        [item(authors=("Institute of Arts and Crafts", "Ann Lee"))]
    )


def test_keys_are_unique_and_stay_the_same_whatever_else_is_saved() -> None:
    entries = bibtex([item(id=number) for number in (3, 1, 2)])
    keys = re.findall(r"^@misc\{(.+),$", entries, re.M)
    assert len(set(keys)) == 3
    assert keys[1] in bibtex([item(id=1)])


@given(TITLES, TITLES, TITLES)
def test_an_entry_of_bibtex_is_balanced_whatever_is_in_it(title: str, author: str, source: str) -> None:
    entry = bibtex([item(title=title, authors=(author,), source_title=source)])
    assert entry.startswith("@misc{")
    depths = list(accumulate((char == "{") - (char == "}") for char in entry.removeprefix("@misc")))
    assert depths.index(0) == len(depths) - 1  # it is closed at its end, and not before


@given(TITLES, TITLES)
def test_a_record_of_ris_has_a_tag_on_every_line_and_ends(title: str, author: str) -> None:
    lines = ris([item(title=title, authors=(author,))]).split("\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines if line)
    assert (lines[0], lines[-2]) == ("TY  - GEN", "ER  - ")


@given(TITLES)
def test_no_cell_is_taken_for_a_formula_and_every_title_can_be_read_back(title: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv([item(title=title)]))))
    assert len(rows) == 2
    cell, plain = rows[1][0], re.sub(r"\s+", " ", title).strip()
    assert not cell.startswith(("=", "+", "-", "@"))
    assert cell in (plain, f"'{plain}")
