"""/digest: what appeared in a window, grouped by section, in pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain.digests import DigestFilter, Period
from bot.domain.errors import UserError
from bot.domain.messages import Button, page_buttons
from bot.locales import N_, Translator
from bot.services.club_findings import ClubFindings
from bot.services.digest_message import digest_message
from bot.services.digests import DigestPage, Digests, DigestView
from bot.services.item_message import SECTION_LABELS
from handlers.arguments import PERIOD_LABELS, read_date, understand
from handlers.buttons import numbers
from handlers.club_access import asking
from handlers.command import Choice, Reply, Request
from handlers.registry import Command, Handler, Option
from handlers.shared import told_in


class DigestHandlers:
    """Answers /digest and the presses of the buttons below it."""

    def __init__(self, digests: Digests, findings: ClubFindings) -> None:
        self._digests = digests
        self._findings = findings

    def commands(self) -> tuple[Command, ...]:
        sections = tuple(Choice(label, section.value) for section, (_emoji, label) in SECTION_LABELS.items())
        options = (
            Option("day", N_("today, yesterday, week or a date such as 2026-03-05"), complete=self._complete_day),
            Option("section", N_("Only this section"), choices=sections),
            Option("language", N_("Only items in this language"), complete=self._complete_language),
        )
        return (Command("digest", N_("What appeared today, or on another day"), self._answer, options),)

    def actions(self) -> dict[str, Handler]:
        return {"digest": self._turn, "day": self._show_day}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        words = " ".join(request.options.values()) or request.text
        return await self._show(request, *understand(words, today=self._digests.today()), say)

    async def _turn(self, request: Request, say: Translator) -> Reply:
        """`digest:VIEW:PAGE` turns to a page of a digest that was shown."""
        number, page = numbers(request.action, 2)
        view = await self._digests.recall(number)
        if view is None:
            raise UserError("This digest is too old to turn its pages. /digest shows a new one.")
        digest = await self._digests.page(request.chat.destination, view.window, view.wanted, page)
        return replace(await self._reply(request, digest, number, told_in(request, view.language, say)), replaces=True)

    async def _show_day(self, request: Request, say: Translator) -> Reply:
        """`day:YYYYMMDD` shows another day in place of an empty one; `day:YYYYMMDD:LANGUAGE` where others read it."""
        action, _colon, language = request.action.removeprefix("day:").partition(":")
        (number,) = numbers(f"day:{action}", 1)
        day = read_date(f"{number // 10000:04}-{number // 100 % 100:02}-{number % 100:02}", today=self._digests.today())
        if day is None:
            raise UserError("This digest is too old to turn its pages. /digest shows a new one.")
        return replace(await self._show(request, day, DigestFilter(), told_in(request, language, say)), replaces=True)

    async def _show(self, request: Request, period: Period | date, wanted: DigestFilter, say: Translator) -> Reply:
        window = self._digests.window(period)
        digest = await self._digests.page(request.chat.destination, window, wanted)
        number = 0
        if digest.pages > 1:
            number = await self._digests.remember(DigestView(window, wanted, say.language))
        return await self._reply(request, digest, number, say)

    async def _reply(self, request: Request, digest: DigestPage, number: int, say: Translator) -> Reply:
        zone = self._digests.zone
        digest = replace(digest, stories=await self._findings.told(asking(request), digest.stories))
        message = digest_message(digest, say, zone)
        buttons = (*message.buttons, *page_buttons(f"digest:{number}", digest.page, digest.pages))
        if not digest.total and digest.newest:
            day = digest.newest.astimezone(zone).date()
            show = Button(say.gettext("Show {day}", day=say.date(day)), f"day:{day:%Y%m%d}:{say.language}")
            buttons = ((show,),)
        return Reply(replace(message, buttons=buttons))

    async def _complete_day(self, _request: Request, typed: str, say: Translator) -> tuple[Choice, ...]:
        """The periods by name, and the day that has been typed so far."""
        periods = [Choice(say.gettext(label), period.value) for period, label in PERIOD_LABELS.items()]
        day = read_date(typed, today=self._digests.today())
        offers = [Choice(say.date(day), day.isoformat())] if day else []
        return tuple(offers + [choice for choice in periods if choice.label.casefold().startswith(typed.casefold())])

    async def _complete_language(self, request: Request, typed: str, say: Translator) -> tuple[Choice, ...]:
        """The languages that there are items in."""
        names = {tag: say.language_name(tag) for tag in await self._digests.languages(request.chat.destination)}
        fitting = [tag for tag, name in names.items() if typed.casefold() in (name + " " + tag).casefold()]
        return tuple(Choice(names[tag], tag) for tag in fitting)
