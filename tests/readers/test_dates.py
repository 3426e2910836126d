"""Dates are read as the world writes them, and never believed when they cannot be true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.readers.dates import date_in_name, parse_date

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
THAT_TIME = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
THAT_DAY = datetime(2026, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "Thu, 05 Mar 2026 10:00:00 GMT",
        "Thu, 05 Mar 2026 07:00:00 -0300",
        "Thu, 05 Mar 2026 10:00:00",
        "Thu, 5 Mar 26 10:00:00 +0000",
        "05 Mar 2026 10:00 UT",
        "Thu, 05 Mar 2026 05:00:00 EST",
        "Thu, 05 Mar 2026 13:00:00 MSK",
        "Thu Mar  5 10:00:00 2026",
        "2026-03-05T10:00:00Z",
        "2026-03-05T10:00Z",
        "2026-03-05T18:00:00+08:00",
        "2026-03-05T10:00:00.000",
        "2026-03-05 10:00:00",
        "20260305T100000Z",
        "2026/03/05 10:00",
        "2026/3/5 10:00:00",
        "2026-03-05 10:00:00 +0000",
        "2026-03-05 07:00:00 -0300",
        "2026.03.05 10:00",
        "2026年3月5日 10:00",
        "1772704800",
        "1772704800000",
        1772704800,
        1772704800.0,
        1772704800000,
        "5 марта 2026 г. 10:00",
        "5 março 2026 10:00",
        "March 5, 2026 10:00 AM",
        "  2026-03-05T10:00:00Z\n",
    ],
)
def test_a_moment_is_read_in_any_spelling(value: str | float) -> None:
    assert parse_date(value, now=NOW) == THAT_TIME


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-05", "2026/03/05", "20260305", "2026年3月5日", "5 March 2026", "March 5, 2026", "Mar 5th, 2026",
        "5 Mar 2026", "05.03.2026",
        "5 de março de 2026", "5 de marzo de 2026", "5 mars 2026", "jeudi 5 mars 2026", "5 Mart 2026",
        "5 марта 2026 года", "5. März 2026", "Thu, 5 Mar 2026", "Thursday, March 5, 2026", "5 березня 2026",
    ],
)  # fmt: skip
def test_a_day_without_time_is_its_midnight(value: str) -> None:
    assert parse_date(value, now=NOW) == THAT_DAY


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize(
    "names",
    [
        "January February March April May June July August September October November December",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    ],
)
def test_every_month_is_known_by_its_name(month: int, names: str) -> None:
    assert parse_date(f"17 {names.split()[month - 1]} 2025", now=NOW) == datetime(2025, month, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        None, "", "  ", "yesterday", "soon", "n/a", "0", 0, "2026-13-45", "Thu, 32 Mar 2026 10:00:00 GMT", float("nan"),
        float("inf"), 10**30, -(10**30), "Wed, 01 Jan 1772 00:00:00 GMT", "1772-01-01", "0001-01-01T00:00:00+14:00",
        "1970-01-01T00:00:00Z", "1989-12-31", "2026", "12", True, "x" * 100_000, "9" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_believable_date_is_none(value: str | float | None) -> None:
    assert parse_date(value, now=NOW) is None


def test_a_date_is_believed_up_to_a_day_ahead() -> None:
    assert parse_date((NOW + timedelta(days=1)).isoformat(), now=NOW) == NOW + timedelta(days=1)
    assert parse_date((NOW + timedelta(days=1, seconds=1)).isoformat(), now=NOW) is None
    assert parse_date("2099-01-01", now=NOW) is None


def test_languages_that_have_no_rule_of_their_own_are_read_too() -> None:
    assert parse_date("5 tháng 3, 2026", now=NOW) == THAT_DAY
    assert parse_date("5 مارس 2026", now=NOW) == THAT_DAY


@given(st.datetimes(datetime(1991, 1, 1), datetime(2026, 3, 5)), st.integers(-840, 840))
def test_a_moment_survives_its_zone(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=UTC)
    shifted = aware + timedelta(minutes=minutes)
    sign, rest = ("-" if minutes < 0 else "+"), abs(minutes)
    zone = f"{sign}{rest // 60:02}:{rest % 60:02}"
    assert parse_date(shifted.strftime("%Y-%m-%dT%H:%M:%S.%f") + zone, now=NOW) == aware


@given(st.one_of(st.text(max_size=60), st.floats(), st.integers()))
def test_any_value_gives_aware_utc_in_the_window_or_nothing(value: str | float) -> None:
    moment = parse_date(value, now=NOW)
    if moment is not None:
        assert moment.utcoffset() == timedelta()
        assert datetime(1990, 1, 1, tzinfo=UTC) <= moment <= NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2020-02-16-NLP_Newsletter-4.Md", (2020, 2, 16)),
        ("https://example.org/2020/02/16/issue.html", (2020, 2, 16)),
        ("issues/20200216.txt", (2020, 2, 16)),
        ("NLP 简报 2020_02_16 copy.md", (2020, 2, 16)),
        ("2020-02-30-or-2020-03-01.md", (2020, 3, 1)),
    ],
)
def test_a_name_that_carries_a_day_tells_it(name: str, day: tuple[int, int, int]) -> None:
    assert date_in_name(name) == datetime(*day, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["issue-12.md", "arxiv.org/abs/2002.05715", "1234-56-78", "v2020.1", "120200216", "1985-01-01"]
)
def test_a_name_without_a_day_tells_nothing(name: str) -> None:
    assert date_in_name(name) is None
