"""Who may do what in a club: every button and every subcommand, sent by everybody who may not, and forged.

A new verb of a button, or a new subcommand, that has no row in `tests.club_rights` fails here until it has one.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest

from handlers.command import Chat, Person, Reply, Request
from tests.club_rights import (
    ANSWERS,
    BEN,
    CHIEF,
    ELSEWHERE,
    EVE,
    HEAD,
    MODULES,
    NOUNS,
    OTHERS,
    READERS,
    ROWS,
    SECRET,
    STRANGER,
    SUBCOMMANDS,
    WRONG_ON_OUR_SIDE,
    May,
    World,
    club_in,
    private,
)
from tests.talks import seen

CHANNEL_PERSON = Person("-1003", "A channel")
ANONYMOUS = Person(READERS.id, "Readers", chat_administrator=True)
OUTSIDERS: Sequence[tuple[Chat, Person]] = (
    (private(STRANGER), Person(STRANGER.id, STRANGER.name, "en", chat_administrator=True)),
    (OTHERS, Person(CHIEF.id, CHIEF.name, "en", chat_administrator=True)),
    (private(CHIEF), Person(CHIEF.id, CHIEF.name, "en", chat_administrator=True)),
    (OTHERS, Person(OTHERS.id, "Others", chat_administrator=True)),
)
"""A stranger in private, who administers that chat as everybody does theirs; who organises another club, there and in
private; and that other club's anonymous administrator."""
INSIDERS: Sequence[tuple[Chat, Person]] = (
    (READERS, BEN),
    (private(BEN), Person(BEN.id, BEN.name, "en", chat_administrator=True)),
    (READERS, EVE),
    (READERS, CHANNEL_PERSON),
)
"""Who is in the club, in its chat and in private; who merely reads there; a channel that writes there."""
FORGED = ("", "-1", "0", "999999999", "9" * 19, "9" * 50, "٣", "²", "8:8", "x", "1.5", "None", "a\x00b")
PICKED = (
    "1",
    "-1",
    "9" * 30,
    "٣",
    "²",
    "x",
    "",
    "tpl-²",
    "tpl-" + "9" * 30,
    "chat-²",
    "length-" + "9" * 30,
    "seats-" + "9" * 30,
    "l-٣",
    "z-Mars/City",
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with club_in(tmp_path) as world:
        yield world


def rows_of(noun: str) -> list[tuple[May, str]]:
    return [row for row in ROWS if row[1].partition(":")[0] == noun]


def shown(reply: Reply) -> str:
    """All that somebody can read of a reply."""
    asked = "".join(f"{one.label} {one.value}" for one in reply.form.questions) if reply.form else ""
    file = reply.file.content.decode(errors="replace") if reply.file else ""
    return f"{seen(reply)} {reply.message} {asked} {file}"


@pytest.mark.parametrize("noun", sorted(NOUNS))
async def test_nobody_from_outside_changes_or_reads_anything_of_a_club(noun: str, world: World) -> None:
    for (chat, person), (_, action) in itertools.product(OUTSIDERS, rows_of(noun)):
        pressed = action.format(**world.ids)
        before = await world.club()
        for answers in ({}, ANSWERS):
            reply = await world.press(chat, person, pressed, answers=answers)
            assert SECRET not in shown(reply), (chat, shown(reply))
            assert WRONG_ON_OUR_SIDE not in shown(reply), (chat, answers)
        assert await world.club() == before, (chat, pressed)


@pytest.mark.parametrize("noun", sorted(NOUNS))
async def test_members_and_readers_change_nothing_that_is_for_others(noun: str, world: World) -> None:
    rows = [action for may, action in rows_of(noun) if may in (May.ORGANISERS, May.ANN)]
    for (chat, person), action in itertools.product(INSIDERS, rows):
        pressed = action.format(**world.ids)
        before = await world.club()
        for answers in ({}, ANSWERS):
            reply = await world.press(chat, person, pressed, answers=answers)
            assert WRONG_ON_OUR_SIDE not in shown(reply), (chat, answers)
        assert await world.club() == before, (chat, pressed)


@pytest.mark.parametrize("noun", sorted(NOUNS))
async def test_forged_actions_are_answered_and_do_nothing(noun: str, world: World) -> None:
    """Also those of an organiser: whatever stands in the place of a number, it is no fault of ours."""
    head = Person(HEAD.id, HEAD.name, "en", chat_administrator=True)
    places = [(action, part) for _, action in rows_of(noun) for part in action.split(":") if part.startswith("{")]
    for (action, name), forged in itertools.product(places, FORGED):
        pressed = action.replace(name, forged, 1).format(**world.ids)
        before = await world.club()
        for answers in ({}, ANSWERS):
            reply = await world.press(READERS, head, pressed, answers=answers)
            assert WRONG_ON_OUR_SIDE not in shown(reply), (pressed, answers)
        assert await world.club() == before, pressed
    for value, (_, action) in itertools.product(PICKED, rows_of(noun)):
        reply = await world.press(READERS, head, action.format(**world.ids), picked={value: True})
        assert WRONG_ON_OUR_SIDE not in shown(reply), value
        reply = await world.press(READERS, head, f"{action.format(**world.ids)}:{value}")
        assert WRONG_ON_OUR_SIDE not in shown(reply), value


def test_every_noun_of_a_button_has_a_row(world: World) -> None:
    assert set(world.core.dispatcher._actions) == NOUNS | ELSEWHERE
    assert {action.partition(":")[0] for _, action in ROWS} == NOUNS


@pytest.mark.parametrize("noun", sorted(MODULES))
def test_every_verb_of_a_button_has_a_row(noun: str) -> None:
    rows = {part for _, action in ROWS if action.partition(":")[0] == noun for part in action.split(":")}
    known = {verb for module in MODULES[noun] for verb in verbs_in(module)}
    assert known - {""} - rows == set()


def verbs_in(module: str) -> Iterator[str]:
    """The words by which a module tells the presses apart: in `match`, in comparisons, and in tables of verbs."""
    for node in ast.walk(ast.parse(inspect.getsource(importlib.import_module(f"handlers.{module}")))):
        match node:
            case ast.MatchValue(value=ast.Constant(value=str(word))):
                yield word
            case ast.Assign(targets=[ast.Attribute(attr="_verbs")], value=ast.Dict(keys=keys)):
                yield from (key.value for key in keys if isinstance(key, ast.Constant))
            case ast.Compare(left=ast.Name(id="verb"), comparators=[compared]):
                yield from (one.value for one in ast.walk(compared) if isinstance(one, ast.Constant))


@pytest.mark.parametrize(
    ("may", "name"), [(may, name) for may, names in SUBCOMMANDS.items() for name in names.split()], ids=str
)
async def test_members_and_outsiders_change_nothing_by_commands_that_are_not_theirs(
    may: May, name: str, world: World
) -> None:
    for chat, person in (*OUTSIDERS, *(INSIDERS if may is May.ORGANISERS else ())):
        before = await world.club()
        for words in ("", "1", "1 Saturday 18:00", "https://example.org/x", "²", "9" * 60, "-1"):
            reply = await world.core.dispatcher.answer(Request(chat, person, f"club {name}", words))
            assert WRONG_ON_OUR_SIDE not in shown(reply), (chat, words)
            assert SECRET not in shown(reply) or (chat, person) in INSIDERS, (chat, words)
        assert await world.club() == before, (chat, person)


def test_every_subcommand_has_a_row(world: World) -> None:
    (club,) = (one for one in world.core.dispatcher.commands if one.name == "club")
    assert {one.name for one in club.subcommands} == {name for names in SUBCOMMANDS.values() for name in names.split()}
