"""How alerts look before any platform: what was found, one alert, and the list of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.alerts import Alert, Manner, shared_room
from bot.domain.digests import DigestFilter
from bot.domain.messages import Block, Button, Heading, Line, ListBlock, Message, Paragraph, Text, text
from bot.domain.question import Question
from bot.domain.question_signs import straight
from bot.domain.question_tree import is_personal
from bot.domain.sections import Section
from bot.domain.selection import Candidate, Ranked
from bot.domain.story_links import links_of, target_of
from bot.domain.summary import shortened
from bot.locales import Translator
from bot.services.alerts import KeptAlert
from bot.services.digests import choices_of
from bot.services.item_message import item_title
from bot.services.search import StoryHit
from bot.services.search_words import read_as, said_unknown
from bot.services.story_message import QUESTION_LIMIT, more_found, quoted, save_buttons, story_entry

MOST_TOLD = 10
"""Stories in one message; what is beyond is a search away."""
IN_A_ROW = 5
MORE_SHOWN = 2
"""Buttons for what there was no room for, each in a row of its own: Discord takes five rows."""
LABEL_LIMIT = 30


@dataclass(frozen=True, slots=True)
class NewStories:
    """The stories that are told of an alert, as they are seen where it is told."""

    alert: Alert
    stories: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class FitsNow:
    """How a question was read, how many stories of the archive fit, at least where it is not `exact`, and one of
    them."""

    question: Question
    total: int
    exact: bool
    example: StoryHit | None


def news_message(news: Sequence[NewStories], say: Translator) -> Message:
    """What is new for some alerts, each under its question, and what there was no room for."""
    _ = say.gettext
    blocks: list[Block] = [Heading(text(_("🔔 New for you")), level=1)]
    told: list[Ranked] = []
    beyond: list[Button] = []
    choices = replace(choices_of(DigestFilter()), title_languages=(say.language.partition("_")[0],))
    rooms = shared_room([len(one.stories) for one in news], MOST_TOLD)
    for one, room in zip(news, rooms, strict=True):
        shown = [_ranked(story) for story in one.stories[:room]]
        blocks.append(Heading(text(quoted(one.alert.question, say))))
        entries = tuple(story_entry(story, choices, say) for story in shown)
        blocks += [ListBlock(entries, start=len(told) + 1)] if entries else []
        more = len(one.stories) - len(shown)
        blocks += more_found(more, say)
        beyond += [_more_button(one.alert, more, say)] if more else []
        told += shown
    rows = save_buttons(told)
    if news[0].alert.member_id is not None:
        own = (*beyond[:MORE_SHOWN], Button(_("☰ My alerts"), "alert:mine"))
        rows = (*rows, *((one,) for one in own))
    return Message(tuple(blocks), rows)


def _more_button(alert: Alert, number: int, say: Translator) -> Button:
    """Leads to what fits an alert, the newest first."""
    question = say.gettext("“{words}”", words=shortened(straight(alert.question), LABEL_LIMIT))
    more = say.gettext("More ({number})", number=say.number(number))
    return Button(f"{more} · {question}", f"alert:newest:{alert.id}")


def made_message(kept: KeptAlert, fits: FitsNow, say: Translator) -> Message:
    """That a question is saved: when it is told, and what fits by now."""
    _ = say.gettext
    question = quoted(kept.alert.question, say)
    words = _("🔔 Saved: {question}", question=question)
    if not kept.is_new:
        words = _("🔔 Saved already: {question}", question=question)
    title = Heading(text(words), level=1)
    return Message((title, *_facts(kept, fits, say)), _buttons(kept, say))


def alert_message(kept: KeptAlert, fits: FitsNow, say: Translator) -> Message:
    """An alert with its state and what can be done with it."""
    title = Heading(text(f"🔔 {quoted(kept.alert.question, say)}"), level=1)
    return Message((title, *_facts(kept, fits, say)), _buttons(kept, say))


def alerts_message(alerts: Sequence[Alert], say: Translator, *, here: bool) -> Message:
    """All alerts of somebody, or `here` of a chat, each with a button; none says how to make one."""
    _ = say.gettext
    title = Heading(text(_("🔔 Alerts of this chat") if here else _("🔔 Your alerts")), level=1)
    how = Paragraph(text(_("/alert here distillation") if here else _("/alert distillation"), code=True))
    if not alerts:
        words = _("There is none yet. Write what you want to be told of as soon as something new fits:")
        return Message((title, Paragraph(text(words)), how))
    entries = tuple((_entry(one, say),) for one in alerts)
    hint = _("A number opens an alert: pause it, have it told daily, delete it. Another one is made like this:")
    buttons = [Button(str(number), f"alert:open:{one.id}") for number, one in enumerate(alerts, 1)]
    rows = tuple(tuple(buttons[at : at + IN_A_ROW]) for at in range(0, len(buttons), IN_A_ROW))
    return Message((title, ListBlock(entries, start=1), Paragraph(text(hint)), how), rows)


def removed_message(alert: Alert, say: Translator) -> Message:
    """That an alert is gone, and how it comes back."""
    words = say.gettext("Deleted: {question}", question=quoted(alert.question, say))
    undo = Button(say.gettext("↩️ Undo"), f"alert:undo:{alert.id}")
    return Message((Paragraph(text(words)),), ((undo, _to_list(alert, say)),))


def _facts(kept: KeptAlert, fits: FitsNow, say: Translator) -> list[Block]:
    told = (read_as(fits.question, say), said_unknown(fits.question, say))
    blocks: list[Block] = [Paragraph(text(line, italic=True)) for line in told if line]
    if kept.is_chats and is_personal(fits.question):  # kept before such a question was refused
        words = say.gettext(
            "What is saved or unread differs from person to person, and for a chat it is as if nobody had saved or "
            "opened anything: better make this alert anew without that filter."
        )
        blocks.append(Paragraph(text(f"⚠️ {words}")))
    blocks.append(Paragraph(text(_when(kept, say))))
    if kept.silent:
        words = say.gettext("But you want no word from me in private. /club reminders changes that.")
        blocks.append(Paragraph(text(f"⚠️ {words}")))
    blocks.append(Paragraph(text(_fits(fits, say))))
    if fits.example is not None:
        item, items = fits.example.items[0], fits.example.items
        title = Text(item_title(item), url=target_of(item, links_of(items)))
        blocks.append(ListBlock((((title,),),)))
    return blocks


def _when(kept: KeptAlert, say: Translator) -> str:
    """When it is told, and where."""
    _ = say.gettext
    if kept.alert.paused:
        return _("⏸ It is paused: I tell nothing of it.")
    if kept.alert.manner is Manner.DAILY:
        if kept.is_chats:
            return _("🗞 What is new comes in the digest of this chat; without one, once a day at nine.")
        return _("🗞 What is new comes in your digest; without one, in our private chat once a day at nine.")
    if kept.is_chats:
        return _("⚡ I tell it here as soon as something new fits.")
    return _("⚡ I tell it in our private chat as soon as something new fits, but not at night.")


def _fits(fits: FitsNow, say: Translator) -> str:
    if not fits.total:
        return say.gettext("Nothing of what I have read so far fits.")
    if not fits.exact:
        return say.gettext("More than {number} stories fit by now, for example:", number=say.number(fits.total))
    if fits.total == 1:
        return say.gettext("One story fits by now:")
    return say.ngettext(
        "{number} story fits by now, for example:", "{number} stories fit by now, for example:", fits.total
    )


def _buttons(kept: KeptAlert, say: Translator) -> tuple[tuple[Button, ...], ...]:
    _, alert = say.gettext, kept.alert
    daily = Button(_("🗞 Once a day"), f"alert:daily:{alert.id}")
    at_once = Button(_("⚡ At once"), f"alert:once:{alert.id}")
    paused = Button(_("▶️ Resume"), f"alert:resume:{alert.id}")
    pause = Button(_("⏸ Pause"), f"alert:pause:{alert.id}")
    manner = (at_once,) if alert.manner is Manner.DAILY else (daily,)
    return (
        (paused,) if alert.paused else (*manner, pause),
        (Button(_("🔎 What fits now"), f"alert:find:{alert.id}"), Button(_("🗑 Delete"), f"alert:gone:{alert.id}")),
        (_to_list(alert, say),),
    )


def _to_list(alert: Alert, say: Translator) -> Button:
    if alert.member_id is None:
        return Button(say.gettext("☰ All alerts here"), "alert:here")
    return Button(say.gettext("☰ My alerts"), "alert:list")


def _entry(alert: Alert, say: Translator) -> Line:
    _ = say.gettext
    state = _("paused") if alert.paused else _("once a day") if alert.manner is Manner.DAILY else _("at once")
    return (Text(shortened(alert.question, QUESTION_LIMIT), bold=True), Text(f" · {state}"))


def _ranked(story: Candidate) -> Ranked:
    return Ranked(story, Section.OTHER, ())
