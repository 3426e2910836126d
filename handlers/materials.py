"""/club materials: slides, notes and recordings of a session."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.domain.club import ClubSession
from bot.domain.errors import UserError
from bot.domain.forms import Form, Question
from bot.domain.materials import (
    LONGEST_ADDRESS,
    LONGEST_TITLE,
    Material,
    MaterialKind,
    NewMaterial,
    address_in,
    attached,
    linked,
)
from bot.domain.messages import (
    Block,
    Button,
    ButtonRow,
    Heading,
    ListBlock,
    Message,
    Option,
    Paragraph,
    Select,
    rows_of,
    text,
)
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.clubs import ClubAccess, Clubs
from bot.services.material_message import file_buttons, kind_label, material_line
from bot.services.materials import Materials, Shelf
from bot.services.session_message import numbered_title
from handlers.buttons import OLD_BUTTON, numbers
from handlers.calendars import session_number
from handlers.club_access import asking
from handlers.command import Attachment, Platform, Reply, Request
from handlers.registry import Command, Handler
from handlers.registry import Option as CommandOption

HOW_TO_ATTACH = {
    Platform.TELEGRAM: N_("To add a file, send it to me with /club_materials and the session's number as its caption."),
    Platform.DISCORD: N_("To add a file, attach it to /club materials."),
    Platform.CONSOLE: N_("To add a file, write file: and its path behind /club materials."),
}
_NUMBER = re.compile(r"(?:[#№]\s*)?(\d{1,9})(?:\s+|$)(.*)", re.DOTALL)


class MaterialHandlers:
    """Answers /club materials and the presses below it."""

    def __init__(self, clubs: Clubs, materials: Materials) -> None:
        self._clubs = clubs
        self._materials = materials

    def subcommands(self) -> tuple[Command, ...]:
        options = (
            CommandOption("address", N_("Where it is, and what it is called; nothing shows what there is")),
            CommandOption("number", N_("The number of a session; nothing means the last one")),
            CommandOption("file", N_("Slides, notes or a recording as a file"), attachment=True),
        )
        return (Command("materials", N_("Slides, notes and recordings of a session"), self._answer, options),)

    def actions(self) -> dict[str, Handler]:
        return {"mat": self._press}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        number, words = _parted(request.options.get("address") or request.text)
        number = session_number(request.options.get("number") or "") or number
        access = await self._clubs.enter(asking(request), say.language)
        session = await self._materials.session(access, number)
        if request.attachment is not None:
            await self._materials.require_adder(access, session)
            new = await _fetched(request.attachment, words)
        elif words:
            new = linked(*_address_and_title(words))
        else:
            return _listed(await self._materials.shelf(access, session), request, say)
        return _said(await self._materials.add(access, session, new), say)

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`mat:list:SESSION`, `mat:new:SESSION` and its form `mat:add:SESSION`, `mat:news:SESSION`; of a material
        `mat:get:ID`, `mat:show:ID`, `mat:name:ID` and its form `mat:named:ID`, `mat:kind:ID`, `mat:drop:ID`,
        `mat:back:ID`."""
        verb = (request.action.split(":")[1:2] or [""])[0]
        (given,) = numbers(request.action.partition(":")[2], 1)
        if verb in ("list", "new", "add", "news"):
            access, session = await self._clubs.enter_session(asking(request), given)
            return await self._of_session(verb, access, session, request, say)
        session_id = await self._materials.session_of(given)
        access, session = await self._clubs.enter_session(asking(request), session_id)
        if verb == "get":
            return await self._get(given, session, say)
        return await self._of_material(verb, access, session, given, request=request, say=say)

    async def _of_session(
        self, verb: str, access: ClubAccess, session: ClubSession, request: Request, say: Translator
    ) -> Reply:
        match verb:
            case "new":
                await self._materials.require_adder(access, session)
                return Reply(Message(()), form=_form(session, say))
            case "add":
                new = linked(request.answers.get("address", ""), request.answers.get("title", ""))
                return replace(_said(await self._materials.add(access, session, new), say), replaces=True)
            case "news":
                shelf = await self._materials.announce(access, session)
            case _:
                shelf = await self._materials.shelf(access, session)
        return replace(_listed(shelf, request, say), replaces=True)

    async def _of_material(
        self,
        verb: str,
        access: ClubAccess,
        session: ClubSession,
        material_id: int,
        *,
        request: Request,
        say: Translator,
    ) -> Reply:
        match verb:
            case "name":
                shelf = await self._materials.change(access, session, material_id)
                return Reply(Message(()), form=_naming(_one(shelf), say))
            case "named":
                title = request.answers.get("title", "")
                shelf = await self._materials.change(access, session, material_id, title=title)
            case "kind":
                chosen = next((kind for kind, on in request.picked.items() if on), "")
                shelf = await self._materials.change(access, session, material_id, kind=chosen)
            case "drop":
                return _gone(await self._materials.remove(access, session, material_id), say)
            case "back":
                shelf = await self._materials.put_back(access, session, material_id)
            case "show":
                shelf = await self._materials.change(access, session, material_id)
            case _:
                raise UserError(OLD_BUTTON)
        return replace(_said(shelf, say), replaces=True)

    async def _get(self, material_id: int, session: ClubSession, say: Translator) -> Reply:
        file = await self._materials.file(material_id)
        return Reply(Message((Paragraph(text(cut(numbered_title(session, say), 200))),)), private=True, file=file)


async def _fetched(attachment: Attachment, title: str) -> NewMaterial:
    return attached(attachment.name, await attachment.load(), title)


def _address_and_title(words: str) -> tuple[str, str]:
    address, title = address_in(words)
    return (address, title) if address else (words, "")


def _parted(typed: str) -> tuple[int | None, str]:
    """The number of a session and the rest, from "4 https://… My slides"."""
    match = _NUMBER.fullmatch(typed.strip())
    return (int(match[1]), match[2].strip()) if match else (None, typed.strip())


def _one(shelf: Shelf) -> Material:
    assert shelf.added is not None  # it was given by its id
    return shelf.added


def _form(session: ClubSession, say: Translator) -> Form:
    _ = say.gettext
    questions = (
        Question("address", _("Address"), hint="https://…", required=True, longest=LONGEST_ADDRESS),
        Question("title", _("Title"), hint=_("Slides, notes, recording…"), longest=LONGEST_TITLE),
    )
    return Form(_("Materials of session {number}", number=session.number), f"mat:add:{session.id}", questions)


def _naming(material: Material, say: Translator) -> Form:
    question = Question("title", say.gettext("Title"), value=material.title, required=True, longest=LONGEST_TITLE)
    return Form(say.gettext("What it is called"), f"mat:named:{material.id}", (question,))


def _listed(shelf: Shelf, request: Request, say: Translator) -> Reply:
    """The materials of a session, and what the reader may do about them."""
    _ = say.gettext
    session = shelf.session
    title = _("📎 Materials of {title}", title=cut(numbered_title(session, say), 200))
    blocks: list[Block] = [Heading(text(title), level=1)]
    if shelf.materials:
        blocks.append(ListBlock(tuple((material_line(one, say),) for one in shelf.materials), start=1))
    else:
        blocks.append(Paragraph(text(_("There is nothing yet."))))
    rows: list[ButtonRow] = list(file_buttons(shelf.materials)[:2])
    editors = [
        Button(f"✏️ {at}", f"mat:show:{one.id}") for at, one in enumerate(shelf.materials, 1) if one.id in shelf.own
    ]
    rows += rows_of(editors[:5], 5)
    if shelf.may_add:
        blocks.append(Paragraph(text(_(HOW_TO_ATTACH[request.chat.platform]), italic=True)))
        row = [Button(_("➕ Add an address"), f"mat:new:{session.id}", opens_form=True)]
        if shelf.waiting:
            row.append(Button(_("📣 Tell everybody now"), f"mat:news:{session.id}"))
        rows.append(tuple(row))
    return Reply(Message(tuple(blocks), tuple(rows)), private=True)


def _said(shelf: Shelf, say: Translator) -> Reply:
    """A material that was added or changed, and what can still be said about it."""
    _ = say.gettext
    material, session = _one(shelf), shelf.session
    waits = material.announced_at is None
    told = _("The club has been told of it.")
    if waits and shelf.begun:
        told = _(
            "In a minute the club's chats and those who came are told of it, together with what you add meanwhile."
        )
    elif waits:
        told = _("In a minute the club's chats and those who are going are told of it, with what you add meanwhile.")
    blocks = (
        Heading(text(_("📎 Materials of {title}", title=cut(numbered_title(session, say), 200))), level=1),
        Paragraph(material_line(material, say)),
        Paragraph(text(told)),
    )
    options = tuple(Option(kind_label(kind, say), kind.value, kind is material.kind) for kind in MaterialKind)
    select = Select(_("What it is"), f"mat:kind:{material.id}", options)
    change = [Button(_("✏️ Title"), f"mat:name:{material.id}", opens_form=True)]
    change.append(Button(_("✕ Remove"), f"mat:drop:{material.id}"))
    further = [Button(_("All materials"), f"mat:list:{session.id}")]
    if waits:
        further.append(Button(_("📣 Tell everybody now"), f"mat:news:{session.id}"))
    return Reply(Message(blocks, (tuple(change), tuple(further)), (select,)), private=True)


def _gone(shelf: Shelf, say: Translator) -> Reply:
    _ = say.gettext
    material = _one(shelf)
    words = _("Removed: {title}", title=material.title)
    buttons = (
        Button(_("↩ Undo"), f"mat:back:{material.id}"),
        Button(_("All materials"), f"mat:list:{shelf.session.id}"),
    )
    return Reply(Message((Paragraph(text(words)),), (buttons,)), private=True, replaces=True)
