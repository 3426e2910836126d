"""Catalogues are compiled once, and again when they were changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.locales.compiled import read_catalogue

HEADER = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\n"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A catalogue that says «День» for "Day"."""
    path = tmp_path / "ru.po"
    write(path, "День")
    return path


def write(path: Path, day: str, *more: str) -> None:
    path.write_text("\n\n".join((HEADER, f'msgid "Day"\nmsgstr "{day}"', *more)), encoding="utf-8")


def test_a_catalogue_is_compiled_once(path: Path) -> None:
    assert read_catalogue(path).gettext("Day") == "День"
    changed = path.stat().st_mtime_ns
    write(path, "Other")
    os.utime(path, ns=(changed, changed))
    assert read_catalogue(path).gettext("Day") == "День"  # it is not looked into again


def test_a_changed_catalogue_is_compiled_anew_even_if_it_is_older_than_before(path: Path) -> None:
    read_catalogue(path)
    write(path, "Сутки")
    os.utime(path, ns=(1, 1))
    assert read_catalogue(path).gettext("Day") == "Сутки"
    assert sorted(one.name for one in path.parent.iterdir()) == ["ru.mo", "ru.po"]


@pytest.mark.parametrize("left", [b"", b"\xde\x12\x04\x95", b"nothing of the kind, but long enough to be looked at"])
def test_what_was_damaged_is_compiled_anew(path: Path, left: bytes) -> None:
    read_catalogue(path)
    kept, changed = path.with_suffix(".mo"), path.stat().st_mtime_ns
    kept.write_bytes(left)
    os.utime(kept, ns=(changed, changed))
    assert read_catalogue(path).gettext("Day") == "День"
    assert kept.read_bytes() != left


def test_a_catalogue_is_read_where_nothing_can_be_kept(path: Path) -> None:
    path.with_suffix(".mo").mkdir()
    assert read_catalogue(path).gettext("Day") == "День"
    assert sorted(one.name for one in path.parent.iterdir()) == ["ru.mo", "ru.po"]


def test_what_is_missing_empty_or_fuzzy_stays_as_the_code_says_it(path: Path) -> None:
    write(path, "", '#, fuzzy\nmsgid "Fuzzy"\nmsgstr "Может быть"')
    catalogue = read_catalogue(path)
    assert [catalogue.gettext(text) for text in ("Day", "Fuzzy", "Missing")] == ["Day", "Fuzzy", "Missing"]
