"""Sections: headings in many languages, and titles that must not be taken for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.sections import Section, classify

SHARED = Path(__file__).resolve().parents[3] / "shared"
GOLD = SHARED / "gold" / "newsletter_items.json"

HEADINGS = {
    Section.PUBLICATIONS: """
        Publications | Research papers | Papers & Publications | Engineering & Research | Публикации |
        Научные статьи | Publicações | Artigos científicos | Publicaciones | Veröffentlichungen |
        Pubblicazioni | 出版物 | 论文推荐 | 論文 | 研究論文 | Yayınlar | YAYINLAR | منشورات | المنشورات |
        논문 | 출판물 | प्रकाशन | Publications (arXiv) | Research
        """,
    Section.CREATIVITY_SOCIETY: """
        ML and NLP Creativity and Society | Творчество и общество | Criatividade e Sociedade |
        Creatividad y Sociedad | Créativité et société | Kreativität und Gesellschaft | Creatività e società |
        创意与社会 | 創造性と社会 | Yaratıcılık ve Toplum | الإبداع والمجتمع | 창의성과 사회 |
        रचनात्मकता और समाज
        """,
    Section.TOOLS_DATASETS: """
        Tools & datasets | ML/NLP Tools and Datasets | Libraries & Code | Projects & Open Source |
        Инструменты и датасеты | Ferramentas e Bases de Dados | Herramientas y conjuntos de datos |
        Outils et jeux de données | Werkzeuge und Datensätze | Strumenti e dataset | 工具与数据集 |
        工具和資料集 | ツールとデータセット | Araçlar ve Veri Kümeleri | أدوات وبيانات |
        الأدوات ومجموعات البيانات | 도구 및 데이터셋 | उपकरण और डेटासेट
        """,
    Section.ETHICS: """
        Ethics in AI | AI Ethics | Policy and Safety | Этика в ИИ | Ética em IA | Ética en IA | Ethique en IA |
        Ethik in der KI | Etica nell'IA | AI 伦理 | 人工智能伦理 | AIにおける倫理 | Etik | Yapay Zekâ Etiği |
        الأخلاقيات | أخلاقيات الذكاء الاصطناعي | AI 윤리 | नैतिकता
        """,
    Section.ARTICLES: """
        Articles and Blog posts | Deep Dives & Analysis | Veille/À lire | À lire | Статьи и посты |
        Artigos e Blog posts | Artículos y entradas de blog | Articles et Blog | Artikel und Blogbeiträge |
        Articoli e blog | 文章与博客 | 記事とブログ | Makaleler ve Blog Yazıları | مقالات | مقالات ومدونات |
        기사 및 블로그 | लेख और ब्लॉग
        """,
    Section.EDUCATION: """
        Education | Learning | ML/NLP Education | Образование | Educação em ML/NLP | Educación | Éducation |
        Bildung | Istruzione | 教育 | Eğitim | EĞİTİM | تعليم | التعليم | 교육 | शिक्षा
        """,
    Section.MENTIONS: """
        Noteworthy mentions | Notable Mentions | Quick Links | Достойные упоминания | Menções honrosas |
        Menciones destacadas | Mentions spéciales | Lobende Erwähnungen | Menzioni d'onore | 值得关注 |
        特別言及 | Önemli Bahsedilenler | إشارات جديرة بالذكر | 주목할 만한 언급 | उल्लेखनीय
        """,
    Section.UPDATES: """
        Updates | Updates/Announcements | Avant-propos de Marie | Обновления | Atualizações | Actualizaciones |
        更新 | お知らせ | Güncellemeler | تحديثات | 공지
        """,
    Section.STAY_INFORMED: """
        Stay informed | Оставайтесь в курсе | Mantente informado | Haberdar Olun | ابق على اطلاع
        """,
    Section.TOP_STORIES: """
        Top stories | Top News | News | Headlines & Launches | Industry | Новости | Haberler | 头条
        """,
    Section.OTHER: """
        Jobs | Upcoming events | Вакансии | Etkinlikler
        """,
}
TITLES = """
    Ethics of large language models: a survey | BERT tools | Papers with Code |
    Publicly available datasets for QA | Machine Learning | Deep Learning | Reinforcement Learning |
    Toolformer | AI research | AI Safety | Data science | Language Models | GPT tools | 1.2 Datasets |
    Free Data Science Courses | 免费数据科学课程 | 工具学习 | 图神经网络教程 |
    Curso gratuito de ciência de dados | Publications in 2019 | Python Courses and Tutorials |
    How to learn NLP | Learning to rank | A course on ethics | Datasets for Arabic | ML open source |
    Contents | Table of contents | Comments | PyTorch Lightning | The Society of Mind | 2020 | … | ?? | ** |
    1. | 🎨 A generative model that paints what you tell it to
    """
WRITTEN = [(heading.strip(), section) for section, headings in HEADINGS.items() for heading in headings.split("|")]


@pytest.mark.parametrize(("heading", "section"), WRITTEN)
def test_words_tell_the_section_in_any_language(heading: str, section: Section) -> None:
    assert classify(heading) is section


@pytest.mark.parametrize("frame", ["1、{} ?", "## {}", "**3. {}**", "II. {}", "_{}_:", "  {}  ", "四、{}"])
def test_numbers_markup_and_lost_emoji_do_not_matter(frame: str) -> None:
    assert [(heading, classify(frame.format(heading))) for heading, _ in WRITTEN] == WRITTEN


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("Artigos 📙", Section.PUBLICATIONS),
        ("Makaleler 📙", Section.PUBLICATIONS),
        ("⚙️ Verktyg", Section.TOOLS_DATASETS),
        ("Етика 🚨", Section.ETHICS),
        ("Kreativitet och samhälle 🎨", Section.CREATIVITY_SOCIETY),
        ("Bloggar ✍️", Section.ARTICLES),
        ("**6、Utbildning 🎓**", Section.EDUCATION),
        ("Diğer Önemli Gelişmeler ⭐️", Section.MENTIONS),
        ("⭐️", Section.MENTIONS),
        ("⭐ Top stories", Section.TOP_STORIES),
        ("📣 Ny", Section.UPDATES),
    ],
)
def test_an_emoji_tells_the_section_where_words_do_not(heading: str, section: Section) -> None:
    assert classify(heading) is section


@pytest.mark.parametrize("title", [title.strip() for title in TITLES.split("|")])
def test_titles_and_other_lines_are_no_sections(title: str) -> None:
    assert classify(title) is None


def test_an_empty_line_is_no_section() -> None:
    assert classify("") is None


@pytest.mark.skipif(not GOLD.exists(), reason="the shared gold data are not here")
def test_headings_of_real_newsletters_are_told() -> None:
    items = [item for issue in json.loads(GOLD.read_text("utf-8")) for item in issue["items"]]
    gold = {item["heading"]: item["section"] for item in items if item["heading"] and item["heading"][0] != "("}
    assert {heading: str(classify(heading)) for heading in gold} == gold


@pytest.mark.skipif(not GOLD.exists(), reason="the shared gold data are not here")
def test_titles_of_real_newsletters_are_not_taken_for_headings() -> None:
    items = [item for issue in json.loads(GOLD.read_text("utf-8")) for item in issue["items"]]
    titles = {item["title"] for item in items if item["title"]}
    assert len(titles) > 400
    assert {title for title in titles if classify(title)} == set()


@given(st.text(max_size=120))
@settings(deadline=None)
def test_no_text_breaks_the_function(text: str) -> None:
    classify(text)
