"""The words of times in English, Russian, Portuguese and Chinese, as patterns over plain text.

Plain text is what `plain` makes: small letters without accents, each in the place of the letter that it was, so that a
match tells where the words stand in the original. The words here may be written as people write them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

WEEKDAYS = """
0: mon monday mondays пн пнд понедельник понедельника понедельнику понедельникам seg segunda segunda-feira segundas
0: segundas-feiras 周一 星期一
1: tue tues tuesday tuesdays вт втр вторник вторника вторнику вторникам ter terça terça-feira terças terças-feiras
1: 周二 星期二
2: wed wednesday wednesdays ср срд среда среду среды среде средам qua quarta quarta-feira quartas quartas-feiras
2: 周三 星期三
3: thu thur thurs thursday thursdays чт чтв четверг четверга четвергу четвергам qui quinta quinta-feira quintas
3: quintas-feiras 周四 星期四
4: fri friday fridays пт птн пятница пятницу пятницы пятнице пятницам sex sexta sexta-feira sextas sextas-feiras
4: 周五 星期五
5: sat saturday saturdays сб сбт суббота субботу субботы субботе субботам sáb sábado sábados 周六 星期六
6: sun sunday sundays вс вск воскресенье воскресенья воскресенью воскресеньям воскресение dom domingo domingos
6: 周日 周天 星期日 星期天
"""
"""Every way to write a day of the week; 0 is Monday."""

_MONTHS = """
1: jan january янв январь января январе janeiro
2: feb february фев февр февраль февраля феврале fev fevereiro
3: mar march мар март марта марте março
4: apr april апр апрель апреля апреле abr abril
5: may май мая мае mai maio
6: jun june июн июнь июня июне junho
7: jul july июл июль июля июле julho
8: aug august авг август августа августе ago agosto
9: sep sept september сен сент сентябрь сентября сентябре set setembro
10: oct october окт октябрь октября октябре out outubro
11: nov november ноя нояб ноябрь ноября ноябре novembro
12: dec december дек декабрь декабря декабре dez dezembro
"""
_NUMBERS = """
1: one a an один одну одна первого первое um uma primeiro 一
2: two couple два две второго второе dois duas 二 两
3: three три третьего третье três 三
4: four четыре четвёртого четвёртое quatro 四
5: five пять пятого пятое cinco 五
6: six шесть шестого шестое seis 六
7: seven семь седьмого седьмое sete 七
8: eight восемь восьмого восьмое oito 八
9: nine девять девятого девятое nove 九
10: ten десять десятого десятое dez 十
11: eleven одиннадцать одиннадцатого onze
12: twelve двенадцать двенадцатого doze
13: thirteen тринадцать тринадцатого treze
14: fourteen четырнадцать четырнадцатого quatorze catorze
15: fifteen пятнадцать пятнадцатого quinze
16: sixteen шестнадцать шестнадцатого dezesseis
17: seventeen семнадцать семнадцатого dezessete
18: eighteen восемнадцать восемнадцатого dezoito
19: nineteen девятнадцать девятнадцатого dezenove
20: twenty двадцать двадцатого vinte
30: thirty тридцать тридцатого trinta
"""
ORDINALS = """
1: first 1st первую первый первое первая 1-ю 1-й 1-ое primeiro primeira 1o 1a 第一 第1 第一个 第1个 首个
2: second 2nd вторую второй второе вторая 2-ю 2-й 2-ое segundo segunda 2o 2a 第二 第2 第二个 第2个
3: third 3rd третью третий третье третья 3-ю 3-й 3-ье terceiro terceira 3o 3a 第三 第3 第三个 第3个
4: fourth 4th четвёртую четвёртый четвёртое четвёртая 4-ю 4-й 4-ое quarto quarta 4o 4a 第四 第4 第四个 第4个
-1: last последнюю последний последнее последняя último última 最后一个 最后一 最后1个
"""

SHORT_AND_COMMON = frozenset({"ter", "sex", "dom", "seg", "qua", "qui"})
"""Short names of days in Portuguese that are words, or parts of names, elsewhere."""
PORTUGUESE = frozenset(
    re.findall(
        r"\w+",
        """as da do de que vem dia hoje amanha ontem depois proximo proxima sabado domingo segunda terca quarta quinta
        sexta feira horas hora meio meia noite tarde manha toda todo todas todos cada semana semanas mes h em daqui
        dentro janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro ate""",
    )
)
ENGLISH = frozenset(
    re.findall(
        r"\w+",
        """at on the of next this coming in am pm noon midnight today tomorrow tonight monday tuesday wednesday thursday
        friday saturday sunday mon tue wed thu fri sat sun january february march april june july august september
        october november december every week weeks month half past quarter to o clock evening morning afternoon""",
    )
)
"""Plain words by which one knows the language that a time is written in."""

BEGIN = r"(?<![a-zа-я])"
END = r"(?![a-zа-я])"
CHINESE_NUMERALS = "零〇一二两三四五六七八九十廿"
LONGEST_NUMERAL = 3
_DIGITS = {char: value for value, chars in enumerate(["零〇", "一", "二两", *"三四五六七八九"]) for char in chars}


def plain(text: str) -> str:
    """Text without case and accents; exactly as long."""
    return "".join(map(_plain_char, text))


@cache
def days() -> dict[str, int]:
    """Days of the week by plain words."""
    return _table(WEEKDAYS)


@cache
def months() -> dict[str, int]:
    """Months, from 1, by plain words."""
    return _table(_MONTHS)


@cache
def ordinals() -> dict[str, int]:
    """Which of a month's weekdays, by plain words; -1 is the last."""
    return _table(ORDINALS)


def number(word: str) -> int:
    """The number that a plain word or Chinese numeral up to 99 stands for. Raises KeyError where it is none."""
    if word.isdecimal():
        return int(word)
    known = _numbers() | _english_days()
    if word in known:
        return known[word]
    if not set(word) <= set(CHINESE_NUMERALS):
        first, _, second = word.partition(" ")
        return known[first] + known[second]
    word = word.replace("廿", "二十")
    if "十" not in word:
        return int("".join(str(_DIGITS[char]) for char in word))
    tens, _, ones = word.partition("十")
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of these words, the longest that there is."""
    return "(?:" + "|".join(sorted((plain(word).replace(" ", r"\s+") for word in words), key=len, reverse=True)) + ")"


def whole(words: str) -> str:
    """A pattern for one of these words or phrases, which are separated by "|", where no letter stands next to it."""
    return BEGIN + any_of(words.split("|")) + END


@cache
def number_words(*, chinese: bool) -> str:
    """A pattern for a number in digits or words; with `chinese` also in Chinese numerals."""
    words = [word for word in _numbers() if word.isascii() or "а" <= word[0] <= "я"]
    tens = [f"{ten} {one}" for ten in ("двадцать", "тридцать") for one in _ordinal_days()]
    numerals = rf"|[{CHINESE_NUMERALS}]{{1,{LONGEST_NUMERAL}}}" if chinese else ""
    return rf"(?:(?<!\d)\d{{1,2}}(?!\d)|{BEGIN}{any_of([*words, *tens])}{END}{numerals})"


@cache
def ordinal_words() -> str:
    """A pattern for the days of a month in English words: "first", "twenty-first"."""
    return BEGIN + any_of(_english_days()) + END


@cache
def _english_days() -> dict[str, int]:
    words = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"""
    named = dict(zip(words.split(), range(1, 21), strict=True)) | {"thirtieth": 30, "thirty-first": 31}
    return named | {f"twenty-{one}": 20 + value for one, value in named.items() if value < 10}


@cache
def _numbers() -> dict[str, int]:
    return _table(_NUMBERS)


def _ordinal_days() -> list[str]:
    return [word for word, value in _numbers().items() if value < 10 and word.endswith("го")]


def _table(lines: str) -> dict[str, int]:
    rows = (line.partition(":") for line in lines.strip().splitlines())
    return {plain(word): int(meaning) for meaning, _, words in rows for word in words.split()}


@lru_cache(maxsize=4096)
def _plain_char(char: str) -> str:
    if char.isspace():
        return " "
    return unicodedata.normalize("NFD", char.lower())[0]


WEEKDAY = BEGIN + any_of([word for word in days() if word.isascii() or word[0] not in "周星"]) + rf"\.?{END}"
PLURAL_WEEKDAY = (
    BEGIN
    + any_of(
        word for word in days() if re.fullmatch(r"[a-z-]+days|[а-я]+[ая]м|[a-z]+as(-feiras)?|sabados|domingos", word)
    )
    + END
)
MONTH = BEGIN + any_of(months()) + rf"\.?{END}"
