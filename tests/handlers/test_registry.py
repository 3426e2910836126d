"""The one way from a request to its reply."""

from __future__ import annotations

from dataclasses import replace

import pytest
import structlog

from bot.domain.errors import UserError
from bot.domain.messages import Message, Paragraph, Text, text
from bot.domain.offers import Offers
from bot.locales import Translator
from handlers.command import Chat, Choice, Person, Platform, Reply, Request
from handlers.registry import Command, Dispatcher, Option

CHAT = Chat(Platform.TELEGRAM, "1", private=True)


def request(command: str = "", *, action: str = "", language: str | None = None) -> Request:
    return Request(CHAT, Person("7", "Ann", language), command=command, action=action)


def words(reply: Reply) -> str:
    (block,) = reply.message.blocks
    assert isinstance(block, Paragraph)
    return "".join(run.text for run in block.line if isinstance(run, Text))


async def hello(_request: Request, say: Translator) -> Reply:
    return Reply(Message((Paragraph(text(say.gettext("today"))),)))


async def mistake(_request: Request, _say: Translator) -> Reply:
    raise UserError("This item is not there any more.")


async def fault(_request: Request, _say: Translator) -> Reply:
    raise RuntimeError("the disk is on fire")


async def offers(_request: Request, typed: str, _say: Translator) -> tuple[Choice, ...]:
    if typed == "boom":
        raise RuntimeError("no offers")
    return tuple(Choice(str(number), str(number)) for number in range(40))


async def stories(request: Request, more: str, say: Translator) -> Offers:
    if request.text == "boom":
        raise RuntimeError("no stories")
    return Offers(more=more + "1", hint=say.gettext("today"))


def dispatcher(chosen: str | None = None) -> Dispatcher:
    async def language_of(_request: Request) -> str | None:
        return chosen

    return Dispatcher(
        (
            Command("hello", "What I can do", hello, (Option("day", "Only this section", complete=offers),)),
            Command("mistake", "What I read", mistake),
            Command("fault", "What I read", fault),
        ),
        {"hello": hello, "fault": fault},
        language_of=language_of,
        default_language="en",
        offerer=stories,
    )


@pytest.mark.parametrize(
    ("chosen", "client", "answer"),
    [
        ("zh_Hans", "ru", "今天"),
        (None, "ru-RU", "сегодня"),
        (None, "pt-PT", "hoje"),
        (None, "de", "today"),
        (None, None, "today"),
    ],
)
async def test_the_language_of_the_chat_wins_over_the_clients(
    chosen: str | None, client: str | None, answer: str
) -> None:
    assert words(await dispatcher(chosen).answer(request("hello", language=client))) == answer


async def test_a_mistake_is_answered_with_a_sentence_in_the_readers_language() -> None:
    reply = await dispatcher().answer(request("mistake", language="ru"))
    assert words(reply) == "Этой заметки больше нет."


async def test_what_went_wrong_is_said_where_it_was_asked_and_to_one_who_pressed_alone() -> None:
    assert not (await dispatcher().answer(request("mistake"))).private
    assert not (await dispatcher().answer(request("fault"))).private
    assert (await dispatcher().press(request(action="fault:1"))).private
    assert (await dispatcher().press(request(action="gone:1"))).private


async def test_a_fault_is_answered_with_a_number_that_stands_in_the_log() -> None:
    with structlog.testing.capture_logs() as lines:
        reply = await dispatcher().answer(request("fault"))
    (line,) = lines
    assert words(reply).endswith(f": {line['id']}")
    assert line["log_level"] == "error"
    assert "fire" not in words(reply)


async def test_an_unknown_command_and_an_old_button_get_a_helpful_reply() -> None:
    assert "/help" in words(await dispatcher().answer(request("frobnicate")))
    for action in ("", "gone:1:2", "hello\n:1"):
        assert "/help" in words(await dispatcher().press(request(action=action)))


async def test_a_press_reaches_the_handler_of_its_action() -> None:
    assert words(await dispatcher().press(request(action="hello:1:2"))) == "today"


async def test_at_most_25_values_are_offered_and_a_failure_offers_none() -> None:
    assert len(await dispatcher().complete(request("hello"), "day", "x")) == 25
    assert await dispatcher().complete(request("hello"), "day", "boom") == ()
    assert await dispatcher().complete(request("hello"), "colour", "x") == ()
    assert await dispatcher().complete(request("nothing"), "day", "x") == ()


def test_menus_and_names_are_in_the_language_asked_for() -> None:
    assert dispatcher().menu("ru")[0] == ("hello", "Что я умею")
    assert dispatcher().localised_name("search", "ru") == "поиск"
    assert dispatcher().localised_name("search", "en") is None
    assert dispatcher().localised_name("hello", "ru") is None


async def echo(request: Request, _say: Translator) -> Reply:
    return Reply(Message((Paragraph(text(f"{request.command}|{request.text}")),)))


def with_subcommands() -> Dispatcher:
    async def language_of(_request: Request) -> str | None:
        return None

    subcommands = (Command("new", "What I can do", echo, listed=True), Command("next", "What I can do", echo))
    return Dispatcher(
        (Command("club", "What I read", echo, subcommands=subcommands), Command("help", "What I can do", echo)),
        {},
        language_of=language_of,
        default_language="en",
    )


@pytest.mark.parametrize(
    ("command", "typed", "understood"),
    [
        ("club", "", "club|"),
        ("club", "new Saturday 18:00", "club new|Saturday 18:00"),
        ("club", "NEW\u00a0", "club|NEW\u00a0"),
        ("club", "New", "club new|"),
        ("club", "новая в субботу", "club new|в субботу"),
        ("club", "新建 下周六", "club new|下周六"),
        ("club_new", "Saturday new", "club new|Saturday new"),
        ("club new", "", "club new|"),
        ("club", "newspaper", "club|newspaper"),
        ("help", "new", "help|new"),
    ],
)
async def test_a_subcommand_is_asked_in_two_words_or_in_one_and_in_every_language(
    command: str, typed: str, understood: str
) -> None:
    asked = Request(CHAT, Person("7", "Ann"), command=command, text=typed)
    assert words(await with_subcommands().answer(asked)) == understood


async def test_a_subcommand_that_there_is_not_gets_a_helpful_answer() -> None:
    asked = Request(CHAT, Person("7", "Ann"), command="club_dance")
    assert "I do not know the command /club_dance" in words(await with_subcommands().answer(asked))


def test_menus_list_commands_and_those_subcommands_that_are_worth_it() -> None:
    assert [name for name, _description in with_subcommands().menu("en")] == ["club", "club_new", "help"]
    assert with_subcommands().names == {"club", "club_new", "club_next", "help"}


@pytest.mark.parametrize(
    ("chosen", "client", "hint"), [("zh_Hans", "ru", "今天"), (None, "ru", "сегодня"), (None, None, "today")]
)
async def test_what_somebody_may_send_is_in_the_language_of_their_chat_with_us(
    chosen: str | None, client: str | None, hint: str
) -> None:
    assert await dispatcher(chosen).offers(request(language=client), "2") == Offers(more="21", hint=hint)


async def test_where_offers_fail_there_are_none_and_the_log_says_why() -> None:
    with structlog.testing.capture_logs() as logs:
        assert await dispatcher().offers(replace(request(), text="boom")) == Offers()
    assert [one["event"] for one in logs] == ["offers_failed"]
    assert "boom" not in str(logs[0]["event"])
