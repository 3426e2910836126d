"""The Discord of the tests: it refuses what the real one refuses, and the real discord.py is at home with it."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from tests import discord_validation as rules
from tests.discord_server import DiscordServer, SentInteraction, pointed_at
from tests.discord_world import CLUB, MEMBER, Json, Rights

COMMAND = {"type": 1, "name": "digest", "description": "What appeared"}
EPHEMERAL = 64
NAMED = {"type": 3, "name": "title", "description": "What it is called"}
NEW = {"type": 1, "name": "new", "description": "A new session", "options": [NAMED | {"required": True}]}
NEXT = {"type": 1, "name": "next", "description": "The next session"}
CLUB_COMMAND = {"type": 1, "name": "club", "description": "The reading club", "options": [NEW, NEXT]}

described = pytest.mark.skipif(rules.description() is None, reason="Discord's description (../shared/specs) is absent")


class Raw:
    """Speaks to the server without a library that would keep it from making mistakes."""

    def __init__(self, server: DiscordServer, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session
        self.token = server.token

    async def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and the error code, or the body where there is no error."""
        headers = {"Authorization": f"Bot {self.token}"}
        async with self.session.request(method, self.server.api_base_url + path, json=body, headers=headers) as answer:
            text = await answer.text()
            if text:
                assert answer.headers["Content-Type"] == "application/json"
            data = json.loads(text) if text else None
        return answer.status, data["code"] if answer.status >= 400 else data

    async def connect(self) -> aiohttp.ClientWebSocketResponse:
        """Registers a command and comes to the gateway."""
        await self("PUT", f"/applications/{self.server.application_id}/commands", [COMMAND])
        socket = await self.session.ws_connect(self.server.gateway_url + "?v=10&encoding=json")
        await self.expect(socket, 10)
        await socket.send_json({"op": 2, "d": {"token": self.token, "intents": 1, "properties": {}}})
        assert (await self.expect(socket, 0))["t"] == "READY"
        return socket

    async def expect(self, socket: aiohttp.ClientWebSocketResponse, op: int) -> Json:
        message: Json = await socket.receive_json(timeout=10)
        assert message["op"] == op, message
        return message

    async def asked(self, *, outdated: bool = False) -> SentInteraction:
        """A command that somebody has just sent."""
        name = "old" if outdated else "digest"
        return await self.server.slash(self.server.user, self.server.channel, name, outdated=outdated)

    async def respond(self, sent: SentInteraction, body: Json) -> tuple[int, Any]:
        return await self("POST", f"/interactions/{sent.id}/{sent.token}/callback", body)

    def webhook(self, sent: SentInteraction) -> str:
        return f"/webhooks/{self.server.application_id}/{sent.token}"

    async def upload(self, method: str, path: str, body: Json, *files: bytes) -> tuple[int, Any]:
        """Sends a form: the body as its part `payload_json`, the files as `files[0]` and so on."""
        if not files:
            return await self(method, path, body)
        form = aiohttp.FormData()
        form.add_field("payload_json", json.dumps(body))
        for at, content in enumerate(files):
            form.add_field(f"files[{at}]", io.BytesIO(content), filename=f"{at}.csv")
        headers = {"Authorization": f"Bot {self.token}"}
        async with self.session.request(method, self.server.api_base_url + path, data=form, headers=headers) as answer:
            data = await answer.json()
        return answer.status, data["code"] if answer.status >= 400 else data

    async def post(self, body: Json) -> tuple[int, Any]:
        return await self("POST", f"/channels/{self.server.channel.id}/messages", body)


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.fixture
async def raw(server: DiscordServer) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(server, session)


def button(custom_id: str = "a", **more: Any) -> Json:
    return {"type": 2, "style": 2, "label": "x", "custom_id": custom_id} | more


def rows(*sizes: int) -> list[Json]:
    return [{"type": 1, "components": [button(f"{row}:{at}") for at in range(size)]} for row, size in enumerate(sizes)]


# --- files


@pytest.mark.parametrize(
    ("listed", "files", "refusal"),
    [
        ([{"id": 0}], [bytes(10 * 1024**2 + 1)], (413, 40005)),
        ([{"id": 0}, {"id": 1}, {"id": 2}], [bytes(9 * 1024**2)] * 3, (413, 40005)),
        ([{"id": 0}, {"id": 1}], [b"x"], (400, 50035)),
        ([{"id": 0}], [], (400, 50035)),
        ([{"id": 0}], [b""], (400, 50035)),
        ([], [b"x"], (400, 50035)),
    ],
)
async def test_an_upload_that_is_too_large_or_lacks_a_part_is_refused(
    raw: Raw, listed: list[Json], files: list[bytes], refusal: tuple[int, int]
) -> None:
    path = f"/channels/{raw.server.channel.id}/messages"
    assert await raw.upload("POST", path, {"content": "this", "attachments": listed}, *files) == refusal
    assert not raw.server.channel.messages


async def test_an_attachment_arrives_as_it_was_sent_and_stays_until_an_edit_leaves_it_out(raw: Raw) -> None:
    path = f"/channels/{raw.server.channel.id}/messages"
    status, sent = await raw.upload("POST", path, {"attachments": [{"id": 0, "filename": "a.csv"}]}, b"a\r\n")
    assert status == 200
    (message,) = raw.server.channel.messages
    assert [(one.name, one.content) for one in message.attachments] == [("a.csv", b"a\r\n")]
    (attachment,) = sent["attachments"]
    assert (attachment["filename"], attachment["size"]) == ("a.csv", 3)
    await raw("PATCH", f"{path}/{message.id}", {"content": "this"})
    assert len(message.attachments) == 1
    kept = {"attachments": [{"id": attachment["id"]}, {"id": 0}]}
    await raw.upload("PATCH", f"{path}/{message.id}", kept, b"b")
    assert [one.content for one in message.attachments] == [b"a\r\n", b"b"]
    await raw("PATCH", f"{path}/{message.id}", {"attachments": []})
    assert not message.attachments


# --- what is refused


async def test_a_wrong_token_is_refused(raw: Raw) -> None:
    raw.token = "another"
    assert await raw("GET", "/users/@me") == (401, 0)
    assert (await raw.post({"content": "hello"}))[0] == 401


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"embeds": [{"title": "x" * 257}]},
        {"embeds": [{"description": "x" * 4097}]},
        {"embeds": [{"title": "x", "footer": {"text": "x" * 2049}}]},
        {"embeds": [{"title": "x", "author": {"name": "x" * 257}}]},
        {"embeds": [{"title": "x", "fields": [{"name": "n", "value": "v"}] * 26}]},
        {"embeds": [{"title": "x", "fields": [{"name": "n" * 257, "value": "v"}]}]},
        {"embeds": [{"title": "x", "fields": [{"name": "n", "value": "v" * 1025}]}]},
        {"embeds": [{"title": "x", "fields": [{"name": "n", "value": " "}]}]},
        {"embeds": [{"title": "x"}] * 11},
        {"embeds": [{"description": "x" * 3001}] * 2},
        {"embeds": [{"title": "x", "url": "javascript:alert(1)"}]},
        {"embeds": [{}]},
        {"content": "x", "components": rows(1, 1, 1, 1, 1, 1)},
        {"content": "x", "components": rows(6)},
        {"content": "x", "components": rows(0)},
        {"content": "x", "components": [{"type": 1, "components": [button(), button()]}]},
        {"content": "x", "components": [{"type": 1, "components": [button("a" * 101)]}]},
        {"content": "x", "components": [{"type": 1, "components": [button(label="x" * 81)]}]},
        {"content": "x", "components": [{"type": 1, "components": [button(label="")]}]},
        {"content": "x", "components": [{"type": 1, "components": [button(url="https://a.example")]}]},
        {"content": "x", "components": [{"type": 1, "components": [{"type": 2, "style": 5, "label": "x"}]}]},
        {"content": "x", "components": [{"type": 1, "components": [{"type": 3, "custom_id": "a", "options": []}]}]},
        {
            "content": "x",
            "components": [
                {
                    "type": 1,
                    "components": [
                        {
                            "type": 3,
                            "custom_id": "a",
                            "options": [{"label": str(one), "value": str(one)} for one in range(26)],
                        }
                    ],
                }
            ],
        },
    ],
)
async def test_a_message_beyond_a_limit_is_refused(raw: Raw, body: Json) -> None:
    assert await raw.post(body) == (400, 50035)
    assert raw.server.channel.messages == []


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2000},
        {"embeds": [{"description": "x" * 3000}] * 2},
        {"content": "x", "components": rows(5, 5, 5, 5, 5)},
        {"embeds": [{"image": {"url": "https://a.example/i.png"}}]},
    ],
)
async def test_a_message_at_a_limit_is_taken(raw: Raw, body: Json) -> None:
    assert (await raw.post(body))[0] == 200


async def test_lengths_are_counted_in_utf16(raw: Raw) -> None:
    assert (await raw.post({"content": "🔥" * 1000}))[0] == 200
    assert (await raw.post({"content": "🔥" * 1001}))[0] == 400


@pytest.mark.parametrize("body", [{}, {"content": ""}, {"content": " \n"}, {"content": "", "components": rows(1)}])
async def test_an_empty_message_is_refused(raw: Raw, body: Json) -> None:
    assert await raw.post(body) == (400, 50006)


@described
@pytest.mark.parametrize("body", [{"content": "x", "colour": 1}, {"content": 7}, {"content": "x", "embeds": {}}])
async def test_what_the_description_does_not_know_is_refused(raw: Raw, body: Json) -> None:
    assert await raw.post(body) == (400, 50035)


@pytest.mark.parametrize(
    "command",
    [
        COMMAND | {"name": "Digest"},
        COMMAND | {"name": "di gest"},
        COMMAND | {"name": "x" * 33},
        COMMAND | {"name": ""},
        COMMAND | {"description": ""},
        COMMAND | {"description": "x" * 101},
        COMMAND | {"name_localizations": {"ru": "Дайджест"}},
        COMMAND | {"name_localizations": {"pt-PT": "resumo"}},
        COMMAND | {"description_localizations": {"ru": ""}},
        COMMAND | {"options": [{"type": 3, "name": "a", "description": ""}]},
        COMMAND | {"options": [{"type": 3, "name": "a", "description": "x"}] * 2},
        COMMAND
        | {
            "options": [
                {"type": 3, "name": "a", "description": "x"},
                {"type": 3, "name": "b", "description": "x", "required": True},
            ]
        },
        COMMAND
        | {
            "options": [
                {
                    "type": 3,
                    "name": "a",
                    "description": "x",
                    "choices": [{"name": str(one), "value": str(one)} for one in range(26)],
                }
            ]
        },
        COMMAND
        | {
            "options": [
                {
                    "type": 3,
                    "name": "a",
                    "description": "x",
                    "autocomplete": True,
                    "choices": [{"name": "x", "value": "x"}],
                }
            ]
        },
    ],
)
async def test_a_command_that_breaks_a_rule_is_refused(raw: Raw, command: Json) -> None:
    path = f"/applications/{raw.server.application_id}/commands"
    assert await raw("PUT", path, [command]) == (400, 50035)
    assert raw.server.commands == {}


@pytest.mark.parametrize(
    "options",
    [
        [NEW, NAMED],  # with sub-commands there are no other options
        [NEW, NEW],
        [NEXT | {"name": "Next"}],
        [NEXT | {"description": ""}],
        [NEXT | {"name": f"n{number}"} for number in range(26)],
        [NEW | {"options": [NAMED | {"name": f"o{number}"} for number in range(26)]}],
        [NEW | {"options": [NEXT]}],  # no sub-command in a sub-command
        [NEW | {"options": [NAMED, NAMED | {"name": "later", "required": True}]}],
        [{"type": 2, "name": "session", "description": "Sessions", "options": [NAMED]}],
        [{"type": 3, "name": "title", "description": "x", "options": [NAMED]}],
        [NEW | {"name_localizations": {"ru": "клуб"}}, NEXT | {"name_localizations": {"ru": "клуб"}}],
        [NEW | {"name_localizations": {"ru": "next"}}, NEXT],
        [NEXT | {"name": f"n{n}", "options": [NAMED | {"name": f"o{o}", "description": "x" * 100} for o in range(5)]}
         for n in range(20)],
    ],
)  # fmt: skip
async def test_sub_commands_that_break_a_rule_are_refused(raw: Raw, options: list[Json]) -> None:
    path = f"/applications/{raw.server.application_id}/commands"
    assert await raw("PUT", path, [CLUB_COMMAND | {"options": options}]) == (400, 50035)


async def test_a_sub_command_is_sent_with_its_options_inside(raw: Raw) -> None:
    socket = await raw.connect()
    server = raw.server
    await raw("PUT", f"/applications/{server.application_id}/commands", [CLUB_COMMAND])
    await server.slash(server.user, server.channel, "club new", {"title": "Attention"})
    while (event := await raw.expect(socket, 0))["t"] != "INTERACTION_CREATE":
        pass
    data = event["d"]["data"]
    title = {"name": "title", "type": 3, "value": "Attention"}
    assert (data["name"], data["options"]) == ("club", [{"name": "new", "type": 1, "options": [title]}])


async def test_nobody_can_send_what_the_menu_does_not_offer(raw: Raw) -> None:
    socket = await raw.connect()
    server = raw.server
    await raw("PUT", f"/applications/{server.application_id}/commands", [CLUB_COMMAND])
    for typed, options in (("club", {}), ("club old", {}), ("club new", {}), ("club next", {"title": "x"})):
        with pytest.raises(AssertionError):
            await server.slash(server.user, server.channel, typed, options)
    await socket.close()


async def test_two_commands_of_one_name_are_refused(raw: Raw) -> None:
    path = f"/applications/{raw.server.application_id}/commands"
    assert await raw("PUT", path, [COMMAND, COMMAND]) == (400, 50035)


ON_MESSAGE: Json = {"type": 3, "name": "Was this covered?"}


@pytest.mark.parametrize(
    "commands",
    [
        [ON_MESSAGE | {"name": "x" * 33}],
        [ON_MESSAGE | {"name": " "}],
        [ON_MESSAGE | {"description": "Looks up its links"}],
        [ON_MESSAGE | {"options": [{"type": 3, "name": "query", "description": "Words"}]}],
        [ON_MESSAGE | {"name_localizations": {"ru": "ы" * 33}}],
        [ON_MESSAGE | {"name_localizations": {"tlh": "x"}}],
        [ON_MESSAGE, ON_MESSAGE],
        [ON_MESSAGE | {"name": f"Number {number}"} for number in range(6)],
    ],
    ids=["long", "blank", "described", "options", "long-translation", "no-locale", "twice", "six"],
)
async def test_message_commands_that_break_a_rule_are_refused(raw: Raw, commands: list[Json]) -> None:
    path = f"/applications/{raw.server.application_id}/commands"
    assert await raw("PUT", path, commands) == (400, 50035)


async def test_a_message_command_is_called_as_one_likes(raw: Raw) -> None:
    path = f"/applications/{raw.server.application_id}/commands"
    status, _ = await raw("PUT", path, [ON_MESSAGE | {"name_localizations": {"ru": "Об этом уже писали?"}}])
    assert status == 200


async def test_commands_keep_their_ids_and_show_their_translations_when_asked(raw: Raw) -> None:
    path = f"/applications/{raw.server.application_id}/commands"
    command = COMMAND | {"name_localizations": {"ru": "дайджест"}}
    _, (first,) = await raw("PUT", path, [command])
    _, (second,) = await raw("PUT", path, [command])
    assert (first["id"], raw.server.synced) == (second["id"], 2)
    assert "name_localizations" not in (await raw("GET", path))[1][0]
    with_local = await raw("GET", path + "?with_localizations=true")
    assert with_local[1][0]["name_localizations"] == {"ru": "дайджест"}


async def test_places_that_are_not_there_or_closed_are_refused(raw: Raw) -> None:
    server, hello = raw.server, {"content": "hello"}
    assert await raw("POST", "/channels/1/messages", hello) == (404, 10003)
    assert await raw("PATCH", f"/channels/{server.channel.id}/messages/1", hello) == (404, 10008)
    assert await raw("POST", "/users/@me/channels", {"recipient_id": "1"}) == (404, 10013)
    server.channel.bot_rights = MEMBER & ~Rights.SEND_MESSAGES
    assert await raw.post(hello) == (403, 50013)
    server.channel.bot_rights = MEMBER & ~Rights.EMBED_LINKS
    assert await raw.post({"embeds": [{"title": "x"}]}) == (403, 50013)
    server.channel.bot_rights = Rights(0)
    assert await raw.post(hello) == (403, 50001)
    assert await raw("GET", "/nowhere") == (404, 0)


async def test_files_need_a_right_of_their_own(raw: Raw) -> None:
    path, body = f"/channels/{raw.server.channel.id}/messages", {"attachments": [{"id": 0, "filename": "a.csv"}]}
    assert (await raw.upload("POST", path, body, b"a"))[0] == 200
    raw.server.channel.bot_rights = MEMBER & ~Rights.ATTACH_FILES
    assert await raw.upload("POST", path, body, b"a") == (403, 50013)


async def test_an_invitation_beyond_a_limit_or_without_the_right_is_refused(raw: Raw) -> None:
    path = f"/channels/{raw.server.channel.id}/invites"
    assert await raw("POST", path, {"max_age": 60, "max_uses": 1}) == (403, 50013)
    raw.server.channel.bot_rights = CLUB
    assert await raw("POST", path, {"max_age": 604_801}) == (400, 50035)
    assert await raw("POST", path, {"max_uses": 101}) == (400, 50035)
    made = await raw("POST", path, {"max_age": 60, "max_uses": 1})
    raw.server.advance(60)
    assert await raw("GET", f"/invites/{made[1]['code']}") == (404, 10006)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"description": "x" * 1001},
        {"entity_metadata": {"location": " "}},
        {"entity_metadata": {"location": "x" * 101}},
        {"scheduled_start_time": "2026-03-05T11:59:00+00:00"},
        {"scheduled_end_time": "2026-03-06T11:59:00+00:00"},
        {"scheduled_end_time": None},
    ],
)
async def test_an_event_that_breaks_a_rule_is_refused(raw: Raw, wrong: Json) -> None:
    raw.server.bot_rights = CLUB
    event = {"name": "Session 4", "privacy_level": 2, "entity_type": 3, "entity_metadata": {"location": "online"}}
    event |= {"scheduled_start_time": "2026-03-06T12:00:00+00:00", "scheduled_end_time": "2026-03-06T13:00:00+00:00"}
    path = f"/guilds/{raw.server.guild.id}/scheduled-events"
    assert (await raw("POST", path, event))[0] == 200
    assert await raw("POST", path, event | wrong) == (400, 50035)


async def test_an_event_that_is_over_stays_so(raw: Raw) -> None:
    raw.server.bot_rights = CLUB
    event = {"name": "Session 4", "privacy_level": 2, "entity_type": 3, "entity_metadata": {"location": "online"}}
    event |= {"scheduled_start_time": "2026-03-06T12:00:00+00:00", "scheduled_end_time": "2026-03-06T13:00:00+00:00"}
    path = f"/guilds/{raw.server.guild.id}/scheduled-events"
    made = await raw("POST", path, event)
    here = f"{path}/{made[1]['id']}"
    assert await raw("PATCH", here, {"status": 3}) == (400, 50035)  # it has not begun
    assert (await raw("PATCH", here, {"status": 4}))[0] == 200
    assert await raw("PATCH", here, {"name": "Again"}) == (400, 180000)


async def test_private_chats_may_be_closed(raw: Raw) -> None:
    shy = raw.server.add_user("shy", accepts_dms=False)
    _, channel = await raw("POST", "/users/@me/channels", {"recipient_id": str(shy.id)})
    assert await raw("POST", f"/channels/{channel['id']}/messages", {"content": "hello"}) == (403, 50007)


async def test_one_nonce_makes_one_message(raw: Raw) -> None:
    body = {"content": "hello", "nonce": "7", "enforce_nonce": True}
    assert (await raw.post(body))[1]["id"] == (await raw.post(body))[1]["id"]
    assert len(raw.server.channel.messages) == 1


async def test_who_is_pinged_is_known(raw: Raw) -> None:
    await raw.post({"content": "@everyone <@7> <@&8>"})
    await raw.post({"content": "@everyone <@7>", "allowed_mentions": {"parse": []}})
    await raw.post({"embeds": [{"description": "@everyone"}]})
    assert [message.pings for message in raw.server.channel.messages] == [("everyone", "7", "8"), (), ()]


# --- interactions


async def test_an_interaction_is_answered_once(raw: Raw) -> None:
    await raw.connect()
    sent = await raw.asked()
    assert await raw.respond(sent, {"type": 4, "data": {"content": "hello"}}) == (204, None)
    assert await raw.respond(sent, {"type": 4, "data": {"content": "hello"}}) == (400, 40060)
    assert (await sent.answer()).content == "hello"


async def test_an_answer_after_three_seconds_is_refused(raw: Raw) -> None:
    await raw.connect()
    sent = await raw.asked()
    raw.server.advance(3.1)
    assert await raw.respond(sent, {"type": 5}) == (404, 10062)


async def test_follow_ups_end_after_a_quarter_of_an_hour(raw: Raw) -> None:
    await raw.connect()
    sent = await raw.asked()
    assert await raw("POST", raw.webhook(sent), {"content": "early"}) == (404, 10015)
    await raw.respond(sent, {"type": 5})
    raw.server.advance(899)
    assert (await raw("POST", raw.webhook(sent), {"content": "in time"}))[0] == 200
    raw.server.advance(2)
    assert await raw("POST", raw.webhook(sent), {"content": "late"}) == (401, 50027)
    assert await raw("PATCH", raw.webhook(sent) + "/messages/@original", {"content": "late"}) == (401, 50027)


async def test_the_first_follow_up_takes_the_place_of_thinking(raw: Raw) -> None:
    await raw.connect()
    sent = await raw.asked()
    await raw.respond(sent, {"type": 5, "data": {"flags": EPHEMERAL}})
    assert [message.loading for message in sent.messages] == [True]
    await raw("POST", raw.webhook(sent), {"content": "one"})
    await raw("POST", raw.webhook(sent), {"content": "two"})
    assert [(one.content, one.ephemeral) for one in sent.messages] == [("one", True), ("two", False)]


async def test_an_answer_of_the_wrong_kind_is_refused(raw: Raw) -> None:
    await raw.connect()
    sent = await raw.asked()
    assert await raw.respond(sent, {"type": 7, "data": {"content": "x"}}) == (400, 50035)
    assert await raw.respond(sent, {"type": 8, "data": {"choices": []}}) == (400, 50035)
    assert await raw.respond(sent, {"type": 6}) == (400, 50035)


async def test_what_only_one_person_sees_is_in_no_channel(raw: Raw) -> None:
    await raw.connect()
    sent = await raw.asked()
    await raw.respond(sent, {"type": 4, "data": {"content": "x", "components": rows(1), "flags": EPHEMERAL}})
    message = await sent.answer()
    assert message.visible_to is raw.server.user
    path = f"/channels/{raw.server.channel.id}/messages"
    assert await raw("PATCH", f"{path}/{message.id}", {"content": "x"}) == (404, 10008)
    assert await raw("GET", path) == (200, [])
    with pytest.raises(AssertionError, match="only somebody else"):
        await raw.server.press(raw.server.add_user("bob"), message, "x")


async def test_commands_that_nobody_could_send_are_mistakes_of_the_test(raw: Raw) -> None:
    await raw.connect()
    with pytest.raises(AssertionError, match="is not registered"):
        await raw.server.slash(raw.server.user, raw.server.channel, "search")
    with pytest.raises(AssertionError, match="has the options"):
        await raw.server.slash(raw.server.user, raw.server.channel, "digest", {"day": "today"})


# --- what goes wrong


async def test_rate_limits_look_like_those_of_discord(raw: Raw) -> None:
    raw.server.limit("POST", retry_after=0.5)
    url = f"{raw.server.api_base_url}/channels/{raw.server.channel.id}/messages"
    async with raw.session.post(url, json={"content": "x"}) as answer:
        assert answer.status == 429
        assert "Via" in answer.headers
        assert (await answer.json())["retry_after"] == 0.5
    assert (await raw.post({"content": "x"}))[0] == 200


@pytest.mark.parametrize(("after", "messages"), [(False, 0), (True, 1)])
async def test_it_hangs_up_before_or_after_it_has_taken_a_message(raw: Raw, *, after: bool, messages: int) -> None:
    raw.server.hang_up("messages", after=after)
    with pytest.raises(aiohttp.ClientError):
        await raw.post({"content": "x"})
    assert len(raw.server.channel.messages) == messages


async def test_server_errors_do_nothing(raw: Raw) -> None:
    raw.server.fail("messages", status=502)
    assert await raw.post({"content": "x"}) == (502, 0)
    assert raw.server.channel.messages == []


async def test_what_is_never_going_to_happen_fails_the_test(
    server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.discord_server.PATIENCE", 0.01)
    with pytest.raises(AssertionError, match="waited until pigs fly"):
        await server.until(lambda: False, "pigs fly")


# --- the gateway


async def test_heartbeats_are_answered(raw: Raw) -> None:
    socket = await raw.connect()
    await raw.expect(socket, 0)  # GUILD_CREATE
    await socket.send_json({"op": 1, "d": 2})
    await raw.expect(socket, 11)


@pytest.mark.parametrize(
    ("identity", "code"), [({"token": "another", "intents": 1}, 4004), ({"intents": 1 << 15}, 4014)]
)
async def test_a_wrong_token_and_intents_that_are_off_are_refused(raw: Raw, identity: Json, code: int) -> None:
    socket = await raw.session.ws_connect(raw.server.gateway_url + "?v=10&encoding=json")
    await raw.expect(socket, 10)
    await socket.send_json({"op": 2, "d": {"token": raw.token} | identity})
    await socket.receive(timeout=10)
    assert socket.close_code == code


async def test_a_session_that_is_resumed_gets_what_it_missed(raw: Raw) -> None:
    socket = await raw.connect()
    (session,) = raw.server.gateway.sessions.values()
    await raw.expect(socket, 0)  # GUILD_CREATE
    await socket.close()
    await raw.server.until(lambda: not raw.server.gateway.connected, "it is gone")
    await raw.server.add_guild("Late")
    again = await raw.session.ws_connect(raw.server.gateway_url + "?v=10&encoding=json")
    await raw.expect(again, 10)
    await again.send_json({"op": 6, "d": {"token": raw.token, "session_id": session.id, "seq": 2}})
    assert (await raw.expect(again, 0))["d"]["name"] == "Late"
    assert (await raw.expect(again, 0))["t"] == "RESUMED"


async def test_an_unknown_session_cannot_be_resumed(raw: Raw) -> None:
    socket = await raw.session.ws_connect(raw.server.gateway_url + "?v=10&encoding=json")
    await raw.expect(socket, 10)
    await socket.send_json({"op": 6, "d": {"token": raw.token, "session_id": "gone", "seq": 2}})
    assert (await raw.expect(socket, 9))["d"] is False


# --- the real library


class Form(discord.ui.Modal, title="Your name"):
    name: discord.ui.TextInput[Form] = discord.ui.TextInput(label="Name", custom_id="name")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Hello {self.name.value}")


class Widgets(discord.ui.View):
    @discord.ui.button(label="Form")
    async def form(self, interaction: discord.Interaction, _button: discord.ui.Button[Widgets]) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.select(options=[discord.SelectOption(label="Red", value="red")])
    async def colour(self, interaction: discord.Interaction, select: discord.ui.Select[Widgets]) -> None:
        await interaction.response.edit_message(content=f"You like {select.values[0]}", view=None)


@asynccontextmanager
async def library(server: DiscordServer) -> AsyncIterator[discord.Client]:
    """discord.py with a command of everything."""
    client = discord.Client(intents=discord.Intents(guilds=True), guild_ready_timeout=0.05)
    tree = app_commands.CommandTree(client)

    @tree.command(name="widgets", description="Shows some")
    async def widgets(interaction: discord.Interaction, colour: str = "") -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        await interaction.followup.send(f"widgets {colour}", view=Widgets(timeout=None))

    @widgets.autocomplete("colour")
    async def colours(_interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}d", value="red")]

    with pointed_at(server):
        async with client:
            await client.login(server.token)
            await tree.sync()
            running = asyncio.create_task(client.connect())
            await client.wait_until_ready()
            yield client
        await running


async def test_the_real_library_is_at_home(server: DiscordServer) -> None:
    async with library(server) as client:
        assert [guild.name for guild in client.guilds] == ["Readers"]
        assert await server.autocomplete(server.user, "widgets", "colour", "re") == [{"name": "red", "value": "red"}]
        message = await (await server.slash(server.user, server.channel, "widgets", {"colour": "red"})).answer()
        assert (message.content, message.ephemeral) == ("widgets red", True)
        opened = await server.press(server.user, message, "Form")
        submitted = await server.submit_modal(opened, {"name": "Ann"})
        assert (await submitted.answer()).content == "Hello Ann"
        await (await server.select(server.user, message, ["red"])).edited()
        assert (message.content, message.components) == ("You like red", [])
    assert server.refusals == []


async def test_the_real_library_writes_edits_and_deletes(server: DiscordServer) -> None:
    async with library(server) as client:
        channel = client.get_partial_messageable(server.channel.id)
        sent = await channel.send("one")
        await sent.edit(content="two")
        (message,) = server.channel.messages
        assert (message.content, message.edits) == ("two", 1)
        await sent.delete()
        assert message.deleted
        with pytest.raises(discord.NotFound):
            await sent.edit(content="three")
        private = await client.create_dm(discord.Object(server.user.id))
        await private.send("hello")
    assert [one.content for one in server.dm(server.user).messages] == ["hello"]


async def test_the_real_library_schedules_events(server: DiscordServer) -> None:
    async with library(server) as client:
        server.bot_rights = CLUB
        event = await client.guilds[0].create_scheduled_event(
            name="Reading BERT",
            start_time=datetime(2026, 11, 21, 18, tzinfo=UTC),
            end_time=datetime(2026, 11, 21, 19, tzinfo=UTC),
            entity_type=discord.EntityType.external,
            privacy_level=discord.PrivacyLevel.guild_only,
            location="online",
        )
    assert event.name == "Reading BERT"
    assert [one["name"] for one in server.events.all.values()] == ["Reading BERT"]
