"""/covered: whether somebody has written about a paper or a page before; also asked of a message, about its links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

from bot.domain.discussed import DiscussedPapers
from bot.domain.errors import UserError
from bot.domain.messages import Button, ButtonRow, rows_of
from bot.domain.referred import addresses_in, addresses_typed
from bot.locales import N_, Translator
from bot.services.club_findings import ClubFindings
from bot.services.covered import MOST_ADDRESSES, Covered, CoveredBefore
from bot.services.covered_message import WAS_THIS_COVERED, covered_message, discussed_in
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.propose import propose_paper, propose_story
from handlers.registry import Command, Handler, Option

HOW_TO_ASK = N_(
    "Write the address or the number of a paper behind the command, as in: /covered 1810.04805 – or answer a message "
    "with /covered, and I look up its links."
)
NO_LINK = N_("I find no link in this message.")
NOT_AN_ADDRESS = N_("I find no address and no number of a paper in this. /search looks for words.")
IN_A_ROW = 2


class CoveredHandlers:
    """Answers /covered, behind which stand addresses, and *Was this covered?* of a message."""

    def __init__(self, covered: CoveredBefore, zone: tzinfo, findings: ClubFindings) -> None:
        self._covered = covered
        self._zone = zone
        self._findings = findings

    def commands(self) -> tuple[Command, ...]:
        query = Option("query", N_("Addresses or numbers of papers"), required=True)
        description = N_("Whether a paper or page was covered before")
        return (Command("covered", description, self._answer, (query,), on_message=WAS_THIS_COVERED),)

    def actions(self) -> dict[str, Handler]:
        return {}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        urls = _named(request)
        found = await self._covered.of(request.chat.destination, urls)
        discussed = await self._findings.discussed(
            asking(request), [identity for one in found for identity in one.identities]
        )
        left_out = max(0, len(urls) - MOST_ADDRESSES)
        message = covered_message(found, say, self._zone, discussed=discussed, left_out=left_out)
        return Reply(replace(message, buttons=_proposals(found, discussed, say)))


def _named(request: Request) -> list[str]:
    """The addresses that somebody asks about: those that were typed, else those of the message. Raises UserError where
    there is none."""
    typed = (request.options.get("query") or request.text).strip()
    urls = addresses_typed(typed) or (addresses_in(request.about) if request.about else [])
    if urls:
        return urls
    if typed:
        raise UserError(NOT_AN_ADDRESS)
    raise UserError(NO_LINK if request.about else HOW_TO_ASK)


def _proposals(found: Sequence[Covered], discussed: DiscussedPapers, say: Translator) -> tuple[ButtonRow, ...]:
    """A button for each paper or page that the club has not discussed, with its number where there are several."""
    numbered = [
        (number, button)
        for number, one in enumerate(found, 1)
        if not discussed_in(one, discussed) and (button := _proposal(one, say))
    ]
    if len(found) > 1:
        label = N_("Propose number {number}")
        numbered = [(at, replace(button, label=say.gettext(label, number=at))) for at, button in numbered]
    return rows_of([button for _, button in numbered], IN_A_ROW)


def _proposal(covered: Covered, say: Translator) -> Button | None:
    about = next((one.story_id for one in covered.stories if one.about and one.story_id is not None), None)
    if covered.paper is not None:
        return propose_paper(covered.paper, say) or (propose_story(about, say) if about is not None else None)
    return propose_story(about, say) if about is not None else None
