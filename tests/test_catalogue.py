"""Reading a catalogue, as Babel reads it, which writes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.locales import FOLDER, LANGUAGES
from bot.locales.catalogue import Catalogue, read_catalogue

HEADER = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\n"
"""


def catalogue_of(folder: Path, *entries: str, header: str = HEADER) -> Catalogue:
    path = folder / "catalogue.po"
    path.write_text("\n\n".join((header, *entries)), encoding="utf-8")
    return read_catalogue(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_is_read_as_babel_reads_it(language: str) -> None:
    catalogue = read_catalogue(FOLDER / f"{language}.po")
    with (FOLDER / f"{language}.po").open("rb") as file:
        for message in read_po(file, locale=language):
            if isinstance(message.id, tuple):
                assert catalogue.forms[message.id[0]] == message.string
            elif message.id:
                assert catalogue.gettext(message.id) == message.string


def test_a_text_may_go_on_over_several_lines_with_quotation_marks_and_breaks(tmp_path: Path) -> None:
    entry = r"""
msgid ""
"A \"long\" "
"text\n"
"with a \\ in it"
msgstr "Длинный "
"«текст»\tздесь"
"""
    catalogue = catalogue_of(tmp_path, entry)
    assert catalogue.gettext('A "long" text\nwith a \\ in it') == "Длинный «текст»\tздесь"


def test_what_is_missing_empty_fuzzy_or_out_of_use_stays_as_the_code_says_it(tmp_path: Path) -> None:
    catalogue = catalogue_of(
        tmp_path,
        'msgid "Empty"\nmsgstr ""',
        '#, fuzzy, python-brace-format\n#| msgid "Fuzz"\nmsgid "Fuzzy"\nmsgstr "Может быть"',
        '#~ msgid "Former"\n#~ msgstr "Прежнее"',
        'msgid "{number} half"\nmsgid_plural "{number} halves"\nmsgstr[0] "{number} половина"\nmsgstr[1] ""',
    )
    for text in ("Missing", "Empty", "Fuzzy", "Former"):
        assert catalogue.gettext(text) == text
    assert [catalogue.ngettext("{number} half", "{number} halves", number) for number in (1, 2)] == [
        "{number} half",
        "{number} halves",
    ]


def test_the_form_goes_with_the_number_as_the_catalogue_says(tmp_path: Path) -> None:
    entry = 'msgid "day"\nmsgid_plural "days"\nmsgstr[0] "день"\nmsgstr[1] "дня"\nmsgstr[2] "дней"'
    catalogue = catalogue_of(tmp_path, entry)
    assert [catalogue.ngettext("day", "days", number) for number in (1, 2, 11, 21)] == ["день", "дня", "дней", "день"]
    assert catalogue.gettext("day") == "день"


def test_without_a_rule_only_one_is_singular(tmp_path: Path) -> None:
    entry = 'msgid "day"\nmsgid_plural "days"\nmsgstr[0] "Tag"\nmsgstr[1] "Tage"'
    catalogue = catalogue_of(tmp_path, entry, header="")
    assert [catalogue.ngettext("day", "days", number) for number in (0, 1, 2)] == ["Tage", "Tag", "Tage"]


def test_a_damaged_entry_costs_no_other_one(tmp_path: Path) -> None:
    catalogue = catalogue_of(
        tmp_path, 'msgid "Lost"\n"of it', '<<<<<<<\nmsgid "Kept"\nmsgstr "Осталось"', "msgid\nmsgstr"
    )
    assert catalogue.gettext("Kept") == "Осталось"
