"""Papers: one identity for every way in which one is named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.papers import PaperId, address, find_papers, identified, paper_of


@pytest.mark.parametrize(
    ("url", "paper"),
    [
        ("https://arxiv.org/abs/2005.14165", "arxiv:2005.14165"),
        ("http://arxiv.org/abs/2005.14165v4", "arxiv:2005.14165"),
        ("https://arxiv.org/pdf/2005.14165.pdf", "arxiv:2005.14165"),
        ("https://www.arxiv.org/pdf/2005.14165v2", "arxiv:2005.14165"),
        ("https://arxiv.org/html/2005.14165", "arxiv:2005.14165"),
        ("https://arxiv.org/format/2005.14165", "arxiv:2005.14165"),
        ("https://arxiv.org/ps/2005.14165", "arxiv:2005.14165"),
        ("arxiv.org/abs/2005.14165", "arxiv:2005.14165"),
        ("https://export.arxiv.org/abs/2005.14165", "arxiv:2005.14165"),
        ("http://cn.arxiv.org/abs/2005.14165", "arxiv:2005.14165"),
        ("http://xxx.itp.ac.cn/pdf/2005.14165v1.pdf", "arxiv:2005.14165"),
        ("https://ar5iv.labs.arxiv.org/html/2005.14165", "arxiv:2005.14165"),
        ("https://www.arxiv-vanity.com/papers/2005.14165/", "arxiv:2005.14165"),
        ("https://www.alphaxiv.org/abs/2005.14165", "arxiv:2005.14165"),
        ("https://scirate.com/arxiv/2005.14165", "arxiv:2005.14165"),
        ("https://huggingface.co/papers/2005.14165", "arxiv:2005.14165"),
        ("https://doi.org/10.48550/arXiv.2005.14165", "arxiv:2005.14165"),
        ("https://arxiv.org/abs/hep-th/9901001", "arxiv:hep-th/9901001"),
        ("https://arxiv.org/pdf/cs.CL/9901001v1.pdf", "arxiv:cs.cl/9901001"),
        ("https://dx.doi.org/10.1038/Nature14539", "doi:10.1038/nature14539"),
        ("https://dl.acm.org/doi/abs/10.1145/3351095.3372873", "doi:10.1145/3351095.3372873"),
        ("https://dl.acm.org/doi/pdf/10.1145/3351095.3372873", "doi:10.1145/3351095.3372873"),
        ("https://onlinelibrary.wiley.com/doi/full/10.1111/cogs.12345", "doi:10.1111/cogs.12345"),
        ("https://link.springer.com/content/pdf/10.1007%2Fs10462-020-1.pdf", "doi:10.1007/s10462-020-1"),
        ("https://www.frontiersin.org/articles/10.3389/fnins.2019.00095/full", "doi:10.3389/fnins.2019.00095"),
        (
            "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0123456",
            "doi:10.1371/journal.pone.0123456",
        ),
        ("https://www.nature.com/articles/s41586-019-1799-6", "doi:10.1038/s41586-019-1799-6"),
        ("https://www.nature.com/articles/s41586-019-1799-6.pdf", "doi:10.1038/s41586-019-1799-6"),
        ("https://www.nature.com/articles/nature14539", "doi:10.1038/nature14539"),
        ("https://www.biorxiv.org/content/10.1101/2020.01.02.123456v3.full.pdf", "doi:10.1101/2020.01.02.123456"),
        ("https://www.biorxiv.org/content/10.1101/2020.01.02.123456v1", "doi:10.1101/2020.01.02.123456"),
        ("https://openreview.net/forum?id=rkgNKkHtvB", "openreview:rkgNKkHtvB"),
        ("https://openreview.net/pdf?id=rkgNKkHtvB", "openreview:rkgNKkHtvB"),
        ("https://openreview.net/forum?id=rkgNKkHtvB&noteId=x", "openreview:rkgNKkHtvB"),
        ("https://www.aclweb.org/anthology/P19-1001/", "acl:P19-1001"),
        ("https://www.aclweb.org/anthology/papers/P/P19/P19-1001/", "acl:P19-1001"),
        ("http://aclweb.org/anthology/P19-1001v2.pdf", "acl:P19-1001"),
        ("https://aclanthology.org/P19-1001.pdf", "acl:P19-1001"),
        ("https://aclanthology.info/papers/P19-1001/p19-1001", "acl:P19-1001"),
        ("https://aclanthology.org/2020.acl-main.1/", "acl:2020.ACL-MAIN.1"),
        ("https://www.aclweb.org/anthology/2020.nlp4if-1.3.pdf", "acl:2020.NLP4IF-1.3"),
        ("https://doi.org/10.18653/v1/P19-1001", "acl:P19-1001"),
    ],
)
def test_every_address_of_a_paper_leads_to_one_identity(url: str, paper: str) -> None:
    assert str(paper_of(url)) == paper


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/list/cs.CL/recent",
        "https://example.org/abs/2005.14165",
        "https://huggingface.co/blog/2005",
        "https://openreview.net/group?id=ICLR.cc/2020/Conference",
        "https://openreview.net/profile?id=~Ada_Lovelace1",
        "https://www.nature.com/nature/research",
        "https://www.nature.com/articles/",
        "https://aclanthology.org/events/acl-2020/",
        "mailto:someone@arxiv.org",
        "",
        "https://[broken",
    ],
)
def test_other_pages_are_no_papers(url: str) -> None:
    assert paper_of(url) is None


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("see arXiv:2005.14165v2, and", ["arxiv:2005.14165"]),
        ("arXiv preprint arXiv:1810.04805 (2018)", ["arxiv:1810.04805"]),
        ("arXiv: hep-th/9901001", ["arxiv:hep-th/9901001"]),
        ("статья (arXiv 2005.14165) и", ["arxiv:2005.14165"]),
        ("论文arXiv：2005.14165。", ["arxiv:2005.14165"]),
        ("doi:10.1038/nature14539.", ["doi:10.1038/nature14539"]),
        ("(DOI 10.1145/3351095.3372873)", ["doi:10.1145/3351095.3372873"]),
        ("DOI：10.1145/3351095.3372873，见", ["doi:10.1145/3351095.3372873"]),
        ("https://doi.org/10.48550/arXiv.2005.14165 only once", ["arxiv:2005.14165"]),
        ("вот https://arxiv.org/abs/2002.05715и дальше", ["arxiv:2002.05715"]),
        ("arxiv.org/abs/2002.05715, arXiv:1706.03762", ["arxiv:2002.05715", "arxiv:1706.03762"]),
        ("ACL Anthology P19-1001", ["acl:P19-1001"]),
        ("version 2005.14165 of 10.0/x and P19-1001", []),
    ],
)
def test_papers_are_found_in_text_without_link(text: str, papers: list[str]) -> None:
    assert [str(paper) for paper in find_papers(text)] == papers


def test_papers_of_links_come_first_and_each_once() -> None:
    text = "arXiv:1706.03762, then https://arxiv.org/abs/2005.14165"
    links = ["https://example.org", "https://arxiv.org/pdf/2005.14165.pdf"]
    assert find_papers(text, links) == (PaperId("arxiv", "2005.14165"), PaperId("arxiv", "1706.03762"))


@pytest.mark.parametrize(
    ("paper", "page"),
    [
        (PaperId("arxiv", "2005.14165"), "https://arxiv.org/abs/2005.14165"),
        (PaperId("arxiv", "cs.cl/9901001"), "https://arxiv.org/abs/cs.CL/9901001"),
        (PaperId("doi", "10.1000/a<b>#1"), "https://doi.org/10.1000/a%3Cb%3E%231"),
        (PaperId("openreview", "rkgNKkHtvB"), "https://openreview.net/forum?id=rkgNKkHtvB"),
        (PaperId("acl", "P19-1001"), "https://aclanthology.org/P19-1001/"),
        (PaperId("acl", "2020.ACL-MAIN.1"), "https://aclanthology.org/2020.acl-main.1/"),
    ],
)
def test_a_paper_has_a_page_for_people_that_leads_back_to_it(paper: PaperId, page: str) -> None:
    assert address(paper) == page
    assert paper_of(page) == paper


@given(st.text(max_size=200))
@settings(deadline=None)
def test_no_text_breaks_the_functions(text: str) -> None:
    paper_of(text)
    find_papers(text, [text])


@pytest.mark.parametrize("identity", ["arxiv:2002.05715", "doi:10.1038/nature14539", "acl:P19-1001", "openreview:abc"])
def test_an_identity_is_read_back_as_it_was_written(identity: str) -> None:
    assert str(identified(identity)) == identity


@pytest.mark.parametrize(
    "identity", ["", "arxiv:", "arxiv:12", "arxiv:2002.05715v2", "title:on frogs", "link:example.org", "acl:p19-1001"]
)
def test_what_is_no_identity_of_a_paper_is_none(identity: str) -> None:
    assert identified(identity) is None
