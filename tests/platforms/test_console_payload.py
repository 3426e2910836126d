"""Messages for a terminal, as the outbox keeps them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from bot.domain.messages import (
    Button,
    Heading,
    Image,
    LinkButton,
    ListBlock,
    Mention,
    Message,
    Option,
    Paragraph,
    Quote,
    Select,
    Text,
    Time,
    TimeStyle,
    text,
)
from bot.platforms.console.payload import message_of, payloads


def test_a_message_comes_back_out_of_the_outbox_as_it_was() -> None:
    moment = Time(datetime(2026, 3, 5, 9, 30, tzinfo=UTC), "5 March", TimeStyle.DATE, local_only=True)
    message = Message(
        (
            Heading(text("摘要"), level=1),
            Paragraph((moment, Text("bold", bold=True, url="https://example.org"), Text("gone", strike=True))),
            Paragraph((Mention("discord", "7", "Ann"), Text(" speaks"))),
            ListBlock(((text("one"), text("more")), (text("two"),)), start=3),
            Quote(text("said", italic=True)),
            Image("https://example.org/a.png", "a figure"),
        ),
        ((Button("More", "more:1", opens_form=True), LinkButton("Open", "https://example.org")),),
    )
    (payload,) = payloads(message)
    assert message_of(json.loads(json.dumps(payload))) == message


def test_options_of_selects_are_buttons() -> None:
    select = Select("Which?", "pick", (Option("One", "1"), Option("Two", "2", chosen=True)))
    (payload,) = payloads(Message((), selects=(select,)))
    assert message_of(payload).buttons == ((Button("One", "pick=11"), Button("☑ Two", "pick=12")),)
