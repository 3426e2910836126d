"""/why: why a story is in a digest, or an item is not; and the button for what a digest did not show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.errors import UserError
from bot.domain.merits import Merit, MeritKind
from bot.domain.messages import Block, Heading, Line, ListBlock, Message, Paragraph, page_buttons, text
from bot.domain.selection import LeftOut, LeftOutBy
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.club_findings import ClubFindings
from bot.services.digest_questions import DigestQuestions, Fate, Fates, PlacedTale, Rest, Verdict
from bot.services.item_message import item_title
from bot.services.story_message import coverage_line, merit_words, save_buttons, story_blocks
from handlers.buttons import numbers
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.propose import propose_story
from handlers.registry import Command, Handler, Option

LONGEST_PLACE = 3  # digits: a digest has far fewer stories

LEFT_OUT_LABELS = {
    LeftOutBy.WINDOW: N_("Nothing of it was new."),
    LeftOutBy.SOURCE: N_("It comes from a source that this digest leaves out."),
    LeftOutBy.SECTION: N_("It stands in a section that this digest leaves out."),
    LeftOutBy.LANGUAGE: N_("It is in a language that this digest leaves out."),
    LeftOutBy.INCLUDE_WORDS: N_("It has none of the words that this digest is about."),
    LeftOutBy.EXCLUDE_WORDS: N_("It has the word “{what}”, which this digest leaves out."),
    LeftOutBy.QUESTION: N_("It does not fit “{what}”, which is what this digest is about."),
    LeftOutBy.POSTED: N_("An earlier digest has told it."),
    LeftOutBy.MAXIMUM: N_("It was beyond the number of stories that this digest shows."),
    LeftOutBy.LESS: N_("Less of this was wanted, and the digest had enough of it."),
}


class WhyHandlers:
    """Answers /why and the presses of *More* below digests."""

    def __init__(self, questions: DigestQuestions, findings: ClubFindings) -> None:
        self._questions = questions
        self._findings = findings

    def commands(self) -> tuple[Command, ...]:
        query = Option("query", N_("The number of a story in the last digest, or a link that you miss"), required=True)
        return (Command("why", N_("Why something is in the digest, or is not"), self._answer, (query,)),)

    def actions(self) -> dict[str, Handler]:
        return {"more": self._more, "rest": self._turn}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        words = (request.options.get("query") or request.text).strip()
        here = request.chat.destination
        place = int(words) if words.isascii() and words.isdigit() and len(words) <= LONGEST_PLACE else None
        answered = request.reply_to if place is not None or not words else None
        if answered and await self._questions.tells_alerts(here, answered):
            raise UserError("That message is no digest: each story stands there because of the alert above it.")
        if not words:
            tales = await self._questions.placed(here, message_id=request.reply_to) if request.reply_to else ()
            if not tales:
                raise UserError("Write the number of a story in the last digest or a link behind the command: /why 3")
            return Reply(_all_placed_message(tales, say))
        if place is not None:
            tales = await self._questions.placed(here, place, message_id=request.reply_to)
            if not tales:
                raise UserError("There is no story {number} in the last digest here.", number=place)
            return Reply(_placed_message(tales[0], say))
        fates = await self._questions.fates(request.chat.destination, words)
        return Reply(_fates_message(fates, words, say))

    async def _more(self, request: Request, say: Translator) -> Reply:
        """`more:EDITION:PAGE` shows, to the one who presses, what a digest did not."""
        return Reply(await self._rest(request, say), private=True)

    async def _turn(self, request: Request, say: Translator) -> Reply:
        """`rest:EDITION:PAGE` turns to another page of that."""
        return Reply(await self._rest(request, say), private=True, replaces=True)

    async def _rest(self, request: Request, say: Translator) -> Message:
        edition, page = numbers(request.action, 2)
        rest = await self._questions.rest(request.chat.destination, edition, page)
        if rest is None:
            raise UserError("This digest is too old to turn its pages. /digest shows a new one.")
        rest = replace(rest, stories=await self._findings.told(asking(request), rest.stories))
        return _rest_message(rest, edition, say)


def _placed_message(placed: PlacedTale, say: Translator) -> Message:
    if not placed.items:
        return Message((Paragraph(text(say.gettext("Nothing is left of this story."))),))
    told = placed.items[0]
    zone = ZoneInfo(placed.digest.choices.schedule.zone)
    reasons = _reasons(placed, say)
    since = say.moment(placed.digest.window.start, zone)
    until = say.moment(placed.digest.window.end, zone)
    seen = say.gettext("It was new between {since} and {until}.", since=since, until=until)
    blocks: list[Block] = [Heading(text(item_title(told), url=told.url or told.document_url))]
    if not any(merit.kind is MeritKind.ALERT for merit in placed.merits):  # what an alert has found may have waited
        blocks.append(Paragraph(text(seen)))
    if placed.withdrawn:
        blocks.append(Paragraph(text(say.gettext("Its source has withdrawn it since."))))
    blocks.append(ListBlock(tuple((text(reason),) for reason in reasons)))
    blocks.append(Paragraph(coverage_line(placed.items, told, say)))
    return Message(tuple(blocks), () if placed.withdrawn else ((propose_story(placed.story_id, say),),))


def _all_placed_message(tales: Sequence[PlacedTale], say: Translator) -> Message:
    """Why each story of a digest is in it, in a few words."""
    entries = tuple(
        (text(item_title(tale.items[0]) if tale.items else "…", bold=True), text(" · ".join(_reasons(tale, say))))
        for tale in tales
    )
    title = Heading(text(say.gettext("Why these stories")), level=1)
    return Message((title, ListBlock(entries, start=tales[0].position)))


def _reasons(placed: PlacedTale, say: Translator) -> list[str]:
    """What spoke for a story and against it."""
    reasons = [_reason(merit, say) for merit in placed.merits]
    return reasons or [say.gettext("Nothing special speaks for it; there was room.")]


def _reason(merit: Merit, say: Translator) -> str:
    words = merit_words(merit, say)
    if merit.kind is MeritKind.ALERT:  # it stands there whatever else speaks for it
        return words
    return say.gettext("{reason}: {points} points", reason=words, points=f"{merit.points:g}".replace("-", "−"))


def _fates_message(fates: Fates, words: str, say: Translator) -> Message:
    if fates.item is None:
        unread = say.gettext("I have not read anything with “{words}” yet.", words=cut(words, 200))
        return Message((Paragraph(text(unread)),))
    item = fates.item
    blocks: list[Block] = [Heading(text(item_title(item), url=item.url or item.document_url))]
    others = [one for one in fates.items if one.id != item.id]
    if others:
        together = say.gettext("It is one story with “{title}”.", title=item_title(others[0]))
        blocks.append(Paragraph(text(together)))
    lines = tuple((line,) for line in _verdict_lines(fates.verdicts, say))
    blocks.append(ListBlock(lines) if len(lines) > 1 else Paragraph(lines[0][0]))
    return Message(tuple(blocks))


def _verdict_lines(verdicts: Iterable[Verdict], say: Translator) -> list[Line]:
    return list(dict.fromkeys(text(_verdict(one, say)) for one in verdicts))


def _verdict(verdict: Verdict, say: Translator) -> str:
    _ = say.gettext
    zone = ZoneInfo(verdict.zone)
    match verdict.fate:
        case Fate.SENT if verdict.digest is not None:
            moment = say.moment(verdict.digest.built_at, zone)
            return _("It was number {number} in the digest of {moment}.", number=verdict.position, moment=moment)
        case Fate.WAITS if verdict.due_at is not None:
            moment = say.moment(verdict.due_at, zone)
            return _("It is among what the next digest chooses from: {moment}.", moment=moment)
        case Fate.WAITS:
            return _("The digest is paused.")
        case Fate.LEFT_OUT if verdict.left_out is not None and verdict.place:
            return _(
                "It was beyond the number of stories that this digest shows: place {place} of {fitting}. The button "
                "More below the digest shows it.",
                place=verdict.place,
                fitting=verdict.fitting,
            )
        case Fate.LEFT_OUT if verdict.left_out is not None:
            return _left_out(verdict.left_out, say)
        case Fate.BEFORE:
            return _("It was read before this digest was set up.")
        case Fate.WITHDRAWN:
            return _("It was read, and its source has withdrawn it since.")
        case Fate.NOBODY_ASKED:
            return _("There is no regular digest here; /subscribe sets one up.")
        case _:
            return _("I have not finished reading it yet.")


def _left_out(left_out: LeftOut, say: Translator) -> str:
    return say.gettext(LEFT_OUT_LABELS[left_out.by], what=cut(left_out.what, 120))


def _rest_message(rest: Rest, edition: int, say: Translator) -> Message:
    if not rest.stories:
        return Message((Paragraph(text(say.gettext("Everything has been shown by now."))),))
    title = Heading(text(say.gettext("More stories")), level=1)
    blocks = story_blocks(rest.stories, rest.choices, say, start=rest.first)
    turn = page_buttons(f"rest:{edition}", rest.page, rest.pages)
    return Message((title, *blocks), (*save_buttons(rest.stories, start=rest.first), *turn))
