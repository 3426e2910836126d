"""The connection to Telegram: menus, polling, webhooks, and how it ends."""

from __future__ import annotations

import asyncio
import logging

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import SettingsError
from bot.platforms.telegram.client import TelegramClient, Webhook
from handlers.telegram import TelegramHandlers
from tests.dispatchers import FakeDispatcher
from tests.telegram_bot import at_once, running, telegram_bot
from tests.telegram_server import HangUp, Hold, Refuse, TelegramServer

# Menus


async def test_command_menus_are_set_in_four_languages():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher()):
        await server.wait_until(lambda: len(server.calls("setMyCommands")) == 4)
    assert server.menu()["digest"] == "Digest (en)"
    assert server.menu("ru")["digest"] == "Digest (ru)"
    assert server.menu("pt")["search"] == "Search (pt_BR)"
    assert server.menu("zh")["language"] == "Language (zh_Hans)"


async def test_menus_that_are_right_are_left_alone():
    async with TelegramServer() as server:
        async with telegram_bot(server, FakeDispatcher()):
            await server.wait_until(lambda: len(server.calls("setMyCommands")) == 4)
        async with telegram_bot(server, FakeDispatcher()):
            await server.wait_until(lambda: len(server.calls("getMyCommands")) == 8)
            await server.polled()
    assert len(server.calls("setMyCommands")) == 4


# Connection


async def test_what_was_written_while_the_bot_was_away_is_answered_once():
    dispatcher = FakeDispatcher()
    async with TelegramServer() as server:
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        async with telegram_bot(server, dispatcher):
            await server.next_message(chat)
        async with telegram_bot(server, dispatcher):
            await server.polled()
    assert len(dispatcher.asked) == 1


async def test_it_starts_while_telegram_is_down_and_comes_up_with_it():
    async with TelegramServer() as server:
        await server.go_away()
        handlers = TelegramHandlers(FakeDispatcher())
        client = TelegramClient(server.token, bind=handlers.bind, api_base_url=server.url, sleep=at_once)
        async with running(client):
            assert not client.connected.is_set()
            await server.come_back()
            await asyncio.wait_for(client.connected.wait(), 10)
            ana = server.person("Ana")
            await server.send_text(server.private_chat(ana), ana, "/digest")
            await server.next_message(server.chats[ana.id])


async def test_it_goes_on_after_telegram_was_away():
    async with TelegramServer() as server, telegram_bot(server, FakeDispatcher()):
        await server.polled()
        await server.go_away()
        await server.come_back()
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        assert (await server.next_message(chat)).text == "/digest"


@pytest.mark.parametrize("fault", [Refuse(500), Refuse(502, "Bad Gateway"), Refuse(429, "wait", 5), HangUp(False)])
async def test_a_failing_poll_is_repeated(fault):
    async with TelegramServer() as server:
        server.fail("getMe", fault)
        server.fail("getUpdates", fault, fault)
        async with telegram_bot(server, FakeDispatcher()):
            ana = server.person("Ana")
            chat = server.private_chat(ana)
            await server.send_text(chat, ana, "/digest")
            assert (await server.next_message(chat)).text == "/digest"


async def test_a_second_poller_is_reported():
    with capture_logs() as logged:
        async with TelegramServer() as server:
            server.fail("getUpdates", Refuse(409, "Conflict: terminated by other getUpdates request"))
            async with telegram_bot(server, FakeDispatcher()):
                await server.polled()
    assert "telegram_polled_by_another_process" in {entry["event"] for entry in logged}


async def test_a_refused_token_ends_the_client_with_advice_and_without_the_token():
    async with TelegramServer() as server:
        wrong = server.token[:-3] + "yyy"
        client = TelegramClient(wrong, bind=lambda _: None, api_base_url=server.url, sleep=at_once)
        with pytest.raises(SettingsError, match="TELEGRAM_TOKEN") as caught:
            await client.run()
    assert wrong not in str(caught.value)
    assert caught.value.__context__ is None


async def test_a_token_that_is_revoked_while_it_runs_ends_the_client():
    async with TelegramServer() as server:
        client = TelegramClient(server.token, bind=lambda _: None, api_base_url=server.url, sleep=at_once)
        serving = asyncio.create_task(client.run())
        await server.polled()
        server.fail("getUpdates", Refuse(401, "Unauthorized"))
        await server.go_away()
        await server.come_back()
        with pytest.raises(SettingsError):
            await asyncio.wait_for(serving, 10)


async def test_no_log_record_holds_the_token(caplog):
    with caplog.at_level(logging.DEBUG), capture_logs() as logged:
        async with TelegramServer() as server:
            server.fail("getUpdates", HangUp(False), Refuse(500))
            async with telegram_bot(server, FakeDispatcher()):
                ana = server.person("Ana")
                chat = server.private_chat(ana)
                server.fail("sendMessage", HangUp(False))
                await server.send_text(chat, ana, "/digest")
                await server.wait_until(lambda: len(server.calls("sendMessage")) == 1)
                await server.go_away()
            client = TelegramClient(
                server.token[:-2] + "zz", bind=lambda _: None, api_base_url=server.url, sleep=at_once
            )
            await server.come_back()
            with pytest.raises(SettingsError):
                await client.run()
    formatter = logging.Formatter("%(name)s %(message)s")
    written = "\n".join(formatter.format(record) for record in caplog.records)
    assert "Double-of-a-token" in server.token
    assert "Double-of-a-token" not in written
    assert "Double-of-a-token" not in repr(logged)
    assert {"telegram_connected", "telegram_unreachable"} <= {entry["event"] for entry in logged}


async def test_it_stops_although_an_answer_hangs(monkeypatch):
    monkeypatch.setattr("bot.platforms.telegram.client.STOP_SECONDS", 0.05)
    dispatcher = FakeDispatcher()
    dispatcher.waits["for ever"] = asyncio.Event()
    async with TelegramServer() as server, asyncio.timeout(3), telegram_bot(server, dispatcher):
        ana = server.person("Ana")
        await server.send_text(server.private_chat(ana), ana, "/search for ever")
        await server.send_text(server.private_chat(ana), ana, "/search next")
        await server.wait_until(lambda: bool(dispatcher.asked))


async def test_answers_under_way_are_sent_before_it_stops():
    dispatcher = FakeDispatcher()
    async with TelegramServer() as server:
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        hold = Hold()
        async with telegram_bot(server, dispatcher):
            server.fail("sendMessage", hold)
            await server.send_text(chat, ana, "/digest")
            await hold.reached.wait()
            asyncio.get_running_loop().call_later(0.01, hold.release)
    assert [answer.text for answer in chat.answers()] == ["/digest"]


# Webhook


async def test_updates_come_by_webhook_where_one_is_set(unused_tcp_port):
    hook = Webhook(f"http://127.0.0.1:{unused_tcp_port}/telegram", "127.0.0.1", unused_tcp_port, "a-long-secret")
    async with TelegramServer(local=True) as server, telegram_bot(server, FakeDispatcher(), webhook=hook):
        ana = server.person("Ana")
        chat = server.private_chat(ana)
        await server.send_text(chat, ana, "/digest")
        assert (await server.next_message(chat)).text == "/digest"
    assert server.webhook_answers == [200]
    assert server.calls("getUpdates") == []


@pytest.mark.parametrize("secret", ["", "another-secret"])
async def test_a_webhook_call_without_the_secret_is_refused(unused_tcp_port, secret):
    hook = Webhook(f"http://127.0.0.1:{unused_tcp_port}/telegram", "127.0.0.1", unused_tcp_port, "a-long-secret")
    dispatcher = FakeDispatcher()
    async with TelegramServer(local=True) as server, telegram_bot(server, dispatcher, webhook=hook):
        assert server.webhook
        server.webhook = {**server.webhook, "secret_token": secret}
        ana = server.person("Ana")
        await server.send_text(server.private_chat(ana), ana, "/digest")
        await server.wait_until(lambda: bool(server.webhook_answers))
    assert server.webhook_answers[0] == 403
    assert dispatcher.asked == []


async def test_polling_removes_a_webhook_that_was_set_before():
    async with TelegramServer(local=True) as server:
        server.webhook = {"url": "http://127.0.0.1:9/gone"}
        async with telegram_bot(server, FakeDispatcher()):
            ana = server.person("Ana")
            chat = server.private_chat(ana)
            await server.send_text(chat, ana, "/digest")
            assert (await server.next_message(chat)).text == "/digest"
