"""Forms on Telegram: a message a question, whose answer is the next thing that the person writes."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.forms import Form, FormProgress
from bot.locales import translator
from bot.platforms.telegram.post import Place
from bot.platforms.telegram.render import render
from bot.platforms.telegram.send import TelegramSender
from bot.services.form_message import question_message
from bot.services.forms import Forms
from handlers.command import Request

BEING_SENT = ""
"""The id of a question that Telegram has not confirmed yet."""


class TelegramForms:
    """Asks the questions of forms. In a private chat whatever is written answers the question; in a group, where a bot
    sees little, and others write too, only what the person writes in reply to it does."""

    def __init__(self, forms: Forms, sender: TelegramSender) -> None:
        self._forms = forms
        self._sender = sender

    async def ask(self, form: Form | FormProgress, request: Request, language: str, *, reply_to: int | None) -> None:
        """Asks the question that a form has come to. `reply_to` is the message that it answers, if there is one."""
        progress = form if isinstance(form, FormProgress) else FormProgress(form)
        question = progress.question
        if question is None:
            return
        chat = request.chat
        (part,) = render(question_message(progress, question, translator(language)))
        place = Place(int(chat.id), int(chat.thread_id) if chat.thread_id else None)
        # Whom it would open the keyboard of can be told by the message that is replied to only.
        opens_keyboard = chat.private or reply_to is not None
        here = (chat.platform.value, chat.id, request.person.id)
        await self._forms.ask(*here, progress, BEING_SENT)  # before it is sent: some answer at once
        message_id = await self._sender.ask(
            place, part, reply_to=reply_to if not chat.private else None, opens_keyboard=opens_keyboard
        )
        await self._forms.sent(*here, str(message_id))

    async def answered(self, request: Request, typed: str, replied_to: int | None) -> FormProgress | None:
        """The form with what somebody has written as an answer; None where it is none."""
        form = await self._forms.open(request.chat.platform.value, request.chat.id, request.person.id)
        if form is None or not (request.chat.private or form.message_id in (BEING_SENT, str(replied_to))):
            return None
        return form.progress.answered(typed)

    async def close(self, request: Request) -> bool:
        """Who gives a command answers no question any more. Returns whether they had been asked one."""
        here = (request.chat.platform.value, request.chat.id, request.person.id)
        return await self._forms.open(*here) is not None and await self._forms.close(*here)

    async def submitted(self, request: Request, progress: FormProgress) -> Request:
        """The answers of a form that is complete, as a press."""
        await self.close(request)
        return replace(request, action=progress.form.action, answers=progress.answers)
