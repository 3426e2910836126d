"""What somebody may send as their own: the cards of stories, while they type behind the bot's name in any chat."""

from __future__ import annotations

from bot.domain.messages import words_of
from bot.domain.offers import Offers
from bot.domain.summary import shortened
from bot.locales import N_, Translator
from bot.services.retry_message import retry_told
from bot.services.story_card import story_offer
from bot.services.story_offers import StoryOffers
from handlers.command import Request

NOTHING_FITS = N_("Nothing fits. Ask me in our chat")
NOTHING_YET = N_("I have not read anything yet. Open our chat")
HINT_LIMIT = 64
LONGEST_PAGE = 3  # digits of a page's number


class OfferHandlers:
    """Offers stories that fit what is typed; before anything is, the newest."""

    def __init__(self, stories: StoryOffers) -> None:
        self._stories = stories

    async def offer(self, request: Request, more: str, say: Translator) -> Offers:
        """`more` is the number of a page."""
        words = " ".join(request.text.split())
        page = int(more) if more.isascii() and more.isdigit() and len(more) <= LONGEST_PAGE else 1
        language = say.language.partition("_")[0]
        found = await (self._stories.found(words, page, language=language) if words else self._stories.newest())
        offers = tuple(story_offer(key, items, say) for key, items in found.stories)
        hint = ""
        if not offers and page == 1:
            hint = say.gettext(NOTHING_FITS if words else NOTHING_YET)
        elif found.retry is not None:
            hint = shortened("".join(map(words_of, retry_told(found.retry, say))), HINT_LIMIT)
        return Offers(offers, str(page + 1) if found.more else "", hint)
