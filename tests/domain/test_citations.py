"""Saved stories as other programs read them, whatever stands in their titles."""

from __future__ import annotations

import csv
import io
import re
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.citations import FORMATS, Citation, as_csv, bibtex, citation_of, exported, ris
from bot.domain.items import Item, Link
from bot.domain.papers import PaperId, address
from tests.factories import make_item

TITLES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(lambda one: one.strip())
BERT = PaperId("arxiv", "1810.04805")


def cited(*items: Item, **facts: Any) -> Citation:
    """A story of these items, told by the first; without any, of one with these facts."""
    return citation_of(items or (make_item(**facts),), items[0] if items else make_item(**facts))


def on(paper: PaperId, *, number: int = 1, **facts: Any) -> Item:
    return make_item(id=number, papers=(paper,), links=(Link(address(paper), "paper"),), **facts)


def keys(entries: str) -> list[str]:
    return re.findall(r"^@misc\{(.+),$", entries, re.M)


def test_what_tex_takes_for_commands_is_shown_as_it_is() -> None:
    entry = bibtex([cited(title=r"100% of {A_B} & C\D ~ ^ $5 #1")])
    assert (
        r"title = {{100\% of \textbraceleft{}A\_B\textbraceright{} \& C\textbackslash{}D \textasciitilde{} "
        r"\textasciicircum{} \$5 \#1}}"
    ) in entry


def test_an_arxiv_paper_is_an_eprint_of_its_own_year() -> None:
    entry = bibtex([cited(on(BERT))])
    assert "  eprint = {1810.04805}" in entry
    assert "  archivePrefix = {arXiv}" in entry
    assert "  year = {2018}" in entry
    assert "  url = {https://arxiv.org/abs/1810.04805}" in entry
    assert "doi" not in entry


@pytest.mark.parametrize(
    ("number", "year"), [("0704.0001", "2007"), ("cs/9901001", "1999"), ("math.gt/0309136", "2003")]
)
def test_an_old_arxiv_paper_has_its_year_too(number: str, year: str) -> None:
    assert cited(on(PaperId("arxiv", number))).year == year


def test_a_preprint_that_was_published_has_both_its_numbers() -> None:
    doi = PaperId("doi", "10.1000/a_b")
    links = (Link(address(BERT)), Link(address(doi)))
    entry = bibtex([cited(papers=(BERT, doi), links=links)])
    assert "  eprint = {1810.04805}" in entry
    assert "  doi = {10.1000/a_b}" in entry


def test_the_number_of_another_paper_is_not_taken_for_the_storys() -> None:
    others = (PaperId("arxiv", "1706.03762"), PaperId("doi", "10.1000/1"))
    story = cited(on(BERT), on(BERT, number=2), make_item(id=3, papers=(BERT, *others), links=(Link(address(BERT)),)))
    assert (story.arxiv, story.doi) == ("1810.04805", "")


def test_a_story_without_a_paper_leads_to_its_page() -> None:
    story = cited(links=(Link("https://example.org/tool", "tool"),), url="https://news.example.org/tool")
    assert (story.paper, story.url) == ("", "https://news.example.org/tool")


def test_an_institution_with_and_in_its_name_is_one_author() -> None:
    assert "author = {{Institute of Arts and Crafts} and Ann Lee}" in bibtex(
        [cited(authors=("Institute of Arts and Crafts", "Ann Lee"))]
    )


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"authors": ("Ann Lee", "Bo Li"), "title": "On the Frogs: a survey"}, "lee2018frogs"),
        ({"authors": ("Gülçehre, Çağlar",), "title": "Größe — über “Frösche”"}, "gulcehre2018uber"),
        ({"authors": (), "title": "Frogs"}, "arxiv-1810.04805"),
        ({"authors": ("李明",), "title": "Frogs"}, "arxiv-1810.04805"),
        ({"authors": ("Ann Lee",), "title": "Лягушки"}, "arxiv-1810.04805"),
    ],
)
def test_a_key_is_author_year_and_word_or_else_the_number_of_the_paper(facts: dict[str, Any], key: str) -> None:
    assert keys(bibtex([cited(on(BERT, **facts))])) == [key]


def test_what_has_neither_is_called_by_its_number() -> None:
    assert keys(bibtex([cited(id=12, authors=())])) == ["story-12"]


def test_a_key_stays_when_more_is_written_and_another_language_tells_it() -> None:
    first = on(BERT, authors=("Ann Lee",), title="Frogs")
    late = on(BERT, number=2, authors=("Olga Petrova",), title="Лягушки снова", language="ru")
    assert citation_of((late, first), late).key == citation_of((first,), first).key == "lee2018frogs"
    assert citation_of((late, first), late).title == "Лягушки снова"


def test_keys_are_unique_and_what_is_saved_later_changes_none() -> None:
    saved = [cited(on(BERT, number=number, authors=("Ann Lee",), title="Frogs")) for number in (3, 1, 2)]
    assert keys(bibtex(saved)) == ["lee2018frogs", "lee2018frogs-1", "lee2018frogs-2"]
    assert keys(bibtex(saved[:2])) == ["lee2018frogs", "lee2018frogs-1"]


@given(TITLES, TITLES, TITLES)
def test_an_entry_of_bibtex_is_balanced_whatever_is_in_it(title: str, author: str, source: str) -> None:
    entry = bibtex([cited(title=title, authors=(author,), source_title=source)])
    assert re.match(r"@misc\{[a-z0-9.-]+,\n", entry)
    depths = list(accumulate((char == "{") - (char == "}") for char in entry.removeprefix("@misc").rstrip()))
    assert depths.index(0) == len(depths) - 1  # it is closed at its end, and not before


@given(TITLES, TITLES)
def test_a_record_of_ris_has_a_tag_on_every_line_and_ends(title: str, author: str) -> None:
    record = ris([cited(title=title, authors=(author,))])
    *lines, rest = record.split("\r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - [^\r\n]*$", line) for line in lines)
    assert (lines[0], lines[-1], rest) == ("TY  - GEN", "ER  - ", "")


def test_records_of_ris_are_parted_by_an_empty_line() -> None:
    assert "\r\nER  - \r\n\r\nTY  - GEN\r\n" in ris([cited(), cited()])


@given(TITLES)
def test_no_cell_is_taken_for_a_formula_and_every_title_can_be_read_back(title: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv([cited(title=title)]), newline="")))
    assert len(rows) == 2
    cell, plain = rows[1][0], re.sub(r"\s+", " ", title).strip()
    assert not cell.startswith(("=", "+", "-", "@"))
    assert cell in (plain, f"'{plain}")


def test_excel_is_told_that_the_table_is_utf_8() -> None:
    file = exported("saved", FORMATS["csv"], [cited(title="Лягушки")])
    assert file.content.startswith(b"\xef\xbb\xbftitle,")
    assert "Лягушки" in file.content.decode("utf-8-sig")
    assert (file.name, file.media_type) == ("saved.csv", "text/csv")
