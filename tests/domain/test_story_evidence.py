from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from bot.domain.items import ItemKind, Link, ParsedItem
from bot.domain.papers import find_papers
from bot.domain.story_evidence import Evidence, Reason, StoryItem, compare, traces
from tests.factories import NOW

_numbers = count(1)
BERT = "https://arxiv.org/abs/1810.04805"


def item(
    title: str | None,
    *links: tuple[str, str],
    text: str = "",
    moment: datetime = NOW,
    source: int | None = None,
    **facts: Any,
) -> StoryItem:
    """An item of a document of its own."""
    number = next(_numbers)
    papers = find_papers(text, [url for url, _ in links])
    content = ParsedItem(title, text, links=tuple(Link(*link) for link in links), papers=papers, **facts)
    return StoryItem(number, source or number, number, moment, content)


def why(evidence: Evidence) -> list[Reason]:
    return [reason for reason, _ in evidence.reasons]


def test_the_same_paper_in_two_languages_is_one_story() -> None:
    english = item("Pruning heads", ("https://arxiv.org/abs/2101.00001v2", "paper"))
    russian = item("Зачем нужны головы внимания", ("https://arxiv.org/pdf/2101.00001", "статья"))
    evidence = compare(english, russian)
    assert evidence.is_enough
    assert evidence.reasons[0] == (Reason.PAPER, "arxiv:2101.00001")


def test_a_paper_that_is_background_in_both_joins_nothing() -> None:
    search = item(
        "Better search", (BERT, "BERT"), ("https://a.example/post", "blog post"), ("https://b.example/how", "tutorial")
    )
    survey = item(
        "What we know about language models",
        (BERT, "(Devlin et al. 2019)"),
        ("https://arxiv.org/abs/2002.12327", "paper"),
    )
    assert not compare(search, survey).is_enough


def test_what_one_item_is_about_does_not_join_it_to_one_that_mentions_it() -> None:
    release = item("Reformer", ("https://ai.example/reformer", "Reformer"), ("https://code.example/a/b", "notebook"))
    dive = item(
        "A deep dive into the Reformer",
        ("https://may.example/dive", "new blog post"),
        ("https://ai.example/reformer", "Reformer"),
    )
    assert not compare(release, dive).is_enough


def test_two_papers_are_two_stories_even_under_one_title() -> None:
    one = item("Attention is enough", ("https://arxiv.org/abs/2101.00001", "paper"))
    other = item("Attention is enough", ("https://arxiv.org/abs/2101.00002", "paper"))
    assert not compare(one, other).is_enough


def test_more_links_in_one_edition_do_not_hide_the_common_one() -> None:
    plain = item("Beyond BERT?", ("https://b.example/beyond", "article"))
    rich = item(
        "Além do BERT?",
        ("https://b.example/beyond", "artigo"),
        (BERT, "BERT"),
        ("https://pt.wikipedia.org/wiki/X", "X"),
    )
    assert compare(plain, rich).is_enough


def test_the_same_title_soon_after_is_one_story_and_a_year_later_is_not() -> None:
    first = item("Open letter against facial recognition in schools")
    assert compare(first, item("Open Letter Against Facial Recognition in Schools")).is_enough
    late = item("Open letter against facial recognition in schools", moment=NOW + timedelta(days=365))
    assert not compare(first, late).is_enough


def test_a_heading_that_a_source_repeats_every_week_is_no_story() -> None:
    assert not compare(item("Jobs of the week", source=1), item("Jobs of the week", source=1)).is_enough


TEXT = (
    "Researchers from several universities describe annotators who disagree about sarcasm, and they publish every "
    "single judgement together with guidelines, interface screenshots and payment details."
)


def test_the_original_that_a_translation_keeps_joins_it() -> None:
    evidence = compare(
        item("Sarcasm", text=TEXT), item("讽刺", text="研究人员描述了标注者之间的分歧。", original_text=TEXT)
    )
    assert evidence.is_enough
    assert why(evidence) == [Reason.TEXT]


def test_an_item_is_joined_to_the_page_that_it_is_about() -> None:
    post = item("How we prune", text="Long.", url="https://lab.example/prune", kind=ItemKind.POST)
    assert compare(post, item("Голов меньше", ("https://lab.example/prune", "пост"))).is_enough


def test_a_shared_figure_alone_is_not_enough_but_counts() -> None:
    picture = {"images": ("https://img.example/1.png",)}
    evidence = compare(item("Frogs", **picture), item("Rãs", **picture))
    assert (evidence.is_enough, why(evidence)) == (False, [Reason.IMAGE])


def test_items_of_one_document_are_not_compared() -> None:
    one = item("Frogs", (BERT, "paper"))
    assert compare(one, StoryItem(999, one.source_id, one.document_id, NOW, one.content)) == Evidence(0, ())


@pytest.mark.parametrize("swap", [False, True])
def test_evidence_is_the_same_from_both_sides(swap: bool) -> None:
    pair = [item("TinyBERT for search", (BERT, "BERT"), text=TEXT), item("TinyBERT", (BERT, "paper"), text=TEXT)]
    one, other = reversed(pair) if swap else pair
    assert compare(one, other) == compare(*pair)


def test_items_that_may_be_one_story_share_a_trace() -> None:
    pairs = [
        (item("A", (BERT, "paper")), item("B", ("https://arxiv.org/pdf/1810.04805v2.pdf", "статья"))),
        (item("How TinyBERT learns"), item("TinyBERT учится")),
        (item("Sarcasm", text=TEXT), item("讽刺", original_text=TEXT)),
        (item("Open letter on schools"), item("Open Letter, on Schools")),
    ]
    assert all(set(traces(one.content)) & set(traces(other.content)) for one, other in pairs)


def test_links_that_everybody_has_are_no_trace() -> None:
    wiki = ("https://en.wikipedia.org/wiki/Perplexity", "perplexity")
    assert traces(item(None, wiki).content) == []
