"""The buttons that propose what is shown for a session of the club; `handlers.nominations` answers their presses."""

from __future__ import annotations

from bot.domain.messages import Button
from bot.domain.papers import PaperId
from bot.locales import Translator

LONGEST_ACTION = 60
"""Bytes of what a button carries."""


def propose_item(item_id: int, say: Translator) -> Button:
    return Button(say.gettext("Propose for the club"), f"nom:item:{item_id}")


def propose_story(story_id: int, say: Translator) -> Button:
    return Button(say.gettext("Propose for the club"), f"nom:story:{story_id}")


def propose_numbered_story(story_id: int, say: Translator) -> Button:
    """For a message that shows several stories by their numbers."""
    return Button(say.gettext("Propose story {number}", number=story_id), f"nom:story:{story_id}")


def propose_paper(paper: PaperId, say: Translator) -> Button | None:
    """For a paper of which nobody has written yet; None where its number is too long for a button."""
    action = f"nom:paper:{paper}"
    fits = action.isascii() and len(action) <= LONGEST_ACTION
    return Button(say.gettext("Propose for the club"), action) if fits else None
