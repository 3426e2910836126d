"""How a series is said: "every second Saturday at 18:00"."""

from __future__ import annotations

from bot.domain.series import LAST, Repeat, SeriesRule
from bot.locales import N_, Translator

# Whole phrases, since in most languages the words around a day's name depend on it. From Monday to Sunday.
_WEEKLY = (
    N_("every Monday"),
    N_("every Tuesday"),
    N_("every Wednesday"),
    N_("every Thursday"),
    N_("every Friday"),
    N_("every Saturday"),
    N_("every Sunday"),
)
_FORTNIGHTLY = (
    N_("every second Monday"),
    N_("every second Tuesday"),
    N_("every second Wednesday"),
    N_("every second Thursday"),
    N_("every second Friday"),
    N_("every second Saturday"),
    N_("every second Sunday"),
)
_MONTHLY = {
    1: (
        N_("the first Monday of each month"),
        N_("the first Tuesday of each month"),
        N_("the first Wednesday of each month"),
        N_("the first Thursday of each month"),
        N_("the first Friday of each month"),
        N_("the first Saturday of each month"),
        N_("the first Sunday of each month"),
    ),
    2: (
        N_("the second Monday of each month"),
        N_("the second Tuesday of each month"),
        N_("the second Wednesday of each month"),
        N_("the second Thursday of each month"),
        N_("the second Friday of each month"),
        N_("the second Saturday of each month"),
        N_("the second Sunday of each month"),
    ),
    3: (
        N_("the third Monday of each month"),
        N_("the third Tuesday of each month"),
        N_("the third Wednesday of each month"),
        N_("the third Thursday of each month"),
        N_("the third Friday of each month"),
        N_("the third Saturday of each month"),
        N_("the third Sunday of each month"),
    ),
    4: (
        N_("the fourth Monday of each month"),
        N_("the fourth Tuesday of each month"),
        N_("the fourth Wednesday of each month"),
        N_("the fourth Thursday of each month"),
        N_("the fourth Friday of each month"),
        N_("the fourth Saturday of each month"),
        N_("the fourth Sunday of each month"),
    ),
    LAST: (
        N_("the last Monday of each month"),
        N_("the last Tuesday of each month"),
        N_("the last Wednesday of each month"),
        N_("the last Thursday of each month"),
        N_("the last Friday of each month"),
        N_("the last Saturday of each month"),
        N_("the last Sunday of each month"),
    ),
}


def series_words(rule: SeriesRule, say: Translator) -> str:
    """When a series recurs and how it ends, at its own wall time; the zone is not named."""
    _ = say.gettext
    if rule.nth is not None:
        days = _MONTHLY[rule.nth][rule.weekday]
    else:
        days = (_FORTNIGHTLY if rule.repeat is Repeat.FORTNIGHTLY else _WEEKLY)[rule.weekday]
    words = _("{days} at {time}", days=_(days), time=f"{rule.at:%H:%M}")
    if rule.count is not None:
        return say.ngettext("{when}, {number} time", "{when}, {number} times", rule.count, when=words)
    if rule.last_day is not None:
        return _("{when}, until {day}", when=words, day=say.date(rule.last_day))
    return words
