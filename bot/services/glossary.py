"""The glossary that ships with the bot, read when the first question needs it."""

from __future__ import annotations

from functools import cache

from bot.domain.glossary import Glossary
from bot.glossary import glossary_lines
from storage.stemming import analyser


@cache
def glossary() -> Glossary:
    """The glossary of the field. The first call reads and analyses it, which takes a fraction of a second: not on the
    event loop."""
    return Glossary(glossary_lines(), analyser())
