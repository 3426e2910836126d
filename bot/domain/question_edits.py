"""Questions in other words: the same filters, operators and quotation marks around words that were changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from bot.domain.folding import CJK_RUN
from bot.domain.question import Either, Every, Node, Phrase, Prefix, Question, Words
from bot.domain.question_text import rerooted
from bot.domain.question_tree import either, every

Edit = Callable[[str], str]
"""Takes the text of a part of a question to another one; to an empty one where the part is to be left out."""

Wanted = Words | Phrase | Prefix
_NodeEdit = Callable[[Wanted], Node | None]


def wanted_texts(question: Question) -> list[str]:
    """The texts that are looked for, in order: words, phrases and prefixes, and not what is excluded."""
    return list(_texts(question.root))


def with_texts(question: Question, edit: Edit) -> Question:
    """The question with these texts changed, and `typed` as somebody would have typed that."""

    def changed(node: Wanted) -> Node | None:
        text = edit(node.text)
        return replace(node, text=text) if text else None

    return rerooted(question, _edited(question.root, changed))


def without_quotation_marks(question: Question) -> Question:
    """The question with words in any order for the phrases that are looked for."""
    return rerooted(
        question,
        _edited(question.root, lambda node: Words(node.text, node.field) if isinstance(node, Phrase) else node),
    )


def with_words(question: Question, meant: Mapping[str, str]) -> Question:
    """The question with other words in place of some (in lower case, several in a row by single spaces); an empty one
    leaves a word out."""
    several = sorted(meant, key=lambda word: -len(word))
    pattern = re.compile("|".join(map(_as_word, several)), re.IGNORECASE)

    def edit(text: str) -> str:
        changed = pattern.sub(
            lambda match: _capital_as_typed(meant.get(" ".join(match[0].lower().split())), match[0]), text
        )
        # What is left of a word that was taken out of the signs around it is nothing.
        return " ".join(part for part in changed.split() if any(map(str.isalnum, part)))

    return with_texts(question, edit)


def _texts(node: Node) -> Iterator[str]:
    match node:
        case Words() | Phrase() | Prefix():
            yield node.text
        case Every() | Either():
            for part in node.parts:
                yield from _texts(part)


def _edited(node: Node, edit: _NodeEdit) -> Node | None:
    match node:
        case Words() | Phrase() | Prefix():
            return edit(node)
        case Every():
            return every(_all_edited(node.parts, edit))
        case Either():
            kept = list(_all_edited(node.parts, edit))
            return either(kept) if kept else None
        case _:
            return node


def _all_edited(parts: tuple[Node, ...], edit: _NodeEdit) -> Iterator[Node]:
    for part in parts:
        changed = _edited(part, edit)
        if changed is not None:
            yield changed


def _capital_as_typed(meant: str | None, typed: str) -> str:
    """What was meant, with a capital where one was typed; what was typed where nothing else was meant."""
    if meant is None:
        return typed
    return meant[:1].upper() + meant[1:] if typed[:1].isupper() else meant


def _as_word(word: str) -> str:
    """A pattern for a word that stands by itself, or for several in a row."""
    if CJK_RUN.fullmatch(word):
        return re.escape(word)
    words = r"\s+".join(map(re.escape, word.split()))
    return rf"(?<![^\W_]){words}(?![^\W_])"
