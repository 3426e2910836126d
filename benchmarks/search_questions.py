"""Questions of every sort that people ask an archive (`newsletters.py`), always the same ones."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from benchmarks.newsletters import Edition, concepts, editions
from benchmarks.words import FIELD, SHARES, first_words, vocabulary
from bot.domain.layouts import Layouts, retyped
from bot.domain.sections import Section

_SPACED = tuple(language for language in SHARES if language != "zh")
_LATIN = {
    **dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "abvgdeejziyklmnoprstufhc", strict=False)),
    **dict(zip("цчшщъыьэюя", ("ts", "ch", "sh", "sch", "", "y", "", "e", "yu", "ya"), strict=True)),
}
_FEWEST = 500  # stories among which there are some of every sort


class Asker:
    """Asks about an archive of so many stories."""

    def __init__(self, stories: int, seed: str) -> None:
        self._rng = Random(f"questions {seed}")
        self._stories = max(stories, _FEWEST)

    def ask(self, sort: str) -> str:
        """A question of a sort."""
        return SORTS[sort](self)

    # -- what there is

    def _edition(self, language: str | None = None) -> Edition:
        while True:
            found = next(editions(iter((self._rng.randrange(self._stories),))))
            if language in {None, found.item.language}:
                return found

    def _spaced(self) -> Edition:
        return self._edition(self._rng.choice(_SPACED))

    def _words(self, number: int) -> list[str]:
        """Words out of one text, as they stand there, no two the same."""
        while True:
            some = list(dict.fromkeys(self._spaced().item.text.replace(".", "").split()))
            if len(some) >= number:
                return self._rng.sample(some, number)

    def _language(self) -> str:
        return self._rng.choice(_SPACED)

    def _word(self, first: int, last: int, language: str | None = None) -> str:
        """A word of a rank between these."""
        return vocabulary(language or self._language()).words[self._rng.randrange(first, last)]

    def _common(self) -> str:
        return self._rng.choice(first_words(self._language(), 50))

    def _field(self, language: str) -> str:
        return self._rng.choice(FIELD[language].split()[:10])

    # -- what is asked

    def two_words(self) -> str:
        """Out of one text; or any two words that are neither frequent nor rare."""
        if self._rng.random() < 0.5:
            return " ".join(self._words(2))
        language = self._language()
        return f"{self._word(50, 2_000, language)} {self._word(50, 2_000, language)}"

    def seldom_together(self) -> str:
        one, other = self._rng.sample(_SPACED, 2)
        return f"{self._field(one)} {self._field(other)}"

    def phrase(self) -> str:
        words = self._spaced().item.text.replace(".", "").split()
        begin = self._rng.randrange(max(1, len(words) - 3))
        return '"' + " ".join(words[begin : begin + self._rng.choice((2, 3))]) + '"'

    def frequent_phrase(self) -> str:
        language = self._language()
        one, other = self._rng.sample(first_words(language, 30), 2)
        return f'"{one} {other}"'

    def prefix(self) -> str:
        return self._word(30, 20_000)[: self._rng.choice((2, 3, 4))] + "*"

    def filtered(self) -> str:
        year = self._rng.randrange(2018, 2026)
        choices = (
            f"lang:{self._rng.choice(tuple(SHARES))}",
            f"section:{self._rng.choice(tuple(Section))}",
            f"after:{year}-0{self._rng.randrange(1, 10)}-15",
            f"before:{year}-0{self._rng.randrange(1, 10)}-15",
            f"source:{self._rng.randrange(1, 40)}",
            "has:code",
        )
        filters = self._rng.sample(choices, self._rng.choice((1, 1, 2)))
        return " ".join((self._common(), *filters))

    def without(self) -> str:
        language = self._language()
        return f"{self._word(20, 60, language)} -{self._word(0, 60, language)}"

    def either(self) -> str:
        return f"{self._common()} OR {self._word(20, 2_000)}"

    def concept(self) -> str:
        every = concepts()
        return every[int(len(every) ** self._rng.random()) - 1][self._language()]

    def chinese(self) -> str:
        text = self._edition("zh").item.text
        begin = self._rng.randrange(max(1, len(text) - 8))
        run = "".join(filter(str.isalpha, text[begin : begin + self._rng.choice((2, 4, 6))]))
        return self._rng.choice((run or "模型", self._rng.choice(concepts())["zh"]))

    def identity(self) -> str:
        while True:
            item = self._edition().item
            if item.papers:
                return self._rng.choice(("", "https://arxiv.org/abs/")) + item.papers[0].value

    def misspelt(self) -> str:
        word = self._word(60, 10_000)
        while len(word) < 6:
            word = self._word(60, 10_000)
        place = self._rng.randrange(1, len(word) - 1)
        return word[:place] + self._rng.choice(("", word[place] * 2, word[place + 1] + word[place])) + word[place + 1 :]

    def layout(self) -> str:
        words = [self._word(60, 5_000, "ru") for _ in range(self._rng.choice((1, 2)))]
        return " ".join(retyped(word, Layouts.CYRILLIC_TO_LATIN)[0] for word in words)

    def transliterated(self) -> str:
        return "".join(_LATIN.get(letter, letter) for letter in self._word(60, 5_000, "ru"))

    def fewer(self) -> str:
        """Words that no text has all of."""
        return " ".join(self._word(500, 40_000) for _ in range(4))

    def nothing(self) -> str:
        return "".join(self._rng.choices("qxzwvkj", k=self._rng.randrange(5, 12))) + " " + str(self._rng.random())[2:]


SORTS: dict[str, Callable[[Asker], str]] = {
    "one word": lambda asker: asker._word(100, 20_000),
    "a top-50 word": Asker._common,
    "two words": Asker.two_words,
    "three words": lambda asker: " ".join(asker._words(3)),
    "six words": lambda asker: " ".join(asker._words(6)),
    "two frequent words that seldom meet": Asker.seldom_together,
    "phrase": Asker.phrase,
    "phrase of frequent words": Asker.frequent_phrase,
    "prefix": Asker.prefix,
    "filters": Asker.filtered,
    "without a word": Asker.without,
    "OR": Asker.either,
    "widened by the glossary": Asker.concept,
    "Chinese": Asker.chinese,
    "exact identity": Asker.identity,
    "newest first": lambda asker: f"{asker._common()} sort:new",
    "misspelt": Asker.misspelt,
    "another layout": Asker.layout,
    "transliterated": Asker.transliterated,
    "fewer words": Asker.fewer,
    "nothing": Asker.nothing,
}
"""The sorts by name. Those behind "newest first" are what is tried otherwise where nothing fits."""
