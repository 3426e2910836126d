"""TeX in titles and names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.readers.tex import plain_tex


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"Erd\H{o}s and G\"odel", "Erdős and Gödel"),
        (r"Schr{\"o}dinger", "Schrödinger"),
        (r"{\L}ukasz, \'Eric, \c{C}a, \v{S}imek, S\o ren, {\AA}ngstr\"om", "Łukasz, Éric, Ça, Šimek, Søren, Ångström"),
        (r"\emph{Cats} and \textbf{dogs}", "Cats and dogs"),
        (r"{BERT}: 50\% faster \& better", "BERT: 50% faster & better"),
        (r"$k$-means", "k-means"),
        (r"$\mathcal{O}(n^2)$ attention", r"$\mathcal{O}(n^2)$ attention"),
        (r"$H_2$ and 5$ and 6", r"$H_2$ and 5$ and 6"),
        ("No TeX at all: a^b_c", "No TeX at all: a^b_c"),
        ("", ""),
    ],
)
def test_letters_and_styles_are_read_and_formulas_stay(written: str, read: str) -> None:
    assert plain_tex(written) == read


@given(st.text(alphabet="\\{}$'\"^~aeioulLHrc _&% ", max_size=80))
def test_no_text_is_too_odd_and_none_grows(written: str) -> None:
    assert len(plain_tex(written)) <= len(written)


def test_thousands_of_commands_take_no_time() -> None:
    for piece in ("\\textbf{", "$", "\\'", "{", "\\emph{x}"):
        plain_tex(piece * 20_000)
