"""Answers that others read as well."""

from __future__ import annotations

from bot.locales import LANGUAGES, Translator, translator
from handlers.command import Request


def told_in(request: Request, language: str | None, say: Translator) -> Translator:
    """Who tells what takes the place of an answer: where others read it as well, it stays in the language of ours in
    which it was asked for, whoever presses. `language` is that one; None, or what is no language of ours, where nobody
    knows."""
    return translator(language) if language in LANGUAGES and not request.chat.private else say
