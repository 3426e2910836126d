"""Neutral messages as Telegram takes them; the double's grammar and limits judge."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.files import File
from bot.domain.messages import (
    Button,
    Heading,
    Image,
    Inline,
    LinkButton,
    ListBlock,
    Mention,
    Message,
    Paragraph,
    Quote,
    Text,
    Time,
    TimeStyle,
    text,
)
from bot.platforms.telegram.render import TelegramPart, render, web_address, with_file
from tests.telegram_html import ENTITY_LIMIT, MESSAGE_LIMIT, Entity, cut, is_blank, parse, units

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


def only(message: Message) -> tuple[str, tuple[Entity, ...]]:
    (part,) = render(message)
    return parse(part.html)


def paragraph(*runs: Inline) -> Message:
    return Message((Paragraph(runs),))


def shown(message: Message) -> str:
    return "\n\n".join(parse(part.html)[0] for part in render(message))


def test_headings_paragraphs_and_lists_stand_below_each_other():
    message = Message(
        (
            Heading(text("Digest"), level=1),
            Paragraph(text("Two new items")),
            Heading(text("Papers")),
            ListBlock(((text("One"), text("a sentence")), (text("Two"),)), start=9),
            ListBlock(((text("a"),), (text("b"),))),
        )
    )
    words, entities = only(message)
    assert words == "Digest\n\nTwo new items\n\nPapers\n9. One\na sentence\n\n10. Two\n\n• a\n• b"
    assert [cut(words, entity) for entity in entities if entity.type == "bold"] == ["Digest", "Papers"]


def test_styles_become_entities():
    words, entities = only(
        paragraph(
            Text("a ", bold=True),
            Text("b ", italic=True),
            Text("c", code=True),
            Text(" d", bold=True, italic=True),
            Text(" e", strike=True),
        )
    )
    assert words == "a b c d e"
    assert {(entity.type, cut(words, entity)) for entity in entities} == {
        ("bold", "a "),
        ("italic", "b "),
        ("code", "c"),
        ("bold", " d"),
        ("italic", " d"),
        ("strikethrough", " e"),
    }


def test_a_quote_is_one_block_over_all_its_lines():
    words, entities = only(Message((Paragraph(text("a")), Quote(text("b\nc\n\nd")), Quote(text("e")))))
    assert words == "a\n\nb\nc\n\nd\n\ne"
    assert [cut(words, entity) for entity in entities] == ["b\nc\n\nd", "e"]


def test_a_word_that_matches_within_a_linked_title_keeps_one_link():
    url = "https://example.org/1"
    line = (Text("On ", url=url), Text("BERT", bold=True, url=url), Text(" and others", url=url))
    words, entities = only(Message((Paragraph(line),)))
    assert [(entity.type, cut(words, entity)) for entity in entities] == [
        ("text_link", "On BERT and others"),
        ("bold", "BERT"),
    ]


@pytest.mark.parametrize(
    ("style", "expected"), [(TimeStyle.DATE, "D"), (TimeStyle.DATE_TIME, "Dt"), (TimeStyle.RELATIVE, "r")]
)
def test_a_time_is_shown_in_the_readers_zone_with_its_text_to_fall_back_on(style, expected):
    words, (entity,) = only(paragraph(Text("at "), Time(NOON, "5 March, 12:00 UTC", style)))
    assert words == "at 5 March, 12:00 UTC"
    assert entity.type == "date_time"
    assert entity.extra == {"unix_time": int(NOON.timestamp()), "date_time_format": expected}


def test_a_time_without_a_text_still_says_when():
    words, _ = only(paragraph(Time(NOON, " ")))
    assert words == "2026-03-05 12:00 UTC"


def test_a_mention_calls_the_one_who_is_meant_whatever_they_are_called():
    ann, zed = Mention("telegram", "7", "@durov <b>"), Mention("discord", "8", "@everyone")
    words, entities = only(paragraph(ann, Text(" and "), zed, Text(" @durov")))
    assert words == "@\u2060durov <b> and @\u2060everyone @\u2060durov"
    assert [(entity.type, cut(words, entity), entity.extra) for entity in entities] == [
        ("text_mention", "@\u2060durov <b>", {"user": 7})
    ]


def test_a_mention_of_no_account_is_a_name():
    words, entities = only(paragraph(Mention("telegram", '7"><i>', "Ann\nLee"), Mention("telegram", "", " ")))
    assert (words, entities) == ("Ann Lee…", ())


def test_an_image_is_a_link_with_its_caption_or_its_host():
    url = "https://example.org/chart.png"
    words, entities = only(Message((Image(url, "Results"), Image(url))))
    assert words == "🖼 Results\n\n🖼 example.org"
    assert [entity.extra["url"] for entity in entities] == [url, url]


@pytest.mark.parametrize(
    "title",
    [
        "a < b && c > d <script>",
        "_under_ *star* `tick` [x](y) ~~z~~ ||s||",
        "&lt; &amp;amp; &nbsp; &#60;",
        "🎉🎉🎉",
        "👩‍👩‍👧‍👦 family",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿🇧🇷",
        "\u200fעברית\u200f and English",
        "e\u0301te\u0301",
        "\"quoted\" 'twice'",
    ],
)
def test_a_title_is_shown_as_text(title):
    for words in (only(paragraph(Text(title)))[0], only(paragraph(Text(title, url="https://example.org")))[0]):
        assert words == title


def test_nobody_is_called_by_a_title():
    words, entities = only(paragraph(Text("ping @everyone and (@durov), mail a@example.org")))
    assert "mention" not in {entity.type for entity in entities}
    assert words.replace("\u2060", "") == "ping @everyone and (@durov), mail a@example.org"


def test_nobody_is_called_by_a_name_that_is_set_off_as_a_word_that_was_looked_for():
    line = (Text("as @"), Text("durov", bold=True), Text(" has said"))
    (part,) = render(Message((Paragraph(line),)))
    assert "mention" not in {entity.type for entity in parse(part.html)[1]}


def test_code_keeps_its_decorators_as_they_are():
    words, entities = only(paragraph(Text("@cache", code=True)))
    assert words == "@cache"
    assert [entity.type for entity in entities] == ["code"]


def test_a_right_to_left_title_does_not_reorder_what_follows():
    line = (Text("نماذج اللغة", url="https://example.org/1"), Text(" – NLP News, 3 May"))
    words, (link,) = only(Message((ListBlock(((line,),), start=1),)))
    assert words == "1. \u2068نماذج اللغة\u2069 – NLP News, 3 May"
    assert cut(words, link) == "\u2068نماذج اللغة\u2069"


def test_a_right_to_left_sentence_is_left_in_one_piece():
    line = (Text("دراسة عن "), Text("BERT", bold=True), Text(" ونماذج أخرى"))
    words, _ = only(Message((Paragraph(line),)))
    assert words == "دراسة عن BERT ونماذج أخرى"


def test_a_right_to_left_line_alone_needs_no_isolation():
    words, _ = only(Message((ListBlock(((text("مرحبا", url="https://example.org"),),), start=1),)))
    assert words == "1. مرحبا"


def test_isolates_that_a_title_leaves_open_end_with_it():
    words, _ = only(paragraph(Text("a\u2067b\u2069\u2069\u2066c")))
    assert words == "a\u2067b\u2069\u2066c\u2069"


def test_overrides_and_controls_are_taken_out():
    words, _ = only(paragraph(Text("a\u202eb\u202c\x00c\td\x1be\ud800")))
    assert words == "ab c d e\ufffd"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://example.org/x",
        "tg://user?id=1",
        "https://",
        "https://bank.com@evil.org",
        "x",
        "http://[bad",
    ],
)
def test_only_web_addresses_are_linked(url):
    words, entities = only(paragraph(Text("title", url=url)))
    assert (words, entities) == ("title", ())
    assert web_address(url) is None


def test_an_address_cannot_leave_its_attribute():
    words, (link,) = only(paragraph(Text("t", url='HTTPS://example.org/a b"><b>&x=<y>')))
    assert words == "t"
    assert link.extra["url"] == "https://example.org/a%20b%22%3E%3Cb%3E&x=%3Cy%3E"


def test_nothing_to_show_makes_no_part():
    assert render(Message(())) == ()
    assert render(Message((Paragraph(text(" \u200b\n")), ListBlock(())))) == ()


def test_buttons_without_a_text_still_arrive():
    rows = ((Button("▶", "page:2"),),)
    assert render(Message((), rows)) == (TelegramPart("…", rows),)


def test_a_link_button_that_telegram_would_refuse_is_left_out():
    good, bad = LinkButton("Open", "https://example.org/x"), LinkButton("Open", "javascript:x")
    (part,) = render(Message((Paragraph(text("x")),), ((bad,), (bad, good), (Button(" ", "a:1"),))))
    assert part.buttons == ((good,), (Button("…", "a:1"),))


# Splitting


def parts_of(message: Message) -> list[str]:
    parts = render(message)
    assert all(not part.buttons for part in parts[:-1])
    texts = [parse(part.html)[0] for part in parts]
    assert all(0 < units(words) <= MESSAGE_LIMIT for words in texts)
    return texts


def test_a_part_ends_at_a_block_where_one_fills_it_well():
    blocks = tuple(Paragraph(text(f"{number} " + "x" * 1500)) for number in range(4))
    assert [words[0] for words in parts_of(Message(blocks))] == ["0", "2"]


def test_a_heading_goes_with_what_it_heads():
    blocks = (Paragraph(text("x" * 3900)), Heading(text("Papers")), Paragraph(text("y" * 1000)))
    first, second = parts_of(Message(blocks))
    assert first == "x" * 3900
    assert second.startswith("Papers\n")


def test_an_entry_stays_in_one_part():
    entries = tuple((text(f"title {n}"), text("z" * 700)) for n in range(12))
    parts = parts_of(Message((Heading(text("Papers")), ListBlock(entries, start=1))))
    assert len(parts) == 3
    assert all(re.match(r"Papers\n1\.|\d+\. title", words) for words in parts)


def test_an_entry_that_is_too_long_is_split_at_its_lines():
    entry = tuple(text(f"line {n} " + "z" * 1000) for n in range(6))
    parts = parts_of(Message((ListBlock((entry,)),)))
    assert [words[:6] for words in parts] == ["• line", "line 4"]


def test_a_long_line_is_split_between_words():
    words = " ".join(f"word{number}" for number in range(2000))
    parts = parts_of(paragraph(Text(words)))
    assert " ".join(parts) == words
    assert len(parts) == 5


@pytest.mark.parametrize("grapheme", ["👩‍👩‍👧‍👦", "🇧🇷", "e\u0301", "👍🏽", "字", "한"])
def test_a_title_of_5000_characters_is_split_between_graphemes(grapheme):
    title = "x" + grapheme * 5000
    parts = parts_of(paragraph(Text(title, bold=True)))
    assert "".join(parts) == title
    assert all(re.fullmatch(f"x?(?:{grapheme})+", words) for words in parts)


def test_what_has_no_grapheme_to_split_at_is_split_all_the_same():
    title = "a" + "\u0301" * 9000
    assert "".join(parts_of(paragraph(Text(title)))) == title


def test_invisible_characters_alone_make_no_part():
    parts = parts_of(Message((Paragraph(text("a" + "\u200b" * 9000 + " b")),)))
    assert not any(is_blank(words) for words in parts)


def test_formatting_is_closed_and_opened_again_between_parts():
    url = "https://example.org/long"
    parts = render(paragraph(Text("word " * 2000, bold=True, url=url)))
    assert len(parts) == 3
    for part in parts:
        words, entities = parse(part.html)
        assert {(entity.type, cut(words, entity)) for entity in entities} == {("text_link", words), ("bold", words)}


def test_a_long_quote_is_a_quote_in_each_part():
    for part in render(Message((Quote(text("word " * 2000)),))):
        words, (entity,) = parse(part.html)
        assert cut(words, entity) == words


def test_no_part_has_more_than_80_entities_so_that_what_telegram_finds_itself_fits_into_the_100():
    line = tuple(Text(f"{number} ", url=f"https://example.org/{number}") for number in range(250))
    entries = tuple((text(str(number), url="https://example.org"),) for number in range(250))
    for message in (Message((Paragraph(line),)), Message((ListBlock(entries),))):
        parts = [parse(part.html)[1] for part in render(message)]
        assert [len(entities) for entities in parts] == [80, 80, 80, 10]


def test_a_time_is_never_split():
    line = (Text("x" * 4090), Time(NOON, "5 March 2026"))
    first, second = parts_of(Message((Paragraph(line),)))
    assert (first, second) == ("x" * 4090, "5 March 2026")


# Anything at all

TITLES = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="ab <>&\"'@#/_*`\n\u200d\u200f\u2067\u2069\u202eאبé🎉🇧👍🏽", max_size=80),
    st.builds(
        lambda word, times: word * times, st.sampled_from(["слово ", "字", "🎉", "a\u0301", "w "]), st.integers(1, 4000)
    ),
)
URLS = st.one_of(st.none(), st.integers(0, 10**6).map(lambda number: f"https://example.org/p?a={number}&b=<é>"))
RUNS = st.one_of(
    st.builds(
        Text, TITLES, bold=st.booleans(), italic=st.booleans(), code=st.booleans(), strike=st.booleans(), url=URLS
    ),
    st.builds(
        Time,
        st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),
        st.text(max_size=150),
        st.sampled_from(TimeStyle),
    ),
)
LINES = st.lists(RUNS, max_size=5).map(tuple)
BLOCKS = st.one_of(
    st.builds(Heading, LINES, level=st.integers(1, 2)),
    st.builds(Paragraph, LINES),
    st.builds(Quote, LINES),
    st.builds(Image, URLS.filter(bool), st.text(max_size=20)),
    st.builds(
        ListBlock,
        st.lists(st.lists(LINES, max_size=3).map(tuple), max_size=6).map(tuple),
        start=st.one_of(st.none(), st.integers(1, 200)),
    ),
)
MESSAGES = st.builds(Message, st.lists(BLOCKS, max_size=8).map(tuple))


def letters(words: str) -> str:
    """What is left without white space and what has no width or is replaced."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u00ad\u034f]", "", words)


@settings(max_examples=60, deadline=None)
@given(MESSAGES)
def test_every_part_of_any_message_is_accepted(message):
    for part in render(message):
        words, entities = parse(part.html)
        assert not is_blank(words)
        assert 0 < units(words) <= MESSAGE_LIMIT
        assert sum(entity.type not in {"hashtag", "bot_command", "url"} for entity in entities) <= ENTITY_LIMIT
        assert "mention" not in {entity.type for entity in entities}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Text, TITLES, bold=st.booleans(), url=URLS), max_size=6).map(tuple))
def test_no_letter_and_no_link_of_any_line_is_lost(line):
    parsed = [parse(part.html) for part in render(Message((Paragraph(line),)))]
    assert letters("".join(words for words, _ in parsed)) == letters("".join(run.text for run in line))
    kept = [str(entity.extra["url"]) for _, entities in parsed for entity in entities if entity.type == "text_link"]
    wanted = [web_address(run.url) for run in line if run.url and not is_blank(letters(run.text))]
    assert set(wanted) <= set(kept)


def test_a_short_text_is_the_caption_of_a_file_and_a_long_one_stands_above_it():
    file = File("saved.csv", "text/csv", b"x")
    assert with_file((), None) == ()
    assert with_file((), file) == (TelegramPart("", file=file),)
    short = TelegramPart("&amp;" + "x" * 1019, ((Button("A", "a"),),))
    assert with_file((short,), file) == (replace(short, file=file),)
    long = TelegramPart("x" * 1025, ((Button("A", "a"),),))
    assert with_file((short, long), file) == (short, long, TelegramPart("", file=file))
