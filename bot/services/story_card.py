"""A story on a card of its own: all that is needed where nothing stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.digests import DigestFilter
from bot.domain.items import Item
from bot.domain.messages import Block, Heading, Line, Message, Paragraph, Text, text, words_of
from bot.domain.offers import Offer
from bot.domain.selection import spokesman
from bot.domain.story_links import links_of, target_of
from bot.domain.summary import shortened
from bot.locales import Translator
from bot.services.digests import choices_of
from bot.services.item_message import joined, with_links
from bot.services.story_message import coverage_line, story_links, told_in_brief

DESCRIPTION_LIMIT = 160
"""Of an offer: as much as a telephone shows, and some more."""


def told_to(items: Sequence[Item], say: Translator) -> Item:
    """The item that tells a story to a reader: in their language where there is one, else in English."""
    return spokesman(items, replace(choices_of(DigestFilter()), title_languages=(say.language.partition("_")[0], "en")))


def story_card(items: Sequence[Item], say: Translator) -> Message:
    """A story that has these items: its title, what it says, its paper and code, and who wrote about it. It is one
    message on every platform, whatever is in it."""
    told, where = told_to(items, say), links_of(items)
    title, says = told_in_brief(told)
    blocks: list[Block] = [Heading(text(title, url=target_of(told, where)), level=1)]
    if says:
        blocks.append(Paragraph(with_links(says, told.text)))
    links = story_links(where, say)
    foot: list[Line] = [joined(links)] if links else []
    foot.append((Text("— "), *coverage_line(items, told, say)))
    return Message((*blocks, *map(Paragraph, foot)))


def story_offer(key: str, items: Sequence[Item], say: Translator) -> Offer:
    """The card of a story, for somebody to send: listed by its title, and what it says or else who wrote about it."""
    told = told_to(items, say)
    title, says = told_in_brief(told)
    description = says or "".join(map(words_of, coverage_line(items, told, say)))
    return Offer(key, title, shortened(description, DESCRIPTION_LIMIT), story_card(items, say))
