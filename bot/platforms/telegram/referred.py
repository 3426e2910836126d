"""What stands in the message that somebody answers on Telegram."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from telegram import LinkPreviewOptions, Message, MessageEntity

from bot.domain.referred import MOST_LINKS, ReferredMessage


def referred_by(message: Message) -> ReferredMessage | None:
    """What stands in the message that this one answers, which may be in another chat, and behind this one's own words;
    None where it answers none and hides nothing.

    Of what is in another chat Telegram tells the quoted words and the address of its preview only
    (https://core.telegram.org/bots/api#externalreplyinfo).
    """
    answered, quote, elsewhere = message.reply_to_message, message.quote, message.external_reply
    if answered is not None and answered.forum_topic_created:  # not an answer: this is how topics are kept together
        answered = None
    words = [quote.text if quote else "", (answered.text or answered.caption or "") if answered else ""]
    links = [*_behind_words(message)]
    links += [*_links_of(answered)] if answered else []
    links += _previewed(elsewhere.link_preview_options) if elsewhere else []
    if not (answered or quote or elsewhere or links):
        return None
    return ReferredMessage("\n".join(filter(None, words)), tuple(islice(links, MOST_LINKS)))


def _links_of(message: Message) -> Iterator[str]:
    """The links of a message in the order of its words, then that of its preview and those of its buttons."""
    text, entities = _written(message)
    units = text.encode("utf-16-le", "surrogatepass")
    for one in sorted(entities, key=lambda entity: entity.offset):
        if one.type == MessageEntity.TEXT_LINK and one.url:
            yield one.url
        elif one.type == MessageEntity.URL and one.offset >= 0 and one.length > 0:
            # Offsets count UTF-16 units, and a hostile one may lie anywhere.
            yield units[2 * one.offset : 2 * (one.offset + one.length)].decode("utf-16-le", "replace")
    yield from _previewed(message.link_preview_options)
    if message.reply_markup:
        yield from (button.url for row in message.reply_markup.inline_keyboard for button in row if button.url)


def _previewed(options: LinkPreviewOptions | None) -> list[str]:
    """The address whose preview a message shows, where that is told."""
    return [options.url] if options and isinstance(options.url, str) and options.url else []


def _behind_words(message: Message) -> Iterator[str]:
    return (one.url for one in _written(message)[1] if one.type == MessageEntity.TEXT_LINK and one.url)


def _written(message: Message) -> tuple[str, Sequence[MessageEntity]]:
    return message.text or message.caption or "", message.entities or message.caption_entities
