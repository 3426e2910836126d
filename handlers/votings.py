"""/club pick: what becomes the next session, and until when people vote."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.errors import UserError
from bot.domain.forms import Form, Question
from bot.domain.messages import (
    Block,
    Button,
    ButtonRow,
    Heading,
    ListBlock,
    Message,
    Paragraph,
    page_buttons,
    rows_of,
    text,
)
from bot.domain.session_drafts import NewSession
from bot.locales import N_, Translator
from bot.services.clubs import ClubAccess, Clubs
from bot.services.nomination_message import until_line
from bot.services.nominations import Nominations
from bot.services.session_draft_message import reading_label
from bot.services.session_times import said
from bot.services.voting_message import ranked_entry, winners_line
from bot.services.votings import Ranking, Votings
from handlers.buttons import OLD_BUTTON, by_verb, numbers
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler

DrawUp = Callable[[Request, ClubAccess, NewSession, Translator], Awaitable[Reply]]
"""Begins a session that is like this, and answers with what is still to be decided."""
DAYS = (3, 7, 14)
"""In how many days a vote may end by a button."""
LAST_MOMENT = 2**33
"""Seconds since 1970 in the year 2242: whatever a forged button says, it is a moment."""
MOST_ROWS = 5
"""Discord's limit."""


class VotingHandlers:
    """Answers /club pick and what is pressed below it. All of it is for organisers."""

    def __init__(self, clubs: Clubs, nominations: Nominations, votings: Votings, draw_up: DrawUp) -> None:
        self._clubs = clubs
        self._nominations = nominations
        self._votings = votings
        self._draw_up = draw_up
        self._verbs = {
            "list": self._turn,
            "take": self._take,
            "until": self._choose_end,
            "in": self._end_in,
            "at": self._end_at,
            "write": self._write_end,
            "free": self._end_never,
            "end": self._end_now,
        }

    def subcommands(self) -> tuple[Command, ...]:
        return (Command("pick", N_("Make a session of a proposal, and end the vote"), self._list),)

    def actions(self) -> dict[str, Handler]:
        return {"pick": by_verb(self._verbs)}

    async def _list(self, request: Request, say: Translator) -> Reply:
        who = asking(request)
        access = await self._clubs.enter(who, say.language)
        access.require_organiser()
        if not who.private:  # the answer may stand in the private chat, where its buttons have to mean this club
            await self._clubs.choose(who, access.community.id)
        return await self._shown(access, 1, say)

    async def _turn(self, request: Request, say: Translator) -> Reply:
        """`pick:list:COMMUNITY:PAGE` shows a page of what may be picked."""
        community, page = _ids(request, 2)
        access = await self._clubs.enter_club(asking(request), community)
        return replace(await self._shown(access, page, say), replaces=True)

    async def _take(self, request: Request, say: Translator) -> Reply:
        """`pick:take:NOMINATION` begins a session about a proposal."""
        (nomination_id,) = _ids(request, 1)
        community = await self._nominations.community_of(nomination_id)
        access = await self._clubs.enter_club(asking(request), community)
        new = await self._votings.draft(access, nomination_id)
        return await self._draw_up(request, access, new, say)

    async def _shown(self, access: ClubAccess, page: int, say: Translator) -> Reply:
        ranking = await self._votings.ranking(access, page)
        return Reply(_ranking_message(ranking, access, say), private=True)

    # Until when people vote

    async def _choose_end(self, request: Request, say: Translator) -> Reply:
        """`pick:until:COMMUNITY` asks until when people vote."""
        access = await self._entered(request)
        return replace(await self._end_panel(access, say), replaces=True)

    async def _end_in(self, request: Request, say: Translator) -> Reply:
        """`pick:in:COMMUNITY:DAYS` ends the vote in so many days."""
        community, days = _ids(request, 2)
        access = await self._clubs.enter_club(asking(request), community)
        if days not in DAYS:
            raise UserError(OLD_BUTTON)
        whole_hour = access.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return await self._ended_at(access, whole_hour + timedelta(days=days), say)

    async def _end_at(self, request: Request, say: Translator) -> Reply:
        """`pick:at:COMMUNITY:SECONDS` ends the vote at a moment that could be meant, in seconds since 1970."""
        community, seconds = _ids(request, 2)
        access = await self._clubs.enter_club(asking(request), community)
        moment = datetime.fromtimestamp(min(seconds, LAST_MOMENT), UTC)
        return await self._ended_at(access, moment, say)

    async def _write_end(self, request: Request, say: Translator) -> Reply:
        """`pick:write:COMMUNITY` asks when the vote ends, and takes what was written."""
        access = await self._entered(request)
        access.require_organiser()
        if not request.answers:
            question = Question(
                "when", say.gettext("When does the vote end?"), hint=say.gettext("on Friday at 20:00"), required=True
            )
            form = Form(say.gettext("Until when people vote"), f"pick:write:{access.community.id}", (question,))
            return Reply(Message(()), form=form)
        community = access.community
        found = said(
            request.answers.get("when", ""), say, now=access.now, zone=community.zone, languages=community.languages
        )
        if found.reading is not None:
            return await self._ended_at(access, found.reading.at, say)
        panel = await self._end_panel(access, say)
        choices = [
            Button(reading_label(one, say), f"pick:at:{community.id}:{int(one.at.timestamp())}")
            for one in found.choices
        ]
        blocks = (*panel.message.blocks, *([Paragraph(text(found.note))] if found.note else []))
        rows = (*rows_of(choices, 1), *panel.message.buttons)[:MOST_ROWS]
        return replace(panel, message=Message(blocks, rows), replaces=True)

    async def _ended_at(self, access: ClubAccess, moment: datetime, say: Translator) -> Reply:
        await self._votings.end_at(access, moment)
        return replace(await self._end_panel(access, say), replaces=True)

    async def _end_never(self, request: Request, say: Translator) -> Reply:
        """`pick:free:COMMUNITY` lets people vote without end."""
        access = await self._entered(request)
        await self._votings.end_at(access, None)
        return replace(await self._end_panel(access, say), replaces=True)

    async def _end_now(self, request: Request, say: Translator) -> Reply:
        """`pick:end:COMMUNITY` ends the vote; the chats are told its result."""
        access = await self._entered(request)
        await self._votings.end_now(access)
        return replace(await self._shown(access, 1, say), replaces=True)

    async def _end_panel(self, access: ClubAccess, say: Translator) -> Reply:
        _ = say.gettext
        community = access.community.id
        ranking = await self._votings.ranking(access)
        line = until_line(ranking.voting, say, access.community.zone) or text(_("The vote has no end."))
        ends = tuple(
            Button(say.ngettext("In {number} day", "In {number} days", days), f"pick:in:{community}:{days}")
            for days in DAYS
        )
        rows: list[ButtonRow] = [ends, (Button(_("✍️ Write when"), f"pick:write:{community}", opens_form=True),)]
        if ranking.voting.closes_at is not None:
            rows.append((Button(_("Without end"), f"pick:free:{community}"),))
        if ranking.voting.closed_at is None:
            rows.append((Button(_("End it now and tell the chats"), f"pick:end:{community}"),))
        rows.append((Button(_("◀ Back"), f"pick:list:{community}:1"),))
        blocks = (Heading(text(_("Until when do people vote?")), level=1), Paragraph(line))
        return Reply(Message(blocks, tuple(rows)), private=True)

    async def _entered(self, request: Request) -> ClubAccess:
        (community,) = _ids(request, 1)
        return await self._clubs.enter_club(asking(request), community)


def _ids(request: Request, count: int) -> tuple[int, ...]:
    return numbers(request.action.partition(":")[2], count)


def _ranking_message(ranking: Ranking, access: ClubAccess, say: Translator) -> Message:
    _ = say.gettext
    community = access.community.id
    blocks: list[Block] = [Heading(text(_("What is the next session about?")), level=1)]
    until = Button(_("Until when people vote"), f"pick:until:{community}")
    here = ranking.nominations
    if not here.shown:
        blocks.append(Paragraph(text(_("Nothing is proposed. /club propose proposes a paper."))))
        return Message(tuple(blocks), ((until,),))
    entries = tuple(ranked_entry(one, say) for one in here.shown)
    blocks += [Paragraph(winners_line(ranking.winners, say)), ListBlock(entries, start=here.first)]
    ends = until_line(ranking.voting, say, access.community.zone)
    blocks += [Paragraph(ends)] if ends else []
    blocks.append(Paragraph(text(_("A number draws up a session about that paper. The others stay."), italic=True)))
    picks = tuple(Button(str(at), f"pick:take:{one.id}") for at, one in enumerate(here.shown, here.first))
    turn = page_buttons(f"pick:list:{community}", here.number, here.pages)
    return Message(tuple(blocks), (picks, *turn, (until,)))
