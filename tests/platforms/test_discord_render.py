"""Discord's rendering: what people see, and what Discord takes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.messages import (
    Button,
    Heading,
    Image,
    Inline,
    Line,
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
from bot.platforms.discord.markdown import clean, plain, usable_link
from bot.platforms.discord.render import DiscordPart, components, render
from tests import discord_validation as rules
from tests.platforms.discord_markdown import Seen, read

unhurried = settings(deadline=None)  # machines differ

LINK = "https://arxiv.org/abs/1810.04805"
MOMENT = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)


def paragraph(*runs: Inline) -> Message:
    return Message((Paragraph(runs),))


def description(message: Message) -> str:
    (part,) = render(message)
    return part.embeds[0]["description"]


def seen(message: Message) -> Seen:
    return read(description(message))


def refused(part: DiscordPart) -> list[str]:
    """What Discord has against a part."""
    body = {"content": part.content, "embeds": list(part.embeds), "components": components(part.buttons)}
    faults = rules.check_message(body)
    faults.found += rules.check_description("POST", "/channels/{channel_id}/messages", {}, body).found
    return [str(faults)] if faults.found else ["empty"] if rules.is_empty(body) else []


# --- what is seen


def test_the_first_heading_is_the_title_and_the_rest_the_description() -> None:
    message = Message((Heading(text("Digest"), level=1), Heading(text("Papers")), Paragraph(text("One."))))
    (part,) = render(message)
    assert part.embeds[0]["title"] == "Digest"
    assert part.embeds[0]["description"] == "### Papers\n\nOne."


def test_a_title_that_is_too_long_or_a_link_stands_in_the_description() -> None:
    long = Message((Heading(text("very " * 60), level=1),))
    linked = Message((Heading(text("BERT", url=LINK), level=1),))
    assert description(long).startswith("## very very")
    assert description(linked) == f"## [BERT]({LINK})"
    assert "title" not in render(linked)[0].embeds[0]


def test_entries_are_numbered_from_where_the_list_starts() -> None:
    entries = ((text("BERT"), text("A model.")), (text("GPT"), text("Another.")))
    assert description(Message((ListBlock(entries, start=6),))) == "**6.** BERT\nA model.\n\n**7.** GPT\nAnother."


def test_entries_without_numbers_are_bullets() -> None:
    assert description(Message((ListBlock(((text("a"),), (text("b"),))),))) == "• a\n• b"


def test_a_moment_is_shown_in_each_readers_own_time() -> None:
    styles = {TimeStyle.DATE: "D", TimeStyle.DATE_TIME: "f", TimeStyle.RELATIVE: "R"}
    for style, letter in styles.items():
        assert description(paragraph(Time(MOMENT, "5 March", style))) == f"<t:1772733600:{letter}>"


def test_who_is_mentioned_is_called_above_the_text_since_embeds_call_nobody() -> None:
    ann, zed = Mention("discord", "7", "<@8> @everyone"), Mention("telegram", "9", "Zed_")
    (part,) = render(paragraph(ann, Text(" and "), zed, Text(" <@9> "), ann))
    assert (part.content, part.mentions) == ("<@7>", ("7",))
    assert read(part.embeds[0]["description"]).names == []
    assert read(part.embeds[0]["description"]).text == "<@8> @everyone and Zed_ <@9> <@8> @everyone"


def test_many_who_are_mentioned_are_called_in_messages_before_the_text() -> None:
    parts = render(paragraph(*(Mention("discord", str(10**18 + n), "x") for n in range(130))))
    assert [len(part.mentions) for part in parts] == [60, 60, 10]
    assert [bool(part.embeds) for part in parts] == [False, False, True]
    assert [one for part in parts for one in refused(part)] == []


def test_a_moment_in_a_title_is_its_fallback_because_titles_show_no_moments() -> None:
    (part,) = render(Message((Heading((Text("On "), Time(MOMENT, "5 March")), level=1),)))
    assert part.embeds[0]["title"] == "On 5 March"


def test_styles_are_shown() -> None:
    runs = (Text("bold", bold=True), Text(" "), Text("italic", italic=True), Text(" "), Text("f(x)", code=True))
    assert description(paragraph(*runs)) == "**bold** *italic* `f(x)`"


def test_what_is_struck_through_stays_so_whatever_is_in_it() -> None:
    runs = (Text("gone ~~too", strike=True), Text(" see https://a.example/~b", strike=True, bold=True))
    assert description(paragraph(*runs)) == r"~~gone \~\~too~~ **~~see <https://a.example/%7Eb>~~**"


def test_spaces_stand_outside_of_formatting() -> None:
    assert description(paragraph(Text("a"), Text(" b ", bold=True), Text("c"))) == "a **b** c"


def test_neighbours_in_one_style_are_one_run() -> None:
    assert description(paragraph(Text("a", bold=True), Text("b", bold=True))) == "**ab**"


def test_bold_beside_italic_does_not_fuse() -> None:
    result = seen(paragraph(Text("a", bold=True), Text("b", italic=True)))
    assert result.styles == ["bold", "italic"]
    assert result.text.replace("\u200b", "") == "ab"


def test_a_quote_is_marked_on_each_of_its_lines() -> None:
    assert description(Message((Quote(text("one\ntwo")),))) == "> one\n> two"


def test_an_image_is_shown_with_its_caption() -> None:
    (part,) = render(Message((Paragraph(text("See:")), Image("https://example.org/a.png", "A plot"))))
    assert part.embeds[0] == {
        "description": "See:\n\nA plot",
        "image": {"url": "https://example.org/a.png"},
    }


def test_two_images_are_two_cards() -> None:
    parts = render(Message((Image("https://example.org/a.png"), Image("https://example.org/b.png"))))
    assert [part.embeds[0]["image"]["url"] for part in parts] == [
        "https://example.org/a.png",
        "https://example.org/b.png",
    ]


def test_an_image_that_discord_cannot_load_is_its_caption() -> None:
    assert description(Message((Image("data:image/png;base64,AAAA", "A plot"),))) == "A plot"


# --- links


def test_a_link_shows_its_text() -> None:
    assert description(paragraph(Text("BERT", url=LINK))) == f"[BERT]({LINK})"


def test_a_link_whose_text_is_its_address_is_the_address() -> None:
    assert description(paragraph(Text(LINK, url=LINK))) == f"<{LINK}>"


def test_a_link_without_visible_text_is_its_address() -> None:
    assert description(paragraph(Text("\u200b", url=LINK))) == f"<{LINK}>"
    assert description(paragraph(Text("", url=LINK))) == f"<{LINK}>"


@pytest.mark.parametrize("shown", ["https://bank.example/login", "www.bank.example", "bank.example/login"])
def test_a_text_that_looks_like_an_address_cannot_mask_another(shown: str) -> None:
    result = seen(paragraph(Text(shown, url="https://evil.example/")))
    assert "(https://evil.example/)" in result.text
    assert shown in result.text


@pytest.mark.parametrize(
    "hostile",
    [
        "a](https://evil.example) [b",
        "a\\](https://evil.example)[b",
        "](https://evil.example",
        "[[x]](https://evil.example)",
        "] [y",
        "![x](https://evil.example)",
        "a`](https://evil.example)`",
    ],
)
def test_a_hostile_title_cannot_end_its_link_early(hostile: str) -> None:
    result = seen(paragraph(Text(hostile, url=LINK)))
    assert LINK in result.links
    assert hostile in result.text
    # The address that the text names may be a link to itself, in sight, and nothing else.
    assert set(result.links) - {LINK} <= {"https://evil.example"}
    assert all(address in result.text for address in result.links if address != LINK)


def test_brackets_in_pairs_stay_in_the_text_of_a_link() -> None:
    result = seen(paragraph(Text("[Paper] BERT (2018)", url=LINK)))
    assert (result.text, result.links) == ("[Paper] BERT (2018)", [LINK])


def test_parentheses_and_spaces_in_an_address_do_not_end_the_link() -> None:
    result = seen(paragraph(Text("BERT", url="https://en.wikipedia.org/wiki/BERT_(language model)")))
    assert result.links == ["https://en.wikipedia.org/wiki/BERT_%28language%20model%29"]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "mailto:a@example.org", "/relative", "http://", "", "http://["]
)
def test_an_address_that_discord_does_not_link_leaves_the_text(address: str) -> None:
    result = seen(paragraph(Text("here", url=address)))
    assert (result.text, result.links) == ("here", [])


def test_an_address_in_a_text_still_works() -> None:
    result = seen(paragraph(Text("See https://example.org/a_b_c*d, and_more_.")))
    assert result.links == ["https://example.org/a_b_c*d"]
    assert result.text == "See https://example.org/a_b_c*d, and_more_."


@pytest.mark.parametrize("behind", ["”", "»", "’", "“", "」。", "…", "！"])
def test_a_quotation_mark_behind_an_address_is_no_part_of_it(behind: str) -> None:
    assert seen(paragraph(Text(f"read “https://a.example/x{behind} and"))).links == ["https://a.example/x"]


# --- what comes from outside is text


@pytest.mark.parametrize(
    "hostile",
    [
        "@everyone",
        "@here and @everyone",
        "<@123>",
        "<@!123> <@&4>",
        "<#1>",
        "<:x:1>",
        "<a:x:1>",
        "<t:0:R>",
        "</digest:1>",
        "<id:guide>",
        ":smile: a:b:c",
        "**bold** *i* __u__ _i_ ~~s~~ ||spoiler|| `code`",
        "```\nblock\n```",
        "# heading",
        "## heading\n### heading",
        "-# small",
        "- item\n* item\n+ item",
        "1. one\n2. two",
        "> quote\n>>> quotes",
        "[click](https://evil.example)",
        "\\*not escaped\\*",
        "<https://evil.example",
        "a < b & c > d",
        "steam://run/1",
    ],
)
def test_what_a_source_wrote_is_shown_as_text(hostile: str) -> None:
    for message in (paragraph(Text(hostile)), Message((ListBlock(((text(hostile),),)),))):
        result = seen(message)
        assert result.text.removeprefix("• ") == hostile
        assert (result.names, result.styles, result.marks, result.times) == ([], [], [], [])


def test_control_characters_and_halves_of_characters_are_dropped() -> None:
    assert description(paragraph(Text("a\x00b\ud800c\r\nd"))) == "abc\nd"


# --- buttons


def test_buttons_carry_their_action_and_links_their_address() -> None:
    row = (Button("Next", "digest:7:2"), LinkButton("Paper", LINK))
    (part,) = render(Message((Paragraph(text("x")),), (row,)))
    assert components(part.buttons) == [
        {
            "type": 1,
            "components": [
                {"type": 2, "style": 2, "label": "Next", "custom_id": "pr:digest:7:2"},
                {"type": 2, "style": 5, "label": "Paper", "url": LINK},
            ],
        }
    ]


def test_one_action_on_two_buttons_gets_two_ids() -> None:
    (part,) = render(Message((Paragraph(text("x")),), ((Button("1", "a:1"), Button("one", "a:1")),)))
    assert [one["custom_id"] for one in components(part.buttons)[0]["components"]] == ["pr:a:1", "pr2:a:1"]
    assert refused(part) == []


def test_a_long_label_is_cut() -> None:
    (part,) = render(Message((Paragraph(text("x")),), ((Button("word " * 30, "a"),),)))
    assert components(part.buttons)[0]["components"][0]["label"].endswith("word…")
    assert refused(part) == []


def test_a_link_that_cannot_be_a_button_is_a_link_in_the_text() -> None:
    long = "https://example.org/" + "a" * 600
    (part,) = render(Message((Paragraph(text("x")),), ((LinkButton("Paper", long), LinkButton("Mail", "mailto:a@b")),)))
    assert part.buttons == ()
    assert read(part.embeds[0]["description"]).links == [long]


def test_rows_beyond_the_fifth_are_filled_up() -> None:
    rows = tuple((Button(str(number), f"a:{number}"),) for number in range(7))
    (part,) = render(Message((Paragraph(text("x")),), rows))
    assert [len(row) for row in part.buttons] == [5, 2]


def test_more_buttons_than_a_message_holds_are_a_mistake() -> None:
    rows = tuple(tuple(Button("x", f"a:{row}:{at}") for at in range(5)) for row in range(6))
    with pytest.raises(ValueError, match="5 rows of 5"):
        render(Message((Paragraph(text("x")),), rows))


def test_buttons_stand_below_the_last_part() -> None:
    parts = render(Message((Paragraph(text("word " * 2000)),), ((Button("x", "a"),),)))
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]


def test_a_message_that_shows_nothing_has_no_parts_unless_it_has_buttons() -> None:
    assert render(Message(())) == ()
    assert render(paragraph(Text(" \n"))) == ()
    (part,) = render(Message((), ((Button("x", "a"),),)))
    assert refused(part) == []


# --- splitting


def test_a_long_message_is_split_between_blocks() -> None:
    blocks = tuple(Paragraph(text(f"{number} " + "x" * 1500)) for number in range(5))
    parts = render(Message(blocks))
    assert [part.embeds[0]["description"][0] for part in parts] == ["0", "2", "4"]


def test_a_heading_goes_with_what_follows_it() -> None:
    blocks = (Paragraph(text("x" * 4080)), Heading(text("Papers")), Paragraph(text("y" * 100)))
    assert render(Message(blocks))[1].embeds[0]["description"].startswith("### Papers\n\ny")


def test_a_list_is_split_between_entries() -> None:
    entries = tuple((text(f"title {number}"), text("x" * 900)) for number in range(9))
    parts = render(Message((ListBlock(entries, start=1),)))
    assert [part.embeds[0]["description"][:5] for part in parts] == ["**1.*", "**5.*", "**9.*"]


def test_an_entry_longer_than_a_page_is_split_between_its_lines() -> None:
    parts = render(Message((ListBlock(((text("title"), text("x" * 3000), text("y" * 3000)),), start=1),)))
    assert [part.embeds[0]["description"][-1] for part in parts] == ["x", "y"]


def test_a_long_line_is_split_between_words() -> None:
    parts = render(paragraph(Text("word " * 2000)))
    assert [part.embeds[0]["description"].strip("word ") for part in parts] == [""] * len(parts)
    assert all(part.embeds[0]["description"].strip().endswith("word") for part in parts)


def test_formatting_is_closed_in_every_part() -> None:
    for part in render(paragraph(Text("word " * 2000, bold=True))):
        assert read(part.embeds[0]["description"]).styles == ["bold"]


def test_a_long_link_is_a_link_in_every_part() -> None:
    for part in render(paragraph(Text("word " * 2000, url=LINK))):
        assert read(part.embeds[0]["description"]).links == [LINK]


def test_an_address_longer_than_a_message_leaves_the_text() -> None:
    assert description(paragraph(Text("here", url="https://example.org/" + "a" * 5000))) == "here"


def test_a_long_quote_is_a_quote_in_every_part() -> None:
    for part in render(Message((Quote(text("word " * 2000)),))):
        assert part.embeds[0]["description"].startswith("> ")


@pytest.mark.parametrize("grapheme", ["é", "👩‍👩‍👧", "👍🏽", "🇧🇷", "각", "❤️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "\u200fא"])
def test_a_character_is_never_taken_apart(grapheme: str) -> None:
    whole = grapheme * 5000
    pieces = [part.embeds[0]["description"] for part in render(paragraph(Text(whole)))]
    assert "".join(pieces) == whole
    assert len(pieces) > 1
    if not grapheme.startswith("\u200f"):
        assert all(len(piece) % len(grapheme) == 0 for piece in pieces)


def test_endless_combining_marks_are_cut_all_the_same() -> None:
    whole = "e" + "\u0301" * 9000
    assert "".join(part.embeds[0]["description"] for part in render(paragraph(Text(whole)))) == whole


# --- whatever comes

SCRAPS = [
    "@everyone",
    "<@1>",
    "](",
    "[",
    "]",
    "(",
    ")",
    "**",
    "`",
    "\\",
    "_",
    "||",
    "https://a.example/x_(y)",
    "\n",
    " ",
]
words = st.one_of(
    st.sampled_from(SCRAPS), st.text(max_size=8), st.sampled_from(["слово", "词语", "👩‍👩‍👧", "שלום", "é"])
)
strings = st.lists(words, max_size=12).map("".join)
addresses = st.one_of(
    st.none(),
    st.sampled_from([LINK, "https://a.example/(b)_[c]*d*", "mailto:x@y", "https://bank.example"]),
    strings.map(lambda value: "https://a.example/" + value),
)
runs = st.builds(Text, strings, st.booleans(), st.booleans(), st.booleans(), addresses, st.booleans())
plain_runs = st.builds(Text, st.one_of(strings, st.just("word " * 1100), st.just("字" * 5000)))
moments = st.builds(Time, st.just(MOMENT), st.just("5 March"), st.sampled_from(TimeStyle))
lines: st.SearchStrategy[Line] = st.lists(st.one_of(runs, plain_runs, moments), max_size=4).map(tuple)
entries = st.lists(st.lists(lines, max_size=3).map(tuple), max_size=4).map(tuple)
blocks = st.one_of(
    st.builds(Heading, lines, st.integers(1, 2)),
    st.builds(Paragraph, lines),
    st.builds(ListBlock, entries, st.one_of(st.none(), st.integers(1, 2000))),
    st.builds(Quote, lines),
    st.builds(Image, st.one_of(st.just("https://a.example/i.png"), strings), strings),
)
buttons = st.one_of(
    st.builds(Button, strings, st.from_regex(r"[a-z]{1,8}(:[0-9]{1,10}){0,3}", fullmatch=True)),
    st.builds(LinkButton, strings, st.sampled_from([LINK, "mailto:x@y", "https://a.example/" + "b" * 600])),
)
messages = st.builds(
    Message,
    st.lists(blocks, max_size=5).map(tuple),
    st.lists(st.lists(buttons, min_size=1, max_size=5).map(tuple), max_size=5).map(tuple),
)


@unhurried
@given(messages)
def test_discord_takes_every_part_of_every_message(message: Message) -> None:
    assert [fault for part in render(message) for fault in refused(part)] == []


def letters(value: str) -> str:
    """A text without what may change: spaces at the seams, and the marks that keep runs apart."""
    return re.sub(r"[\s\u200b]", "", clean(value))


@unhurried
@given(st.lists(st.builds(Paragraph, st.lists(st.one_of(plain_runs, moments), max_size=3).map(tuple)), max_size=4))
def test_every_text_arrives_and_pings_nobody(paragraphs: list[Paragraph]) -> None:
    results = [read(part.embeds[0]["description"]) for part in render(Message(tuple(paragraphs)))]
    shown = re.sub(r"<t:\d+:\w>", "5 March", "".join(result.text for result in results))
    assert letters(shown) == letters("".join(plain(block.line) for block in paragraphs))
    assert [(result.names, result.styles, result.marks) for result in results if result.names] == []


@unhurried
@given(st.lists(runs, min_size=1, max_size=4).map(tuple))
def test_every_link_arrives_and_none_is_added(line: Line) -> None:
    found = [link for part in render(Message((Paragraph(line),))) for link in read(part.embeds[0]["description"]).links]
    wanted = {usable_link(run.url) for run in line if isinstance(run, Text)} - {None}
    assert wanted <= set(found)
    # Others are only addresses that stand in the text in full view.
    shown = unquote(letters("".join(plain(line).split())))
    assert all(letters(unquote(link)) in shown for link in set(found) - wanted)


@pytest.mark.parametrize("style", ["bold", "italic", "strike", "code"])
def test_what_has_nothing_to_show_gets_no_marks_that_would_be_shown(style: str) -> None:
    (part,) = render(Message((Paragraph((Text("a"), Text("\x00", **{style: True}), Text("b"))),)))
    assert part.embeds[0]["description"] == "ab"


def test_what_is_taken_away_leaves_no_space_before_a_closing_mark() -> None:
    (part,) = render(Message((Paragraph((Text("see it \x00", italic=True),)),)))
    assert part.embeds[0]["description"].rstrip() == "*see it*"
