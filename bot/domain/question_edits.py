"""Questions in other words: the same filters, operators and quotation marks around words that were changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

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
