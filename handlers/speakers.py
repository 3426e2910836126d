"""/club speakers: who speaks when, who would speak, and asking them one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.errors import UserError
from bot.domain.messages import (
    MOST_OPTIONS,
    Block,
    Button,
    ButtonRow,
    Heading,
    Line,
    ListBlock,
    Message,
    Option,
    Paragraph,
    Select,
    rows_of,
    text,
)
from bot.domain.speaker_queue import OfferState, Outcome
from bot.domain.summary import shortened
from bot.locales import N_, Translator
from bot.services.clubs import ClubAccess, Clubs
from bot.services.session_message import moment_line, numbered_title
from bot.services.speaker_message import NAME_LIMIT, answered_message, session_lines
from bot.services.speaker_swaps import SpeakerSwaps
from bot.services.speakers import SessionSpeakers, Speakers, SpeakersOverview
from handlers.buttons import OLD_BUTTON, by_verb, is_number, numbers
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler

TITLE_LIMIT = 80
LABEL_LIMIT = 60
MOST_FOUND = 4
"""Sessions for which a speaker can be looked for by a button below the overview."""


class SpeakerHandlers:
    """Answers /club speakers and everything that speakers and organisers press."""

    def __init__(self, clubs: Clubs, speakers: Speakers, swaps: SpeakerSwaps) -> None:
        self._clubs = clubs
        self._speakers = speakers
        self._swaps = swaps
        self._verbs = {
            "list": self._turn,
            "yes": self._volunteer,
            "no": self._volunteer,
            "find": self._find,
            "stop": self._stop,
            "fall": self._fallback,
            "take": self._answer,
            "pass": self._answer,
            "swap": self._swap,
            "with": self._ask,
            "agree": self._agree,
            "refuse": self._agree,
        }

    def subcommands(self) -> tuple[Command, ...]:
        return (Command("speakers", N_("Who speaks when, and who would speak"), self._list),)

    def actions(self) -> dict[str, Handler]:
        return {"spk": by_verb(self._verbs)}

    # The queue

    async def _list(self, request: Request, say: Translator) -> Reply:
        return await self._shown(await self._clubs.enter(asking(request), say.language), say)

    async def _turn(self, request: Request, say: Translator) -> Reply:
        """`spk:list:COMMUNITY` shows the overview."""
        return replace(await self._shown(await self._entered(request), say), replaces=True)

    async def _volunteer(self, request: Request, say: Translator) -> Reply:
        """`spk:yes:COMMUNITY`: who presses would speak; `spk:no:COMMUNITY`: they would not any more."""
        access = await self._entered(request)
        wanted = request.action.startswith("spk:yes:")
        await self._speakers.volunteer(access, wanted=wanted)
        if request.chat.private:
            return replace(await self._shown(await self._entered(request), say), replaces=True)
        words = (
            say.gettext("Thank you! I ask you in private when it is your turn.")
            if wanted
            else say.gettext("All right, I will not ask you to speak.")
        )
        return Reply(Message((Paragraph(text(words)),)), private=True)

    async def _shown(self, access: ClubAccess, say: Translator) -> Reply:
        overview = await self._speakers.overview(access)
        blocks = tuple(_overview_blocks(overview, access, say))
        return Reply(Message(blocks, tuple(_overview_rows(overview, access, say))))

    # Finding a speaker

    async def _find(self, request: Request, say: Translator) -> Reply:
        """`spk:find:SESSION` begins to ask for a speaker, or says how far that is."""
        who = asking(request)
        access, session = await self._clubs.enter_session(who, *_ids(request, 1))
        step, name = await self._speakers.find(access, session)
        if not who.private:  # the answer may stand in the private chat, where its buttons have to mean this club
            await self._clubs.choose(who, access.community.id)
        _ = say.gettext
        match step.outcome:
            case Outcome.ASK | Outcome.WAIT:
                words = _(
                    "I have asked {name}. When they decline or say nothing, I ask the next one.", name=_short(name)
                )
            case Outcome.NOBODY:
                words = _("Nobody who would speak is left to be asked. /club speakers shows who would.")
            case _:
                words = _("Somebody speaks already.")
        stop = Button(_("Stop asking"), f"spk:stop:{session.id}")
        fallback = Button(_("Name a fallback"), f"spk:fall:{session.id}")
        back = Button(_("◀ Back"), f"spk:list:{access.community.id}")
        blocks = (*(Paragraph(line) for line in session_lines(session, say)), Paragraph(text(words)))
        return Reply(Message(blocks, ((stop, fallback), (back,))), private=True)

    async def _stop(self, request: Request, say: Translator) -> Reply:
        """`spk:stop:SESSION` asks nobody any more."""
        access, session = await self._clubs.enter_session(asking(request), *_ids(request, 1))
        await self._speakers.stop(access, session)
        return replace(await self._shown(access, say), replaces=True)

    async def _fallback(self, request: Request, say: Translator) -> Reply:
        """`spk:fall:SESSION` asks who speaks when nobody else does, and takes what was picked."""
        access, session = await self._clubs.enter_session(asking(request), *_ids(request, 1))
        _ = say.gettext
        people = (await self._speakers.fallbacks(access))[: MOST_OPTIONS - 1]
        back: ButtonRow = (Button(_("◀ Back"), f"spk:list:{access.community.id}"),)
        picked = next((value for value, on in request.picked.items() if on), None)
        if picked is not None:
            if not is_number(picked):
                raise UserError(OLD_BUTTON)
            await self._speakers.set_fallback(access, session, int(picked) or None)
            return replace(await self._shown(access, say), replaces=True)
        if not people:
            raise UserError("Nobody has said that they would speak yet.")
        options = [Option(_short(one.name) or str(one.id), str(one.id)) for one in people]
        choose = Select(_("Who?"), f"spk:fall:{session.id}", (*options, Option(_("nobody"), "0")))
        words = _("Who is asked when nobody else is left?")
        return Reply(Message((Paragraph(text(words)),), (back,), (choose,)), private=True, replaces=True)

    async def _answer(self, request: Request, say: Translator) -> Reply:
        """`spk:take:OFFER` takes an offer to speak, `spk:pass:OFFER` does not."""
        (offer_id,) = _ids(request, 1)
        accept = request.action.startswith("spk:take:")
        done = await self._speakers.answer(asking(request), offer_id, accept=accept)
        message = answered_message(done.session, done.state, say, speaks=done.speaks)
        return Reply(message, private=True, replaces=request.chat.private)

    # Swaps

    async def _swap(self, request: Request, say: Translator) -> Reply:
        """`spk:swap:SESSION` shows with whom a talk can be swapped."""
        (session_id,) = _ids(request, 1)
        choices = await self._swaps.choices(asking(request), session_id)
        if not choices:
            raise UserError("There is no other talk to swap with yet.")
        buttons = [
            Button(
                shortened(f"{one.name} · {numbered_title(one.session, say)}", LABEL_LIMIT),
                f"spk:with:{session_id}:{one.session.id}:{one.member_id}",
            )
            for one in choices[:MOST_FOUND]
        ]
        words = say.gettext("With whom would you like to swap? I ask them, and nothing changes before they agree.")
        return Reply(Message((Paragraph(text(words)),), rows_of(buttons, 1)), private=True)

    async def _ask(self, request: Request, say: Translator) -> Reply:
        """`spk:with:SESSION:OTHER_SESSION:MEMBER` asks that speaker to swap."""
        session_id, other_session_id, other_id = _ids(request, 3)
        name = await self._swaps.ask(asking(request), session_id, other_session_id, other_id)
        words = say.gettext("I have asked {name}, and tell you what they say.", name=_short(name))
        return Reply(Message((Paragraph(text(words)),)), private=True, replaces=request.chat.private)

    async def _agree(self, request: Request, say: Translator) -> Reply:
        """`spk:agree:SWAP` swaps, `spk:refuse:SWAP` does not."""
        (swap_id,) = _ids(request, 1)
        agree = request.action.startswith("spk:agree:")
        done = await self._swaps.answer(asking(request), swap_id, agree=agree)
        if done.state is OfferState.ACCEPTED:
            words = say.gettext("Swapped with {name}. You speak here now:", name=_short(done.name))
            lines = session_lines(done.session, say)
        else:
            words, lines = say.gettext("It stays as it is; I tell {name}.", name=_short(done.name)), ()
        blocks = (Paragraph(text(words)), *(Paragraph(line) for line in lines))
        return Reply(Message(blocks), private=True, replaces=request.chat.private)

    async def _entered(self, request: Request) -> ClubAccess:
        return await self._clubs.enter_club(asking(request), *_ids(request, 1))


def _ids(request: Request, count: int) -> tuple[int, ...]:
    return numbers(request.action.partition(":")[2], count)


def _overview_blocks(overview: SpeakersOverview, access: ClubAccess, say: Translator) -> Iterator[Block]:
    _ = say.gettext
    yield Heading(text(_("Speakers")), level=1)
    if overview.sessions:
        yield ListBlock(tuple(tuple(_talk_lines(one, say)) for one in overview.sessions))
    else:
        yield Paragraph(text(_("No session is planned yet.")))
    if not overview.queue:
        yield Paragraph(text(_("Nobody has said that they would speak yet.")))
        return
    yield Heading(text(_("Who would speak, the next one first")))
    yield ListBlock(
        tuple(((*text(_short(name)), *_last_talk(last, access, say)),) for name, last in overview.queue), start=1
    )
    more = overview.total - len(overview.queue)
    if more > 0:
        yield Paragraph(text(say.ngettext("and {number} more", "and {number} more", more)))


def _talk_lines(one: SessionSpeakers, say: Translator) -> Iterator[Line]:
    _ = say.gettext
    plan = one.session.plan
    yield text(shortened(numbered_title(one.session, say), TITLE_LIMIT), bold=True)
    yield moment_line(plan.starts_at, plan.zone, say, countdown=False)
    if one.speakers:
        yield text("🎤 " + say.listing(map(_short, one.speakers)))
    elif not one.searching:
        yield text("🎤 " + _("nobody yet"))
    if one.asked:
        yield text(_("being asked: {name}", name=_short(one.asked)), italic=True)
    if one.fallback:
        yield text(_("fallback: {name}", name=_short(one.fallback)), italic=True)


def _last_talk(last: datetime | None, access: ClubAccess, say: Translator) -> Line:
    if last is None:
        return ()
    day = say.date(last.astimezone(ZoneInfo(access.community.zone)).date())
    words = say.gettext("speaks on {day}", day=day) if last > access.now else say.gettext("spoke on {day}", day=day)
    return text(f" · {words}")


def _overview_rows(overview: SpeakersOverview, access: ClubAccess, say: Translator) -> Iterator[ButtonRow]:
    _ = say.gettext
    community = access.community.id
    would, would_not = (
        Button(_("🎤 I would speak"), f"spk:yes:{community}"),
        Button(_("✖ I would not speak any more"), f"spk:no:{community}"),
    )
    # Where others see the same buttons, both have to be there.
    yield (would_not if overview.mine else would,) if access.asking.private else (would, would_not)
    if access.organiser:
        wanting = [one.session for one in overview.sessions if one.has_place][:MOST_FOUND]
        found = [Button(_("Find a speaker: {number}", number=one.number), f"spk:find:{one.id}") for one in wanting]
        yield from rows_of(found, 2)
    own = [one.session for one in overview.sessions if one.mine][:2]
    if own and access.asking.private:
        yield tuple(Button(_("🔁 Swap: {number}", number=one.number), f"spk:swap:{one.id}") for one in own)


def _short(name: str) -> str:
    return shortened(name, NAME_LIMIT)
