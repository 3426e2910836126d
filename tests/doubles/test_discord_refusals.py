"""Discord's double takes what the real server takes, and refuses what that refuses."""

from __future__ import annotations

import pytest

from tests.discord_world import CLUB, MEMBER, Json, Rights
from tests.doubles.raw_discord import CLUB_COMMAND, COMMAND, NAMED, NEW, NEXT, Raw, button, described, rows

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
