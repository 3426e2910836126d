"""/club ask: questions for a session, asked before it begins."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.domain.club import ClubSession
from bot.domain.errors import UserError
from bot.domain.forms import Form
from bot.domain.forms import Question as Field
from bot.domain.messages import (
    Block,
    Button,
    ButtonRow,
    Heading,
    ListBlock,
    Message,
    Paragraph,
    page_buttons,
    rows_of,
    text,
)
from bot.domain.pages import page_of
from bot.domain.questions import LONGEST
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.clubs import ClubAccess, Clubs
from bot.services.question_message import question_entry
from bot.services.questions import Asked, Questions
from bot.services.session_message import numbered_title
from handlers.buttons import OLD_BUTTON, numbers
from handlers.calendars import session_number
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler, Option

PAGE_SIZE = 5
_SESSION = re.compile(r"(?:[#№]\s*(\d{1,9})|(\d{1,9})$)\s*(.*)", re.DOTALL)


class QuestionHandlers:
    """Answers /club ask and the presses below it."""

    def __init__(self, clubs: Clubs, questions: Questions) -> None:
        self._clubs = clubs
        self._questions = questions

    def subcommands(self) -> tuple[Command, ...]:
        options = (
            Option("question", N_("What you would like to know; nothing shows what others ask")),
            Option("number", N_("The number of a session; nothing means the next one")),
        )
        return (Command("ask", N_("Ask something about the next session beforehand"), self._answer, options),)

    def actions(self) -> dict[str, Handler]:
        return {"cq": self._press}

    async def _answer(self, request: Request, say: Translator) -> Reply:
        words, number = _parted(request.options.get("question") or request.text)
        number = session_number(request.options.get("number") or "") or number
        access = await self._clubs.enter(asking(request), say.language)
        session = await self._questions.session(access, number)
        if words:
            return self._said(await self._questions.ask(access, session, words, anonymous=False), say)
        return _listed(await self._questions.asked(access, session), 1, say)

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`cq:new:SESSION:ANONYMOUS` asks for a question, `cq:ask:…` is it; `cq:list:SESSION:PAGE` shows all,
        `cq:mine:SESSION` one's own; `cq:too:QUESTION`, and `not`, `drop`, `hide`, `name`, do something about one."""
        verb, *_rest = request.action.split(":")[1:] or [""]
        rest = request.action.partition(":")[2]
        match verb:
            case "list" | "new" | "ask":
                session_id, value = numbers(rest, 2)
                access, session = await self._clubs.enter_session(asking(request), session_id)
                if verb == "new":
                    return Reply(Message(()), form=_form(session, say, anonymous=bool(value)))
                if verb == "list":
                    return _listed(await self._questions.asked(access, session), value, say, replaces=True)
                words = request.answers.get("question", "")
                return replace(
                    self._said(await self._questions.ask(access, session, words, anonymous=bool(value)), say),
                    replaces=True,
                )
            case "mine":
                access, session = await self._clubs.enter_session(asking(request), numbers(rest, 1)[0])
                return _own(await self._questions.asked(access, session), say, replaces=True)
            case "too" | "not" | "drop" | "hide" | "name":
                (question_id,) = numbers(rest, 1)
                session_id = await self._questions.session_of(question_id)
                access, session = await self._clubs.enter_session(asking(request), session_id)
                return await self._changed(verb, access, session, question_id, say)
        raise UserError(OLD_BUTTON)

    async def _changed(
        self, verb: str, access: ClubAccess, session: ClubSession, question_id: int, say: Translator
    ) -> Reply:
        if verb in ("too", "not"):
            asked = await self._questions.want(access, session, question_id, wanted=verb == "too")
            return _listed(asked, 1, say, replaces=True)
        if verb == "drop":
            return _own(await self._questions.take_back(access, session, question_id), say, replaces=True)
        asked = await self._questions.set_anonymous(access, session, question_id, anonymous=verb == "hide")
        return _own(asked, say, replaces=True)

    def _said(self, asked: Asked, say: Translator) -> Reply:
        """What somebody is told who has asked something."""
        _ = say.gettext
        question = asked.question
        assert question is not None
        alike = next(group for group in asked.groups if question in group.questions)
        sentences = [_("Your question is kept. Who speaks gets it when the session begins.")]
        if question.anonymous:
            sentences.append(_("Nobody is told that it is yours."))
        if len(alike.questions) > 1:
            sentences.append(_("Others ask nearly the same; these questions are put together."))
        blocks = (Paragraph(text(question.text, bold=True)), Paragraph(text(" ".join(sentences))))
        return Reply(
            Message(blocks, (_own_buttons(asked, question.id, anonymous=question.anonymous, say=say),)), private=True
        )


def _parted(typed: str) -> tuple[str, int | None]:
    """The question and the number of the session, from "#4 why?", "4" or "why?"."""
    match = _SESSION.fullmatch(typed.strip())
    if match is None:
        return typed.strip(), None
    return match[3].strip(), int(match[1] or match[2])


def _form(session: ClubSession, say: Translator, *, anonymous: bool) -> Form:
    _ = say.gettext
    label = _("Your question, without your name") if anonymous else _("Your question")
    field = Field("question", label, required=True, longest=LONGEST)
    return Form(
        _("Ask about session {number}", number=session.number), f"cq:ask:{session.id}:{int(anonymous)}", (field,)
    )


def _listed(asked: Asked, page: int, say: Translator, *, replaces: bool = False) -> Reply:
    """The questions for a session, those that most want answered first."""
    _ = say.gettext
    session = asked.session
    title = _("Questions for “{title}”", title=cut(numbered_title(session, say), 200))
    blocks: list[Block] = [Heading(text(title), level=1)]
    here = page_of(asked.groups, page, PAGE_SIZE)
    if not here.shown:
        blocks.append(Paragraph(text(_("Nobody has asked anything yet."))))
    else:
        blocks.append(ListBlock(tuple(question_entry(group, say) for group in here.shown), start=here.first))
    if not asked.open:
        blocks.append(Paragraph(text(_("Asking beforehand is over for this session."), italic=True)))
    wishes = [
        Button(
            f"✓ {at}" if asked.member_id in group.people else f"🙋 {at}",
            f"cq:{'not' if asked.member_id in group.people else 'too'}:{group.first.id}",
        )
        for at, group in enumerate(here.shown, here.first)
        if asked.open
        and not any(one.member_id is not None and one.member_id == asked.member_id for one in group.questions)
    ]
    if wishes:
        blocks.append(Paragraph(text(_("🙋 with its number: I would like to know that too."), italic=True)))
    rows: list[ButtonRow] = [*rows_of(wishes, PAGE_SIZE)]
    if asked.open:
        ask = Button(_("✍️ Ask"), f"cq:new:{session.id}:0", opens_form=True)
        hidden = Button(_("🙈 Ask without my name"), f"cq:new:{session.id}:1", opens_form=True)
        rows.append((ask, hidden))
    if asked.mine:
        rows.append(
            (Button(_("My questions ({number})", number=say.number(len(asked.mine))), f"cq:mine:{session.id}"),)
        )
    rows += page_buttons(f"cq:list:{session.id}", here.number, here.pages)
    return Reply(Message(tuple(blocks), tuple(rows)), private=True, replaces=replaces)


def _own(asked: Asked, say: Translator, *, replaces: bool = False) -> Reply:
    """What somebody has asked themselves."""
    _ = say.gettext
    title = Heading(text(_("My questions")), level=1)
    back = (Button(_("◀ All questions"), f"cq:list:{asked.session.id}:1"),)
    if not asked.mine:
        return Reply(
            Message((title, Paragraph(text(_("You have asked nothing.")))), (back,)), private=True, replaces=replaces
        )
    entries = tuple(
        (text(one.text), *((text(_("without your name"), italic=True),) if one.anonymous else ())) for one in asked.mine
    )
    takers = [Button(f"✕ {at}", f"cq:drop:{one.id}") for at, one in enumerate(asked.mine, 1)]
    return Reply(
        Message((title, ListBlock(entries, start=1)), (*rows_of(takers, PAGE_SIZE), back)),
        private=True,
        replaces=replaces,
    )


def _own_buttons(asked: Asked, question_id: int, *, anonymous: bool, say: Translator) -> ButtonRow:
    _ = say.gettext
    hide = (
        Button(_("Show my name"), f"cq:name:{question_id}")
        if anonymous
        else Button(_("🙈 Without my name"), f"cq:hide:{question_id}")
    )
    everything = Button(_("All questions"), f"cq:list:{asked.session.id}:1")
    return (hide, Button(_("↩ Take it back"), f"cq:drop:{question_id}"), everything)
