"""Which addresses are connected to, whatever a name or a certificate says."""

from __future__ import annotations

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.errors import FetchFailed, FetchRefused
from tests.fetching import Names, get, make_fetcher
from tests.web_server import Answer, WebServer

PUBLIC = "93.184.216.34"


# Private and special addresses


async def test_a_private_address_is_refused_without_a_connection(server: WebServer) -> None:
    async with make_fetcher(allowed=frozenset()) as fetcher:
        with pytest.raises(FetchRefused, match="this machine"):
            await fetcher.fetch(server.url("/feed"))
    assert server.connections == 0


async def test_an_allowed_name_is_connected_to_wherever_it_lies(server: WebServer) -> None:
    server.answer("/feed", Answer(b"<rss/>"))
    async with make_fetcher(allowed=frozenset({"feeds.lan"}), resolve=Names(feeds_lan=[["127.0.0.1"]])) as fetcher:
        assert (await get(fetcher, server.url("/feed", host="feeds.lan"))).body == b"<rss/>"
    assert server.requests[0].headers["host"] == f"feeds.lan:{server.port}"


async def test_a_name_whose_number_is_allowed_is_connected_to(server: WebServer) -> None:
    server.answer("/feed", Answer(b"<rss/>"))
    async with make_fetcher(resolve=Names(feeds_example=[["127.0.0.1"]])) as fetcher:
        assert (await get(fetcher, server.url("/feed", host="feeds.example."))).body == b"<rss/>"
    assert server.requests[0].headers["host"] == f"feeds.example:{server.port}"


@pytest.mark.parametrize("number", ["127.0.0.1", "10.0.0.1", "::1", "::ffff:127.0.0.1", "fe80::1%2", "2002:7f00:1::"])
async def test_a_name_that_stands_for_a_private_number_is_refused(server: WebServer, number: str) -> None:
    async with make_fetcher(allowed=frozenset(), resolve=Names(feeds_example=[[number]])) as fetcher:
        with pytest.raises(FetchRefused, match=r"feeds\.example has the address"):
            await fetcher.fetch(server.url("/feed", host="feeds.example"))
    assert server.connections == 0


async def test_one_private_number_among_public_ones_is_enough_to_refuse(server: WebServer) -> None:
    async with make_fetcher(allowed=frozenset(), resolve=Names(feeds_example=[[PUBLIC, "127.0.0.1"]])) as fetcher:
        with pytest.raises(FetchRefused):
            await fetcher.fetch(server.url("/feed", host="feeds.example"))
    assert server.connections == 0


async def test_a_name_is_looked_up_once_so_that_a_second_answer_changes_nothing(server: WebServer) -> None:
    """The second answer would be refused; only the number that was checked is connected to."""
    server.answer("/feed", Answer(b"<rss/>"))
    names = Names(feeds_example=[["127.0.0.1"], ["10.0.0.1"]])
    async with make_fetcher(resolve=names) as fetcher:
        assert (await get(fetcher, server.url("/feed", host="feeds.example"))).body == b"<rss/>"
        assert names.questions == ["feeds.example"]


async def test_a_name_that_turns_private_is_refused_at_the_next_connection(server: WebServer) -> None:
    server.answer("/feed", Answer(b"<rss/>", headers={"Connection": "close"}))
    names = Names(feeds_example=[["127.0.0.1"], ["10.0.0.1"]])
    async with make_fetcher(resolve=names) as fetcher:
        await fetcher.fetch(server.url("/feed", host="feeds.example"))
        with pytest.raises(FetchRefused, match=r"feeds\.example has the address 10\.0\.0\.1"):
            await fetcher.fetch(server.url("/feed", host="feeds.example"))


async def test_the_next_number_of_a_name_is_tried_where_the_first_does_not_answer(server: WebServer) -> None:
    server.answer("/feed", Answer(b"<rss/>"))
    names = Names(feeds_example=[["::1", "127.0.0.1"]])  # the server listens on the second only
    async with make_fetcher(allowed=frozenset({"127.0.0.1", "::1"}), resolve=names) as fetcher:
        assert (await get(fetcher, server.url("/feed", host="feeds.example"))).body == b"<rss/>"


async def test_tls_names_the_host_and_not_the_number_that_is_connected_to() -> None:
    hello = asyncio.get_running_loop().create_future()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello.set_result(await reader.read(65536))
        writer.write(b"I do not speak TLS\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        async with make_fetcher(resolve=Names(secure_example=[["127.0.0.1"]])) as fetcher:
            with pytest.raises(FetchFailed, match=r"secure\.example:\d+ could not agree on a secure connection"):
                await fetcher.fetch(f"https://secure.example:{port}/feed")
    assert b"secure.example" in await hello


@pytest.fixture
async def secure_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WebServer]:
    """A server with a certificate for secure.example, which this process trusts."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("makes its certificate with the openssl command, which is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "30", "-subj", "/CN=secure.example", "-addext", "subjectAltName=DNS:secure.example"]
    process = await asyncio.create_subprocess_exec(
        *command, "-keyout", str(key), "-out", str(certificate), stderr=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    async with WebServer(tls=tls) as server:
        yield server


async def test_a_certificate_holds_for_the_name_that_was_asked_for(secure_server: WebServer) -> None:
    secure_server.answer("/feed", Answer(b"<rss/>"))
    async with make_fetcher(resolve=Names(secure_example=[["127.0.0.1"]])) as fetcher:
        for _ in range(2):
            document = await get(fetcher, secure_server.url("/feed", host="secure.example"))
            assert document.body == b"<rss/>"
    assert secure_server.connections == 1


async def test_a_certificate_for_another_name_is_not_trusted(secure_server: WebServer) -> None:
    async with make_fetcher(resolve=Names(other_example=[["127.0.0.1"]])) as fetcher:
        with pytest.raises(FetchFailed, match=r"certificate that cannot be trusted: Hostname mismatch"):
            await fetcher.fetch(secure_server.url("/feed", host="other.example"))


async def test_a_connection_for_one_name_is_not_lent_to_another_with_the_same_number(
    secure_server: WebServer,
) -> None:
    secure_server.answer("/feed", Answer(b"<rss/>"))
    names = Names(secure_example=[["127.0.0.1"]], other_example=[["127.0.0.1"]])
    async with make_fetcher(resolve=names) as fetcher:
        await fetcher.fetch(secure_server.url("/feed", host="secure.example"))
        with pytest.raises(FetchFailed, match="cannot be trusted"):
            await fetcher.fetch(secure_server.url("/feed", host="other.example"))
