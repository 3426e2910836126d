"""The sources file: what it takes, and how it says what is wrong."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import SettingsError
from bot.domain.sources import SourceKind, SourceSpec
from bot.sources_file import load_sources

HOUR = timedelta(hours=1)


def sources(tmp_path: Path, text: str) -> tuple[SourceSpec, ...]:
    path = tmp_path / "sources.toml"
    path.write_text(text, "utf-8")
    return load_sources(path, interval=HOUR)


@pytest.mark.parametrize("address", ["http://[broken", "https://", "http:///feed.xml"])
def test_an_address_without_a_host_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match=r"source 1: .* is neither an http address nor a path"):
        sources(tmp_path, f'[[source]]\naddress = "{address}"')


def test_a_language_by_its_name_is_refused_with_good_values(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match='good values: language = "ru"'):
        sources(tmp_path, '[[source]]\naddress = "a.md"\nlanguage = "russian"')


def test_no_file_is_no_sources(tmp_path: Path) -> None:
    assert load_sources(tmp_path / "none.toml", interval=HOUR) == ()


def test_an_address_alone_is_enough(tmp_path: Path) -> None:
    (spec,) = sources(tmp_path, '[[source]]\naddress = "https://example.org/feed.xml"')
    assert spec == SourceSpec("https://example.org/feed.xml", interval=HOUR)


def test_everything_can_be_said(tmp_path: Path) -> None:
    text = """
[[source]]
address = "https://t.me/s/example"
kind = "telegram"
title = "Статьи"
language = "ru"
interval = "30m"
weight = 2
"""
    (spec,) = sources(tmp_path, text)
    expected = SourceSpec("https://t.me/s/example", SourceKind.TELEGRAM, "Статьи", "ru", timedelta(minutes=30), 2.0)
    assert spec == expected


def test_a_path_is_relative_to_the_file(tmp_path: Path) -> None:
    (spec,) = sources(tmp_path, '[[source]]\naddress = "issues/one.md"')
    assert spec.address == str(tmp_path / "issues" / "one.md")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert len(sources(tmp_path, '\ufeff[[source]]\naddress = "https://example.org/"')) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("address = ", "cannot be read"),
        ('address = "https://example.org"', "[[source]]"),
        ("source = 3", "[[source]]"),
        ("[[source]]", "address is missing"),
        ('[[source]]\naddress = "gopher://example.org"', "neither an http address nor a path"),
        ('[[source]]\naddress = "https://e.org"\nkind = "podcast"', "kind must be one of feed"),
        ('[[source]]\naddress = "https://e.org"\ninterval = "1m"', "at least 5m"),
        ('[[source]]\naddress = "https://e.org"\ninterval = "soon"', "at least 5m"),
        ('[[source]]\naddress = "https://e.org"\ninterval = 60', "in quotation marks"),
        ('[[source]]\naddress = "https://e.org"\nweight = 0', "from 0.1 to 10"),
        ('[[source]]\naddress = "https://e.org"\nweight = 11', "from 0.1 to 10"),
        ('[[source]]\naddress = "https://e.org"\nweight = nan', "from 0.1 to 10"),
        ('[[source]]\naddress = "https://e.org"\nweight = true', "from 0.1 to 10"),
        ('[[source]]\naddress = "https://e.org"\nweight = "2"', "good values: weight = 2 or 0.5"),
        ('[[source]]\naddress = "https://e.org"\nintervall = "1h"', "intervall is not known"),
        ('[[source]]\naddress = "https://e.org"\n[[source]]\naddress = "https://e.org"', "named twice"),
    ],
)
def test_what_is_wrong_is_said_with_the_file_and_a_good_value(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        sources(tmp_path, text)
    assert words in str(caught.value)
    assert "sources.toml" in str(caught.value)


def test_two_spellings_of_one_address_are_one_source(tmp_path: Path) -> None:
    text = '[[source]]\naddress = "https://Example.org:443/feed?a=1#top"\n[[source]]\naddress = "https://example.org/feed?a=1"'
    with pytest.raises(SettingsError, match="named twice"):
        sources(tmp_path, text)
