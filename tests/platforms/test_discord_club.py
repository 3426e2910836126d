"""What Discord does for a club beyond messages: invitations, pins, forum posts, threads, scheduled events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import Payload, Rejected, RetryLater, SendOutcome, Sent, Unknown
from bot.domain.members import Account
from bot.domain.messages import Heading, Message, Paragraph, text
from bot.platforms.discord.client import DiscordClient
from bot.platforms.discord.directory import DiscordDirectory
from bot.platforms.discord.events import CREATE_EVENTS, DiscordEvents
from bot.platforms.discord.invitations import CREATE_INVITE, DiscordInvitations
from bot.platforms.discord.payload import payloads
from bot.platforms.discord.pins import MANAGE_THREADS, PIN, DiscordPins
from bot.platforms.discord.send import DiscordPost
from bot.platforms.discord.threads import CREATE_THREADS, DiscordThreads
from bot.services.ports import EventFacts, Invitation
from handlers.discord import DiscordHandlers
from handlers.registry import Dispatcher
from tests.discord_client import connected, heard_of
from tests.discord_server import DiscordServer, pointed_at
from tests.discord_world import CLUB, MEMBER, Channel, Rights
from tests.pictures import picture


@dataclass
class Bot:
    server: DiscordServer
    client: DiscordClient
    post: DiscordPost
    pins: DiscordPins
    threads: DiscordThreads
    events: DiscordEvents
    invitations: DiscordInvitations
    directory: DiscordDirectory


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with DiscordServer() as server, connected(server) as client:
        server.bot_rights = server.channel.bot_rights = CLUB
        at = client.connection
        yield Bot(
            server,
            client,
            DiscordPost(at),
            DiscordPins(at),
            DiscordThreads(at),
            DiscordEvents(at),
            DiscordInvitations(at, lambda: server.now),
            DiscordDirectory(at),
        )


def place(channel: Channel, kind: DestinationKind = DestinationKind.CHANNEL) -> Destination:
    return Destination(1, 1, "discord", str(channel.id), None, kind, channel.name, None)


def card(words: str = "On Saturday.", title: str = "Session *4*") -> Payload:
    (payload,) = payloads(Message((Heading(text(title), level=1), Paragraph(text(words)))))
    return payload


async def posted(bot: Bot, channel: Channel, payload: Payload | None = None) -> str:
    sent = await bot.post.send(place(channel), payload or card(), nonce="1-1")
    assert isinstance(sent, Sent), sent
    return sent.message_id


# --- invitations


async def test_an_invitation_is_for_one_person_and_for_a_time(bot: Bot) -> None:
    until = bot.server.now + timedelta(days=3)
    made = await bot.invitations.make(str(bot.server.channel.id), expires_at=until, name="Ann")
    assert isinstance(made, Invitation)
    assert made.expires_at == until
    assert await bot.invitations.is_open(made.address) is True
    await bot.server.invites.use(made.address, bot.server.add_user("ann"))
    assert await bot.invitations.is_open(made.address) is False


async def test_an_invitation_lasts_no_longer_than_discord_lets_it(bot: Bot) -> None:
    far = bot.server.now + timedelta(days=60)
    made = await bot.invitations.make(str(bot.server.channel.id), expires_at=far, name="Ann")
    assert isinstance(made, Invitation)
    assert made.expires_at == bot.server.now + timedelta(days=7)
    bot.server.advance(7 * 24 * 3600)
    assert await bot.invitations.is_open(made.address) is False


async def test_a_thread_is_no_place_to_invite_to_but_its_channel_is(bot: Bot) -> None:
    thread = await bot.server.add_thread(bot.server.channel, "Session 4")
    until = bot.server.now + timedelta(days=1)
    made = await bot.invitations.make(str(thread.id), expires_at=until, name="Ann")
    assert isinstance(made, Invitation)


async def test_an_invitation_that_is_revoked_is_of_no_use(bot: Bot) -> None:
    chat = str(bot.server.channel.id)
    made = await bot.invitations.make(chat, expires_at=bot.server.now + timedelta(days=1), name="Ann")
    assert isinstance(made, Invitation)
    assert await bot.invitations.revoke(chat, made.address)
    assert await bot.invitations.revoke(chat, made.address)
    assert bot.server.invites.open == {}


async def test_the_right_to_invite_is_named_where_it_is_lacking(bot: Bot) -> None:
    bot.server.channel.bot_rights = MEMBER
    until = bot.server.now + timedelta(days=1)
    refused = await bot.invitations.make(str(bot.server.channel.id), expires_at=until, name="Ann")
    assert isinstance(refused, Rejected)
    assert (refused.right, refused.gone) == (CREATE_INVITE, False)


async def test_nothing_is_made_or_known_without_a_connection(bot: Bot) -> None:
    away = DiscordInvitations(lambda: None, lambda: bot.server.now)
    assert isinstance(await away.make("1", expires_at=bot.server.now, name="Ann"), RetryLater)
    assert await away.is_open("https://discord.gg/x") is None
    assert await away.revoke("1", "https://discord.gg/x") is False


async def test_an_invitation_that_is_used_is_told_of_where_the_bot_may_manage_the_channel() -> None:
    told: asyncio.Queue[tuple[str, str, str, Account | None]] = asyncio.Queue()

    async def invited(platform: str, chat_id: str, address: str, account: Account | None) -> None:
        await told.put((platform, chat_id, address, account))

    async with DiscordServer() as server:
        server.channel.bot_rights = CLUB | Rights.MANAGE_CHANNELS
        dispatcher = Dispatcher((), {}, language_of=_no_language, default_language="en")
        handlers = DiscordHandlers(dispatcher, invited=invited)
        with pointed_at(server):
            client = DiscordClient(
                server.token, handlers, api_base_url=server.api_base_url, gateway_url=server.gateway_url
            )
            await client.start()
            invitations = DiscordInvitations(client.connection, lambda: server.now)
            chat = str(server.channel.id)
            made = await invitations.make(chat, expires_at=server.now + timedelta(days=1), name="Ann")
            assert isinstance(made, Invitation)
            await server.invites.use(made.address, server.add_user("ann"))
            async with asyncio.timeout(60):
                assert await told.get() == ("discord", chat, made.address, None)
            await client.stop()


async def _no_language(_request: object) -> str | None:
    return None


# --- pins


async def test_a_message_is_pinned_and_freed_again_however_often(bot: Bot) -> None:
    number = await posted(bot, bot.server.channel)
    here = place(bot.server.channel)
    for _ in range(2):
        assert await bot.pins.pin(here, number) == Sent(number)
    assert bot.server.channel.messages[0].pinned
    for _ in range(2):
        assert await bot.pins.unpin(here, number) == Sent(number)
    assert not bot.server.channel.messages[0].pinned


async def test_what_is_gone_cannot_be_pinned_and_needs_no_freeing(bot: Bot) -> None:
    number = await posted(bot, bot.server.channel)
    bot.server.channel.messages[0].deleted = True
    refused = await bot.pins.pin(place(bot.server.channel), number)
    assert isinstance(refused, Rejected)
    assert refused.missing
    assert await bot.pins.unpin(place(bot.server.channel), number) == Sent(number)


async def test_the_right_to_pin_is_named_where_it_is_lacking(bot: Bot) -> None:
    number = await posted(bot, bot.server.channel)
    bot.server.channel.bot_rights = MEMBER
    refused = await bot.pins.pin(place(bot.server.channel), number)
    assert isinstance(refused, Rejected)
    assert (refused.right, refused.gone) == (PIN, False)


# --- forums and threads


async def test_in_a_forum_a_card_is_a_post_that_is_edited_and_pinned_as_one(bot: Bot) -> None:
    forum = await bot.server.add_forum(bot.server.guild, "sessions", bot_rights=CLUB)
    await heard_of(bot.client, forum)
    number = await posted(bot, forum)
    post = bot.server.channels[int(number)]
    assert (post.name, post.parent) == ("Session *4*", forum)
    assert await bot.post.edit(place(forum), number, card("On Sunday.")) == Sent(number)
    assert [message.embeds[0]["description"] for message in post.messages] == ["On Sunday."]
    assert await bot.pins.pin(place(forum), number) == Sent(number)
    assert post.pinned
    assert await bot.threads.open_thread(place(forum), number, "Session 4") == Sent(number)
    other = await posted(bot, forum, card(title="Session 5"))
    refused = await bot.pins.pin(place(forum), other)
    assert isinstance(refused, Rejected)
    forum.bot_rights = MEMBER
    refused = await bot.pins.pin(place(forum), other)
    assert isinstance(refused, Rejected)
    assert refused.right == MANAGE_THREADS


async def test_a_post_that_was_archived_comes_back_when_its_card_changes(bot: Bot) -> None:
    forum = await bot.server.add_forum(bot.server.guild, "sessions", bot_rights=CLUB)
    number = await posted(bot, forum)
    post = bot.server.channels[int(number)]
    post.archived = True
    assert await bot.post.edit(place(forum), number, card("On Sunday.")) == Sent(number)
    assert (post.archived, post.messages[0].embeds[0]["description"]) == (False, "On Sunday.")


async def test_a_post_may_begin_with_a_picture(bot: Bot) -> None:
    forum = await bot.server.add_forum(bot.server.guild, "sessions", bot_rights=CLUB)
    await heard_of(bot.client, forum)
    (payload,) = payloads(Message((Paragraph(text("Who came")),)), (picture(),))
    sent = await bot.post.send(place(forum), payload, nonce="1-1", file=picture())
    assert isinstance(sent, Sent)
    (message,) = bot.server.channels[int(sent.message_id)].messages
    assert [one.content for one in message.attachments] == [picture().content]


async def test_a_post_that_arrived_unnoticed_is_not_made_twice(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    forum = await bot.server.add_forum(bot.server.guild, "sessions", bot_rights=CLUB)
    await heard_of(bot.client, forum)
    monkeypatch.setattr("discord.utils.utcnow", lambda: bot.server.now)
    bot.server.hang_up("POST .*/threads", after=True, times=5)
    first = await bot.post.send(place(forum), card(), nonce="1-1")
    assert isinstance(first, Unknown)
    made = [one for one in bot.server.channels.values() if one.parent is forum]
    await heard_of(bot.client, made[0])
    assert await bot.post.send(place(forum), card(), nonce="1-1") == Sent(str(made[0].id))


async def test_a_forum_can_be_named_and_is_known_as_one(bot: Bot) -> None:
    forum = await bot.server.add_forum(bot.server.guild, "sessions")
    await heard_of(bot.client, forum)
    found = await bot.directory.resolve(f"<#{forum.id}>")
    assert found is not None
    assert (found.title, found.forum) == ("sessions", True)


async def test_the_right_to_open_threads_is_named_where_it_is_lacking(bot: Bot) -> None:
    number = await posted(bot, bot.server.channel)
    bot.server.channel.bot_rights = MEMBER & ~MEMBER.CREATE_PUBLIC_THREADS
    refused = await bot.threads.open_thread(place(bot.server.channel), number, "Session 4")
    assert isinstance(refused, Rejected)
    assert (refused.right, refused.gone) == (CREATE_THREADS, False)


# --- scheduled events


def facts(bot: Bot, **others: object) -> EventFacts:
    begins = bot.server.now + timedelta(days=2)
    values: dict[str, object] = {
        "name": "Session 4: Attention",
        "description": "We read “Attention is all you need”.",
        "place": "https://meet.example.org/club",
        "starts_at": begins,
        "ends_at": begins + timedelta(minutes=90),
    }
    return EventFacts(**(values | others))  # type: ignore[arg-type]


def id_of(outcome: SendOutcome) -> str:
    assert isinstance(outcome, Sent), outcome
    return outcome.message_id


async def test_an_event_says_what_the_session_says_and_follows_it(bot: Bot) -> None:
    here = place(bot.server.channel)
    number = id_of(await bot.events.put(here, None, facts(bot)))
    event = bot.server.events.all[number]
    assert event["entity_metadata"] == {"location": "https://meet.example.org/club"}
    later = facts(bot).starts_at + timedelta(days=1)
    moved = facts(bot, name="Session 4, moved", starts_at=later, ends_at=later + timedelta(hours=1))
    assert await bot.events.put(here, number, moved) == Sent(number)
    assert (event["name"], event["scheduled_start_time"]) == ("Session 4, moved", later.isoformat())


async def test_an_event_that_arrived_unnoticed_is_not_made_twice(bot: Bot) -> None:
    here = place(bot.server.channel)
    number = id_of(await bot.events.put(here, None, facts(bot)))
    assert await bot.events.put(here, None, facts(bot)) == Sent(number)
    assert len(bot.server.events.all) == 1


async def test_words_too_long_for_an_event_are_cut(bot: Bot) -> None:
    long = facts(bot, name="n" * 300, description="d" * 3000, place="p" * 300)
    event = bot.server.events.all[id_of(await bot.events.put(place(bot.server.channel), None, long))]
    assert [len(event["name"]), len(event["description"])] == [100, 1000]
    assert id_of(await bot.events.put(place(bot.server.channel), None, facts(bot, name="x", place=" ")))


async def test_an_event_is_cancelled_or_over_and_that_once(bot: Bot) -> None:
    here = place(bot.server.channel)
    cancelled = id_of(await bot.events.put(here, None, facts(bot)))
    over = id_of(await bot.events.put(here, None, facts(bot, name="Another")))
    begun = id_of(await bot.events.put(here, None, facts(bot, name="A third")))
    bot.server.events.all[begun]["status"] = 2
    for _ in range(2):
        assert await bot.events.close(here, cancelled, cancelled=True) == Sent(cancelled)
        assert await bot.events.close(here, over, cancelled=False) == Sent(over)
        assert await bot.events.close(here, begun, cancelled=True) == Sent(begun)
    assert [bot.server.events.all[one]["status"] for one in (cancelled, over, begun)] == [4, 3, 3]


async def test_an_event_that_has_begun_keeps_its_start_and_follows_otherwise(bot: Bot) -> None:
    here = place(bot.server.channel)
    number = id_of(await bot.events.put(here, None, facts(bot)))
    bot.server.events.all[number]["status"] = 2
    changed = facts(bot, name="Longer", starts_at=facts(bot).starts_at + timedelta(minutes=1))
    assert await bot.events.put(here, number, changed) == Sent(number)
    assert bot.server.events.all[number]["name"] == "Longer"


async def test_an_event_that_people_deleted_or_ended_is_told_of(bot: Bot) -> None:
    here = place(bot.server.channel)
    deleted, ended = [id_of(await bot.events.put(here, None, facts(bot, name=one))) for one in ("one", "two")]
    bot.server.events.delete(deleted)
    bot.server.events.all[ended]["status"] = 3
    for number in (deleted, ended):
        refused = await bot.events.put(here, number, facts(bot))
        assert isinstance(refused, Rejected)
        assert refused.missing
    assert await bot.events.close(here, deleted, cancelled=True) == Sent(deleted)


async def test_an_event_in_the_past_and_one_without_rights_are_refused(bot: Bot) -> None:
    here, past = place(bot.server.channel), bot.server.now - timedelta(hours=1)
    refused = await bot.events.put(here, None, facts(bot, starts_at=past))
    assert isinstance(refused, Rejected)
    assert (refused.right, refused.missing) == (None, False)
    bot.server.bot_rights = MEMBER
    refused = await bot.events.put(here, None, facts(bot))
    assert isinstance(refused, Rejected)
    assert (refused.right, refused.gone) == (CREATE_EVENTS, False)


async def test_a_private_chat_has_no_events(bot: Bot) -> None:
    there = place(bot.server.dm(bot.server.user), DestinationKind.PRIVATE)
    assert isinstance(await bot.events.put(there, None, facts(bot)), Rejected)
