"""Where the title of a story leads, and which links stand below it."""

from __future__ import annotations

from bot.domain.items import ItemKind, Link
from bot.domain.papers import PaperId
from bot.domain.story_links import links_of, target_of
from tests.factories import make_item

BERT = Link("https://arxiv.org/abs/1810.04805", "BERT")
PAPER = PaperId("arxiv", "1810.04805")


def test_a_background_citation_is_neither_the_target_nor_the_paper() -> None:
    post = Link("https://blog.example.org/search", "announced it in a post")
    item = make_item(title="Search understands questions", links=(BERT, post), papers=(PAPER,), url=None)
    links = links_of([item])
    assert (links.lead, links.paper) == (post.url, None)
    assert target_of(item, links) == post.url


def test_a_paper_that_the_story_is_about_comes_before_a_page_on_its_task() -> None:
    task = Link("https://paperswithcode.com/task/translation", "translation")
    paper = Link("https://arxiv.org/pdf/2002.05638.pdf", "paper")
    item = make_item(
        title="Better translation", links=(task, paper), papers=(PaperId("arxiv", "2002.05638"),), url=None
    )
    links = links_of([item])
    assert links.lead == "https://arxiv.org/abs/2002.05638"
    assert links.paper == PaperId("arxiv", "2002.05638")


def test_what_most_editions_point_at_counts() -> None:
    course, home = Link("https://course.example.org/2020", "course"), Link("https://people.example.org/ann", "course")
    items = [make_item(id=1, title=None, links=(home, course), url=None)]
    items += [make_item(id=number, title=None, links=(course,), url=None) for number in (2, 3)]
    assert links_of(items).lead == course.url


def test_an_article_leads_to_itself_and_a_post_to_what_it_is_about() -> None:
    article = make_item(url="https://blog.example.org/1", links=(BERT,), papers=(PAPER,), title="BERT")
    post = make_item(url="https://t.me/club/1", links=(BERT,), papers=(PAPER,), title="BERT", kind=ItemKind.POST)
    assert target_of(article, links_of([article])) == "https://blog.example.org/1"
    assert target_of(post, links_of([post])) == "https://arxiv.org/abs/1810.04805"


def test_a_story_without_links_leads_to_where_it_stands() -> None:
    item = make_item(links=(), url=None)
    assert target_of(item, links_of([item])) == item.document_url


def test_where_people_talk_about_a_story_is_found() -> None:
    talk = Link("https://news.ycombinator.com/item?id=1", "comments")
    assert links_of([make_item(links=(BERT, talk))]).discussion == talk.url
