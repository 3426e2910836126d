"""How digests look before any platform: a page of one that somebody asks for, and the one of a subscription."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.domain.messages import Block, Button, Heading, Image, Message, Paragraph, text
from bot.domain.selection import Ranked, Selection, spokesman
from bot.domain.subscriptions import Choices
from bot.locales import Translator
from bot.services.digests import DigestPage, choices_of
from bot.services.item_message import section_label
from bot.services.story_message import save_buttons, story_blocks


def digest_message(digest: DigestPage, say: Translator, zone: tzinfo) -> Message:
    """A page of a digest, in the language of the reader where its stories are told in it, with a button for each story
    that saves it. An empty digest says so, and when there was something last."""
    title = Heading(text(say.gettext("Digest · {days}", days=_days(digest, say, zone))), level=1)
    if not digest.total:
        return Message((title, Paragraph(text(_nothing(digest, say, zone)))))
    figures = [_figures(digest.read, digest.total, say)]
    if digest.pages > 1:
        figures.append(say.gettext("page {page} of {pages}", page=digest.page, pages=digest.pages))
    choices = replace(choices_of(digest.filter), title_languages=(say.language.partition("_")[0],))
    stories = story_blocks(digest.stories, choices, say, start=digest.first_number)
    blocks = (title, Paragraph(text(" · ".join(figures), italic=True)), *stories)
    return Message(blocks, save_buttons(digest.stories, start=digest.first_number))


def subscription_digest(
    selection: Selection, choices: Choices, say: Translator, *, edition: int, figure: bool = False
) -> Message:
    """The digest of a window. `figure`: the lead story's first image is shown, where the platform shows images well.
    `edition` names what is shown in the button for the rest."""
    zone = ZoneInfo(choices.schedule.zone)
    day = say.date(selection.window.end.astimezone(zone).date())
    title = Heading(text(say.gettext("Digest · {days}", days=day)), level=1)
    if not selection.shown:
        start = say.moment(selection.window.start, zone)
        return Message((title, Paragraph(text(say.gettext("Nothing new since {moment}.", moment=start)))))
    figures = _figures(selection.read, selection.stories, say, shown=len(selection.shown))
    blocks: list[Block] = [title, Paragraph(text(figures, italic=True))]
    if figure:
        blocks += _figure(selection.shown[0], choices)
    blocks += story_blocks(selection.shown, choices, say)
    more = Button(say.gettext("More ({number})", number=say.number(selection.beyond)), f"more:{edition}:1")
    less = Button(say.gettext("👎 Less like this"), f"less:{edition}")
    return Message(tuple(blocks), (*save_buttons(selection.shown), (more, less) if selection.beyond else (less,)))


def _figures(read: int, stories: int, say: Translator, *, shown: int | None = None) -> str:
    """How much was read for a digest: "48 read, 17 merged · 31 stories · 12 shown, 19 left out". What is nought is not
    said."""
    _ = say.gettext
    items = [_("{number} read", number=say.number(read))]
    if read > stories:
        items.append(_("{number} merged", number=say.number(read - stories)))
    figures = [", ".join(items), say.ngettext("{number} story", "{number} stories", stories)]
    if shown is not None:
        told = [_("{number} shown", number=say.number(shown))]
        if stories > shown:
            told.append(_("{number} left out", number=say.number(stories - shown)))
        figures.append(", ".join(told))
    return " · ".join(figures)


def _figure(story: Ranked, choices: Choices) -> Iterable[Image]:
    items = sorted(story.candidate.items, key=lambda one: one.id != spokesman(story.candidate.items, choices).id)
    image = None if story.after.withdrawn else next((url for item in items for url in item.images), None)
    return (Image(image),) if image else ()


def _nothing(digest: DigestPage, say: Translator, zone: tzinfo) -> str:
    _ = say.gettext
    if digest.newest is None:
        if digest.filter.section or digest.filter.language:
            return _("There is nothing that fits. Try it without a section or a language.")
        return _("I have not read anything yet. /sources shows what I read and when.")
    last = say.date(digest.newest.astimezone(zone).date())
    return _("Nothing appeared then. The newest that I have is from {day}.", day=last)


def _days(digest: DigestPage, say: Translator, zone: tzinfo) -> str:
    first = digest.window.start.astimezone(zone).date()
    last = (digest.window.end - timedelta(seconds=1)).astimezone(zone).date()
    days = say.date(first) if first == last else say.days(first, last)
    chosen = [section_label(digest.filter.section, say)] if digest.filter.section else []
    chosen += [say.language_name(digest.filter.language)] if digest.filter.language else []
    return " · ".join([days, *chosen])
