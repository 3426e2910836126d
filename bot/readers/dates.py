"""Dates as the world writes them → aware UTC."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

_EARLIEST = 1990  # no newsletter or channel is older; feeds say 1772, 1900 or 1970 when they mean "unknown"
_FUTURE = timedelta(days=1)  # clocks and zones differ by less; what is further ahead is a mistake
_LONGEST = 100  # characters; a date is shorter, and dateparser takes long over what is none

_EPOCH_MILLISECONDS = 1e11  # as seconds this would be the year 5138, as milliseconds it is 1973
_NUMERIC = re.compile(
    r"(?P<year>\d{4})\s*(?P<separator>[-/.年])\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[T\s,]*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})\b")  # with slashes the order would be a guess
_NAMED = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+)?)?(?P<name>[^\W\d_]{3,12})\.?,?\s+"
    r"(?:(?P<late_day>\d{1,2})(?:st|nd|rd|th)?,?\s+)?(?:de\s+|del\s+)?(?P<year>\d{4})(?:\s*(?:г\.?|года))?"
    r"(?:[\s,]*(?:at|à|às|a las|в)?\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"^\s*[^\W\d_]+\.?,\s*(?=[^\W_])")
_ZONED_NAMES = {  # email.utils knows the American ones and takes all others for UTC
    "CET": 1, "CEST": 2, "BST": 1, "EET": 2, "EEST": 3, "MSK": 3, "BRT": -3, "IST": 5.5, "JST": 9, "KST": 9,
}  # fmt: skip
_ZONE_NAME = re.compile(r"\b([A-Z]{3,4})\s*$")

# The beginnings by which the names of months are told apart: English, Portuguese, Spanish, French, Turkish, German,
# Italian, Russian (also in the genitive), Ukrainian.
_MONTHS = {
    1: "jan ene gen oca янв січ", 2: "feb fev fév şub фев лют", 3: "mar mär мар бер",
    4: "apr abr avr nis апр кві", 5: "may mai mag май мая трав", 6: "jun juin giu haz июн черв",
    7: "jul juil lug tem июл лип", 8: "aug ago aoû aou ağu авг серп", 9: "sep set eyl сен вер",
    10: "oct out okt ott eki окт жов", 11: "nov kas ноя лис", 12: "dec dez dic déc ara дек груд",
}  # fmt: skip
_LANGUAGES = [
    "en",
    "ru",
    "pt",
    "zh",
    "fr",
    "es",
    "tr",
    "ar",
    "de",
    "it",
    "fa",
    "ja",
    "ko",
    "nl",
    "pl",
    "cs",
    "sv",
    "da",
    "nb",
    "fi",
    "hu",
    "ro",
    "el",
    "he",
    "hi",
    "id",
    "vi",
    "th",
    "uk",
    "bg",
]
_IN_NAME = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<separator>[-_/.]?)(?P<month>\d{2})(?P=separator)(?P<day>\d{2})(?!\d)"
)


def parse_date(value: str | float | None, *, now: datetime) -> datetime | None:
    """The moment that a value names, as aware UTC; None where it names none that can be true.

    Takes RFC 822, ISO 8601, `2026/03/05 10:00`, seconds and milliseconds since 1970, and names of months in many
    languages. What has no zone is in UTC. Nothing before 1990 and nothing more than a day after `now` is believed.
    """
    if value is None or isinstance(value, bool):
        return None
    if not isinstance(value, str):
        return _believable(_from_epoch(value), now)
    text = value.strip()
    if not text or len(text) > _LONGEST:
        return None
    for parse in (_from_number, _from_iso, _from_mail, _from_numeric, _from_named, _from_any_language):
        found = parse(text)
        if found is not None:
            return _believable(found, now)
    return None


def date_in_name(name: str) -> datetime | None:
    """The day that a file's name or an address carries (`2020-02-16-NLP.md`, `/2020/02/16/issue`), midnight UTC."""
    for found in _IN_NAME.finditer(name):
        moment = _moment(found["year"], found["month"], found["day"])
        if moment is not None and moment.year >= _EARLIEST:
            return moment
    return None


def _believable(moment: datetime | None, now: datetime) -> datetime | None:
    if moment is None or moment.year < _EARLIEST or moment > now + _FUTURE:
        return None
    return moment


def _from_epoch(number: float) -> datetime | None:
    if not math.isfinite(number):
        return None
    seconds = number / 1000 if abs(number) >= _EPOCH_MILLISECONDS else number
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _from_number(text: str) -> datetime | None:
    """Seconds have nine or ten digits since 1973, milliseconds three more; shorter numbers are years and days."""
    return _from_epoch(float(text)) if re.fullmatch(r"\d{9,10}(?:\.\d+)?|\d{12,13}", text, re.ASCII) else None


def _from_iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-?\d\d-?\d\d", text, re.ASCII):
        return None
    try:
        return _in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def _from_mail(text: str) -> datetime | None:
    """RFC 822 and 5322, with the many liberties that feeds take."""
    parts = parsedate_tz(text) if "," in text or re.match(r"\d{1,2} |[A-Za-z]{3} ", text) else None
    if parts is None or ":" not in text:
        return None
    offset = parts[9] or 0
    named = _ZONE_NAME.search(text)
    if named and named[1] in _ZONED_NAMES:
        offset = int(_ZONED_NAMES[named[1]] * 3600)
    try:
        return datetime(*parts[:6], tzinfo=UTC) - timedelta(seconds=offset)
    except (ValueError, OverflowError):
        return None


def _from_numeric(text: str) -> datetime | None:
    found = _NUMERIC.fullmatch(_DAY_FIRST.sub(r"\3.\2.\1", text))
    if found is None:
        return None
    return _moment(found["year"], found["month"], found["day"], found)


def _from_named(text: str) -> datetime | None:
    found = _NAMED.fullmatch(_WEEKDAY.sub("", text))
    if found is None:
        return None
    month = _month(found["name"])
    day = found["day"] or found["late_day"]
    return _moment(found["year"], str(month), day, found) if month and day else None


def _month(name: str) -> int | None:
    name = name.lower()
    for number, beginnings in _MONTHS.items():
        if any(name.startswith(beginning) for beginning in beginnings.split()):
            return number
    return None


def _from_any_language(text: str) -> datetime | None:
    """By dateparser, which is loaded when it is first needed: that takes a third of a second.

    It tries one language after the other, so it gets those that people publish in, not its two hundred (7 s).
    """
    if not re.search(r"\d", text) or not re.search(r"[^\W\d_]", text):
        return None
    import dateparser

    settings = {
        "TIMEZONE": "UTC", "TO_TIMEZONE": "UTC", "RETURN_AS_TIMEZONE_AWARE": True,
        "STRICT_PARSING": True, "PARSERS": ["absolute-time"],
    }  # fmt: skip
    try:
        found: datetime | None = dateparser.parse(text, languages=_LANGUAGES, settings=settings)
    except (ValueError, OverflowError, RecursionError):
        return None
    return _in_utc(found) if found else None


def _moment(year: str, month: str, day: str, time: re.Match[str] | None = None) -> datetime | None:
    """The moment of these figures, None where the calendar lacks it."""
    try:
        midnight = datetime(int(year), int(month), int(day), tzinfo=UTC)
        if time is None or time["hour"] is None:
            return midnight
        known = time.groupdict()
        hour = _hour_of_day(int(known["hour"]), known.get("half"))
        second, microsecond = int(known["second"] or 0), int(f"{known.get('fraction') or 0:0<6}"[:6])
        at = midnight.replace(hour=hour, minute=int(known["minute"]), second=second, microsecond=microsecond)
        return at - _offset(known["zone"])
    except (ValueError, OverflowError):
        return None


def _hour_of_day(hour: int, half: str | None) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _offset(zone: str | None) -> timedelta:
    if not zone or zone[0] not in "+-":
        return timedelta()
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone[0] == "-" else offset


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
