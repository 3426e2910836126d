"""The guided set-up below /subscribe: what is chosen with buttons, menus and words until somebody confirms it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial

from babel import Locale

from bot.domain.errors import UserError
from bot.domain.forms import Form
from bot.domain.messages import Block, Button, ButtonRow, Message, Paragraph, rows_of, text
from bot.domain.subscriptions import Choices, SubscriptionDraft
from bot.locales import LANGUAGES, Translator, city_names
from bot.services.subscription_forms import GUIDE, QUESTIONS, Vocabulary, choices_form, shown_answers, with_answers
from bot.services.subscription_message import draft_message, subscription_title
from bot.services.subscription_panels import PANELS, WRITTEN, panel_selects, with_options
from bot.services.subscriptions import Manager, Subscribed, Subscriptions
from handlers.buttons import numbers
from handlers.command import Reply, Request

_ROW = 3
_ROW_WITH_ZONE = 4


class DraftReplies:
    """What is said of drafts, and what pressing and writing changes in them."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions

    async def begin(self, manager: Manager, draft: SubscriptionDraft, say: Translator, *, ask: bool) -> Reply:
        """A new draft. `ask`: nothing was said of it yet, so the questions that it begins with may be asked."""
        reply = await self.show(draft, say)
        if not ask:
            return reply
        return replace(reply, form=replace(await self._form(draft, GUIDE, f"draft:{draft.id}", say), optional=True))

    async def press(self, request: Request, manager: Manager, say: Translator) -> Reply | Subscribed:
        """`draft:ID` shows a draft, `draft:ID:PANEL` what can be chosen there, `draft:ID:PANEL:write` asks for it in
        writing; what was picked or written is taken over first. A subscription once it is confirmed."""
        draft_id, panel, verb = _parts(request.action)
        if panel == "confirm":
            return await self._subscriptions.confirm(manager, draft_id)
        if panel == "cancel":
            await self._subscriptions.open_draft(manager, draft_id)
            return _cancelled(say)
        draft, mistakes = await self._changed(request, manager, draft_id, panel, say)
        if draft.confirmed:
            return await self._subscriptions.confirm(manager, draft_id)
        if verb == "write" and not request.answers:
            keys = QUESTIONS.get(panel, GUIDE)
            action = f"draft:{draft.id}:{panel}" if panel in PANELS and panel not in WRITTEN else f"draft:{draft.id}"
            return Reply(Message(()), form=await self._form(draft, keys, action, say))
        reply = await (self._panel(draft, panel, say) if panel else self.show(draft, say))
        notes = tuple(_note(mistake, say) for mistake in mistakes)
        return replace(reply, message=replace(reply.message, blocks=(*notes, *reply.message.blocks)), replaces=True)

    async def show(self, draft: SubscriptionDraft, say: Translator) -> Reply:
        """The draft with a button for everything that can be chosen."""
        _ = say.gettext
        guess = await self._subscriptions.guessed_zone(draft)
        panels = [_panel_button(draft, panel, _(label)) for panel, label in PANELS.items()]
        zone = [Button(_("🌍 Another time zone"), f"draft:{draft.id}:zone")] if guess else []
        last: ButtonRow = (
            Button(_("✅ Confirm"), f"draft:{draft.id}:confirm"),
            Button(_("✍️ Write"), f"draft:{draft.id}:guide:write", opens_form=True),
            Button(_("✖ Cancel"), f"draft:{draft.id}:cancel"),
        )
        rows = rows_of(panels, _ROW_WITH_ZONE if zone else _ROW)
        message = await self._message(draft, say)
        if guess:
            words = _("🌍 Nobody has chosen a time zone here yet, so I took {zone}. Is that yours?", zone=guess)
            message = replace(message, blocks=(*message.blocks[:2], Paragraph(text(words)), *message.blocks[2:]))
        return Reply(replace(message, buttons=(*rows_of(zone, 1), *rows, last)))

    async def _panel(self, draft: SubscriptionDraft, panel: str, say: Translator) -> Reply:
        action = f"draft:{draft.id}:{panel}"
        languages = await self._subscriptions.languages(draft.spec)
        titles = await self._subscriptions.titles(draft.spec)
        selects = panel_selects(panel, draft.choices, say, action=action, sources=titles, languages=languages)
        written = panel in QUESTIONS
        write = [Button(_write_label(panel, say), f"{action}:write", opens_form=True)] if written else []
        back = Button(say.gettext("◀ Done"), f"draft:{draft.id}")
        message = await self._message(draft, say)
        return Reply(replace(message, selects=selects, buttons=((back, *write),)))

    async def _message(self, draft: SubscriptionDraft, say: Translator) -> Message:
        title = subscription_title(draft.spec.kind, draft.spec.title, say)
        titles = await self._subscriptions.titles(draft.spec)
        return draft_message(title, draft.choices, say, now=self._subscriptions.now(), sources=titles)

    async def _form(self, draft: SubscriptionDraft, keys: tuple[str, ...], action: str, say: Translator) -> Form:
        title = subscription_title(draft.spec.kind, draft.spec.title, say)
        titles = await self._subscriptions.titles(draft.spec)
        return choices_form(keys, draft.choices, say, title=title, action=action, sources=titles)

    async def _changed(
        self, request: Request, manager: Manager, draft_id: int, panel: str, say: Translator
    ) -> tuple[SubscriptionDraft, list[UserError]]:
        """The draft with what was picked or written, and what of that was not understood."""
        mistakes: list[UserError] = []
        if request.picked:
            change = partial(with_options, panel=panel, picked=request.picked)
            return await self._subscriptions.change_draft(manager, draft_id, change), mistakes
        draft = await self._subscriptions.open_draft(manager, draft_id)
        if not request.answers:
            return draft, mistakes
        names = await self._subscriptions.source_names(draft.spec)
        vocabulary = Vocabulary(names, language_names(), city_names())
        titles = await self._subscriptions.titles(draft.spec)

        def write(choices: Choices) -> Choices:
            shown = shown_answers(request.answers, choices, say, titles)
            written = {
                key: typed for key, typed in request.answers.items() if typed.strip() != shown.get(key, "").strip()
            }
            choices, mistakes[:] = with_answers(choices, written, vocabulary)
            return choices

        return await self._subscriptions.change_draft(manager, draft_id, write), mistakes


@cache
def language_names() -> dict[str, str]:
    """Primary tags by the names of languages in each of our languages, in small letters."""
    names: dict[str, str] = {}
    for language in LANGUAGES:
        known = Locale.parse(language).languages
        names |= {name.casefold(): tag for tag, name in known.items() if len(tag) <= 3}
    return names


def _panel_button(draft: SubscriptionDraft, panel: str, label: str) -> Button:
    if panel in WRITTEN:
        return Button(label, f"draft:{draft.id}:{panel}:write", opens_form=True)
    return Button(label, f"draft:{draft.id}:{panel}")


def _write_label(panel: str, say: Translator) -> str:
    _ = say.gettext
    special = {"source": _("✍️ Write names"), "more": _("✍️ Write quiet hours"), "zone": _("✍️ Write a city")}
    return special.get(panel) or _("✍️ Write")


def _parts(action: str) -> tuple[int, str, str]:
    """The number of a draft, the panel and what to do there."""
    head, _, rest = action.partition(":")
    number, _, rest = rest.partition(":")
    (draft_id,) = numbers(f"{head}:{number}", 1)
    panel, _, verb = rest.partition(":")
    return draft_id, panel, verb


def _note(mistake: UserError, say: Translator) -> Block:
    return Paragraph(text("⚠️ " + say.gettext(mistake.text, **mistake.values)))


def _cancelled(say: Translator) -> Reply:
    words = say.gettext("Nothing was changed. /subscriptions lists the digests that come here.")
    return Reply(Message((Paragraph(text(words)),)), replaces=True)
