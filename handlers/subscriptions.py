"""/subscribe and /subscriptions: setting digests up, and looking after those that there are."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.domain.communities import Destination
from bot.domain.errors import UserError
from bot.domain.messages import Button, ButtonRow, Heading, ListBlock, Message, Paragraph, Text, rows_of, text
from bot.domain.subscriptions import Subscription
from bot.locales import N_, Translator, city_names
from bot.services.subscription_message import subscription_message, subscription_title, when_line
from bot.services.subscriptions import MOST_SUBSCRIPTIONS, Manager, Subscribed, Subscriptions
from handlers.buttons import numbers
from handlers.command import Reply, Request
from handlers.registry import Command, Handler, Option
from handlers.subscription_drafts import DraftReplies, language_names

# A chat elsewhere that somebody manages from here: its public name, Discord's mention of it, or its id, which is too
# long for a time.
_ELSEWHERE = re.compile(r"(@\w+|<#\d+>|-?\d{6,})(?:\s+|$)", re.ASCII)
_LIST_ROW = 5


class SubscriptionHandlers:
    """Answers /subscribe, /subscriptions and the presses of the buttons below them. Everything that somebody chooses is
    kept as a draft, so that a set-up goes on after a restart."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions
        self._drafts = DraftReplies(subscriptions)

    def commands(self) -> tuple[Command, ...]:
        schedule = Option("schedule", N_("For example: 09:00 weekdays section:publications lang:ru,en max:12"))
        return (
            Command("subscribe", N_("Set up a regular digest here"), self._subscribe, (schedule,), opens_form=True),
            Command("subscriptions", N_("The digests that come here"), self._list),
        )

    def actions(self) -> dict[str, Handler]:
        return {"draft": self._press_draft, "sub": self._press_subscription, "subs": self._press_list}

    # Setting up

    async def _subscribe(self, request: Request, say: Translator) -> Reply:
        manager = manager_of(request, say)
        name, words = _elsewhere(" ".join(request.options.values()) or request.text)
        spec = await self._subscriptions.target(manager, name)
        right = await self._subscriptions.missing_right(spec)
        if right is not None:
            raise UserError(
                "I may not post in {chat}: I lack the right “{right}”. Give it to me in the settings there and try "
                "again.",
                chat=spec.title or "…",
                right=say.gettext(right),
            )
        draft = await self._subscriptions.draft(manager, spec, words, language_names(), city_names())
        return await self._drafts.begin(manager, draft, say, ask=not words)

    async def _press_draft(self, request: Request, say: Translator) -> Reply:
        """`draft:…` goes on with a set-up."""
        answer = await self._drafts.press(request, manager_of(request, say), say)
        return answer if isinstance(answer, Reply) else await self._card(answer, say)

    # Looking after

    async def _list(self, request: Request, say: Translator) -> Reply:
        manager = manager_of(request, say)
        name, _ = _elsewhere(request.text)
        spec = await self._subscriptions.target(manager, name)
        return await self._list_reply(await self._subscriptions.list_of(manager, spec), say)

    async def _press_list(self, request: Request, say: Translator) -> Reply:
        """`subs` goes back to the list of this chat."""
        manager = manager_of(request, say)
        found = await self._subscriptions.list_of(manager, manager.here)
        return replace(await self._list_reply(found, say), replaces=True)

    async def _list_reply(self, found: list[Subscribed], say: Translator) -> Reply:
        _ = say.gettext
        if not found:
            return _said(_("No digest comes here yet. /subscribe sets one up."), replaces=False)
        found = found[:MOST_SUBSCRIPTIONS]
        if len(found) == 1:
            return replace(await self._card(found[0], say), replaces=False)
        entries = tuple(
            (text(_name(destination, say), bold=True), text(_state(subscription, destination, say)))
            for subscription, destination in found
        )
        buttons = [Button(str(number), f"sub:{one.id}") for number, (one, _there) in enumerate(found, 1)]
        heading = Heading(text(_("Digests")), level=1)
        return Reply(Message((heading, ListBlock(entries, start=1)), rows_of(buttons, _LIST_ROW)))

    async def _press_subscription(self, request: Request, say: Translator) -> Reply:
        """`sub:ID` shows a subscription, `sub:ID:VERB` does something with it."""
        number, _, verb = request.action.removeprefix("sub:").partition(":")
        (subscription_id,) = numbers(f"sub:{number}", 1)
        manager = manager_of(request, say)
        subscriptions = self._subscriptions
        match verb:
            case "":
                return await self._card(await subscriptions.get(manager, subscription_id), say)
            case "edit":
                draft = await subscriptions.draft_of(manager, subscription_id)
                return replace(await self._drafts.show(draft, say), replaces=True)
            case "pause":
                return await self._card(await subscriptions.pause(manager, subscription_id), say)
            case "resume":
                return await self._card(await subscriptions.resume(manager, subscription_id), say)
            case "undo":
                return await self._card(await subscriptions.bring_back(manager, subscription_id), say)
            case "remove":
                return self._removed(await subscriptions.remove(manager, subscription_id), say)
            case "preview":
                return Reply(await subscriptions.preview(manager, subscription_id, say), private=True)
            case "send":
                return _sent(await subscriptions.send_now(manager, subscription_id), say)
        raise UserError("This button is from an older version of mine. Please ask again; /help lists what I can do.")

    async def _card(self, found: Subscribed, say: Translator) -> Reply:
        subscription, destination = found
        message = subscription_message(
            _name(destination, say),
            subscription,
            destination.paused_reason,
            say,
            now=self._subscriptions.now(),
            sources=await self._subscriptions.titles(destination.spec),
        )
        return Reply(replace(message, buttons=self._card_buttons(subscription, destination, say)), replaces=True)

    def _card_buttons(
        self, subscription: Subscription, destination: Destination, say: Translator
    ) -> tuple[ButtonRow, ...]:
        _ = say.gettext

        def button(label: str, verb: str) -> Button:
            return Button(label, f"sub:{subscription.id}:{verb}")

        stopped = subscription.paused or destination.paused_reason is not None
        return (
            (
                button(_("✏️ Edit"), "edit"),
                button(_("▶️ Resume"), "resume") if stopped else button(_("⏸ Pause"), "pause"),
                button(_("🗑 Remove"), "remove"),
            ),
            (button(_("👁 Preview"), "preview"), button(_("📤 Send now"), "send"), Button(_("☰ All digests"), "subs")),
            *(((Button(_("👎 Less of…"), f"lesslist:{subscription.id}"),),) if subscription.wants_less else ()),
        )

    def _removed(self, found: Subscribed, say: Translator) -> Reply:
        subscription, destination = found
        words = say.gettext("{digest} was removed.", digest=_name(destination, say))
        undo: ButtonRow = (Button(say.gettext("↩️ Undo"), f"sub:{subscription.id}:undo"),)
        return Reply(Message((Paragraph(text(words)),), (undo,)), replaces=True)


def manager_of(request: Request, say: Translator) -> Manager:
    """Who asks, as the one who looks after subscriptions."""
    return Manager(
        request.person.id, request.chat.destination, request.person.chat_administrator, language=say.language
    )


def _elsewhere(words: str) -> tuple[str | None, str]:
    """The chat that a line begins with, if it does, and the rest of it."""
    match = _ELSEWHERE.match(words)
    return (match[1], words[match.end() :]) if match else (None, words)


def _name(destination: Destination, say: Translator) -> str:
    return subscription_title(destination.kind, destination.title, say)


def _state(subscription: Subscription, destination: Destination, say: Translator) -> str:
    stopped = subscription.paused or destination.paused_reason is not None
    return ("⏸ " if stopped else "") + when_line(subscription, say)


def _sent(stories: int, say: Translator) -> Reply:
    if not stories:
        return _said(say.gettext("Nothing is new since the last digest, so I sent nothing."), replaces=False)
    words = say.ngettext(
        "A digest with {number} story is on its way.", "A digest with {number} stories is on its way.", stories
    )
    return _said(words, replaces=False)


def _said(words: str, *, replaces: bool = True) -> Reply:
    return Reply(Message((Paragraph((Text(words),)),)), replaces=replaces)
