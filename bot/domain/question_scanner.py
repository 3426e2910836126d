"""The text of a question, read from left to right."""

from __future__ import annotations

import re

from bot.domain.question_signs import CLOSED_BY, SPACES, STAR


class Scanner:
    """Knows how far a text has been read: `at` is the place of the character that comes next."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._unclosed: set[str] = set()  # quotation marks that nothing closes any more

    @property
    def here(self) -> str:
        """The character that comes next."""
        return self.text[self.at]

    def around(self) -> tuple[str, str]:
        """The characters before and behind the one that comes next; "" where the text begins or ends."""
        return self.text[self.at - 1 : self.at], self.text[self.at + 1 : self.at + 2]

    def at_end(self) -> bool:
        """Passes over spaces; True where nothing comes behind them."""
        self.passes(SPACES)
        return self.at >= len(self.text)

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What comes next, where the pattern fits it; it is not read yet."""
        return pattern.match(self.text, self.at)

    def passes(self, pattern: re.Pattern[str]) -> bool:
        """Reads what the pattern fits; False where it fits nothing, and nothing is read."""
        found = self.match(pattern)
        self.at = found.end() if found else self.at
        return found is not None

    def take(self, pattern: re.Pattern[str]) -> str:
        """Reads what the pattern fits, which is known to come next."""
        found = self.match(pattern)
        assert found is not None
        self.at = found.end()
        return found[0]

    def takes_star(self) -> bool:
        """Reads the star in which a word ends; False where it ends in none."""
        return self.passes(STAR)

    def between_quotes(self) -> str | None:
        """Reads a quotation, from the mark that comes next to what closes it; None, and the mark alone, where nothing
        closes it."""
        closing = CLOSED_BY.get(self.here, "")
        start = self.at + 1
        self.at = start
        ends = [self.text.find(mark, start) for mark in closing if mark not in self._unclosed]
        end = min((one for one in ends if one >= 0), default=-1)
        if end < 0:
            self._unclosed.update(closing)
            return None
        self.at = end + 1
        return self.text[start:end]
