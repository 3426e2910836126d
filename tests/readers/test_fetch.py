"""Fetching documents: what comes, what is not sent again, and how servers and connections fail."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from bot.domain.documents import NotModified, RawDocument, Validators
from bot.domain.errors import FetchFailed, SourceGone
from bot.readers.fetch import FetchLimits, HttpFetcher
from tests.fetching import NOW, Names, get, make_fetcher, redirect
from tests.web_server import HANG_UP, Answer, Raw, SeenRequest, WebServer, conditional

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


async def test_the_requests_of_a_script_are_seen(server: WebServer, fetcher: HttpFetcher) -> None:
    def reply(request: SeenRequest) -> Answer:
        return Answer(request.target.encode())

    server.answer("/echo", reply)

    assert (await get(fetcher, server.url("/echo?q=1"))).body == b"/echo?q=1"
    assert [request.method for request in server.asked("/echo")] == ["GET"]
