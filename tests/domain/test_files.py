"""What may be a file."""

from __future__ import annotations

import pytest

from bot.domain.errors import UserError
from bot.domain.files import MOST_BYTES, File


@pytest.mark.parametrize("name", ["", ".bashrc", "../saved.bib", "a/b", "a\\b", "a\nb", "прочее.csv", "x" * 65])
def test_a_name_leads_nowhere_else(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        File(name, "text/csv", b"x")


def test_an_empty_file_is_none() -> None:
    with pytest.raises(ValueError, match="empty"):
        File("saved.csv", "text/csv", b"")


def test_a_file_that_no_platform_would_take_is_refused_in_words() -> None:
    File("saved.csv", "text/csv", bytes(MOST_BYTES))
    with pytest.raises(UserError, match="at most 8 MB"):
        File("saved.csv", "text/csv", bytes(MOST_BYTES + 1))
