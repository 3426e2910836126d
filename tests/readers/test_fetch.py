from __future__ import annotations

import asyncio
import gzip
import itertools
import logging
import shutil
import ssl
import traceback
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.documents import NotModified, RawDocument, Validators
from bot.domain.errors import FetchError, FetchFailed, FetchRefused, SourceGone
from bot.readers.fetch import FetchLimits, HttpFetcher
from bot.readers.resolver import Resolve
from tests.web_server import HANG_UP, HOLD, Answer, Raw, SeenRequest, WebServer, conditional

NOW = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
PUBLIC = "93.184.216.34"
LIMITS = FetchLimits(host_pause=0)
NEVER = 3600.0  # seconds; a limit that a test does not mean to reach
A_MOMENT = 0.1
SECRET = "correct-horse"


class Names:
    """A name server: answers in turn, the last one for good; a name it does not know is not there."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self.answers = {name.replace("_", "."): list(numbers) for name, numbers in answers.items()}
        self.questions: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.questions.append(host)
        answers = self.answers.get(host)
        if not answers:
            raise OSError(2, "Name or service not known")
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpFetcher]:
    async with make_fetcher() as fetcher:
        yield fetcher


def make_fetcher(
    limits: FetchLimits = LIMITS, *, allowed: frozenset[str] = frozenset({"127.0.0.1"}), resolve: Resolve | None = None
) -> HttpFetcher:
    return HttpFetcher(limits, allowed_private_hosts=allowed, clock=lambda: NOW, resolve=resolve or Names())


async def get(fetcher: HttpFetcher, address: str, validators: Validators | None = None) -> RawDocument:
    document = await fetcher.fetch(address, validators=validators)
    assert isinstance(document, RawDocument)
    return document


# Documents


async def test_a_document_comes_with_all_that_the_server_says_about_it(server: WebServer, fetcher: HttpFetcher) -> None:
    headers = {
        "Content-Type": "application/rss+xml; charset=utf-8",
        "ETag": '"1"',
        "Last-Modified": "Thu, 05 Mar 2026 09:00:00 GMT",
        "Cache-Control": "public, max-age=600",
    }
    server.answer("/feed", Answer(b"<rss/>", headers=headers))

    assert await fetcher.fetch(server.url("/feed")) == RawDocument(
        address=server.url("/feed"),
        body=b"<rss/>",
        fetched_at=NOW,
        content_type="application/rss+xml; charset=utf-8",
        final_address=server.url("/feed"),
        moved_to=None,
        validators=Validators('"1"', "Thu, 05 Mar 2026 09:00:00 GMT"),
        poll_after=600.0,
    )


async def test_the_request_says_who_asks_and_what_can_be_unpacked(server: WebServer) -> None:
    server.answer("/feed", Answer(b"<rss/>"))
    async with make_fetcher(FetchLimits(host_pause=0, user_agent="PaperRound/9 (+https://papers.example)")) as fetcher:
        await fetcher.fetch(server.url("/feed?page=1#top"))

    (request,) = server.requests
    assert request.target == "/feed?page=1"
    assert request.headers == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": "PaperRound/9 (+https://papers.example)",
        "accept": "*/*",
        "accept-encoding": "gzip, deflate",
    }


async def test_a_body_in_pieces_is_put_together(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", Answer([b"<rss>", b"</rss>"]))

    assert (await get(fetcher, server.url("/feed"))).body == b"<rss></rss>"


async def test_a_body_that_ends_with_the_connection_is_whole(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", Raw(b"HTTP/1.0 200 OK\r\n\r\n<rss/>"))

    assert (await get(fetcher, server.url("/feed"))).body == b"<rss/>"


async def test_one_connection_serves_several_documents_of_a_host(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/a", Answer(b"a"))
    server.answer("/b", Answer(b"b"))

    for path in ("/a", "/b", "/a"):
        await fetcher.fetch(server.url(path))

    assert [request.connection for request in server.requests] == [1, 1, 1]


async def test_cookies_are_not_kept(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", Answer(b"<rss/>", headers={"Set-Cookie": "who=you"}))

    await fetcher.fetch(server.url("/feed"))
    await fetcher.fetch(server.url("/feed"))

    assert "cookie" not in server.requests[1].headers


async def test_proxies_of_the_environment_are_ignored(
    server: WebServer, fetcher: HttpFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    server.answer("/feed", Answer(b"<rss/>"))

    assert (await get(fetcher, server.url("/feed"))).body == b"<rss/>"


# Conditional requests


async def test_an_unchanged_document_is_not_sent_again(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", conditional(b"<rss/>", etag='W/"1"', modified=NOW))

    first = await get(fetcher, server.url("/feed"))
    again = await fetcher.fetch(server.url("/feed"), validators=first.validators)

    assert again == NotModified(server.url("/feed"), fetched_at=NOW)
    assert server.requests[1].headers["if-none-match"] == 'W/"1"'
    assert server.requests[1].headers["if-modified-since"] == "Thu, 05 Mar 2026 10:00:00 GMT"


async def test_a_date_alone_is_enough_to_ask_for_changes(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", conditional(b"<rss/>", modified=NOW))

    first = await get(fetcher, server.url("/feed"))

    assert isinstance(await fetcher.fetch(server.url("/feed"), validators=first.validators), NotModified)


async def test_a_changed_document_comes_with_new_validators(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", conditional(b"new", etag='"2"'))

    document = await get(fetcher, server.url("/feed"), Validators(etag='"1"'))

    assert (document.body, document.validators) == (b"new", Validators(etag='"2"'))


async def test_a_validator_goes_back_byte_for_byte(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", conditional(b"<rss/>", etag='"grüße"'))

    first = await get(fetcher, server.url("/feed"))

    assert isinstance(await fetcher.fetch(server.url("/feed"), validators=first.validators), NotModified)


async def test_an_excessive_validator_is_not_kept(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", Answer(b"<rss/>", headers={"ETag": f'"{"x" * 5000}"'}))

    assert (await get(fetcher, server.url("/feed"))).validators == Validators()


async def test_an_answer_of_not_modified_to_a_plain_request_is_a_failure(
    server: WebServer, fetcher: HttpFetcher
) -> None:
    server.answer("/feed", Answer(status=304))

    with pytest.raises(FetchFailed, match="304 Not Modified"):
        await fetcher.fetch(server.url("/feed"))


async def test_not_modified_tells_when_to_ask_again(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", Answer(status=304, headers={"Cache-Control": "max-age=900"}))

    outcome = await fetcher.fetch(server.url("/feed"), validators=Validators(etag='"1"'))

    assert outcome == NotModified(server.url("/feed"), fetched_at=NOW, poll_after=900.0)


# Redirects


def redirect(status: int, location: str) -> Answer:
    return Answer(b"over there", status=status, headers={"Location": location})


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


# Sizes


async def test_a_body_of_just_the_limit_is_read(server: WebServer) -> None:
    server.answer("/feed", Answer([b"x" * 500, b"x" * 500]))
    async with make_fetcher(FetchLimits(host_pause=0, max_bytes=1000)) as fetcher:
        assert len((await get(fetcher, server.url("/feed"))).body) == 1000


async def test_a_body_over_the_limit_is_refused(server: WebServer) -> None:
    server.answer("/feed", Answer([b"x" * 500, b"x" * 501]))
    async with make_fetcher(FetchLimits(host_pause=0, max_bytes=1000)) as fetcher:
        with pytest.raises(FetchRefused, match=r"127\.0\.0\.1:\d+ sent a document of more than 0\.001 MB"):
            await fetcher.fetch(server.url("/feed"))


async def test_a_body_that_is_announced_too_large_is_not_even_begun(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n", HOLD))

    with pytest.raises(FetchRefused, match="more than 20 MB"):
        await fetcher.fetch(server.url("/feed"))


async def test_an_endless_body_is_refused_at_the_limit(server: WebServer) -> None:
    server.answer("/feed", Answer(itertools.repeat(b"x" * 65536)))
    async with make_fetcher(FetchLimits(host_pause=0, max_bytes=1_000_000)) as fetcher:
        with pytest.raises(FetchRefused, match="more than 1 MB"):
            await fetcher.fetch(server.url("/feed"))


async def test_endless_headers_are_cut_off(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", Raw(b"HTTP/1.1 200 OK\r\n", itertools.repeat(b"X-More: " + b"x" * 5000 + b"\r\n")))

    with pytest.raises(FetchFailed):
        await fetcher.fetch(server.url("/feed"))


@pytest.mark.parametrize(
    ("coding", "packed"),
    [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("GZIP", gzip.compress), ("deflate", zlib.compress)],
)
async def test_a_compressed_body_is_unpacked(
    server: WebServer, fetcher: HttpFetcher, coding: str, packed: Callable[[bytes], bytes]
) -> None:
    server.answer("/feed", Answer(packed(b"<rss/>" * 1000), headers={"Content-Encoding": coding}))

    assert (await get(fetcher, server.url("/feed"))).body == b"<rss/>" * 1000


async def test_a_gzip_bomb_is_refused(server: WebServer, fetcher: HttpFetcher) -> None:
    bomb = gzip.compress(bytes(30_000_000))
    server.answer("/feed", Answer(bomb, headers={"Content-Encoding": "gzip"}))

    with pytest.raises(FetchRefused, match="grows more than 200 times"):
        await fetcher.fetch(server.url("/feed"))


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress"])
async def test_a_compression_that_was_not_asked_for_is_refused(
    server: WebServer, fetcher: HttpFetcher, coding: str
) -> None:
    server.answer("/feed", Answer(b"x", headers={"Content-Encoding": coding}))

    with pytest.raises(FetchRefused, match="compression that was not asked for"):
        await fetcher.fetch(server.url("/feed"))


# Times. One limit is tiny and the server waits for good, so the outcome does not depend on anybody's speed.


async def test_a_server_that_says_nothing_is_given_up(server: WebServer) -> None:
    server.answer("/feed", Raw(HOLD))
    async with make_fetcher(FetchLimits(host_pause=0, idle_timeout=A_MOMENT, total_timeout=NEVER)) as fetcher:
        with pytest.raises(FetchFailed, match="silent for too long"):
            await fetcher.fetch(server.url("/feed"))


async def test_a_server_that_falls_silent_in_the_middle_is_given_up(server: WebServer) -> None:
    server.answer("/feed", Answer([b"<rss>", HOLD]))
    async with make_fetcher(FetchLimits(host_pause=0, idle_timeout=A_MOMENT, total_timeout=NEVER)) as fetcher:
        with pytest.raises(FetchFailed, match="silent for too long"):
            await fetcher.fetch(server.url("/feed"))


@pytest.mark.parametrize(
    "answer",
    [Raw(b"HTTP/1.1 200 OK\r\nX-Slow: ", HOLD), Answer([b"<rss>", HOLD]), Answer(itertools.repeat(b" "))],
    ids=["in its headers", "in its body", "without an end"],
)
async def test_a_server_that_drips_is_cut_off_by_the_total_limit(server: WebServer, answer: Answer | Raw) -> None:
    server.answer("/feed", answer)
    limits = FetchLimits(host_pause=0, idle_timeout=NEVER, total_timeout=A_MOMENT, max_bytes=10**12)
    async with make_fetcher(limits) as fetcher:
        with pytest.raises(FetchRefused, match=r"took longer than 0\.1 seconds"):
            await fetcher.fetch(server.url("/feed"))


async def test_the_total_limit_holds_after_a_redirect_as_well(server: WebServer) -> None:
    server.answer("/a", redirect(302, "/b"))
    server.answer("/b", Raw(HOLD))
    limits = FetchLimits(host_pause=0, idle_timeout=NEVER, total_timeout=A_MOMENT)
    async with make_fetcher(limits) as fetcher:
        with pytest.raises(FetchRefused, match=r"took longer"):
            await fetcher.fetch(server.url("/a"))


async def test_a_name_server_that_does_not_answer_is_given_up() -> None:
    async def silent(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    limits = FetchLimits(host_pause=0, connect_timeout=A_MOMENT, total_timeout=NEVER)
    async with make_fetcher(limits, resolve=silent) as fetcher:
        with pytest.raises(FetchFailed, match=r"Looking up the name feeds\.example took too long"):
            await fetcher.fetch("http://feeds.example/")


async def test_after_a_fetch_was_cut_off_its_place_is_free_again(server: WebServer) -> None:
    arrived = asyncio.Event()

    def hold(request: SeenRequest) -> Answer:
        arrived.set()
        return Answer([b"<rss>", HOLD])

    server.answer("/feed", hold, Answer(b"<rss/>"))
    async with make_fetcher(FetchLimits(host_pause=0, overall=1, per_host=1)) as fetcher:
        cut_off = asyncio.create_task(fetcher.fetch(server.url("/feed")))
        await arrived.wait()
        cut_off.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cut_off
        assert (await get(fetcher, server.url("/feed"))).body == b"<rss/>"


async def test_a_slow_host_does_not_hold_up_another(server: WebServer) -> None:
    going_on = asyncio.Event()
    server.answer("/slow", Answer([going_on, b"late"]))
    server.answer("/fast", Answer(b"at once"))
    limits = FetchLimits(host_pause=0, per_host=1, overall=2)
    async with make_fetcher(limits, resolve=Names(other_example=[["127.0.0.1"]])) as fetcher:
        slow = [asyncio.create_task(get(fetcher, server.url("/slow"))) for _ in range(5)]
        fast = await get(fetcher, server.url("/fast", host="other.example"))
        assert fast.body == b"at once"
        assert not any(task.done() for task in slow)
        going_on.set()
        assert [document.body for document in await asyncio.gather(*slow)] == [b"late"] * 5


# Refusals of the server


async def test_gone_for_good_retires_the_source(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", Answer(status=410))

    with pytest.raises(SourceGone, match=r"127\.0\.0\.1:\d+ answered 410 Gone"):
        await fetcher.fetch(server.url("/feed"))


async def test_gone_behind_a_temporary_redirect_may_pass(server: WebServer, fetcher: HttpFetcher) -> None:
    server.answer("/feed", redirect(302, "/elsewhere"))
    server.answer("/elsewhere", Answer(status=410))

    with pytest.raises(FetchFailed, match="410 Gone"):
        await fetcher.fetch(server.url("/feed"))


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("value", ["120", "Thu, 05 Mar 2026 10:02:00 GMT"])
async def test_a_busy_server_tells_how_long_to_wait(
    server: WebServer, fetcher: HttpFetcher, status: int, value: str
) -> None:
    server.answer("/feed", Answer(status=status, headers={"Retry-After": value}))

    with pytest.raises(FetchFailed, match="it asked to wait 120 seconds") as caught:
        await fetcher.fetch(server.url("/feed"))
    assert caught.value.retry_after == timedelta(seconds=120)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (204, "204 No Content"),
        (300, "300 Multiple Choices"),
        (401, "401 Unauthorized"),
        (403, "403 Forbidden"),
        (404, "404 Not Found"),
        (500, "500 Internal Server Error"),
        (599, "599"),
    ],
)
async def test_any_other_answer_is_a_failure_in_plain_words(
    server: WebServer, fetcher: HttpFetcher, status: int, text: str
) -> None:
    server.answer("/feed", Answer(status=status))

    with pytest.raises(FetchFailed) as caught:
        await fetcher.fetch(server.url("/feed"))
    assert str(caught.value) == f"127.0.0.1:{server.port} answered {text}."
    assert caught.value.retry_after is None


# Broken connections


async def test_a_server_that_is_not_there_is_a_failure() -> None:
    async with WebServer() as gone:
        address = gone.url("/feed")
    async with make_fetcher() as fetcher:
        with pytest.raises(FetchFailed, match=r"No connection to 127\.0\.0\.1:\d+ could be made\.") as caught:
            await fetcher.fetch(address)
    assert caught.value.__cause__ is not None


async def test_a_name_that_does_not_exist_is_a_failure(fetcher: HttpFetcher) -> None:
    with pytest.raises(FetchFailed, match=r"The name nowhere\.example could not be looked up"):
        await fetcher.fetch("https://nowhere.example/feed")


async def test_a_name_without_numbers_is_a_failure() -> None:
    async with make_fetcher(resolve=Names(empty_example=[[]])) as fetcher:
        with pytest.raises(FetchFailed, match=r"The name empty\.example has no address"):
            await fetcher.fetch("http://empty.example/")


@pytest.mark.parametrize(
    "answer",
    [
        Raw(HANG_UP),
        Raw(b"HTTP/1.1 200 O"),
        Raw(b"220 mail.example ESMTP\r\n"),
        Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
        Answer([b"<rss>", HANG_UP]),
        Answer(gzip.compress(b"<rss/>")[:-9], headers={"Content-Encoding": "gzip"}),
        Answer(b"no gzip", headers={"Content-Encoding": "gzip"}),
        Raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    ],
    ids=[
        "at once",
        "in the status",
        "no HTTP",
        "before the length",
        "before the last chunk",
        "before the end of gzip",
        "no gzip",
        "another protocol",
    ],
)
async def test_an_answer_that_breaks_off_or_is_none_is_a_failure(
    server: WebServer, fetcher: HttpFetcher, answer: Answer | Raw
) -> None:
    server.answer("/feed", answer)

    with pytest.raises(FetchFailed, match=rf"^127\.0\.0\.1:{server.port} "):
        await fetcher.fetch(server.url("/feed"))


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


async def test_the_requests_of_a_script_are_seen(server: WebServer, fetcher: HttpFetcher) -> None:
    def reply(request: SeenRequest) -> Answer:
        return Answer(request.target.encode())

    server.answer("/echo", reply)

    assert (await get(fetcher, server.url("/echo?q=1"))).body == b"/echo?q=1"
    assert [request.method for request in server.asked("/echo")] == ["GET"]
