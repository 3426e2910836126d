"""Dates of questions, as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.question_dates import EARLIEST, LATEST, Period, read_period

TODAY = date(2020, 3, 4)  # a Wednesday


def days(first: str, last: str | None = None) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last or first))


FEBRUARY = days("2020-02-01", "2020-02-29")


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("2020-02-15", days("2020-02-15")),
        ("2020/02/15", days("2020-02-15")),
        ("2020.02.15", days("2020-02-15")),
        ("20200215", days("2020-02-15")),
        ("15.02.2020", days("2020-02-15")),
        ("15/02/2020", days("2020-02-15")),
        ("15.02.20", days("2020-02-15")),
        ("15.02", days("2020-02-15")),
        ("5/6/2019", days("2019-06-05")),
        ("15 Feb 2020", days("2020-02-15")),
        ("Feb 15, 2020", days("2020-02-15")),
        ("February 15", days("2020-02-15")),
        ("15 December", days("2019-12-15")),
        ("29 February 2019", None),
        ("30 Feb", None),
        ("15 февраля 2020 г.", days("2020-02-15")),
        ("15 февраля", days("2020-02-15")),
        ("15 de fevereiro de 2020", days("2020-02-15")),
        ("15 de fevereiro", days("2020-02-15")),
        ("2020年2月15日", days("2020-02-15")),
        ("2月15日", days("2020-02-15")),
        ("2020-02", FEBRUARY),
        ("2020/2", FEBRUARY),
        ("02.2020", FEBRUARY),
        ("Feb 2020", FEBRUARY),
        ("february", FEBRUARY),
        ("февраль", FEBRUARY),
        ("в феврале", FEBRUARY),
        ("февраль 2020 года", FEBRUARY),
        ("fevereiro", FEBRUARY),
        ("fevereiro de 2020", FEBRUARY),
        ("2月", FEBRUARY),
        ("2020年2月", FEBRUARY),
        ("december", days("2019-12-01", "2019-12-31")),
        ("2019", days("2019-01-01", "2019-12-31")),
        ("2019年", days("2019-01-01", "2019-12-31")),
        ("2019 год", days("2019-01-01", "2019-12-31")),
        ("today", days("2020-03-04")),
        ("yesterday", days("2020-03-03")),
        ("сегодня", days("2020-03-04")),
        ("вчера", days("2020-03-03")),
        ("позавчера", days("2020-03-02")),
        ("hoje", days("2020-03-04")),
        ("ontem", days("2020-03-03")),
        ("anteontem", days("2020-03-02")),
        ("今天", days("2020-03-04")),
        ("昨天", days("2020-03-03")),
        ("前天", days("2020-03-02")),
        ("monday", days("2020-03-02")),
        ("friday", days("2020-02-28")),
        ("last friday", days("2020-02-28")),
        ("пятница", days("2020-02-28")),
        ("sexta", days("2020-02-28")),
        ("上周五", days("2020-02-28")),
        ("7d", days("2020-02-26", "2020-03-04")),
        ("2 weeks", days("2020-02-19", "2020-03-04")),
        ("two weeks", days("2020-02-19", "2020-03-04")),
        ("last 2 weeks", days("2020-02-19", "2020-03-04")),
        ("2 weeks ago", days("2020-02-19")),
        ("a month ago", days("2020-02-04")),
        ("3m", days("2019-12-04", "2020-03-04")),
        ("1y", days("2019-03-04", "2020-03-04")),
        ("2 недели", days("2020-02-19", "2020-03-04")),
        ("последние 7 дней", days("2020-02-26", "2020-03-04")),
        ("2 недели назад", days("2020-02-19")),
        ("неделю назад", days("2020-02-26")),
        ("há 2 semanas", days("2020-02-19")),
        ("2 semanas atrás", days("2020-02-19")),
        ("últimos 7 dias", days("2020-02-26", "2020-03-04")),
        ("两周前", days("2020-02-19")),
        ("3个月前", days("2019-12-04")),
        ("最近7天", days("2020-02-26", "2020-03-04")),
        ("last week", days("2020-02-24", "2020-03-01")),
        ("this week", days("2020-03-02", "2020-03-08")),
        ("прошлая неделя", days("2020-02-24", "2020-03-01")),
        ("на прошлой неделе", days("2020-02-24", "2020-03-01")),
        ("semana passada", days("2020-02-24", "2020-03-01")),
        ("esta semana", days("2020-03-02", "2020-03-08")),
        ("上周", days("2020-02-24", "2020-03-01")),
        ("last month", FEBRUARY),
        ("прошлый месяц", FEBRUARY),
        ("в прошлом месяце", FEBRUARY),
        ("mês passado", FEBRUARY),
        ("上个月", FEBRUARY),
        ("this month", days("2020-03-01", "2020-03-31")),
        ("last year", days("2019-01-01", "2019-12-31")),
        ("прошлый год", days("2019-01-01", "2019-12-31")),
        ("ano passado", days("2019-01-01", "2019-12-31")),
        ("去年", days("2019-01-01", "2019-12-31")),
        ("this year", days("2020-01-01", "2020-12-31")),
        ("2019-12..2020-02", days("2019-12-01", "2020-02-29")),
        ("9999y", days("1900-01-01", "2020-03-04")),
        ("15 de febrero de 2020", days("2020-02-15")),
        ("febrero", FEBRUARY),
        ("ayer", days("2020-03-03")),
        ("la semana pasada", days("2020-02-24", "2020-03-01")),
        ("el mes pasado", FEBRUARY),
        ("últimos 7 días", days("2020-02-26", "2020-03-04")),
        ("hace 2 semanas", days("2020-02-19")),
        ("hace un mes", days("2020-02-04")),
        ("viernes", days("2020-02-28")),
        ("15 février 2020", days("2020-02-15")),
        ("hier", days("2020-03-03")),
        ("aujourd’hui", days("2020-03-04")),
        ("le mois dernier", FEBRUARY),
        ("l'année dernière", days("2019-01-01", "2019-12-31")),
        ("il y a 2 semaines", days("2020-02-19")),
        ("les 7 derniers jours", days("2020-02-26", "2020-03-04")),
        ("15 Şubat 2020", days("2020-02-15")),
        ("SUBAT 2020", FEBRUARY),
        ("2020 Şubat", FEBRUARY),
        ("dün", days("2020-03-03")),
        ("geçen hafta", days("2020-02-24", "2020-03-01")),
        ("bu ay", days("2020-03-01", "2020-03-31")),
        ("son 7 gün", days("2020-02-26", "2020-03-04")),
        ("2 hafta önce", days("2020-02-19")),
        ("bir ay önce", days("2020-02-04")),
    ],
)
def test_words_name_days(words: str, period: Period | None) -> None:
    assert read_period(words, TODAY) == period


@pytest.mark.parametrize(
    "words",
    [
        "",
        "soon",
        "2020-13",
        "2020-02-30",
        "1899",
        "12345",
        "bert",
        "2020 bert",
        "7",
        "7x",
        "next",
        "年",
        "..",
        "0000",
        "week",
    ],
)
def test_other_words_name_no_days(words: str) -> None:
    assert read_period(words, TODAY) is None


_PIECES = st.sampled_from(
    [
        *(
            "0",
            "1",
            "2",
            "9",
            "2020",
            ".",
            "/",
            "-",
            ",",
            " ",
            "..",
            "年",
            "月",
            "日",
            "周",
            "前",
            "两",
            "十",
            "廿",
            "²",
            "٣",
        ),
        *(
            "feb",
            "d",
            "w",
            "last",
            "this",
            "week",
            "day",
            "ago",
            "há",
            "назад",
            "неделя",
            "пятница",
            "上",
            "个",
            "最近",
        ),
    ]
)


@given(st.one_of(st.text(max_size=50), st.lists(_PIECES, max_size=10).map("".join)))
def test_any_text_names_days_or_none(words: str) -> None:
    period = read_period(words, TODAY)
    assert period is None or EARLIEST <= period.first <= LATEST
