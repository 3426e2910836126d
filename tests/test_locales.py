"""The catalogues: complete in every language, and fit for what the code puts into them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from bot.locales import FOLDER, LANGUAGES, client_language, nearest, own_name, translator
from bot.locales.collect import collect, complete

PLACEHOLDER = re.compile(r"\{\w+\}")


def entries(language: str) -> dict[object, object]:
    with (FOLDER / f"{language}.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file, locale=language) if message.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_in_the_code_has_a_translation(language: str) -> None:
    wanted = {message.id for message in collect() if message.id}
    have = entries(language)
    assert wanted - have.keys() == set()
    assert [text for text, translation in have.items() if not complete(translation)] == []  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_holds_what_no_code_says(language: str) -> None:
    assert entries(language).keys() - {message.id for message in collect()} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language: str) -> None:
    for text, translation in entries(language).items():
        originals = text if isinstance(text, tuple) else (text,)
        wanted = set(PLACEHOLDER.findall(originals[-1]))
        for form in translation if isinstance(translation, tuple | list) else (translation,):
            assert set(PLACEHOLDER.findall(form)) == wanted, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_of_a_command_stays_a_command(language: str) -> None:
    commands = re.compile(r"/[a-z]+")
    for text, translation in entries(language).items():
        if isinstance(text, str) and text.startswith("/"):
            assert set(commands.findall(text)) == set(commands.findall(str(translation))), text


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1 заметка"), (3, "3 заметки"), (11, "11 заметок"), (1001, "1\u00a0001 заметка")]
)
def test_russian_has_the_form_that_goes_with_the_number(number: int, words: str) -> None:
    assert translator("ru").ngettext("{number} item", "{number} items", number) == words


def test_dates_are_written_as_the_language_writes_them() -> None:
    day = date(2026, 3, 5)
    assert [translator(language).date(day) for language in LANGUAGES] == [
        "March 5, 2026",
        "5 марта 2026\u202fг.",
        "5 de março de 2026",
        "2026年3月5日",
    ]


def test_two_days_are_written_as_one_span() -> None:
    first, last = date(2026, 3, 5), date(2026, 3, 11)
    spans = [" ".join(translator(language).days(first, last).split()) for language in LANGUAGES]
    assert spans == ["Mar 5 – 11, 2026", "5–11 мар. 2026 г.", "5 – 11 de mar. de 2026", "2026年3月5日至11日"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_with_a_date_ends_in_one_full_stop(language: str) -> None:
    say = translator(language)
    sentence = say.gettext(
        "Nothing appeared then. The newest that I have is from {day}.", day=say.date(date(2026, 3, 5))
    )
    assert sentence.endswith((".", "。"))
    assert ".." not in sentence


def test_a_moment_is_shown_to_the_minute() -> None:
    moment = datetime(2026, 3, 5, 22, 30, 59, tzinfo=UTC)
    assert [translator(language).moment(moment, UTC).count("59") for language in LANGUAGES] == [0] * len(LANGUAGES)
    assert translator("zh_Hans").moment(moment, UTC) == "2026年3月5日 22:30"


def test_a_moment_is_shown_as_wall_time_of_the_zone() -> None:
    moment = datetime(2026, 3, 5, 22, 30, tzinfo=UTC)
    assert "6 мар" in translator("ru").moment(moment, ZoneInfo("Europe/Moscow"))


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("pt-PT", "pt_BR"),
        ("pt", "pt_BR"),
        ("zh-Hant-TW", "zh_Hans"),
        ("ru_RU", "ru"),
        ("EN-gb", "en"),
        ("de", None),
        (None, None),
        ("", None),
        ("---", None),
    ],
)
def test_a_reader_gets_the_nearest_language(tag: str | None, language: str | None) -> None:
    assert nearest(tag) == language


def test_a_language_that_we_do_not_speak_has_no_translator() -> None:
    with pytest.raises(KeyError):
        translator("../../etc/passwd")


def test_languages_are_named_in_the_language_of_the_reader() -> None:
    assert translator("ru").language_name("pt") == "португальский"
    assert translator("en").language_name("x-junk!") == "x-junk!"


@pytest.mark.parametrize("language", [*LANGUAGES, "de"])
def test_languages_are_called_what_they_call_themselves(language: str) -> None:
    assert own_name(language) == Locale.parse(language).get_display_name(language)


@pytest.mark.parametrize(("value", "tag"), [("ru_RU.UTF-8", "ru-RU"), ("C.UTF-8", None), ("POSIX", None), ("", None)])
def test_the_language_of_the_terminal_is_taken_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, value: str, tag: str | None
) -> None:
    monkeypatch.setenv("LANG", value)
    assert client_language() == tag


def test_values_put_into_a_text_are_not_read_as_placeholders() -> None:
    say = translator("en")
    assert say.gettext("Search · {words}", words="{number} {0} {") == "Search · {number} {0} {"
