"""Scheduled events of servers."""

from __future__ import annotations

from collections.abc import Callable

import discord
from discord import EntityType, EventStatus, PrivacyLevel

from bot.domain.communities import Destination
from bot.domain.deliveries import Rejected, SendOutcome, Sent
from bot.locales import N_
from bot.platforms.discord.calls import Impossible, attempted
from bot.platforms.discord.render import shortened
from bot.services.ports import EventFacts

CREATE_EVENTS = N_("Create Events")
"""The right as Discord's settings call it; who has it may also change and end what they made."""
# https://discord.com/developers/docs/resources/guild-scheduled-event
NAME_LIMIT, DESCRIPTION_LIMIT, PLACE_LIMIT = 100, 1000, 100
_OPEN = (EventStatus.scheduled, EventStatus.active)


class DiscordEvents:
    """The `EventMirror` of Discord."""

    def __init__(self, connection: Callable[[], discord.Client | None]) -> None:
        """`connection` gives the client while it is connected."""
        self._connection = connection

    async def put(self, destination: Destination, event_id: str | None, facts: EventFacts) -> SendOutcome:
        async def work(client: discord.Client) -> str:
            guild = await _guild(client, destination)
            if event_id is None:
                event = await _ours(client, guild, facts) or await _make(guild, facts)
            else:
                event = await _change(await guild.fetch_scheduled_event(int(event_id), with_counts=False), facts)
            return str(event.id)

        return await attempted(self._connection, work, right=CREATE_EVENTS)

    async def close(self, destination: Destination, event_id: str, *, cancelled: bool) -> SendOutcome:
        async def work(client: discord.Client) -> str:
            guild = await _guild(client, destination)
            event = await guild.fetch_scheduled_event(int(event_id), with_counts=False)
            if event.status is EventStatus.scheduled and cancelled:
                await event.cancel()
            elif event.status in _OPEN:
                if event.status is EventStatus.scheduled:  # only what has begun can be over
                    event = await event.start()
                await event.end()
            return event_id

        outcome = await attempted(self._connection, work, right=CREATE_EVENTS)
        return Sent(event_id) if isinstance(outcome, Rejected) and outcome.missing else outcome


async def _guild(client: discord.Client, destination: Destination) -> discord.Guild:
    channel_id = int(destination.chat_id)
    channel = client.get_channel(channel_id) or await client.fetch_channel(channel_id)
    if isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return channel.guild
    raise Impossible("this chat belongs to no server")


async def _ours(client: discord.Client, guild: discord.Guild, facts: EventFacts) -> discord.ScheduledEvent | None:
    """The event that was made before, perhaps without our learning of it."""
    known = await guild.fetch_scheduled_events(with_counts=False)
    name, own = _name(facts), client.user.id if client.user else 0
    same = (one for one in known if (one.creator_id, one.name, one.start_time) == (own, name, facts.starts_at))
    return next((one for one in same if one.status in _OPEN), None)


async def _make(guild: discord.Guild, facts: EventFacts) -> discord.ScheduledEvent:
    return await guild.create_scheduled_event(
        name=_name(facts),
        description=shortened(facts.description, DESCRIPTION_LIMIT),
        location=shortened(facts.place, PLACE_LIMIT) or "…",
        start_time=facts.starts_at,
        end_time=facts.ends_at,
        entity_type=EntityType.external,
        privacy_level=PrivacyLevel.guild_only,
    )


async def _change(event: discord.ScheduledEvent, facts: EventFacts) -> discord.ScheduledEvent:
    begun = event.status is EventStatus.active
    return await event.edit(
        name=_name(facts),
        description=shortened(facts.description, DESCRIPTION_LIMIT),
        location=shortened(facts.place, PLACE_LIMIT) or "…",
        start_time=event.start_time if begun else facts.starts_at,  # what has begun begins at no other time
        end_time=facts.ends_at,
    )


def _name(facts: EventFacts) -> str:
    return shortened(facts.name, NAME_LIMIT) or "…"
