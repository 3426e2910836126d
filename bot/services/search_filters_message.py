"""How the filters of a search are chosen, before any platform."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from bot.domain.messages import Button, ButtonRow, Heading, Line, Message, Option, Paragraph, Select, text
from bot.domain.question import Facet
from bot.domain.question_text import filters_of
from bot.domain.sections import Section
from bot.domain.summary import shortened
from bot.locales import Translator
from bot.services.item_message import section_label
from bot.services.search_filters import FilterChoices, can_be_widened
from bot.services.search_words import read_as

WORDS_LIMIT = 120
ANY_YEAR = "0"


def filters_message(choices: FilterChoices, number: int, say: Translator) -> Message:
    """What can be chosen for the results of a view with this number."""
    _ = say.gettext
    words = shortened(choices.question.typed, WORDS_LIMIT)
    read = read_as(choices.question, say)
    lines: list[Line] = [text(read, italic=True)] if read else []
    selects = _selects(choices, number, say)
    lines.append(text(_found(choices, say)))
    if not selects:
        lines.append(text(_("There is nothing to choose from.")))
    heading = Heading(text(_("Filters · {words}", words=words)), level=1)
    show = Button(_("Show the results"), f"search:{number}:1")
    clear = (Button(_("Without filters"), f"filter:{number}:none"),) if can_be_widened(choices.question) else ()
    rows: tuple[ButtonRow, ...] = ((show, *clear),)
    return Message((heading, *map(Paragraph, lines)), rows, selects)


def _selects(choices: FilterChoices, number: int, say: Translator) -> tuple[Select, ...]:
    """What there are at least two of, or what is chosen already."""
    _ = say.gettext
    action = f"filter:{number}"
    languages = filters_of(choices.question, Facet.LANGUAGE)
    sections = filters_of(choices.question, Facet.SECTION)
    more = {name: "+" if name in choices.at_least else "" for name in ("lang", "section", "year")}
    by_language = _options(choices.languages, languages, _capital(say.language_name), say, more["lang"])
    by_section = _options(
        choices.sections, sections, lambda one: section_label(Section(one), say), say, more["section"]
    )
    by_year = _year_options(choices, say, more["year"])
    selects: list[Select] = []
    if len(by_language) > 1 or languages:
        selects.append(Select(_("Languages"), f"{action}:lang", by_language, several=True))
    if len(by_section) > 1 or sections:
        selects.append(Select(_("Sections"), f"{action}:section", by_section, several=True))
    if len(by_year) > 1 or choices.year:
        selects.append(Select(_("Years"), f"{action}:year", (Option(_("any year"), ANY_YEAR), *by_year)))
    return tuple(selects)


def _options(
    counted: Mapping[str, int], chosen: Collection[str], name: Callable[[str], str], say: Translator, more: str
) -> tuple[Option, ...]:
    """`more` stands behind each number."""
    return tuple(
        Option(f"{name(value)} ({say.number(count)}{more})", value, value in chosen) for value, count in counted.items()
    )


def _year_options(choices: FilterChoices, say: Translator, more: str) -> tuple[Option, ...]:
    counted = {**({choices.year: 0} if choices.year else {}), **choices.years}
    newest_first = dict(sorted(counted.items(), reverse=True))
    return _options(newest_first, (choices.year or "",), str, say, more)


def _capital(name: Callable[[str], str]) -> Callable[[str], str]:
    def named(value: str) -> str:
        words = name(value)
        return words[:1].upper() + words[1:]

    return named


def _found(choices: FilterChoices, say: Translator) -> str:
    if not choices.exact:
        return say.gettext("More than {number} results", number=say.number(choices.found))
    return say.ngettext("{number} result", "{number} results", choices.found)
