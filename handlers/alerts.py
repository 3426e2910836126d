"""/alert: questions that people save, to be told of what fits."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.alerts import Manner, newest_first
from bot.domain.errors import UserError
from bot.locales import N_, Translator
from bot.services.alert_message import FitsNow, alert_message, alerts_message, made_message, removed_message
from bot.services.alerts import Alerts, KeptAlert
from bot.services.search import Search
from bot.services.search_views import SearchViews
from handlers.buttons import OLD_BUTTON, by_verb, numbers
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler, Option
from handlers.result_pages import TOO_OLD

HERE = "here"


class AlertHandlers:
    """Answers /alert and the presses of the buttons below the answers. A person's alerts are shown to them alone; a
    chat's stand in the chat."""

    def __init__(self, alerts: Alerts, search: Search, views: SearchViews, *, find: Handler) -> None:
        """`find` answers a request whose text is a question, as /search does."""
        self._alerts = alerts
        self._search = search
        self._views = views
        self._find = find

    def commands(self) -> tuple[Command, ...]:
        query = Option(
            "query", N_("What you want to be told of, as you would search for it; nothing shows your alerts")
        )
        return (Command("alert", N_("Be told as soon as something new fits a search"), self._answer, (query,)),)

    def actions(self) -> dict[str, Handler]:
        verbs = {
            "mine": self._list,
            "list": self._list_own,
            HERE: self._list_here,
            "open": self._open,
            "view": self._make_of_view,
            "pause": self._pause,
            "resume": self._resume,
            "undo": self._resume,
            "once": self._at_once,
            "daily": self._daily,
            "find": self._find_now,
            "newest": self._find_newest,
            "gone": self._remove,
        }
        return {"alert": by_verb(verbs)}

    async def start(self, request: Request, say: Translator) -> Reply:
        """`/start alert` in private: what a group was not to see."""
        return await self._list(request, say)

    async def _answer(self, request: Request, say: Translator) -> Reply:
        words = " ".join((request.options.get("query") or request.text).split())
        first, _space, rest = words.partition(" ")
        here = not request.chat.private and first.casefold() in {HERE, say.gettext("here").casefold()}
        question = rest if here else words
        if not question:
            return await self._list(request, say, here=here)
        return await self._make(request, question, say, here=here)

    async def _make_of_view(self, request: Request, say: Translator) -> Reply:
        """`alert:view:VIEW` saves the question of results that were shown: that which was answered, where it is not the
        one that was typed."""
        view = await self._views.recall(_number(request))
        if view is None:
            raise UserError(TOO_OLD)
        shown = await self._search.page(
            request.chat.destination, view.words, asking=asking(request), language=say.language, literal=view.literal
        )
        return await self._make(request, shown.question.typed if shown.retry else view.words, say)

    async def _make(self, request: Request, question: str, say: Translator, *, here: bool = False) -> Reply:
        kept = await self._alerts.make(asking(request), say.language, question, here=here)
        message = made_message(kept, await self._fits(kept, say), say)
        return _reply(replace(Reply(message), start="alert"), kept)

    async def _list_own(self, request: Request, say: Translator) -> Reply:
        return replace(await self._list(request, say), replaces=True)

    async def _list_here(self, request: Request, say: Translator) -> Reply:
        return replace(await self._list(request, say, here=True), replaces=True)

    async def _list(self, request: Request, say: Translator, *, here: bool = False) -> Reply:
        alerts = await self._alerts.all(asking(request), here=here)
        return Reply(alerts_message(alerts, say, here=here), private=not here, start="" if here else "alert")

    async def _open(self, request: Request, say: Translator) -> Reply:
        return await self._panel(await self._alerts.get(asking(request), _number(request)), say)

    async def _pause(self, request: Request, say: Translator) -> Reply:
        return await self._panel(await self._alerts.pause(asking(request), _number(request)), say)

    async def _resume(self, request: Request, say: Translator) -> Reply:
        return await self._panel(await self._alerts.resume(asking(request), _number(request)), say)

    async def _at_once(self, request: Request, say: Translator) -> Reply:
        return await self._panel(await self._alerts.tell(asking(request), _number(request), Manner.AT_ONCE), say)

    async def _daily(self, request: Request, say: Translator) -> Reply:
        return await self._panel(await self._alerts.tell(asking(request), _number(request), Manner.DAILY), say)

    async def _remove(self, request: Request, say: Translator) -> Reply:
        alert = await self._alerts.remove(asking(request), _number(request))
        return Reply(removed_message(alert, say), private=alert.member_id is not None, replaces=True)

    async def _find_now(self, request: Request, say: Translator) -> Reply:
        kept = await self._alerts.get(asking(request), _number(request))
        return await self._found(request, kept, kept.alert.question, say)

    async def _find_newest(self, request: Request, say: Translator) -> Reply:
        kept = await self._alerts.get(asking(request), _number(request))
        return await self._found(request, kept, newest_first(kept.alert.question), say)

    async def _found(self, request: Request, kept: KeptAlert, question: str, say: Translator) -> Reply:
        found = await self._find(replace(request, action="", text=question), say)
        return found if kept.is_chats else replace(found, private=True)

    async def _panel(self, kept: KeptAlert, say: Translator) -> Reply:
        message = alert_message(kept, await self._fits(kept, say), say)
        return _reply(Reply(message, replaces=True), kept)

    async def _fits(self, kept: KeptAlert, say: Translator) -> FitsNow:
        """What fits in these words: alerts guess nothing either."""
        results = await self._search.page(
            kept.there, kept.alert.question, asking=kept.asking, language=say.language, literal=True
        )
        return FitsNow(results.question, results.whole, results.exact, results.hits[0] if results.whole else None)


def _reply(reply: Reply, kept: KeptAlert) -> Reply:
    """What is a person's own is for them alone."""
    return replace(reply, start="") if kept.is_chats else replace(reply, private=True)


def _number(request: Request) -> int:
    """The alert in an action such as "alert:pause:12"."""
    _noun, _colon, rest = request.action.partition(":")
    if rest.count(":") != 1:
        raise UserError(OLD_BUTTON)
    (number,) = numbers(rest, 1)
    return number
