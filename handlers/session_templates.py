"""The templates of a club, listed for its organisers: deleted there, and put back."""

from __future__ import annotations

from bot.domain.errors import UserError
from bot.domain.messages import Block, Button, Heading, Line, ListBlock, Message, Option, Paragraph, Select, Text, text
from bot.domain.session_drafts import SessionSketch
from bot.domain.text import cut
from bot.locales import Translator
from bot.services.clubs import ClubAccess
from bot.services.session_templates import SessionTemplates
from handlers.buttons import OLD_BUTTON, is_number
from handlers.command import Reply, Request

ACTION = "cs:tpl"
_LABEL = 40
_FACT = 60


class SessionTemplateReplies:
    """Answers organisers only."""

    def __init__(self, templates: SessionTemplates) -> None:
        self._templates = templates

    async def press(self, request: Request, access: ClubAccess, rest: tuple[str, ...], say: Translator) -> Reply:
        """`cs:tpl` lists the templates, or deletes the one that was picked; `cs:tpl:back:TEMPLATE` puts it back."""
        access.require_organiser()
        _ = say.gettext
        picked = next((value for value, on in request.picked.items() if on), "")
        if is_number(picked):
            gone = await self._templates.delete(access, int(picked))
            undo = Button(_("Undo"), f"{ACTION}:back:{gone.id}")
            return await self._list(access, say, _("The template “{name}” is deleted.", name=gone.name), undo)
        match rest:
            case ("back", number) if is_number(number):
                back = await self._templates.put_back(access, int(number))
                return await self._list(access, say, _("The template “{name}” is there again.", name=back.name))
            case ():
                return await self._list(access, say)
        raise UserError(OLD_BUTTON)

    async def _list(self, access: ClubAccess, say: Translator, note: str = "", undo: Button | None = None) -> Reply:
        _ = say.gettext
        templates = await self._templates.of_club(access)
        blocks: list[Block] = [Paragraph(text(note))] if note else []
        blocks.append(Heading(text(_("Templates")), level=1))
        back = (Button(_("◀ Back"), "cs:list:1"), *([undo] if undo else ()))
        if not templates:
            hint = _("There are none. /club new, then ✏️ Change and 📋 Templates, keeps what a session is like.")
            return Reply(Message((*blocks, Paragraph(text(hint))), (back,)), replaces=True)
        entries: list[tuple[Line, ...]] = [
            ((Text(one.name, bold=True), Text(_facts(one.sketch, say))),) for one in templates
        ]
        blocks.append(ListBlock(tuple(entries)))
        options = tuple(Option(f"🗑 {cut(one.name, _LABEL)}", str(one.id)) for one in templates)
        select = Select(_("Delete a template"), ACTION, options)
        return Reply(Message(tuple(blocks), (back,), (select,)), replaces=True)


def _facts(sketch: SessionSketch, say: Translator) -> str:
    facts = (cut(sketch.title, _FACT), cut("" if sketch.place_for_going else sketch.place, _FACT))
    return "".join(f" · {one}" for one in (*filter(None, facts), say.duration(sketch.length)))
