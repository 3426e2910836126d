"""The buttons that propose what is shown for a session of the club; `handlers.nominations` answers their presses."""

from __future__ import annotations

from bot.domain.messages import Button
from bot.locales import Translator


def propose_item(item_id: int, say: Translator) -> Button:
    return Button(say.gettext("Propose for the club"), f"nom:item:{item_id}")


def propose_story(story_id: int, say: Translator) -> Button:
    return Button(say.gettext("Propose for the club"), f"nom:story:{story_id}")


def propose_numbered_story(story_id: int, say: Translator) -> Button:
    """For a message that shows several stories by their numbers."""
    return Button(say.gettext("Propose story {number}", number=story_id), f"nom:story:{story_id}")
