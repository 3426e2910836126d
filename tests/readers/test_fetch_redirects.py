"""Where a redirect leads, and where the credentials in an address go."""

from __future__ import annotations

import logging
import traceback

import pytest

from bot.domain.documents import NotModified, Validators
from bot.domain.errors import FetchError, FetchFailed, FetchRefused
from bot.readers.fetch import FetchLimits, HttpFetcher
from tests.fetching import NOW, Names, get, make_fetcher, redirect
from tests.web_server import Answer, Raw, WebServer, conditional

SECRET = "correct-horse"


# Redirects


@pytest.mark.parametrize("status", [301, 308])
async def test_a_permanent_redirect_says_where_the_source_moved_to(
    server: WebServer, fetcher: HttpFetcher, status: int
) -> None:
    server.answer("/old", redirect(status, "/new?format=rss"))
    server.answer("/new", Answer(b"<rss/>"))

    document = await get(fetcher, server.url("/old"))

    assert document.address == server.url("/old")
    assert document.final_address == document.moved_to == server.url("/new?format=rss")


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_temporary_redirect_is_followed_and_not_remembered(
    server: WebServer, fetcher: HttpFetcher, status: int
) -> None:
    server.answer("/old", redirect(status, "/new"))
    server.answer("/new", Answer(b"<rss/>"))

    document = await get(fetcher, server.url("/old"))

    assert (document.final_address, document.moved_to) == (server.url("/new"), None)


async def test_one_temporary_redirect_makes_the_whole_way_temporary(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/a", redirect(301, "/b"))
    server.answer("/b", redirect(302, "/c"))
    server.answer("/c", redirect(301, "/d"))
    server.answer("/d", Answer(b"<rss/>"))

    document = await get(fetcher, server.url("/a"))

    assert (document.final_address, document.moved_to) == (server.url("/d"), None)


async def test_a_conditional_request_stays_conditional_after_a_redirect(
    server: WebServer, fetcher: HttpFetcher
) -> None:
    server.answer("/old", redirect(302, "/new"))
    server.answer("/new", conditional(b"<rss/>", etag='"1"'))

    outcome = await fetcher.fetch(server.url("/old"), validators=Validators(etag='"1"'))

    assert outcome == NotModified(server.url("/old"), fetched_at=NOW)


async def test_redirects_in_a_circle_are_refused(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/a", redirect(302, "/b"))
    server.answer("/b", redirect(302, "/a#again"))

    with pytest.raises(FetchRefused, match="in a circle"):
        await fetcher.fetch(server.url("/a"))
    assert len(server.requests) == 2


async def test_as_many_redirects_as_allowed_are_followed(server: WebServer) -> None:
    server.answer("/0", redirect(302, "/1"))
    server.answer("/1", redirect(302, "/2"))
    server.answer("/2", Answer(b"<rss/>"))
    async with make_fetcher(FetchLimits(host_pause=0, max_redirects=2)) as fetcher:
        assert (await get(fetcher, server.url("/0"))).body == b"<rss/>"


async def test_one_redirect_too_many_is_refused(server: WebServer) -> None:
    for number in range(4):
        server.answer(f"/{number}", redirect(302, f"/{number + 1}"))
    async with make_fetcher(FetchLimits(host_pause=0, max_redirects=2)) as fetcher:
        with pytest.raises(FetchRefused, match="redirects more than 2 times"):
            await fetcher.fetch(server.url("/0"))
    assert len(server.requests) == 3


async def test_a_redirect_without_a_target_is_a_failure(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/a", Answer(status=302))

    with pytest.raises(FetchFailed, match="without saying where to"):
        await fetcher.fetch(server.url("/a"))


@pytest.mark.parametrize(
    "target",
    ["http://[secret/", "http://user:secret/9@127.0.0.1/", "http://127.0.0.1:secret/", "http://xn--.secret.example/"],
)
async def test_a_redirect_to_nonsense_is_refused_without_quoting_it(
    server: WebServer, fetcher: HttpFetcher, target: str
) -> None:
    server.answer("/a", redirect(302, target))

    with pytest.raises(FetchRefused, match=r"not .*valid") as caught:
        await fetcher.fetch(server.url("/a"))
    assert "secret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/feed", "data:,hello", "gopher://127.0.0.1/1"]
)
async def test_a_redirect_never_leaves_the_web(server: WebServer, fetcher: HttpFetcher, target: str) -> None:
    server.answer("/a", redirect(301, target))

    with pytest.raises(FetchRefused, match=r"After a redirect from 127\.0\.0\.1:\d+: Only http and https"):
        await fetcher.fetch(server.url("/a"))


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "169.254.169.254", "[::1]", "2130706433", "localhost", "0x7f.1", "127.0.0.2"]
)
async def test_a_redirect_to_a_private_address_is_refused(server: WebServer, fetcher: HttpFetcher, host: str) -> None:
    server.answer("/a", redirect(301, f"http://{host}/latest/meta-data/"))

    with pytest.raises(FetchRefused, match=r"After a redirect from 127\.0\.0\.1"):
        await fetcher.fetch(server.url("/a"))


async def test_a_redirect_to_a_name_with_a_private_address_is_refused(server: WebServer) -> None:
    server.answer("/a", redirect(301, "http://innocent.example/"))
    async with make_fetcher(resolve=Names(innocent_example=[["192.168.0.1"]])) as fetcher:
        with pytest.raises(FetchRefused, match=r"innocent\.example has the address 192\.168\.0\.1, which belongs to"):
            await fetcher.fetch(server.url("/a"))


async def test_a_location_in_bare_utf_8_is_understood(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/a", redirect(301, "/новости".encode().decode("latin-1")))
    server.answer("/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8", Answer(b"<rss/>"))

    assert (await get(fetcher, server.url("/a"))).body == b"<rss/>"


# Credentials


async def test_credentials_in_the_address_are_sent_and_kept_out_of_the_final_address(
    server: WebServer, fetcher: HttpFetcher
) -> None:
    server.answer("/feed", Answer(b"<rss/>"))

    document = await get(fetcher, server.url("/feed", userinfo="reader:p%40ss"))

    assert server.requests[0].headers["authorization"] == "Basic cmVhZGVyOnBAc3M="
    assert document.final_address == server.url("/feed")


async def test_credentials_follow_a_redirect_within_one_server(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/old", redirect(301, "/new"))
    server.answer("/new", Answer(b"<rss/>"))

    document = await get(fetcher, server.url("/old", userinfo="reader:secret"))

    assert "authorization" in server.requests[1].headers
    assert document.moved_to == server.url("/new", userinfo="reader:secret")


async def test_credentials_do_not_follow_a_redirect_to_another_server(server: WebServer, fetcher: HttpFetcher) -> None:
    async with WebServer() as other:
        other.answer("/new", Answer(b"<rss/>"))
        server.answer("/old", redirect(301, other.url("/new")))

        document = await get(fetcher, server.url("/old", userinfo="reader:secret"))

        assert "authorization" not in other.requests[0].headers
        assert document.moved_to == other.url("/new")


async def test_credentials_that_a_redirect_brings_along_are_dropped(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/old", redirect(301, server.url("/new", userinfo="some:body")))
    server.answer("/new", Answer(b"<rss/>"))

    document = await get(fetcher, server.url("/old"))

    assert "authorization" not in server.requests[1].headers
    assert document.moved_to == server.url("/new")


FAILURES: dict[str, Answer | Raw] = {
    "an error status": Answer(status=503),
    "gone": Answer(status=410),
    "no HTTP": Raw(b"hello\r\n\r\n"),
    "a hang-up": Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
    "a redirect to nowhere": Answer(status=302),
    "a redirect to a private address": Answer(status=302, headers={"Location": f"http://10.0.0.1/?token={SECRET}"}),
    "a large body": Answer(b"x" * 2000),
    "a wrong compression": Answer(b"x", headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES.keys())
async def test_secrets_of_an_address_reach_neither_errors_nor_logs(
    server: WebServer, caplog: pytest.LogCaptureFixture, answer: Answer | Raw
) -> None:
    caplog.set_level(logging.INFO)
    server.answer("/feed", answer)
    address = server.url(f"/feed?token={SECRET}", userinfo=f"reader:{SECRET}")
    async with make_fetcher(FetchLimits(host_pause=0, max_bytes=1000)) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(address)

    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in caplog.text
