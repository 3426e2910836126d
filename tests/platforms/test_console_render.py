"""Messages in a terminal."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from rich.console import Console

from bot.domain.messages import (
    Button,
    Heading,
    Image,
    LinkButton,
    ListBlock,
    Mention,
    Message,
    Paragraph,
    Quote,
    Text,
    Time,
    text,
)
from bot.platforms.console.render import pressable, render, render_buttons


def shown(message: Message, *, addresses: bool = False, width: int = 60) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(render(message, addresses=addresses))
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def test_every_kind_of_block_is_shown() -> None:
    moment = Time(datetime(2026, 3, 5, tzinfo=UTC), "5 March")
    message = Message(
        (
            Heading(text("Digest"), level=1),
            Paragraph((Text("On "), moment)),
            ListBlock((((Text("One"),), (Text("first"),), (Text("more"),)), ((Text("Two"),),)), start=9),
            ListBlock((((Text("a"),),), ((Text("b"),),))),
            Quote(text("quoted")),
            Image("https://example.org/i.png", "A figure"),
        )
    )
    assert shown(message) == (
        "Digest\n\nOn 5 March\n\n 9. One\n    first\n    more\n\n10. Two\n\n• a\n• b\n\n  quoted\n\n"
        "🖼 A figure <https://example.org/i.png>"
    )


def test_addresses_are_written_out_where_nothing_can_be_clicked() -> None:
    message = Message((Paragraph((Text("paper", url="https://arxiv.org/abs/1"),)),))
    assert shown(message, addresses=True) == "paper <https://arxiv.org/abs/1>"
    assert shown(message) == "paper"


def test_a_link_in_several_styles_has_its_address_once() -> None:
    runs = (Text("about ", url="https://e.org"), Text("BERT", bold=True, url="https://e.org"), Text("!"))
    assert shown(Message((Paragraph(runs),)), addresses=True) == "about BERT <https://e.org>!"


def test_long_lines_of_an_entry_hang_below_its_beginning() -> None:
    message = Message((ListBlock(((text("one two three four"),),), start=1),))
    assert shown(message, width=12) == "1. one two\n   three\n   four"


def test_spaces_and_joiners_of_other_scripts_stay() -> None:
    assert shown(Message((Paragraph(text("2026\u202fг. می\u200cروم")),))) == "2026\u202fг. می\u200cروم"


def test_a_title_cannot_send_commands_to_the_terminal() -> None:
    message = Message((Paragraph(text("\x1b]0;owned\x07\x1b[2J[red]not markup[/red]\u202e")),))
    assert shown(message) == "]0;owned[2J[red]not markup[/red]"


def test_buttons_are_numbered_in_the_order_in_which_they_can_be_pressed() -> None:
    rows = ((Button("◀", "a:1"), LinkButton("Open", "https://example.org")), (Button("▶", "a:3"),))
    assert render_buttons(rows).plain == "[1] ◀   Open <https://example.org>   [2] ▶"
    assert [button.action for button in pressable(rows)] == ["a:1", "a:3"]


def test_a_link_cannot_send_commands_to_the_terminal() -> None:
    hostile = "https://e.org/\x1b\\ \x1b]0;owned\x07 bold"
    console = Console(file=io.StringIO(), force_terminal=True, width=60)
    console.print(render(Message((Paragraph(text("a note", url=hostile)),)), addresses=False))
    file = console.file
    assert isinstance(file, io.StringIO)
    assert "\x07" not in file.getvalue()
    assert "\x1b]0;" not in file.getvalue()
    assert "\x1b[1" not in file.getvalue()  # no word of the address is a style


def test_what_adds_a_readers_own_time_is_left_out() -> None:
    own = Time(datetime(2026, 3, 5, 9, tzinfo=UTC), "5 March, 9:00", local_only=True)
    message = Message((Paragraph((own, Text(" · ", local_only=True), Text("Thu, 09:00 UTC"))),))
    assert shown(message) == "Thu, 09:00 UTC"


def test_who_is_mentioned_is_a_name_that_cannot_command_the_terminal() -> None:
    message = Message((Paragraph((Mention("telegram", "7", "Ann\x1b[31m"), Text(" speaks"))),))
    assert shown(message) == "Ann[31m speaks"
