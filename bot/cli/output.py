"""Messages on standard output, for a person at a terminal or for another program."""

from __future__ import annotations

import io

import typer
from rich.console import Console

from bot.domain.messages import Message
from bot.platforms.console.render import render

ENDLESS = 1_000_000
"""Columns: where nobody looks, lines are not broken, so that addresses stay whole."""


def print_message(message: Message) -> None:
    """Prints a message: wrapped and with live links on a terminal, elsewhere unbroken and with links written out."""
    console = Console()
    if console.is_terminal:
        console.print(render(message, addresses=False))
        return
    plain = Console(file=io.StringIO(), width=ENDLESS, color_system=None)
    with plain.capture() as captured:
        plain.print(render(message, addresses=True))
    typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))
