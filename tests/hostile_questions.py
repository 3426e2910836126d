"""Questions that nobody should ask, always the same ones: what people, machines and those who mean harm may send."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

LONGEST = 10_000

_SCRIPTS = (
    (0x0021, 0x007E),  # ASCII with all its signs
    (0x00A0, 0x024F),
    (0x0300, 0x036F),  # marks without letters
    (0x0370, 0x052F),
    (0x0590, 0x06FF),
    (0x0900, 0x0DFF),  # scripts of India
    (0x0E00, 0x0EFF),
    (0x1100, 0x11FF),
    (0x1E00, 0x1FFF),
    (0x2000, 0x206F),  # spaces and directions of writing
    (0x20A0, 0x2BFF),
    (0x3000, 0x30FF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xD800, 0xDFFF),  # halves of characters
    (0xE000, 0xF8FF),  # nobody's
    (0xFB00, 0xFFFF),
    (0x1F300, 0x1FAFF),
    (0x20000, 0x2A6DF),
    (0xE0000, 0xE01EF),
    (0x0000, 0x001F),
)
_SYNTAX = (
    *(
        '"',
        "'",
        "(",
        ")",
        "*",
        "-",
        "+",
        "^",
        ":",
        "|",
        "||",
        "&",
        "{",
        "}",
        "[",
        "]",
        "\\",
        "/",
        "~",
        "!",
        "?",
        "%",
        "_",
    ),
    *("AND", "OR", "NOT", "NEAR", "NEAR(", "NEAR/3", "MATCH", "search_tokens MATCH", "rowid:", "tokens:", "rank:"),
    *("title:", "author:", "source:", "lang:", "section:", "issue:", "after:", "before:", "on:", "has:code", "has:x"),
    *(
        "id:",
        "is:saved",
        "is:unread",
        "sort:new",
        "sort:",
        "lang:pt",
        "after:yesterday",
        "before:0000-00-00",
        "id:9" * 9,
    ),
    *(
        "название:",
        "язык:",
        "título:",
        "autor:",
        "标题:",
        "语言：zh",
        "после:",
        "«",
        "»",
        "“",
        "”",
        "„",
        "（",
        "）",
        "：",
        "－",
        "＊",
    ),
    *("'; DROP TABLE items; --", "' OR 1=1 --", '") OR rowid > 0 --', "'||(SELECT text FROM items)||'", "UNION SELECT"),
    *(
        "Ωall",
        "Ωlangen",
        "ωall",
        "Θmodel",
        "Σbert",
        "Πnews",
        "%s",
        "{0}",
        "${HOME}",
        "\x00",
        "\r\n",
        "\u202e",
        "\ufeff",
    ),
    *(
        "https://arxiv.org/abs/",
        "https://",
        "doi:10.1/",
        "10.48550/arXiv.",
        "2005.14165",
        "@a",
        "c++",
        "C#",
        "#",
        "...",
    ),
)
_WORDS = (
    "frogs",
    "model",
    "модель",
    "модели",
    "обучение",
    "学习",
    "模型",
    "نموذج",
    "aprendizado",
    "çalışma",
    "ghbdtn",
    "privet",
    "frgos",
)


def questions(number: int, seed: str = "hostile") -> Iterator[str]:
    """So many questions."""
    rng = Random(seed)
    return (_question(rng) for _ in range(number))


def _question(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.02:
        return _long(rng)
    if kind < 0.05:
        return _nested(rng)
    parts = (_part(rng) for _ in range(min(int(rng.expovariate(0.25)) + 1, 60)))
    return "".join(part + rng.choice((" ", " ", " ", "", "\u3000", "\t")) for part in parts)


def _part(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(_SYNTAX)
    if kind < 0.6:
        return _mistyped(rng.choice(_WORDS), rng)
    first, last = rng.choice(_SCRIPTS)
    return "".join(chr(rng.randint(first, last)) for _ in range(min(int(rng.expovariate(0.2)) + 1, 80)))


def _mistyped(word: str, rng: Random) -> str:
    if rng.random() < 0.5:
        return word
    place = rng.randrange(len(word))
    return word[:place] + rng.choice(("", word[place] * 2, rng.choice(_SYNTAX))) + word[place + 1 :]


def _long(rng: Random) -> str:
    """As much as fits of one thing, or of many."""
    one = _part(rng)
    text = one * (LONGEST // len(one)) if rng.random() < 0.5 else " ".join(_part(rng) for _ in range(2_000))
    return text[:LONGEST]


def _nested(rng: Random) -> str:
    depth = rng.choice((3, 30, 300, 3_000))
    opening, closing = rng.choice(
        (("(", ")"), ("-(", ")"), ("((a OR ", "))"), ("(a ", " OR b)"), ('"', '"'), ("（", "）"))
    )
    text = opening * depth + rng.choice(_WORDS) + closing * (depth - rng.choice((0, 0, 1, -1)))
    return text[:LONGEST]
