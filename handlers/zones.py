"""/timezone: by whose clock a chat, or a person in private, lives."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.errors import UserError
from bot.domain.forms import Form, Question
from bot.domain.messages import (
    Block,
    Button,
    Heading,
    ListBlock,
    Message,
    Option,
    Paragraph,
    Select,
    Text,
    text,
)
from bot.domain.schedules import next_times
from bot.domain.subscription_words import known_zone
from bot.domain.subscriptions import Subscription
from bot.domain.zones import find_zone, similar_zones
from bot.locales import N_, Translator, city_names
from bot.services.subscription_message import subscription_title
from bot.services.subscription_panels import zone_options
from bot.services.zones import ZoneChange, Zones
from handlers.command import Choice, Reply, Request
from handlers.registry import Command, Handler
from handlers.registry import Option as CommandOption

MOST_DIGESTS_SHOWN = 5


class ZoneHandlers:
    """Answers /timezone and what is pressed and written below it."""

    def __init__(self, zones: Zones) -> None:
        self._zones = zones

    def commands(self) -> tuple[Command, ...]:
        zone = CommandOption("zone", N_("A city, or a name like Europe/Lisbon or UTC+3"), complete=_complete)
        return (Command("timezone", N_("The time zone here"), self._answer, (zone,)),)

    def actions(self) -> dict[str, Handler]:
        return {"zone": self._press}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        typed = (request.options.get("zone") or request.text).strip()
        return await self._named(request, typed, say) if typed else await self._show(request, say)

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`zone` shows the zone, or takes one that was picked or written; `zone:write` asks for one in writing,
        `zone:set:ZONE` changes it although digests change with it."""
        _head, _, rest = request.action.partition(":")
        verb, _, zone = rest.partition(":")
        if verb == "write":
            question = Question(
                "zone", say.gettext("Time zone: a city, or UTC+3"), hint=say.gettext("Lisbon"), longest=60
            )
            return Reply(Message(()), form=Form(say.gettext("Time zone"), "zone", (question,)))
        typed = request.answers.get("zone") or next(iter(request.picked), "") or (zone if verb == "set" else "")
        if not typed:
            return replace(await self._show(request, say), replaces=True)
        return replace(await self._named(request, typed, say, sure=verb == "set"), replaces=True)

    async def _named(self, request: Request, typed: str, say: Translator, *, sure: bool = False) -> Reply:
        _check_rights(request)
        zone = find_zone(typed, city_names())
        if zone is None:
            return _perhaps(typed, say)
        change = await self._zones.change_to(request.chat.destination, zone)
        if change.digests and not sure:
            return self._asked(change, say)
        await self._zones.choose(request.chat.destination, zone, say.language)
        words = say.gettext("The time zone here is {zone} now.", zone=zone)
        shown = await self._show(request, say)
        return replace(
            shown, message=replace(shown.message, blocks=(Paragraph(text(words)), *shown.message.blocks[1:]))
        )

    async def _show(self, request: Request, say: Translator) -> Reply:
        _ = say.gettext
        community = await self._zones.community(request.chat.destination)
        chosen = "" if community.zone_chosen else _("nobody has chosen it yet")
        facts = [
            (_("Time zone"), f"{community.zone} ({chosen})" if chosen else community.zone),
            (_("Time there now"), say.wall_time(self._zones.now(), ZoneInfo(community.zone))),
            (_("Languages"), ", ".join(say.language_name(one.split("_")[0]) for one in community.languages)),
        ]
        entries = tuple(((Text(f"{name}: ", bold=True), Text(value)),) for name, value in facts if value)
        blocks: tuple[Block, ...] = (Heading(text(_("The time zone here")), level=1), ListBlock(entries))
        if not request.person.chat_administrator:
            return Reply(Message(blocks))
        select = Select(_("Whose clock it goes by"), "zone", zone_options(community.zone))
        write = Button(_("✍️ Write a city"), "zone:write", opens_form=True)
        return Reply(Message(blocks, ((write,),), (select,)))

    def _asked(self, change: ZoneChange, say: Translator) -> Reply:
        """What changes with the zone, before it does."""
        _ = say.gettext
        words = _("From {old} to {new}: these digests then come at the same time of day by the new clock.",
                  old=change.old, new=change.new)  # fmt: skip
        entries = tuple(
            (
                text(subscription_title(there.kind, there.title, say), bold=True),
                text(f"{self._next(old, say)} → {self._next(new, say)}"),
            )
            for old, new, there in change.digests[:MOST_DIGESTS_SHOWN]
        )
        buttons = (Button(_("✅ Change it"), f"zone:set:{change.new}"), Button(_("✖ Leave it"), "zone"))
        return Reply(Message((Paragraph(text(words)), ListBlock(entries)), (buttons,)))

    def _next(self, subscription: Subscription, say: Translator) -> str:
        """When the digest comes next, whatever has come already, as a moment with its zone."""
        if subscription.paused:
            return say.gettext("⏸ paused")
        zone = subscription.schedule.zone
        (at,) = next_times(subscription.schedule, self._zones.now(), 1)
        return f"{say.wall_time(at, ZoneInfo(zone))} {zone}"


async def _complete(_request: Request, typed: str, _say: Translator) -> tuple[Choice, ...]:
    exact = find_zone(typed, city_names())
    zones = dict.fromkeys([*([exact] if exact else []), *similar_zones(typed, city_names())])
    return tuple(Choice(zone.replace("_", " "), zone) for zone in zones)


def _perhaps(typed: str, say: Translator) -> Reply:
    """What somebody may have meant. Raises UserError where nothing is like it."""
    similar = similar_zones(typed, city_names())
    if not similar:
        known_zone(typed, city_names())  # raises
    options = tuple(Option(zone.replace("_", " "), zone) for zone in similar)
    words = say.gettext("I am not sure which time zone “{zone}” is. One of these?", zone=typed[:60])
    return Reply(
        Message((Paragraph(text(words)),), (), (Select(say.gettext("Whose clock it goes by"), "zone", options),))
    )


def _check_rights(request: Request) -> None:
    if not request.person.chat_administrator:
        raise UserError("Only an administrator of this chat can do that.")
