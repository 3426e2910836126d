"""The local chat: binds what is typed to commands, buttons, forms and search; nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import structlog
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console, RenderableType

from bot.domain.files import File
from bot.domain.forms import FormProgress
from bot.domain.messages import Button, Message, Paragraph, rows_with_selects, text
from bot.locales import translator
from bot.platforms.console.files import fetched, keep
from bot.platforms.console.render import pressable, render, render_buttons
from bot.services.form_message import NOTHING_CHANGED, question_message
from handlers.command import Attachment, Chat, Person, Platform, Reply, Request
from handlers.registry import Dispatcher

log = structlog.get_logger(__name__)

PROMPT = "› "
LEAVE = frozenset({"/quit", "/exit"})
CANCEL = "/cancel"
FILE = "file:"
"""What stands before the path of a file that goes with a command."""


class ConsoleChat:
    """A private chat between the person at the terminal and the bot, who may do everything."""

    def __init__(
        self, dispatcher: Dispatcher, console: Console, *, language: str | None, folder: Path = Path()
    ) -> None:
        """`folder` is where files are put that an answer brings along."""
        self._dispatcher = dispatcher
        self._console = console
        self._folder = folder
        self._chat = Chat(Platform.CONSOLE, "local", private=True)
        self._person = Person("local", "you", language, administrator=True, chat_administrator=True)
        self.buttons: tuple[Button, ...] = ()
        self._form: FormProgress | None = None

    @property
    def is_asking(self) -> bool:
        """Whether the next line answers a question."""
        return self._form is not None

    async def welcome(self, *, samples: bool) -> None:
        """Shows a newcomer around. `samples`: what is shown are the sample sources."""
        for line in ("/start", "/digest"):
            await self.say(line)
        _ = translator(await self._dispatcher.language_for(self._request())).gettext
        hints = [_("Write a command, words to look for, or the number of a button. /quit leaves.")]
        if samples:
            hints.insert(0, _("These are sample issues. Name your own sources in sources.toml."))
        self._console.print(render(Message((Paragraph(text(" ".join(hints), italic=True)),)), addresses=False))
        self._console.print()

    async def say(self, typed: str) -> bool:
        """Answers one line: a command, the number of a button, words to search for, or to a question, to which an empty
        line changes nothing. False when it is goodbye."""
        typed = typed.strip()
        if typed.casefold() in LEAVE:
            return False
        if self._form is not None and not typed.startswith("/"):
            await self._take(self._form.answered(typed))
        elif typed:
            asked, self._form = self._form, None
            stopped = asked is not None and typed == CANCEL
            await self._show(await (self._stopped() if stopped else self._reply(typed)))
        return True

    async def receive(self, message: Message, file: File | None = None) -> None:
        """Shows what comes unasked, and then again what the next line is an answer to. Its buttons are those to press
        from then on."""
        self._show_message(message)
        if file is not None:
            self._print(render(await self._kept(file), addresses=False))
        if self._form is not None:
            await self._ask(self._form)

    async def _take(self, progress: FormProgress) -> None:
        """Asks the next question of a form; after the last one, shows what comes of the answers."""
        if progress.question is not None:
            await self._ask(progress)
            return
        self._form = None
        request = replace(self._request(action=progress.form.action), answers=progress.answers)
        await self._show(await self._dispatcher.press(request))

    async def _ask(self, progress: FormProgress) -> None:
        self._form = progress
        question = progress.question
        if question is not None:
            say = translator(await self._dispatcher.language_for(self._request()))
            self._print(render(question_message(progress, question, say), addresses=False))

    async def _stopped(self) -> Reply:
        say = translator(await self._dispatcher.language_for(self._request()))
        return Reply(Message((Paragraph(text(say.gettext(NOTHING_CHANGED))),)))

    async def _reply(self, typed: str) -> Reply:
        if button := self._button(typed):
            return await self._dispatcher.press(self._request(action=button.action))
        if typed.startswith("/"):
            name, _, rest = typed[1:].partition(" ")
            words, attachment = _with_file(rest)
            request = replace(self._request(command=name.casefold(), text=words), attachment=attachment)
            return await self._dispatcher.answer(request)
        return await self._dispatcher.answer(self._request(command="search", text=typed))

    def _button(self, typed: str) -> Button | None:
        """The button with this number; None where there is none, and the words are looked for."""
        number = int(typed) if typed.isdecimal() and len(typed) < 4 else 0
        return self.buttons[number - 1] if 0 < number <= len(self.buttons) else None

    def _request(self, *, command: str = "", text: str = "", action: str = "") -> Request:
        return Request(self._chat, self._person, command=command, text=text, action=action)

    async def _show(self, reply: Reply) -> None:
        if reply.form is not None:
            await self._ask(FormProgress(reply.form))
            return
        self._show_message(reply.message)
        if reply.file is not None:
            self._print(render(await self._kept(reply.file), addresses=False))

    def _show_message(self, message: Message) -> None:
        self._print(render(message, addresses=not self._console.is_terminal))
        rows = rows_with_selects(message)
        if rows:
            self.buttons = pressable(rows)
            self._console.print(render_buttons(rows))
            self._console.print()

    async def _kept(self, file: File) -> Message:
        """Writes a file and says where."""
        _ = translator(await self._dispatcher.language_for(self._request())).gettext
        try:
            place = await asyncio.to_thread(keep, file, self._folder)
        except OSError as error:
            log.warning("file_not_written", kind=type(error).__name__, reason=error.strerror)
            words = text(_("The file could not be written into {folder}.", folder=self._folder.absolute()))
        else:
            words = text(_("Written to {place}", place=place))
        return Message((Paragraph(words),))

    def _print(self, shown: RenderableType) -> None:
        self._console.print()
        self._console.print(shown)
        self._console.print()


def _with_file(typed: str) -> tuple[str, Attachment | None]:
    """What was typed behind a command, and the file that was named in it."""
    named = next((word for word in typed.split() if word.startswith(FILE) and len(word) > len(FILE)), None)
    if named is None:
        return typed.strip(), None
    path = Path(named.removeprefix(FILE)).expanduser()
    others = " ".join(word for word in typed.split() if word != named)
    return others, Attachment(path.name, partial(asyncio.to_thread, fetched, path))


async def typed_lines(dispatcher: Dispatcher) -> AsyncIterator[str]:
    """The lines that a person types, with editing, history and completion of commands; from a pipe, its lines."""
    if not sys.stdin.isatty():
        async for line in _piped_lines():
            yield line
        return
    words = WordCompleter([f"/{name.replace('_', ' ')}" for name in sorted(dispatcher.names)], sentence=True)
    session: PromptSession[str] = PromptSession(completer=words, complete_while_typing=True)
    while True:
        try:
            with patch_stdout(raw=True):
                line = await session.prompt_async(PROMPT, handle_sigint=False)
        except (EOFError, KeyboardInterrupt):
            return
        yield line


async def _piped_lines() -> AsyncIterator[str]:
    """Lines of standard input, read by a thread that never holds up the end of the process."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            for line in sys.stdin:
                loop.call_soon_threadsafe(lines.put_nowait, line)
            loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, name="standard-input", daemon=True).start()
    while (line := await lines.get()) is not None:
        yield line
