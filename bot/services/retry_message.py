"""How it is said that another question was asked instead of the one that was typed."""

from __future__ import annotations

from bot.domain.messages import Line, Text
from bot.domain.question_signs import straight
from bot.domain.second_tries import Retry
from bot.domain.summary import shortened
from bot.domain.text import cut
from bot.locales import Translator

WORDS_LIMIT = 120
LABEL_LIMIT = 40
_HERE = "\0"


def retry_told(retry: Retry, say: Translator) -> Line:
    """What the results are for, and which words were left out. Beside it belongs a button `search_instead`."""
    line = _with_words(say.gettext("Showing results for {words}.", words=_HERE), retry)
    if not retry.dropped:
        return line
    left_out = say.gettext("Left out: {words}.", words=shortened(say.listing(retry.dropped), WORDS_LIMIT))
    return (*line, Text(f" {left_out}", italic=True))


def search_instead(retry: Retry, say: Translator) -> str:
    """What the button says that asks for what was typed, and nothing else."""
    return say.gettext("Search instead for “{words}”", words=_on_button(retry.instead_of.typed))


def did_you_mean_told(retry: Retry, say: Translator) -> Line:
    """What else may have been meant. Beside it belongs a button `search_for_that`."""
    return _with_words(say.gettext("Did you mean {words}?", words=_HERE), retry)


def neither_told(retry: Retry, say: Translator) -> Line:
    """What may have been meant by a question that finds nothing, although it finds nothing either."""
    return _with_words(say.gettext("Did you mean {words}? Nothing fits that either.", words=_HERE), retry)


def search_for_that(retry: Retry, say: Translator) -> str:
    """What the button says that asks for what may have been meant."""
    return say.gettext("Search for “{words}”", words=_on_button(retry.question.typed))


def _with_words(sentence: str, retry: Retry) -> Line:
    before, _here, behind = sentence.partition(_HERE)
    words = Text(shortened(retry.question.typed, WORDS_LIMIT), bold=True)
    return tuple(run for run in (Text(before), words, Text(behind)) if run.text)


def _on_button(words: str) -> str:
    return cut(" ".join(straight(words).split()), LABEL_LIMIT)
