"""Feeds of every format become documents; damaged ones as far as they go, harmful ones not at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.documents import DecodedDocument, ParsedDocument, ParsedSource
from bot.domain.errors import ReadError
from bot.domain.items import Link, ParsedItem
from bot.domain.papers import PaperId
from bot.domain.sections import Section
from bot.domain.sources import SourceKind
from bot.readers import feed

DATA = Path(__file__).parents[1] / "data" / "feeds"
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
ADDRESS = "https://feeds.example.net/all/feed.xml"


def read(text: str, *, address: str = ADDRESS, language: str | None = None) -> ParsedSource:
    return feed.read(DecodedDocument(address, text, "utf-8"), language=language, now=NOW)


def sample(name: str, *, address: str = ADDRESS) -> ParsedSource:
    return read((DATA / name).read_text(encoding="utf-8"), address=address)


def rss(*items: str, site: str = "https://example.org/") -> str:
    channel = f"<title>T</title><link>{site}</link><description>d</description>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}{"".join(items)}</channel></rss>'


def item(number: int, **changes: str | None) -> str:
    fields: dict[str, str | None] = {
        "title": f"Entry {number}",
        "link": f"https://example.org/{number}",
        "guid": f"guid-{number}",
        "description": f"Text {number}",
    }
    fields.update(changes)
    return f"<item>{''.join(f'<{name}>{value}</{name}>' for name, value in fields.items() if value is not None)}</item>"


def titles(source: ParsedSource) -> list[str | None]:
    return [document.title for document in source.documents]


def only(source: ParsedSource) -> ParsedItem:
    (document,) = source.documents
    (found,) = document.items
    return found


class TestFormats:
    def test_rss_with_full_content_is_read_with_everything_it_names(self) -> None:
        source = sample("rss20.xml")
        assert (source.kind, source.title, source.language) == (SourceKind.FEED, "Notes on Papers & Code", "en-GB")
        assert source.damage is None
        first, second = source.documents
        assert first.guid == "note-17"
        assert first.published_at == datetime(2026, 3, 5, 9, tzinfo=UTC)
        note = first.items[0]
        assert note.title == "Attention is all you need, & more"
        assert note.text == (
            "The Transformer paper, explained in simple words & with pictures.\n\n"
            "Code: tensor2tensor, more on the next page.\n\n- encoder\n- decoder"
        )
        assert note.links == (
            Link("https://notes.example.org/2026/attention?page=2", "Attention is all you need, & more"),
            Link("https://arxiv.org/abs/1706.03762v5", "Transformer"),
            Link("https://github.com/tensorflow/tensor2tensor", "tensor2tensor"),
            Link("https://notes.example.org/2026/next", "the next page"),
            Link("https://notes.example.org/media/slides.pdf"),
        )
        assert note.papers == (PaperId("arxiv", "1706.03762"),)
        assert note.code == "https://github.com/tensorflow/tensor2tensor"
        assert note.images == (
            "https://notes.example.org/media/cover.jpg",
            "https://notes.example.org/img/heads.png",
        )
        assert (note.authors, note.section) == (("Ada Lovelace",), Section.PUBLICATIONS)
        assert (note.guid, note.url) == (first.guid, first.url)
        assert second.title == "When a < b & c > d"
        assert second.items[0].text == "Only a summary, about p < 0.05."
        assert second.items[0].authors == ("Grace Hopper",)
        assert second.items[0].images == ("https://notes.example.org/img/thumb.png",)

    def test_rss_091_may_name_its_document_type_and_the_characters_that_come_with_it(self) -> None:
        source = sample("rss091.xml")
        assert (source.title, titles(source), source.damage) == ("Café des modèles", ["Déjà vu"], None)
        assert only(source).text == "Un résumé."

    def test_rdf_is_read_with_its_dublin_core(self) -> None:
        entry = only(sample("rdf.xml"))
        assert (entry.title, entry.authors) == ("Про трансформеры", ("Анна Петрова",))
        assert entry.published_at == datetime(2026, 3, 5, 9, tzinfo=UTC)

    def test_atom_is_read_with_its_bases_inherited_authors_and_kinds_of_text(self) -> None:
        source = sample("atom.xml")
        assert (source.title, source.language) == ("Leituras", "pt-BR")
        first, second = (document.items[0] for document in source.documents)
        assert first.title == "Tags aninhadas em HTML"
        assert first.text.startswith("Um texto com negrito, 1 < 2 e outro texto. Esta frase")
        assert "um R&D no meio" in first.text
        assert [link.url for link in first.links] == [
            "https://atom.example.org/blog/2026/um.html",
            "https://atom.example.org/blog/2026/dois.html",
        ]
        assert first.authors == ("Equipe Leituras",)
        assert first.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
        assert second.title == "Como usar <b> em HTML"
        assert second.text.startswith("Um resumo em texto puro.\n\nCom dois parágrafos e https://")
        assert second.papers == (PaperId("arxiv", "2005.14165"),)
        assert second.links[1] == Link("https://arxiv.org/abs/2005.14165")
        assert second.authors == ("João Silva", "Ana Souza")

    def test_json_feed_is_read_in_both_versions(self) -> None:
        source = sample("feed.json")
        first, second = (document.items[0] for document in source.documents)
        assert (source.title, source.language) == ("JSON notes", "en")
        assert [link.url for link in first.links] == [
            "https://json.example.org/first",
            "https://json.example.org/second",
            "https://json.example.org/talk.mp3",
        ]
        assert (first.text, first.authors, first.section) == (
            "See the second.",
            ("The Editors",),
            Section.TOOLS_DATASETS,
        )
        assert first.images == ("https://json.example.org/img/one.png",)
        assert (second.guid, second.title, second.text) == ("2", "a < b", "Plain text, where a<b.\n\nTwo paragraphs.")
        old = {
            "version": "https://jsonfeed.org/version/1",
            "title": "T",
            "author": {"name": "Ada"},
            "items": [{"id": 7}],
        }
        assert only(read(json.dumps(old))).authors == ("Ada",)

    def test_arxiv_gives_a_clean_abstract_its_authors_and_the_paper(self) -> None:
        paper = only(sample("arxiv.xml"))
        assert paper.title == "Language Models are Few-Shot Learners"
        assert paper.text.startswith("We train a language model with 175 billion parameters, ten times")
        assert "\n" not in paper.text
        assert paper.authors == ("Tom B. Brown", "Benjamin Mann", "Nick Ryder")
        assert (paper.section, paper.papers) == (Section.PUBLICATIONS, (PaperId("arxiv", "2005.14165"),))
        assert paper.code == "https://github.com/openai/gpt-3"

    def test_an_entry_that_is_a_whole_issue_is_taken_apart_into_its_items(self) -> None:
        (issue,) = sample("issue.xml").documents
        assert (issue.title, issue.url) == ("Letter no. 7", "https://letter.example.org/7")
        assert [(part.title, part.section) for part in issue.items] == [
            ("Turing-NLG: a language model with 17 billion parameters", Section.PUBLICATIONS),
            ("A contrastive way to learn pictures", Section.PUBLICATIONS),
            ("A data set of questions in eleven languages", Section.TOOLS_DATASETS),
        ]


class TestDamage:
    @pytest.mark.parametrize(
        ("broken", "reason"),
        [
            (rss(item(1, title="R&D & more"), item(2)), "a bare &"),
            (rss(item(1, title="caf&eacute;"), item(2)), "the undefined entity &eacute;"),
            (rss(item(1, description="word " * 60 + "&nbsp; & so on"), item(2)), "the undefined entity &nbsp;"),
            (rss(item(1, title="bell\x07"), item(2)), "control characters"),
            (rss(item(1, title="bell&#7;"), item(2)), "control characters"),
            ("\n\n " + rss(item(1), item(2)), "blank lines before the XML declaration"),
            ("<br />\n<b>Warning</b>: 42\n" + rss(item(1), item(2)), "not well-formed XML"),
            (rss(item(1), item(2, author="<b>x</i>")), "not well-formed XML"),
            (rss(item(1), item(2)).replace("</channel></rss>", ""), "the document is cut off"),
            (rss(item(1), item(2, guid="<x:y>z</x:y>")), "not well-formed XML"),
        ],
    )
    def test_entries_of_a_damaged_feed_are_read_and_the_reason_is_told(self, broken: str, reason: str) -> None:
        source = read(broken)
        assert len(source.documents) == 2
        assert reason in (source.damage or "")

    def test_what_stands_in_broken_places_is_kept(self) -> None:
        source = read(rss(item(1, title="R&D caf&eacute; &unknown; a &lt; b", description="x&y " * 60)))
        assert titles(source) == ["R&D café &unknown; a < b"]
        assert only(source).text == ("x&y " * 60).strip()

    def test_a_byte_order_mark_is_no_damage(self) -> None:
        assert read("\ufeff" + rss(item(1))).damage is None

    def test_an_encoding_in_the_prolog_that_is_not_so_any_more_does_no_harm(self) -> None:
        text = rss(item(1, title="Привет, мир")).replace("?>", ' encoding="windows-1251"?>', 1)
        assert titles(read(text)) == ["Привет, мир"]

    def test_correct_text_is_never_decoded_a_second_time(self) -> None:
        long = "<![CDATA[" + "Ã© is what é looks like. " * 20 + "]]>"
        assert only(read(rss(item(1, description=long)))).text.startswith("Ã© is what é looks like.")

    def test_a_feed_that_was_cut_off_anywhere_gives_what_is_there(self) -> None:
        whole = (DATA / "rss20.xml").read_text(encoding="utf-8")
        full = read(whole)
        for end in range(whole.index("</item>"), len(whole) - 10, 101):
            source = read(whole[:end])
            assert source.documents[0] == full.documents[0]
            assert source.damage is not None
            assert all(document.guid for document in source.documents)

    def test_an_entry_that_was_cut_off_before_it_could_be_told_from_others_is_left_out(self) -> None:
        text = rss(item(1), item(2))
        assert titles(read(text[: text.index("Entry 2") + 3])) == ["Entry 1"]

    def test_a_json_feed_that_was_cut_off_gives_its_whole_items(self) -> None:
        text = (DATA / "feed.json").read_text(encoding="utf-8")
        source = read(text[: text.index("Two paragraphs")])
        assert [document.guid for document in source.documents] == ["1"]
        assert "broken or cut off" in (source.damage or "")

    def test_what_the_decoder_repaired_is_told_as_well(self) -> None:
        damaged = DecodedDocument(ADDRESS, rss(item(1, title="a & b")), "utf-8", damage="It was read as Mac Roman.")
        assert feed.read(damaged, now=NOW).damage == "It was read as Mac Roman. The feed is damaged: a bare &."


class TestHarm:
    BOMB = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'

    @pytest.mark.parametrize(
        "doctype",
        [
            BOMB,
            f'<!DOCTYPE rss [<!ENTITY a "{"x" * 10_000}">]>',
            '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;]>',
            '<!DOCTYPE rss [<!-- > --><!ENTITY x SYSTEM "file:///etc/passwd">]>',
            BOMB + BOMB,
        ],
    )
    def test_entities_that_grow_or_fetch_are_refused(self, doctype: str) -> None:
        with pytest.raises(ReadError, match=r"entities|declarations"):
            read(rss(item(1, title="&c;&x;")).replace("<rss", doctype + "<rss"))

    def test_an_external_document_type_is_neither_fetched_nor_missed(self) -> None:
        doctype = '<!DOCTYPE rss SYSTEM "file:///etc/passwd">'
        assert titles(read(rss(item(1)).replace("<rss", doctype + "<rss"))) == ["Entry 1"]

    def test_well_known_names_of_characters_may_be_declared(self) -> None:
        doctype = (
            '<!DOCTYPE rss [<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" '
            '"http://www.w3.org/TR/xhtml1/DTD/xhtml-lat1.ent">%HTMLlat1;<!ENTITY nbsp "&#160;">]>'
        )
        source = read(rss(item(1, title="caf&eacute;&nbsp;noir")).replace("<rss", doctype + "<rss"))
        assert (titles(source), source.damage) == (["café noir"], None)

    def test_a_declaration_within_a_text_is_only_text(self) -> None:
        text = "How <!DOCTYPE x [<!ENTITY a 'b'>]> works. " * 10
        assert titles(read(rss(item(1, description=f"<![CDATA[{text}]]>")))) == ["Entry 1"]

    @pytest.mark.parametrize(
        "body",
        [
            "<div>" * 20_000 + "core" + "</div>" * 20_000,
            "<div>" * 20_000 + "core",
            "&lt;div&gt;" * 20_000 + "core",
            "<![CDATA[" + "<h1>" * 20_000 + "core]]>",
            "<![CDATA[" * 20_000 + "core",
            "<a b='" * 20_000,
            "<" * 20_000,
            "&" * 100_000,
            "<!--" * 20_000,
            "<x " + " ".join(f"a{number}='1'" for number in range(400)) + "/>",
        ],
    )
    def test_hostile_entries_are_read_or_refused_and_the_process_lives(self, body: str) -> None:
        assert titles(read(rss(item(1), item(2, description=body))))[0] == "Entry 1"

    @pytest.mark.parametrize(
        ("many", "limit"),
        [
            ("<x " + " ".join(f"xmlns:n{number}='urn:{number}'" for number in range(1_000)) + "/>", "namespaces"),
            ("<x " + " ".join(f"a{number}='1'" for number in range(5_000)) + "/>", "attributes"),
            ("<x " + " ".join(f"a{number}='>'" for number in range(5_000)) + "/>", "attributes"),
            ("".join(f"<category>{number}</category>" for number in range(5_000)), "categories"),
            ("<x/>" * 200_000, "tags"),
        ],
        ids=["namespaces", "attributes", "quoted", "categories", "tags"],
    )
    def test_what_would_take_a_parser_minutes_is_refused(self, many: str, limit: str) -> None:
        with pytest.raises(ReadError, match=limit):
            read(rss(item(1, author=many)))

    def test_an_author_made_to_be_searched_for_addresses_is_read_at_once(self) -> None:
        assert titles(read(rss(item(1, author="a@" * 100_000), item(2, author="a." * 100_000)))) == [
            "Entry 1",
            "Entry 2",
        ]

    def test_of_too_many_entries_the_first_are_read(self) -> None:
        source = read(rss(*(f"<item><guid>{number}</guid></item>" for number in range(feed.MAX_ENTRIES + 1))))
        assert len(source.documents) == feed.MAX_ENTRIES
        assert "only the first" in (source.damage or "")

    def test_odd_values_in_rare_elements_do_no_harm(self) -> None:
        where = '<g:point xmlns:g="http://www.georss.org/georss">' + "far away " * 60 + "</g:point>"
        source = read(rss(item(1, author="&#99999999999;&#9999999;" + where)))
        assert titles(source) == ["Entry 1"]

    def test_json_that_is_nested_too_deeply_is_refused_or_left_out(self) -> None:
        start = '{"version": "https://jsonfeed.org/version/1", "items": '
        with pytest.raises(ReadError):
            read(start + "[" * 100_000)
        with pytest.raises(ReadError, match="no list"):
            read(start + '"none"}')

    def test_json_of_odd_types_is_read_as_far_as_it_makes_sense(self) -> None:
        odd = {"id": 1.5, "title": ["x"], "tags": 7, "authors": "Ada", "attachments": [None, {"url": 3}], "image": {}}
        broken = {"id": "a\u0000\ud800b", "content_text": "half \ud83d", "tags": [1, "Datasets"], "author": []}
        text = json.dumps({"version": "https://jsonfeed.org/version/1", "items": [odd, 5, None, broken], "title": 3})
        first, second = read(text).documents
        assert (first.guid, first.title) == ("1.5", None)
        assert (second.guid, second.items[0].text) == ("ab", "half")

    def test_marks_that_stand_for_texts_cannot_be_forged(self) -> None:
        secret = "<![CDATA[" + "secret words " * 30 + "]]>"
        source = read(rss(item(1, title="\ue0000\ue001 and \ue0009\ue001"), item(2, description=secret)))
        assert "secret" not in (source.documents[0].title or "")

    @given(st.text(max_size=60), st.integers(0, 400), st.integers(0, 30))
    def test_any_change_to_a_feed_is_survived(self, noise: str, at: int, gone: int) -> None:
        text = rss(item(1, description="<![CDATA[<p>x</p>]]>"), item(2, title="a &amp; b"))
        try:
            source = read(text[:at] + noise + text[at + gone :])
        except ReadError:
            return
        assert all(document.guid and document.items for document in source.documents)


class TestIdentity:
    def test_an_entry_without_guid_is_known_by_its_link(self) -> None:
        (document,) = read(rss(item(1, guid=None, link="https://example.org/1?utm_source=x"))).documents
        assert document.guid == "https://example.org/1"

    def test_an_entry_without_guid_and_link_is_known_by_its_content(self) -> None:
        entries = [item(number, guid=None, link=None) for number in (1, 2)]
        first, second = read(rss(*entries)).documents
        assert first.guid != second.guid
        assert read(rss(*reversed(entries))).documents == (second, first)
        assert (first.url, first.items[0].links) == (None, ())

    def test_entries_that_share_a_guid_are_all_kept_whatever_their_order(self) -> None:
        entries = [item(number, guid="same") for number in (1, 2, 3)]
        guids = {document.guid for document in read(rss(*entries)).documents}
        assert len(guids) == 3
        assert {document.guid for document in read(rss(*reversed(entries))).documents} == guids
        assert all(document.items[0].guid == document.guid for document in read(rss(*entries)).documents)

    def test_entries_that_share_guid_and_link_are_told_apart_by_their_titles(self) -> None:
        entries = [item(number, guid="same", link="https://example.org/") for number in (1, 2)]
        assert len({document.guid for document in read(rss(*entries)).documents}) == 2

    def test_entries_without_guids_that_share_a_link_are_all_kept(self) -> None:
        entries = [item(number, guid=None, link="https://example.org/") for number in (1, 2)]
        assert len({document.guid for document in read(rss(*entries)).documents}) == 2

    def test_an_entry_that_stands_in_the_feed_twice_comes_out_once_in_its_latest_version(self) -> None:
        old = item(1, description="old", pubDate="Thu, 05 Mar 2026 10:00:00 GMT")
        new = item(1, description="new", pubDate="Fri, 06 Mar 2026 10:00:00 GMT")
        assert only(read(rss(old, old))).text == "old"
        assert only(read(rss(old, new))).text == only(read(rss(new, old))).text == "new"

    def test_a_guid_that_is_no_address_is_no_link_though_it_claims_to_be_a_permalink(self) -> None:
        (document,) = read(rss(item(1, link=None, guid="12345"))).documents
        assert (document.guid, document.url) == ("12345", None)
        (document,) = read(rss(item(1, link=None, guid="https://example.org/g"))).documents
        assert document.url == "https://example.org/g"


class TestFields:
    @pytest.mark.parametrize(
        ("written", "moment"),
        [
            (None, None),
            ("Thu, 05 Mar 2026 10:00:00", datetime(2026, 3, 5, 10, tzinfo=UTC)),
            ("2026/03/05 10:00", datetime(2026, 3, 5, 10, tzinfo=UTC)),
            ("1772704800", datetime(2026, 3, 5, 10, tzinfo=UTC)),
            ("Sun, 05 Mar 1772 10:00:00 GMT", None),
            ("Thu, 05 Mar 2999 10:00:00 GMT", None),
            ("soon", None),
        ],
    )
    def test_dates_are_read_where_they_can_be(self, written: str | None, moment: datetime | None) -> None:
        assert only(read(rss(item(1, pubDate=written)))).published_at == moment

    @pytest.mark.parametrize(
        ("site", "address", "link"),
        [
            ("https://site.example.org/blog/", ADDRESS, "https://site.example.org/blog/post"),
            ("", ADDRESS, "https://feeds.example.net/all/post"),
            ("", "/home/ada/feed.xml", None),
        ],
    )
    def test_relative_links_are_relative_to_the_site_or_else_to_the_feed(
        self, site: str, address: str, link: str | None
    ) -> None:
        (document,) = read(rss(item(1, link="post"), site=site), address=address).documents
        assert document.url == link

    def test_the_address_before_redirection_by_feedburner_is_the_link(self) -> None:
        entry = item(1).replace("</item>", "<f:origLink>https://blog.example.org/1</f:origLink></item>")
        text = rss(entry).replace("<rss", '<rss xmlns:f="http://rssnamespace.org/feedburner/ext/1.0"')
        assert read(text).documents[0].url == "https://blog.example.org/1"

    def test_a_bracket_in_an_attribute_does_not_end_its_tag(self) -> None:
        source = read(rss(item(1, author=f'Ada<x a="1 > 0" b="{"word " * 60}"/>')))
        assert (only(source).authors, source.damage) == (("Ada",), None)

    def test_long_addresses_stay_whole(self) -> None:
        link = "https://example.org/" + "long-" * 60
        assert read(rss(item(1, link=f"<![CDATA[{link}]]>"))).documents[0].url == link

    def test_an_article_about_feeds_keeps_its_examples(self) -> None:
        example = (
            '<p>Write <code>&lt;content type="xhtml"&gt;</code>:</p>'
            '<pre><content type="xhtml">x &amp; y</content></pre>'
        )
        text = rss(item(1, description=f"<![CDATA[{example}{'and so on ' * 30}]]>"))
        assert only(read(text)).text.startswith('Write <content type="xhtml">:\n\n')
        assert "x & y" in only(read(text)).text

    @pytest.mark.parametrize(
        ("written", "names"),
        [
            ("Ada Lovelace, Alan Turing and Noam Shazeer", ("Ada Lovelace", "Alan Turing", "Noam Shazeer")),
            ("Lovelace, Ada", ("Lovelace, Ada",)),
            ("Lovelace, Ada; Turing, Alan", ("Lovelace, Ada", "Turing, Alan")),
            ("Martin King, Jr., Ada Lovelace", ("Martin King, Jr.", "Ada Lovelace")),
            ("Acme, Inc.", ("Acme, Inc.",)),
            ("ada@example.org (Ada Lovelace)", ("Ada Lovelace",)),
            ("noreply@example.org", ()),
            ("王小明、李华", ("王小明", "李华")),
            ("&lt;a href='https://example.org'&gt;Ada Lovelace&lt;/a&gt;", ("Ada Lovelace",)),
        ],
    )
    def test_authors_that_share_a_field_are_parted(self, written: str, names: tuple[str, ...]) -> None:
        text = rss(item(1, **{"d:creator": written}))
        source = read(text.replace("<rss", '<rss xmlns:d="http://purl.org/dc/elements/1.1/"'))
        assert only(source).authors == names

    def test_a_category_that_is_a_heading_tells_the_section(self) -> None:
        assert only(read(rss(item(1, category="Datasets")))).section is Section.TOOLS_DATASETS
        assert only(read(rss(item(1, category="cs.CL")))).section is Section.OTHER

    def test_an_old_title_of_arxiv_loses_its_number(self) -> None:
        title = "A Paper. (arXiv:2005.14165v1 [cs.CL] UPDATED)"
        assert only(read(rss(item(1, title=title, link="http://arxiv.org/abs/2005.14165")))).title == "A Paper."

    @pytest.mark.parametrize(
        ("declared", "tag"), [("en-us", "en-US"), ("PT_br", "pt-BR"), ("zh-Hans", "zh-Hans"), ("klingon", None)]
    )
    def test_the_language_of_a_feed_is_a_tag(self, declared: str, tag: str | None) -> None:
        text = rss(item(1)).replace("<description>d", f"<language>{declared}</language><description>d", 1)
        assert read(text).language == tag
        assert read(rss(item(1)), language="fr").language == "fr"

    def test_entries_of_one_feed_have_their_own_languages(self) -> None:
        russian = "Мы обучили языковую модель на большом корпусе текстов и показали, что она хорошо решает задачи."
        english = "We trained a language model on a large corpus of texts and show that it solves the tasks well."
        source = read(rss(item(1, title="Модель", description=russian), item(2, title="Model", description=english)))
        assert [document.items[0].language for document in source.documents] == ["ru", "en"]


class TestRecognition:
    @pytest.mark.parametrize("path", sorted(DATA.iterdir()), ids=lambda path: path.name)
    def test_feeds_are_recognised_by_what_they_hold(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert feed.looks_like_feed(text, None)
        assert feed.looks_like_feed("\ufeff\n\n" + text, "text/html")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "<!DOCTYPE html><html><head><title>x</title></head><body><rss><channel></body></html>",
            "# A newsletter\n\nabout <rss> and other tags",
            '{"messages": [{"text": "version"}]}',
            "<html><body>feed</body></html>",
            "plain text",
            '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        ],
    )
    def test_other_documents_are_none(self, text: str) -> None:
        assert not feed.looks_like_feed(text, "application/rss+xml")
        with pytest.raises(ReadError):
            read(text)

    def test_a_warning_before_a_feed_does_not_hide_it(self) -> None:
        assert feed.looks_like_feed("<br />\n<b>Warning</b>: x in <b>y.php</b><br />\n" + rss(item(1)), "text/html")

    def test_a_page_in_place_of_a_feed_offers_its_feeds(self) -> None:
        page = "<!DOCTYPE html><html><head><link rel=alternate type=application/rss+xml href=/feed.xml></head></html>"
        with pytest.raises(ReadError, match="web page") as caught:
            read(page, address="https://example.org/blog/")
        assert caught.value.feeds == ("https://example.org/feed.xml",)

    def test_a_page_without_feeds_says_so(self) -> None:
        with pytest.raises(ReadError, match="names no feed") as caught:
            read("<html><body>Hello</body></html>")
        assert caught.value.feeds == ()

    def test_a_feed_without_entries_is_a_feed(self) -> None:
        source = read(rss())
        assert (source.title, source.documents, source.damage) == ("T", (), None)


def test_reading_twice_gives_the_same() -> None:
    documents: list[tuple[ParsedDocument, ...]] = [sample("rss20.xml").documents for _ in range(2)]
    assert documents[0] == documents[1]
