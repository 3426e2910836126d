"""Links: cleaned, found in text, compared, told apart."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.links import (
    MAX_LENGTH,
    LinkKind,
    canonical,
    clean_url,
    find_urls,
    is_code,
    keys_of,
    kind_of,
    link_key,
)
from bot.domain.papers import paper_of

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("((https://example.org/x))", "https://example.org/x"),
        ("<https://example.org/x>", "https://example.org/x"),
        ("https://example.org/x).", "https://example.org/x"),
        ("https://example.org/x]", "https://example.org/x"),
        ("https://example.org/x…", "https://example.org/x"),
        ("https://example.org/x。", "https://example.org/x"),
        ("ttps://example.org/x", "https://example.org/x"),
        ("hhttp://example.org/x", "http://example.org/x"),
        ("http//example.org/x", "http://example.org/x"),
        ("https:/example.org/x", "https://example.org/x"),
        ("https://https://example.org/x", "https://example.org/x"),
        ("HTTPS://Example.ORG/X", "https://example.org/X"),
        ("https：//example.org/x", "https://example.org/x"),
        ("//example.org/x", "https://example.org/x"),
        (r"https://example.org/a\_b", "https://example.org/a_b"),
        ('https://example.org/x "A title"', "https://example.org/x"),
        ("https://example.org/?a=1&amp;amp;b=2", "https://example.org/?a=1&b=2"),
        ("https://example.org:443/x", "https://example.org/x"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("https://example.org/x#:~:text=word", "https://example.org/x"),
    ],
)
def test_what_hands_and_programs_break_is_mended(written: str, clean: str) -> None:
    assert clean_url(written) == clean


@pytest.mark.parametrize("bare", ["example.org/x", "www.example.org", "deeplearning.ai", "news.example.edu/2019/a-b"])
def test_a_link_without_scheme_gets_one(bare: str) -> None:
    assert clean_url(bare) == f"https://{bare}"


def test_a_link_broken_over_lines_is_joined() -> None:
    assert clean_url("https://example.org/a-\n    long/path") == "https://example.org/a-long/path"
    assert clean_url("https://example.org/a- long/path") == "https://example.org/a-long/path"


def test_brackets_that_belong_to_the_link_stay() -> None:
    assert clean_url("https://en.wikipedia.org/wiki/A_(b)") == "https://en.wikipedia.org/wiki/A_(b)"
    assert clean_url("(https://en.wikipedia.org/wiki/A_(b))") == "https://en.wikipedia.org/wiki/A_(b)"


@pytest.mark.parametrize(
    ("relative", "absolute"),
    [
        ("x.html", "https://example.org/issues/x.html"),
        ("../about", "https://example.org/about"),
        ("/feed", "https://example.org/feed"),
        ("?page=2", "https://example.org/issues/7?page=2"),
        ("README.md", "https://example.org/issues/README.md"),
        ("https://other.example.org/", "https://other.example.org/"),
    ],
)
def test_relative_links_are_relative_to_their_base(relative: str, absolute: str) -> None:
    assert clean_url(relative, "https://example.org/issues/7") == absolute


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#top",
        "mailto:a@example.org",
        "a@example.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "tel:+123",
        "ftp://example.org/x",
        "https://",
        "https://nohost",
        "https://exa mple.org",
        "x.html",
        "/feed",
        "http://[::1",
        "https://example.org/" + "x" * MAX_LENGTH,
        "https://example.org:99999/",
        "https://-bad-.example",
    ],
)
def test_what_is_no_web_link_is_none(text: str) -> None:
    assert clean_url(text) is None


@pytest.mark.parametrize(
    ("tracked", "clean"),
    [
        ("https://example.org/?utm_source=x&utm_medium=y&id=7", "https://example.org/?id=7"),
        ("https://example.org/?fbclid=1&gclid=2&mc_cid=3&igshid=4&ref_src=5", "https://example.org/"),
        ("https://www.youtube.com/watch?v=abc&feature=share&t=10", "https://www.youtube.com/watch?v=abc&t=10"),
        ("https://medium.com/@a/b-0123456789ab?source=rss", "https://medium.com/@a/b-0123456789ab"),
        ("https://twitter.com/a/status/1?s=20", "https://twitter.com/a/status/1"),
    ],
)
def test_tracking_parameters_are_taken_out(tracked: str, clean: str) -> None:
    assert clean_url(tracked) == clean


@pytest.mark.parametrize("query", ["v=1", "id=2", "list=3", "p=4", "page=5", "q=6", "s=7", "t=8", "source=9", "a"])
def test_parameters_that_may_select_content_stay(query: str) -> None:
    assert clean_url(f"https://example.org/x?{query}") == f"https://example.org/x?{query}"


@pytest.mark.parametrize(
    "wrapper",
    [
        "https://www.google.com/url?q=https%3A%2F%2Fexample.org%2Fx%3Fa%3D1&sa=D&usg=abc",
        "https://www.google.co.uk/url?sa=t&url=https://example.org/x?a=1",
        "https://t.me/iv?url=https%3A%2F%2Fexample.org%2Fx%3Fa%3D1&rhash=12",
        "https://medium.com/r/?url=https%3A%2F%2Fexample.org%2Fx%3Fa%3D1",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fx%3Fa%3D1%26fbclid%3D1&h=2",
        "https://www.youtube.com/redirect?q=https%3A%2F%2Fexample.org%2Fx%3Fa%3D1&v=2",
        "https://link.zhihu.com/?target=https%3A//example.org/x%3Fa%3D1",
    ],
)
def test_redirectors_are_unwrapped(wrapper: str) -> None:
    assert clean_url(wrapper) == "https://example.org/x?a=1"


def test_a_redirector_that_points_to_itself_for_ever_is_no_link() -> None:
    link = "https://example.org"
    for _ in range(6):
        link = "https://t.me/iv?url=" + re.sub("[%&?=]", lambda found: f"%{ord(found[0]):02x}", link)
    assert clean_url(link) is None


def test_user_names_and_passwords_are_dropped() -> None:
    assert clean_url("https://user:secret@example.org/x") == "https://example.org/x"


def test_names_in_other_scripts_stay_readable() -> None:
    assert clean_url("https://xn--e1afmkfd.xn--p1ai/x") == "https://пример.рф/x"
    assert clean_url("https://пример.рф/путь") == "https://пример.рф/путь"
    assert clean_url("https://ja.wikipedia.org/wiki/自然言語処理") == "https://ja.wikipedia.org/wiki/自然言語処理"


def test_what_would_end_a_link_in_markup_is_encoded() -> None:
    assert clean_url("https://example.org/a b|c`d") == "https://example.org/a%20b%7Cc%60d"


@given(st.text(max_size=60).map("https://example.org/".__add__))
@settings(deadline=None)
def test_cleaning_a_clean_link_changes_nothing(url: str) -> None:
    clean = clean_url(url)
    assert clean is None or clean_url(clean) == clean


@given(st.text(max_size=200), st.none() | st.text(max_size=40))
@settings(deadline=None)
def test_no_text_breaks_the_functions(text: str, base: str | None) -> None:
    clean_url(text, base)
    canonical(text)
    kind_of(text)
    assert all(clean_url(url) == url for url in find_urls(text))


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("см. https://example.org/aи дальше", ["https://example.org/a"]),
        ("见https://example.org/a。很好", ["https://example.org/a"]),
        ("见https://example.org/a（pdf）", ["https://example.org/a"]),
        ("(see https://example.org/a).", ["https://example.org/a"]),
        (
            "https://ru.wikipedia.org/wiki/Статья и https://b.example.org",
            ["https://ru.wikipedia.org/wiki/Статья", "https://b.example.org"],
        ),
        ("https://пример.рф/путь, да", ["https://пример.рф/путь"]),
        (
            "www.example.org/x and arxiv.org/abs/1706.03762.",
            ["https://www.example.org/x", "https://arxiv.org/abs/1706.03762"],
        ),
        ("https://example.org/foo-\nbar-baz\nnext", ["https://example.org/foo-bar-baz"]),
        ("https://example.org/foo\nbar", ["https://example.org/foo"]),
        ("https://example.org/foo-\nhttps://b.example.org", ["https://example.org/foo-", "https://b.example.org"]),
        ("[a](https://example.org/x) [https://example.org/x](https://example.org/x)", ["https://example.org/x"]),
        ("setup.py, README.md, e.g. and/or a@example.org/x", []),
        ("https://example.org/x،https://example.org/y", ["https://example.org/x", "https://example.org/y"]),
    ],
)
def test_links_are_found_in_text_of_any_script(text: str, urls: list[str]) -> None:
    assert find_urls(text) == urls


@pytest.mark.parametrize(
    "same",
    [
        ("https://arxiv.org/abs/2002.05715v2", "http://www.arxiv.org/pdf/2002.05715.pdf", "arxiv.org/abs/2002.05715"),
        ("https://github.com/Owner/Name", "https://github.com/owner/name.git", "http://www.github.com/owner/name/"),
        ("https://github.com/o/n/blob/main/a.ipynb", "https://colab.research.google.com/github/o/n/blob/main/a.ipynb"),
        (
            "https://youtu.be/dQw4w9WgXcQ",
            "https://m.youtube.com/watch?v=dQw4w9WgXcQ&t=3",
            "https://www.youtube.com/embed/dQw4w9WgXcQ",
        ),
        ("https://x.com/a/status/12?s=20", "https://mobile.twitter.com/b/status/12"),
        ("https://example.org/a/", "http://www.example.org/a", "https://amp.example.org/a/index.html?utm_source=x"),
        ("https://example.org/?b=2&a=1", "https://example.org/?a=1&b=2&ref=home"),
        ("https://medium.com/@a/title-0123456789ab", "https://towardsdatascience.com/other-0123456789ab?gi=1"),
        ("https://en.m.wikipedia.org/wiki/BERT", "https://en.wikipedia.org/wiki/BERT"),
    ],
)
def test_one_target_has_one_canonical_spelling(same: tuple[str, ...]) -> None:
    assert len({canonical(url) for url in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/?p=1", "https://example.org/?p=2"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://app.example.org/#/one", "https://app.example.org/#/two"),
        ("https://www.youtube.com/watch?v=a", "https://www.youtube.com/watch?v=A"),
        ("https://github.com/o/n", "https://github.com/o/n/blob/main/README.md"),
    ],
)
def test_two_targets_have_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://arxiv.org/abs/1706.03762", LinkKind.PAPER),
        ("https://github.com/huggingface/transformers", LinkKind.CODE),
        ("https://gitlab.com/owner/name", LinkKind.CODE),
        ("https://huggingface.co/owner/model", LinkKind.CODE),
        ("https://huggingface.co/datasets/squad", LinkKind.CODE),
        ("https://huggingface.co/spaces/owner/demo", LinkKind.CODE),
        ("https://colab.research.google.com/drive/1abc", LinkKind.CODE),
        ("https://www.kaggle.com/owner/notebook", LinkKind.CODE),
        ("https://paperswithcode.com/paper/attention", LinkKind.CODE),
        ("https://github.com/features/actions", LinkKind.PAGE),
        ("https://github.com/owner", LinkKind.PAGE),
        ("https://huggingface.co/blog/bert", LinkKind.PAGE),
        ("https://huggingface.co/transformers/model_doc/deberta.html", LinkKind.PAGE),
        ("https://www.kaggle.com/c/titanic", LinkKind.PAGE),
        ("https://youtu.be/dQw4w9WgXcQ", LinkKind.VIDEO),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", LinkKind.VIDEO),
        ("https://vimeo.com/123", LinkKind.VIDEO),
        ("https://www.reddit.com/r/MachineLearning/comments/x", LinkKind.DISCUSSION),
        ("https://news.ycombinator.com/item?id=1", LinkKind.DISCUSSION),
        ("https://twitter.com/a/status/1", LinkKind.DISCUSSION),
        ("https://github.com/o/n/issues/1", LinkKind.DISCUSSION),
        ("https://example.org", LinkKind.PAGE),
        ("mailto:a@example.org", LinkKind.PAGE),
    ],
)
def test_the_kind_of_a_link_is_told_from_its_address(url: str, kind: LinkKind) -> None:
    assert kind_of(url) is kind
    assert is_code(url) is (kind is LinkKind.CODE)


def _real_links() -> Iterator[str]:
    for path in sorted(SHARED.glob("data/newsletters/*.md")):
        text = path.read_text("utf-8")
        yield from re.findall(r"\]\(\s*([^)\s]+)", text)
        yield from re.findall(r"(?<!\()https?://[^\s)\]<\"]+", text)


@pytest.mark.skipif(not (SHARED / "tools").exists(), reason="the shared data and scorers are not here")
def test_links_of_real_newsletters_compare_as_in_the_scorer() -> None:
    expected = runpy.run_path(str(SHARED / "tools" / "score_items.py"))["canonical"]
    links = {url for url in _real_links() if expected(url) and "#/" not in url and "&amp;" not in url}
    assert len(links) > 300
    assert {url: canonical(url) for url in links} == {url: expected(url) for url in links}
    assert {url: expected(clean_url(url)) for url in links} == {url: expected(url) for url in links}


@pytest.mark.skipif(not (SHARED / "gold").exists(), reason="the shared gold data are not here")
def test_papers_of_the_gold_data_are_recognised_by_their_address() -> None:
    items = [
        item
        for issue in json.loads((SHARED / "gold/newsletter_items.json").read_text("utf-8"))
        for item in issue["items"]
    ]
    gold = {
        link for item in items for link in item["links"] if link.split(":")[0] in ("arxiv", "doi", "acl", "openreview")
    }
    found = {str(paper) for url in _real_links() if (paper := paper_of(url))}
    assert gold - found == set()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://youtu.be/dQw4w9WgXcQ?t=4", "youtube.com/watch?v=dQw4w9WgXcQ"),
        ("https://m.youtube.com/watch?v=dQw4w9WgXcQ&list=x", "youtu.be/dQw4w9WgXcQ"),
        ("https://x.com/ann/status/12/", "twitter.com/ann/status/12"),
        ("https://twitter.com/ann/status/12", "x.com/ann/status/12"),
        ("https://github.com/OpenNMT/OpenNMT-py.git", "github.com/OpenNMT/OpenNMT-py"),
        ("https://github.com/OpenNMT/OpenNMT-py/tree/master", "github.com/OpenNMT/OpenNMT-py"),
        ("https://en.m.wikipedia.org/wiki/Frog", "en.wikipedia.org/wiki/Frog"),
        ("https://www.example.org/a/?id=3#part", "example.org/a/?id=3"),
    ],
)
def test_what_has_several_addresses_is_looked_up_by_each(url: str, key: str) -> None:
    assert keys_of(url)[0] == link_key(url)
    assert key in keys_of(url) or key == link_key(url)


@pytest.mark.parametrize("words", ["http://[", "why not", "", "\ud800", "https://"])
def test_what_is_no_link_has_one_key(words: str) -> None:
    assert keys_of(words) == (link_key(words),)


def test_a_file_of_a_repository_is_not_the_repository() -> None:
    assert keys_of("https://github.com/ann/frogs/blob/main/README.md") == ("github.com/ann/frogs/blob/main/README.md",)
