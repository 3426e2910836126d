"""What arXiv says of papers, over a double of its API: polite, bounded, and at home with its odd answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.errors import FetchError, FetchFailed, FetchRefused, ReadError
from bot.domain.papers import PaperId
from bot.readers.arxiv import AT_ONCE, LONGEST_ABSTRACT, LONGEST_TITLE, MOST_AUTHORS, PAUSE, ArxivLookup
from bot.readers.fetch import FetchLimits, HttpFetcher
from bot.readers.politeness import Politeness
from bot.readers.pool import PooledReader
from tests.fakes import FakeClock
from tests.web_server import Answer, WebServer

PATH = "/api/query"
GPT = PaperId("arxiv", "2005.14165")
ATTENTION = PaperId("arxiv", "1706.03762")


def entry(
    number: str = "2005.14165v4",
    title: str = "Language Models are\n  Few-Shot Learners",
    abstract: str = "  Recent work has shown\nsubstantial gains.\n",
    authors: tuple[str, ...] = ("Tom B. Brown", "Benjamin Mann"),
) -> str:
    """An entry as arXiv writes it."""
    names = "".join(f"<author><name>{escape(name)}</name></author>" for name in authors)
    return (
        f"<entry><id>http://arxiv.org/abs/{number}</id><updated>2020-07-22T19:47:17Z</updated>"
        f"<published>2020-05-28T17:29:03Z</published><title>{escape(title)}</title><summary>{escape(abstract)}</summary>"
        f'{names}<link href="http://arxiv.org/abs/{number}" rel="alternate" type="text/html"/>'
        f'<link title="pdf" href="http://arxiv.org/pdf/{number}" rel="related" type="application/pdf"/>'
        '<category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/></entry>'
    )


def feed(*entries: str) -> Answer:
    """An answer as arXiv's API gives it."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        '<link href="http://arxiv.org/api/query?id_list=x" rel="self" type="application/atom+xml"/>'
        '<title type="html">ArXiv Query: search_query=&amp;id_list=2005.14165</title>'
        "<id>http://arxiv.org/api/xyz</id><updated>2026-11-21T00:00:00-05:00</updated>"
        '<opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">1</opensearch:totalResults>'
        f"{''.join(entries)}</feed>"
    )
    return Answer(body.encode(), headers={"Content-Type": "application/atom+xml; charset=UTF-8"})


ERROR = (
    "<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_1234.12345</id><title>Error</title>"
    "<summary>incorrect id format for 1234.12345</summary><updated>2026-11-21T00:00:00-05:00</updated>"
    '<link href="http://arxiv.org/api/errors#incorrect_id_format_for_1234.12345" rel="alternate" type="text/html"/>'
    "<author><name>arXiv api core</name></author></entry>"
)


@dataclass
class Api:
    """The double, and what asks it; `slept` are the pauses that it took, in seconds, on a clock that stands still."""

    server: WebServer
    lookup: ArxivLookup
    slept: list[float]


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    limits = FetchLimits(max_bytes=1_000_000, host_pause=0)
    async with (
        WebServer() as server,
        HttpFetcher(limits, allowed_private_hosts={"127.0.0.1"}, clock=FakeClock()) as fetcher,
    ):
        reader = PooledReader(FakeClock())
        slept: list[float] = []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)

        politeness = Politeness(per_host=1, overall=1, pause=PAUSE, monotonic=lambda: 100.0, sleep=sleep)
        yield Api(server, ArxivLookup(fetcher, reader, server.url(PATH), politeness=politeness), slept)
        reader.close()


async def test_a_paper_is_told_with_its_title_authors_and_abstract_on_one_line_each(api: Api) -> None:
    api.server.answer(PATH, feed(entry()))
    facts = (await api.lookup.look_up([GPT]))[GPT]
    assert facts.title == "Language Models are Few-Shot Learners"
    assert facts.authors == ("Tom B. Brown", "Benjamin Mann")
    assert facts.abstract == "Recent work has shown substantial gains."


async def test_several_papers_are_one_question(api: Api) -> None:
    api.server.answer(PATH, feed(entry(), entry("1706.03762v7", "Attention Is All You Need")))
    found = await api.lookup.look_up([ATTENTION, GPT])
    assert [found[one].title for one in (ATTENTION, GPT)] == [
        "Attention Is All You Need",
        "Language Models are Few-Shot Learners",
    ]
    (asked,) = api.server.requests
    query = parse_qs(urlsplit(asked.target).query)
    assert query == {"id_list": ["1706.03762,2005.14165"], "max_results": ["2"]}
    assert asked.headers["user-agent"].startswith("PaperRound")


async def test_no_question_is_longer_than_a_server_takes(api: Api) -> None:
    papers = [PaperId("arxiv", f"2101.{number:05}") for number in range(AT_ONCE + 20)]
    api.server.answer(PATH, feed())
    assert await api.lookup.look_up(papers) == {}
    assert len(api.server.requests[0].target) < 2_000


async def test_papers_with_the_ids_of_old_are_found_too(api: Api) -> None:
    old = PaperId("arxiv", "hep-th/9901001")
    api.server.answer(PATH, feed(entry("hep-th/9901001v3", "Strings")))
    assert (await api.lookup.look_up([old]))[old].title == "Strings"
    assert "id_list=hep-th/9901001" in api.server.requests[0].target


async def test_only_papers_of_arxiv_are_asked_for(api: Api) -> None:
    assert not api.lookup.knows(PaperId("doi", "10.1/x"))
    assert await api.lookup.look_up([PaperId("doi", "10.1/x")]) == {}
    assert not api.server.requests


async def test_a_paper_that_arxiv_does_not_have_is_left_out(api: Api) -> None:
    api.server.answer(PATH, feed())
    assert await api.lookup.look_up([GPT]) == {}


async def test_an_entry_for_another_paper_than_asked_for_is_ignored(api: Api) -> None:
    api.server.answer(PATH, feed(entry("1706.03762v7", "Attention Is All You Need")))
    assert await api.lookup.look_up([GPT]) == {}


async def test_an_entry_without_a_title_tells_nothing(api: Api) -> None:
    api.server.answer(PATH, feed(entry(title="  ")))
    assert await api.lookup.look_up([GPT]) == {}


async def test_a_withdrawn_paper_keeps_its_title_and_says_so(api: Api) -> None:
    api.server.answer(PATH, feed(entry(title="Wrong", abstract="This paper has been withdrawn due to an error.")))
    facts = (await api.lookup.look_up([GPT]))[GPT]
    assert (facts.title, facts.abstract) == ("Wrong", "This paper has been withdrawn due to an error.")


async def test_an_error_in_an_answer_with_status_200_is_an_error(api: Api) -> None:
    api.server.answer(PATH, feed(ERROR))
    with pytest.raises(ReadError, match="refused"):
        await api.lookup.look_up([GPT])


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"Rate exceeded.", headers={"Content-Type": "text/plain"}),
        Answer(b"<html><body><h1>We are down for maintenance</h1></body></html>"),
        Answer(b""),
        Answer(b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><feed>&b;</feed>'),
        Answer(status=503),
        Answer(b"x" * 2_000_000),
    ],
)
async def test_what_is_no_answer_is_an_error_and_no_paper(api: Api, answer: Answer) -> None:
    api.server.answer(PATH, answer)
    with pytest.raises((FetchError, ReadError)):
        await api.lookup.look_up([GPT])


async def test_being_told_to_wait_is_passed_on(api: Api) -> None:
    api.server.answer(PATH, Answer(status=429, headers={"Retry-After": "120"}))
    with pytest.raises(FetchFailed) as caught:
        await api.lookup.look_up([GPT])
    assert caught.value.retry_after == timedelta(minutes=2)


async def test_a_redirect_to_a_private_address_is_not_followed(api: Api) -> None:
    api.server.answer(PATH, Answer(status=302, headers={"Location": "http://10.0.0.1/"}))
    with pytest.raises(FetchRefused):
        await api.lookup.look_up([GPT])


async def test_tex_and_markup_in_titles_and_names_become_letters(api: Api) -> None:
    title = r"Erd\H{o}s--R\'enyi graphs in $\mathcal{O}(n)$: <b>not</b> bold & $k$-means"
    api.server.answer(PATH, feed(entry(title=title, authors=(r"Paul Erd{\H{o}}s", 'Kurt G\\"odel'))))
    facts = (await api.lookup.look_up([GPT]))[GPT]
    assert facts.title == r"Erdős--Rényi graphs in $\mathcal{O}(n)$: not bold & k-means"
    assert facts.authors == ("Paul Erdős", "Kurt Gödel")


async def test_endless_titles_abstracts_and_lists_of_authors_are_cut(api: Api) -> None:
    names = tuple(f"Ann{number} Lee" for number in range(3_000))
    api.server.answer(PATH, feed(entry(title="long " * 2_000, abstract="word " * 9_000, authors=names)))
    facts = (await api.lookup.look_up([GPT]))[GPT]
    assert len(facts.title) <= LONGEST_TITLE
    assert len(facts.abstract) <= LONGEST_ABSTRACT
    assert 0 < len(facts.authors) <= MOST_AUTHORS


async def test_one_question_begins_three_seconds_after_the_other(api: Api) -> None:
    api.server.answer(PATH, feed(entry()))
    for _ in range(3):
        await api.lookup.look_up([GPT])
    assert api.slept == [3.0, 6.0]
