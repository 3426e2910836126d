"""How a subscription looks before any platform: what was chosen, and when its next digests come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.communities import DestinationKind
from bot.domain.messages import Block, Heading, Line, ListBlock, Message, Paragraph, Text, Time, TimeStyle, text
from bot.domain.question import Question
from bot.domain.question_parser import parse_question
from bot.domain.question_tree import is_of_club, is_personal
from bot.domain.schedules import EVERY_DAY, WORKDAYS, Schedule, after_quiet_hours, next_times
from bot.domain.subscription_words import LONGEST_LINE, as_line
from bot.domain.subscriptions import MOST_WORDS, Choices, DigestStyle, Subscription, UnknownPolicy
from bot.domain.text import cut
from bot.locales import Translator
from bot.services.item_message import section_label
from bot.services.search_words import quoted_words, said_question

TIMES_SHOWN = 3
TITLE_LIMIT = 80
SOURCES_SHOWN = 12


def subscription_title(kind: DestinationKind, title: str, say: Translator) -> str:
    """What to call the digest of a destination."""
    if kind is DestinationKind.PRIVATE or not title:
        return say.gettext("Your digest") if kind is DestinationKind.PRIVATE else say.gettext("The digest here")
    return say.gettext("The digest of {chat}", chat=cut(title, TITLE_LIMIT))


def draft_message(
    title: str, choices: Choices, say: Translator, *, now: datetime, sources: Mapping[int, str]
) -> Message:
    """What is being chosen, the next times that it comes to, and the same in one line."""
    _ = say.gettext
    blocks: tuple[Block, ...] = (
        Heading(text(title), level=1),
        _facts(choices, say, sources, now),
        *_never_fits(choices, say, now),
        Paragraph(text(_("It will come:"))),
        ListBlock(tuple((_moment(at, choices.schedule, say),) for at in _next(choices, now))),
        *_line(choices, say, sources),
        Paragraph(text(_("Nothing is sent before you confirm."), italic=True)),
    )
    return Message(blocks)


def subscription_message(
    title: str,
    subscription: Subscription,
    paused_reason: str | None,
    say: Translator,
    *,
    now: datetime,
    sources: Mapping[int, str],
) -> Message:
    """A subscription with its state. `paused_reason` is why its destination cannot be written to."""
    _ = say.gettext
    facts = _facts(subscription, say, sources, now)
    blocks: list[Block] = [Heading(text(title), level=1), facts, *_never_fits(subscription, say, now)]
    if paused_reason is not None:
        blocks.append(Paragraph(text(_("⚠️ I cannot write there: {reason}", reason=cut(paused_reason, 200)))))
    if subscription.paused:
        blocks.append(Paragraph(text(_("⏸ It is paused."))))
    else:
        after = max(now, subscription.active_from)
        times = tuple((_moment(at, subscription.schedule, say),) for at in _next(subscription, after))
        blocks += [Paragraph(text(_("It will come:"))), ListBlock(times)]
    return Message(tuple(blocks))


def when_line(choices: Choices, say: Translator) -> str:
    """Times, days and zone in a few words."""
    schedule = choices.schedule
    times = ", ".join(f"{at:%H:%M}" for at in sorted(schedule.times))
    return f"{times} · {_days(schedule.weekdays, say)} · {schedule.zone}"


def _facts(choices: Choices, say: Translator, sources: Mapping[int, str], now: datetime) -> ListBlock:
    _ = say.gettext
    everything = _("all")
    facts = [
        (_("When"), when_line(choices, say)),
        (_("Sections"), ", ".join(section_label(one, say) for one in choices.sections) or everything),
        (_("Languages"), ", ".join(say.language_name(tag) for tag in sorted(choices.languages)) or everything),
        (_("Sources"), _titles(choices, sources) or everything),
        (_("Only what fits"), choices.question),
        (_("Read as"), _read_as(choices, say, now)),
        (_("Only with the words"), ", ".join(choices.include_words)),
        (_("Without the words"), ", ".join(choices.exclude_words)),
        (_("Less of"), _less(choices, say, sources)),
        (_("Stories"), _extent(choices, say)),
        (_("Titles in"), ", ".join(say.language_name(tag) for tag in choices.title_languages)),
        (_("Quiet hours"), "{:%H:%M}–{:%H:%M}".format(*choices.quiet_hours) if choices.quiet_hours else ""),
        (_("Also"), _extras(choices, say)),
    ]
    return ListBlock(tuple(((Text(f"{name}: ", bold=True), Text(value)),) for name, value in facts if value))


def _read_as(choices: Choices, say: Translator, now: datetime) -> str:
    """How the question was read by which stories are chosen; nothing where that is obvious."""
    return said_question(_question(choices, now), say) or ""


def _never_fits(choices: Choices, say: Translator, now: datetime) -> tuple[Block, ...]:
    """Warnings about a question that was chosen before such a one was refused."""
    _, question = say.gettext, _question(choices, now)
    said = []
    if is_personal(question):
        said.append(_("A digest does not know what somebody has saved or opened: leave that filter out of its search."))
    if is_of_club(question):
        said.append(_("A digest does not choose by what a club has discussed: leave that filter out of its search."))
    return tuple(Paragraph(text(f"⚠️ {words}")) for words in said)


def _question(choices: Choices, now: datetime) -> Question:
    return parse_question(choices.question, now, ZoneInfo(choices.schedule.zone))


def _line(choices: Choices, say: Translator, sources: Mapping[int, str]) -> tuple[Block, ...]:
    """The choices as they can be typed; nothing where they are more than a line may have."""
    line = as_line(choices, sources)
    if len(line) > LONGEST_LINE or len(choices.source_ids) > MOST_WORDS:
        return ()
    return (Paragraph((Text(say.gettext("In one line: ")), Text(f"/subscribe {line}", code=True))),)


def _titles(choices: Choices, sources: Mapping[int, str]) -> str:
    titles = [cut(sources[one], 40) for one in sorted(choices.source_ids) if one in sources]
    more = [f"… +{len(titles) - SOURCES_SHOWN}"] if len(titles) > SOURCES_SHOWN else []
    return ", ".join([*titles[:SOURCES_SHOWN], *more])


def _less(choices: Choices, say: Translator, sources: Mapping[int, str]) -> str:
    titles = [cut(sources[one], 40) for one in sorted(choices.less_sources) if one in sources]
    sections = [section_label(one, say) for one in choices.less_sections]
    return ", ".join([*titles, *sections, *(quoted_words(word, say) for word in choices.less_words)])


def _extent(choices: Choices, say: Translator) -> str:
    _ = say.gettext
    style = _("with summaries") if choices.style is DigestStyle.FULL else _("titles only")
    most = say.ngettext("at most {number} story", "at most {number} stories", choices.max_stories)
    return f"{most}, {style}"


def _extras(choices: Choices, say: Translator) -> str:
    _ = say.gettext
    extras = [_("a line when nothing is new")] if choices.say_nothing_new else []
    extras += [_("a discussion thread")] if choices.discussion_thread else []
    if choices.unknown_policy is UnknownPolicy.RESEND:
        extras.append(_("sent again when nobody knows whether it arrived"))
    if choices.unknown_policy is UnknownPolicy.ASSUME_SENT:
        extras.append(_("taken as arrived when nobody knows"))
    return "; ".join(extras)


def _days(weekdays: frozenset[int], say: Translator) -> str:
    _ = say.gettext
    named = {EVERY_DAY: _("every day"), WORKDAYS: _("Mondays to Fridays"), EVERY_DAY - WORKDAYS: _("weekends")}
    return named.get(weekdays) or ", ".join(say.weekday(day) for day in sorted(weekdays))


def _next(choices: Choices, now: datetime) -> list[datetime]:
    """When digests are sent next: one that falls into quiet hours comes after them."""
    schedule = choices.schedule
    due = next_times(schedule, now, TIMES_SHOWN)
    return list(dict.fromkeys(after_quiet_hours(at, choices.quiet_hours, schedule.zone) for at in due))


def _moment(at: datetime, schedule: Schedule, say: Translator) -> Line:
    """A moment as each reader's own time, and as wall time of the schedule's zone."""
    zone = ZoneInfo(schedule.zone)
    return (
        Time(at, say.moment(at, zone), TimeStyle.DATE_TIME, local_only=True),
        Text(" · ", local_only=True),
        Text(f"{say.wall_time(at, zone)} {schedule.zone}"),
    )
