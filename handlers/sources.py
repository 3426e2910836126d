"""/sources: what the bot reads; administrators also see how it goes."""

from __future__ import annotations

from datetime import tzinfo

from bot.domain.messages import (
    Block,
    Heading,
    Inline,
    Line,
    ListBlock,
    Message,
    Paragraph,
    Text,
    Time,
    TimeStyle,
    page_buttons,
    text,
)
from bot.domain.pages import page_of
from bot.domain.sources import Source, SourceStatus
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.sources import SourceOverview, Sources
from handlers.buttons import numbers
from handlers.command import Platform, Reply, Request
from handlers.registry import Command, Handler

PAGE_SIZE = 12

STATUS_LABELS = {
    SourceStatus.NEW: ("⏳", N_("not read yet")),
    SourceStatus.ACTIVE: ("✅", N_("fine")),
    SourceStatus.DAMAGED: ("🩹", N_("damaged, read all the same")),
    SourceStatus.FAILING: ("⚠️", N_("failing")),
    SourceStatus.RETIRED: ("🗄️", N_("retired")),
}


class SourceHandlers:
    """Answers /sources and the presses of the buttons below it."""

    def __init__(self, sources: Sources, zone: tzinfo) -> None:
        self._sources = sources
        self._zone = zone

    def commands(self) -> tuple[Command, ...]:
        return (Command("sources", N_("What I read"), self._answer),)

    def actions(self) -> dict[str, Handler]:
        return {"sources": self._turn}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        return Reply(await self._message(request, say, 1), private=_sees_states(request))

    async def _turn(self, request: Request, say: Translator) -> Reply:
        """`sources:PAGE` turns to a page of the list."""
        (page,) = numbers(request.action, 1)
        return Reply(await self._message(request, say, page), private=_sees_states(request), replaces=True)

    async def _message(self, request: Request, say: Translator, page: int) -> Message:
        _ = say.gettext
        overview = await self._sources.overview(None if _sees_states(request) else request.chat.destination)
        if not overview:
            return Message(
                (Paragraph(text(_("I read nothing yet. An administrator names sources in the sources file."))),)
            )
        here = page_of(overview, page, PAGE_SIZE)
        count = say.ngettext("I read {number} source", "I read {number} sources", len(overview))
        blocks: list[Block] = [Heading(text(count), level=1)]
        entry = self._state_entry if _sees_states(request) else self._entry
        blocks.append(ListBlock(tuple(entry(one, say) for one in here.shown), start=here.first))
        return Message(tuple(blocks), page_buttons("sources", here.number, here.pages))

    def _entry(self, one: SourceOverview, say: Translator) -> tuple[Line, ...]:
        source = one.source
        facts = [say.language_name(source.language)] if source.language else []
        facts.append(say.ngettext("{number} item", "{number} items", one.items))
        return ((_title(source), Text(" · " + " · ".join(facts))),)

    def _state_entry(self, one: SourceOverview, say: Translator) -> tuple[Line, ...]:
        """The entry with its state, the reason where something is wrong, and when it is read again."""
        emoji, label = STATUS_LABELS[one.source.status]
        state: list[Inline] = [Text(f"{emoji} {say.gettext(label)}")]
        if one.watched:
            state.append(Text(" · " + say.gettext("posts come as they are written")))
        for label, moment in (
            (say.gettext("last checked"), one.source.last_polled_at),
            (say.gettext("next"), one.source.next_poll_at),
        ):
            if moment:
                state += [Text(f" · {label} "), Time(moment, say.moment(moment, self._zone), TimeStyle.DATE_TIME)]
        lines: list[Line] = [*self._entry(one, say), tuple(state)]
        if one.source.problem:
            lines.append(text(cut(one.source.problem, 200), italic=True))
        return tuple(lines)


def _sees_states(request: Request) -> bool:
    """Whether to show how reading goes: to administrators, where nobody else reads along. What goes wrong may name
    addresses that are nobody else's business; a Telegram group has no answer for one reader alone."""
    alone = request.chat.private or request.chat.platform is Platform.DISCORD
    return request.person.administrator and alone


def _title(source: Source) -> Text:
    web = source.address.startswith(("http://", "https://"))
    return Text(cut(source.title or source.address, 80), bold=True, url=source.address if web else None)
