"""Issues as other newsletters write them: other languages, other markup, other kinds of pages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.documents import ParsedSource, RawDocument
from bot.domain.items import ItemKind, ParsedItem
from bot.domain.sections import Section, classify
from bot.readers.contents import is_leftover
from bot.readers.recognise import read

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "data" / "others"


def source(name: str) -> ParsedSource:
    path = DATA / name
    return read(RawDocument(address=str(path), body=path.read_bytes(), fetched_at=NOW), now=NOW)


def items(found: ParsedSource) -> list[ParsedItem]:
    return [item for document in found.documents for item in document.items]


def outline(found: ParsedSource) -> list[str]:
    """Each item as "section: title", or with where it leads where it is a mention."""
    return [f"{item.section}: {item.title or _mention(item)}" for item in items(found)]


def _mention(item: ParsedItem) -> str:
    assert item.kind is ItemKind.MENTION
    return "mention of " + (" ".join(link.url.partition("//")[2] for link in item.links) or "nothing")


def titled(found: ParsedSource, title: str) -> ParsedItem:
    return next(item for item in items(found) if item.title == title)


def test_bare_text_in_turkish_without_emoji_and_blank_lines_is_taken_apart() -> None:
    found = source("tr-08.txt")
    assert found.language == "tr"
    assert outline(found) == [
        "publications: TLDR: Bilimsel makalelerin uç özeti",
        "publications: HybridQA",
        "creativity_society: Jukebox: şarkı söyleyen sinir ağı",
        "tools_datasets: TorchServe",
        "tools_datasets: Hydra",
        "ethics: Yüz tanıma yasaklanmalı mı?",
        "articles: Metin üretiminde kod çözme yöntemleri",
        "education: DeepMind ve UCL dersleri",
        "mentions: mention of nothing",
        "mentions: mention of nothing",
    ]


def test_bare_text_in_arabic_is_taken_apart() -> None:
    found = source("ar-08.txt")
    assert found.language == "ar"
    assert outline(found) == [
        "publications: تلخيص الأوراق العلمية في جملة واحدة",
        "publications: الإجابة عن الأسئلة من الجداول والنصوص",
        "creativity_society: شبكة عصبية تغني",
        "tools_datasets: إطار Hydra",
        "ethics: حظر التعرف على الوجوه",
        "articles: طرق توليد النصوص",
        "education: محاضرات ديب مايند",
        "mentions: mention of nothing",
        "mentions: mention of nothing",
    ]


def test_bare_text_in_japanese_without_emoji_is_taken_apart() -> None:
    found = source("ja-08.txt")
    assert found.language == "ja"
    assert outline(found) == [
        "publications: 論文を一文で要約する",
        "publications: 表と文章を組み合わせた質問応答",
        "creativity_society: 歌うニューラルネットワーク",
        "tools_datasets: Hydra",
        "ethics: 顔認識は禁止されるべきか",
        "articles: 文章生成の復号法",
        "education: DeepMindとUCLの講義",
        "mentions: mention of nothing",
        "mentions: mention of nothing",
    ]


def test_a_mail_with_underlined_headings_and_broken_lines_is_taken_apart() -> None:
    found = source("wrapped.txt")
    assert found.language == "en"
    assert outline(found) == [
        "publications: Language Models are Few-Shot Learners",
        "publications: Recipes for building an open-domain chatbot",
        "creativity_society: Jukebox",
        "tools_datasets: spaCy 2.3",
        "ethics: What a model costs",
        "articles: How to generate text",
        "education: Probabilistic Machine Learning",
        "mentions: mention of dair.ai/NLP_Newsletter_8/",
        "mentions: mention of github.com/thunlp/PLMpapers",
    ]


def test_the_text_of_a_mirror_page_with_references_after_the_text_is_taken_apart() -> None:
    found = source("mirror-zh.txt")
    assert found.language == "zh"
    assert outline(found) == [
        "publications: 科学论文的极端摘要",
        "publications: HybridQA",
        "creativity_society: Jukebox",
        "tools_datasets: Hydra",
        "ethics: 人脸识别禁令",
        "articles: 如何生成文本",
        "education: DeepMind课程",
        "mentions: mention of github.com/patil-suraj/exploring-T5",
        "mentions: mention of dair.ai/NLP_Newsletter_7_ZH/",
    ]


def test_titles_on_the_first_line_of_a_paragraph_above_lists_quotes_and_code_are_taken_apart() -> None:
    found = source("es-08.md")
    assert found.language == "es"
    assert outline(found) == [
        "publications: Longformer: un transformer para documentos largos",
        "publications: ¿Cuánto conocimiento cabe en los parámetros de un modelo?",
        "creativity_society: Arte generado con redes",
        "tools_datasets: Un conjunto de datos de recetas",
        "tools_datasets: Entrenar en pocas líneas",
        "ethics: Privacidad diferencial en la práctica",
        "articles: Los modelos del lenguaje y su entropía",
        "education: Curso de PLN en español",
        "mentions: mention of github.com/thunlp/PLMpapers",
        "mentions: mention of twitter.com/a/status/1250000000000000001 twitter.com/b/status/1250000000000000002",
        "mentions: mention of dair.ai/NLP_Newsletter_-7_-ES/",
    ]


def test_line_breaks_figures_and_named_footnotes_are_taken_apart() -> None:
    found = source("en-08.md")
    assert found.language == "en"
    assert outline(found) == [
        "publications: TLDR: Extreme Summarization of Scientific Documents",
        "publications: HybridQA: multi-hop question answering over tables and text",
        "publications: What is wrong with NLP leaderboards?",
        "creativity_society: Jukebox",
        "tools_datasets: Hydra 1.0",
        "tools_datasets: TorchServe",
        "articles: GPT-2 and beyond",
        "education: Learning in the open",
        "mentions: mention of dair.ai/NLP_Newsletter_7/",
        "mentions: mention of github.com/patil-suraj/exploring-T5",
    ]


def test_korean_headings_without_emoji_are_taken_apart() -> None:
    found = source("ko-07.md")
    assert found.language == "ko"
    assert outline(found) == [
        "publications: ELECTRA: 판별자로 사전학습하기",
        "publications: 한국어 질의응답 데이터셋 KorQuAD",
        "creativity_society: 음악을 만드는 신경망",
        "tools_datasets: 한국어 BERT",
        "ethics: 차별 없는 추천",
        "articles: 어텐션 쉽게 이해하기",
        "education: 딥러닝 강의",
        "mentions: mention of github.com/tensorflow/tensorflow/releases/tag/v2.2.0",
        "mentions: mention of dair.ai/NLP_Newsletter_6_KO/",
    ]


def test_long_headings_known_by_the_emoji_behind_them_are_taken_apart() -> None:
    found = source("vi-07.md")
    assert found.language == "vi"
    assert outline(found) == [
        "publications: ELECTRA: huấn luyện như một bộ phân biệt",
        "publications: PhoBERT: mô hình cho tiếng Việt",
        "tools_datasets: Stanza",
        "ethics: Nhận diện khuôn mặt",
        "education: Khóa học học sâu",
        "mentions: mention of dair.ai/NLP_Newsletter_6_VI/",
        "mentions: mention of github.com/undertheseanlp/NLP-Vietnamese-progress",
    ]


def test_linked_titles_above_lists_tables_and_code_are_taken_apart() -> None:
    found = source("ru-10.md")
    assert found.language == "ru"
    assert outline(found) == [
        "publications: Language Models are Few-Shot Learners",
        "publications: Linformer: внимание за линейное время",
        "creativity_society: Нейросеть пишет стихи",
        "tools_datasets: Natasha",
        "tools_datasets: Russian SuperGLUE",
        "ethics: Можно ли доверять детекторам?",
        "articles: Разбираем RoBERTa",
        "education: Курс по NLP от ШАД",
        "mentions: mention of dair.ai/NLP_Newsletter_9_RU/",
        "mentions: mention of arxiv.org/abs/2004.03705",
        "mentions: mention of www.youtube.com/watch?v=8vIijCB2fLM",
    ]


def test_sections_within_a_section_are_taken_apart() -> None:
    found = source("sections-in-sections.md")
    assert found.language == "en"
    assert outline(found) == [
        "top_stories: A new chip for large models",
        "top_stories: Court rules on AI authorship",
        "top_stories: Startup raises 100 million to read contracts",
        "top_stories: Carmaker drops lidar",
        "publications: A language model for code",
        "publications: Gato: a generalist agent",
        "ethics: Face search engine fined",
        "articles: Why scaling is not all",
    ]


def test_papers_in_the_rows_of_tables_are_taken_apart() -> None:
    found = source("tables.md")
    assert found.language == "en"
    assert outline(found) == [
        "publications: Grandmaster-Level Chess Without Search",
        "publications: AnyTool",
        "publications: A Phase Transition between Positional and Semantic Learning",
        "publications: Indirect Reasoning with LLMs",
        "publications: OLMo",
        "publications: Corrective RAG",
    ]


def test_titles_that_are_links_and_a_sponsor_among_them_are_taken_apart() -> None:
    found = source("links.md")
    assert found.language == "en"
    assert outline(found) == [
        "top_stories: GPT-3, explained for people in a hurry",
        "tools_datasets: Polars",
        "tools_datasets: Feature stores, compared",
        "tools_datasets: Mathematics for Machine Learning",
        "other: The map of every book",
        "other: What managers look for",
    ]


def test_linked_titles_and_labels_between_them_are_taken_apart() -> None:
    found = source("abstracts.html")
    assert found.language == "en"
    assert outline(found) == [
        "top_stories: Characterizing Emergent Phenomena in Large Language Models",
        "top_stories: The hidden power bill",
        "other: What is a vector database?",
        "education: The Annotated Diffusion Model",
        "education: A Gentle Introduction to Graph Neural Networks",
        "tools_datasets: huggingface/diffusers",
        "publications: Emergent Abilities of Large Language Models",
        "publications: DPM-Solver++: Fast Solver for Guided Sampling",
    ]


def test_stories_with_labelled_paragraphs_and_a_sponsor_among_them_are_taken_apart() -> None:
    found = source("stories.html")
    assert found.language == "en"
    assert outline(found) == [
        "top_stories: Transformers Read Proteins",
        "top_stories: Robots in the Kitchen",
        "top_stories: Fairer Loans",
        "top_stories: Speech Without Labels",
    ]


def test_stories_parted_by_rows_of_signs_are_taken_apart() -> None:
    found = source("parted.html")
    assert found.language == "en"
    assert outline(found) == [
        "other: Google makes translation models smaller with pruning",
        "other: Playing robots learn faster than working robots",
        "other: A million sentences for 50 languages",
        "other: The Last Librarian",
    ]


def test_lists_of_links_below_headings_on_a_page_with_comments_are_taken_apart() -> None:
    found = source("digest-ru.html")
    assert found.language == "ru"
    assert outline(found) == [
        "top_stories: ChatGPT Plus",
        "top_stories: LLaMA",
        "publications: Toolformer",
        "publications: ControlNet",
        "publications: LLaMA: открытые языковые модели",
        "tools_datasets: PEFT",
        "tools_datasets: FlexGen",
        "articles: Что делает ChatGPT",
    ]


def test_a_whole_issue_in_an_entry_of_a_feed_is_taken_apart() -> None:
    found = source("feed-tr.xml")
    assert found.language == "tr"
    assert outline(found) == [
        "publications: Az örnekle öğrenen dil modelleri",
        "publications: Açık alan sohbet robotu",
        "tools_datasets: Zemberek",
        "ethics: Enerji tüketimi",
        "education: Derin öğrenme dersleri",
        "mentions: mention of bulten.example.org/8",
        "mentions: mention of github.com/thunlp/PLMpapers",
    ]


def test_a_footnote_with_a_name_belongs_to_the_item_that_refers_to_it() -> None:
    item = titled(source("en-08.md"), "TLDR: Extreme Summarization of Scientific Documents")
    assert [str(paper) for paper in item.papers] == ["arxiv:2004.15011", "arxiv:1909.01716"]


def test_the_cells_of_a_row_are_one_item_with_all_its_links() -> None:
    item = titled(source("tables.md"), "OLMo")
    assert [link.url for link in item.links] == ["https://arxiv.org/abs/2402.00838", "https://github.com/allenai/OLMo"]
    assert item.code == "https://github.com/allenai/OLMo"
    assert "|" in item.text
    assert "Links" not in item.text


def test_references_behind_the_text_become_links_of_the_items() -> None:
    item = titled(source("mirror-zh.txt"), "科学论文的极端摘要")
    assert [link.url for link in item.links] == [
        "https://arxiv.org/abs/2004.15011",
        "https://github.com/allenai/scitldr",
    ]


def test_the_text_of_a_sponsor_goes_to_no_item() -> None:
    for name in ("stories.html", "links.md"):
        words = " ".join(item.text for item in items(source(name)))
        assert "Enroll now" not in words
        assert "Try it for free" not in words


def test_a_line_that_a_mail_program_broke_is_whole_and_keeps_its_link() -> None:
    item = titled(source("wrapped.txt"), "spaCy 2.3")
    assert item.text.startswith(
        "Adds models for Chinese, Japanese, Danish, Polish and Romanian, see the release notes at "
    )
    assert [link.url for link in item.links] == ["https://github.com/explosion/spaCy/releases/tag/v2.3.0"]


def test_the_id_of_a_heading_does_not_make_it_chrome() -> None:
    page = (
        '<html lang="en"><body><h1>Issue</h1><h2 id="publications">Publications</h2>'
        '<h3 id="meta-learning">Meta-learning</h3><p>A <a href="https://arxiv.org/abs/1703.03400">paper</a> on it.</p>'
        '<h3 id="related-work">Related work</h3><p>A <a href="https://arxiv.org/abs/2004.05439">survey</a> of it.</p>'
        '<h2 id="tools">Tools</h2>'
        '<h3 id="menu">Menu</h3><p>A <a href="https://github.com/owner/menu">menu</a> of models.</p></body></html>'
    )
    found = read(RawDocument(address="-", body=page.encode(), fetched_at=NOW), now=NOW)
    assert outline(found) == ["publications: Meta-learning", "publications: Related work", "tools_datasets: Menu"]


def test_a_last_section_of_links_without_titles_holds_mentions_whatever_its_name() -> None:
    parts = [
        f"# {name}\n\n**{title}**\n\nText about [it](https://example.org/{place}).\n"
        for place, (name, title) in enumerate((("Publications", "One"), ("Tools", "Two"), ("Ethics", "Three")))
    ]
    last = "# Krimskrams\n\nRead [this](https://example.org/a).\n\nAnd [that](https://example.org/b).\n"
    found = read(RawDocument(address="-", body="\n".join([*parts, last]).encode(), fetched_at=NOW), now=NOW)
    assert outline(found)[3:] == ["mentions: mention of example.org/a", "mentions: mention of example.org/b"]


def test_a_farewell_that_only_says_where_to_write_to_is_no_mention() -> None:
    assert not any("omarsar0" in link.url for item in items(source("en-08.md")) for link in item.links)


def test_a_list_of_mentions_with_marks_of_references_is_no_table_of_contents() -> None:
    entries = "".join(
        f'<li>Thing {place} is worth a look<sup><a href="#ref_{place}">[{place}]</a></sup>.</li>'
        for place in range(1, 5)
    )
    targets = "".join(
        f'<li id="ref_{place}"><span>thing</span> <a href="https://example.org/{place}">link</a></li>'
        for place in range(1, 5)
    )
    page = (
        "<html><body><h1>Issue</h1><h2>Publications</h2><h3>A paper</h3>"
        '<p>It is <a href="https://arxiv.org/abs/1703.03400">here</a>.</p>'
        f"<h2>Noteworthy mentions</h2><ul>{entries}</ul><h2>References</h2><ol>{targets}</ol></body></html>"
    )
    found = read(RawDocument(address="-", body=page.encode(), fetched_at=NOW), now=NOW)
    assert outline(found)[1:] == [f"mentions: mention of example.org/{place}" for place in range(1, 5)]


@pytest.mark.parametrize(
    "line",
    [
        "3 Comments",
        "Comments (5)",
        "Related posts",
        "More from our blog",
        "Комментарии 2",
        "Yorumlar",
        "评论",
        "3条评论",
    ],
)
def test_lines_that_pages_put_behind_an_article_are_known(line: str) -> None:
    assert is_leftover(line)


@pytest.mark.parametrize("line", ["Comments on GPT-2", "Recent advances", "About attention", "3 papers"])
def test_titles_are_not_taken_for_what_pages_put_behind_an_article(line: str) -> None:
    assert not is_leftover(line)


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("Bahsetmeye Değer Konular", Section.MENTIONS),
        ("إشارات جديرة بالاهتمام", Section.MENTIONS),
        ("الأبحاث والمنشورات", Section.PUBLICATIONS),
        ("Otros enlaces de interés", Section.MENTIONS),
        ("글과 블로그", Section.ARTICLES),
        ("その他の注目トピック", Section.MENTIONS),
        ("Narzędzia i zbiory danych", Section.TOOLS_DATASETS),
        ("Creativiteit en maatschappij", Section.CREATIVITY_SOCIETY),
        ("Освіта", Section.EDUCATION),
        ("Đạo đức trong AI", Section.ETHICS),
        ("اخلاق در هوش مصنوعی", Section.ETHICS),
        ("Publikasi", Section.PUBLICATIONS),
        ("🧠 Research & Innovation", Section.PUBLICATIONS),
        ("Top AI Papers of the Week (January 29 - February 4) - 2024", Section.PUBLICATIONS),
    ],
)
def test_headings_of_other_newsletters_are_known(heading: str, section: Section) -> None:
    assert classify(heading) is section


@pytest.mark.parametrize("name", ["channel-en.txt", "channel-pt.txt"])
def test_a_dump_of_a_channel_with_another_form_of_reviews_gives_its_reviews_alone(name: str) -> None:
    reviews = items(source(name))
    assert [item.kind for item in reviews] == [ItemKind.REVIEW, ItemKind.REVIEW]
    assert all(item.authors and len(item.papers) == 1 for item in reviews)


def test_the_emoji_before_a_title_and_its_authors_are_no_part_of_them() -> None:
    first = items(source("channel-en.txt"))[0]
    assert first.title == "FlashAttention: Fast and Memory-Efficient Exact Attention"
    assert first.authors == ("Tri Dao", "Daniel Y. Fu", "Stefano Ermon")
    assert first.code == "https://github.com/HazyResearch/flash-attention"
