"""What people see of their reminders, and organisers of everybody's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.club import Club, ClubSession
from bot.domain.deliveries import PartState, Unreachable
from bot.domain.members import Reach
from bot.domain.messages import (
    Block,
    Button,
    ButtonRow,
    Heading,
    Inline,
    Line,
    ListBlock,
    Message,
    Option,
    Paragraph,
    Select,
    Text,
    Time,
    page_buttons,
    text,
)
from bot.domain.reaching import Route, WordKind, WordRecord
from bot.domain.reminders import LATE_AFTER, LEADS, CallKind, CallState, leads_of
from bot.domain.text import cut
from bot.locales import N_, Translator
from bot.services.membership_message import LONGEST_NAME, PLATFORM_NAMES
from bot.services.reminder_settings import Ledger, ReminderStanding
from bot.services.session_message import numbered_title
from storage.attendance import Attendee
from storage.reminders import CallRecord

MOST_TICKED = 25
LONGEST_REASON = 80
_REASONS: Mapping[str, str] = {
    Unreachable.NOT_STARTED: N_("has not pressed Start"),
    Unreachable.BLOCKED: N_("has blocked the bot"),
    Unreachable.CLOSED: N_("direct messages are closed"),
    Unreachable.NOT_SHARED: N_("shares no server with the bot"),
    Unreachable.NO_ACCOUNT: N_("the account is gone"),
}
_WORDS = {
    WordKind.REMINDER: N_("Reminder"),
    WordKind.MOVED: N_("Moved"),
    WordKind.CANCELLED: N_("Cancelled"),
    WordKind.SEAT: N_("Seat"),
    WordKind.SPEAKING: N_("Speaking"),
    WordKind.PAPERS: N_("Papers"),
    WordKind.AFTER: N_("Afterwards"),
    WordKind.INVITATION: N_("Invitation"),
}
_STATES = {
    PartState.EXPIRED: N_("too late"),
    PartState.SUPERSEDED: N_("not needed any more"),
    PartState.FAILED: N_("refused"),
}
_CALLS = {
    CallState.PENDING: N_("waits"),
    CallState.FOLDED: N_("said together with another one"),
    CallState.MISSED: N_("missed: I was away"),
    CallState.VOID: N_("void"),
}


def my_reminders(standing: ReminderStanding, community_id: int, say: Translator, *, organiser: bool) -> Message:
    """When somebody is reminded and where, with what they can choose."""
    _ = say.gettext
    member, club = standing.member, standing.club
    blocks: list[Block] = [Heading(text(_("⏰ Your reminders")), level=1)]
    if member.leads is None:
        blocks.append(
            Paragraph(text(_("You are reminded as the club does it: {leads}.", leads=_leads(club.leads, say))))
        )
    elif member.leads:
        blocks.append(Paragraph(text(_("You are reminded: {leads}.", leads=_leads(member.leads, say)))))
    else:
        blocks.append(Paragraph(text(_("You are not reminded."))))
    blocks.append(Paragraph(text(_where(standing, say))))
    mine = leads_of(member.leads, club)
    select = Select(_("When to remind you"), f"cr:mine:{community_id}", _options(mine, say), several=True)
    buttons = [] if member.leads is None else [Button(_("As the club does it"), f"cr:usual:{community_id}")]
    rows: list[ButtonRow] = [tuple(buttons)] if buttons else []
    if organiser:
        all_leads = Button(_("For the whole club"), f"cr:club:{community_id}")
        rows.append((all_leads, Button(_("Who was reminded"), f"cr:last:{community_id}")))
    return Message(tuple(blocks), tuple(rows), (select,))


def club_reminders(club: Club, say: Translator) -> Message:
    """When a club reminds its people, for organisers."""
    _ = say.gettext
    blocks: list[Block] = [
        Heading(text(_("⏰ The club's reminders")), level=1),
        Paragraph(
            text(
                _("To the chats, and to everybody who has chosen nothing else: {leads}.", leads=_leads(club.leads, say))
            )
        ),
    ]
    select = Select(_("When to remind"), f"cr:club:{club.community_id}", _options(club.leads, say), several=True)
    back = Button(_("◀ Back"), f"cr:me:{club.community_id}")
    return Message(tuple(blocks), ((back,),), (select,))


def ledger_message(ledger: Ledger, zone: str, say: Translator) -> Message:
    """Who was told what of a session, by which ways."""
    _ = say.gettext
    session = ledger.session
    blocks: list[Block] = [Heading(text(_("Who was told of {title}", title=_title(session, say))), level=1)]
    calls = tuple((line,) for line in _calls(ledger.calls, session, say))
    if calls:
        blocks.append(ListBlock(calls))
    people = ledger.people
    if not people.shown:
        blocks.append(Paragraph(text(_("Nobody has been told anything yet."))))
    for member, words in people.shown:
        blocks.append(Paragraph(text(_name(member.name), bold=True)))
        blocks.append(ListBlock(tuple((tuple(_word(word, ZoneInfo(zone), say)),) for word in words)))
    return Message(tuple(blocks), page_buttons(f"cr:log:{session.id}", people.number, people.pages))


def attendance_message(session: ClubSession, people: Sequence[Attendee], say: Translator) -> Message:
    """Who came, for organisers to tick."""
    _ = say.gettext
    heading = Heading(text(_("Who was there: {title}", title=_title(session, say))), level=1)
    if not people:
        words = _("Nobody who was signed up wants it to be kept whether they come.")
        return Message((heading, Paragraph(text(words))))
    hint = Paragraph(text(_("Only those are listed who want it to be kept."), italic=True))
    some = [people[at : at + MOST_TICKED] for at in range(0, min(len(people), 4 * MOST_TICKED), MOST_TICKED)]
    selects = tuple(
        Select(
            _("Who was there"),
            f"cr:who:{session.id}:{number}",
            tuple(Option(_name(one.name), str(one.member_id), bool(one.attended)) for one in few),
            several=True,
        )
        for number, few in enumerate(some)
    )
    return Message((heading, hint), selects=selects)


def lead_name(lead: timedelta, say: Translator) -> str:
    """How long before a session, in words."""
    return say.duration(lead) if lead else say.gettext("at the start")


def _where(standing: ReminderStanding, say: Translator) -> str:
    _ = say.gettext
    if standing.member.reach is Reach.CHANNEL:
        return _("You want no private messages: you are reminded in the club's chats only.")
    if standing.way is None:
        return _("I cannot write to you in private now. Write to me there, and I can.")
    platform = _(PLATFORM_NAMES.get(standing.way.account.platform, standing.way.account.platform))
    if standing.unheard and standing.way.account.platform == "telegram":
        return _("I can write to you on Telegram once you have pressed Start in our private chat.")
    return _("I write to you in private on {platform}.", platform=platform)


def _options(chosen: Collection[timedelta], say: Translator) -> tuple[Option, ...]:
    leads = sorted({*LEADS, *chosen}, reverse=True)
    return tuple(Option(lead_name(one, say), str(int(one.total_seconds())), one in chosen) for one in leads)


def _leads(leads: Collection[timedelta], say: Translator) -> str:
    if not leads:
        return say.gettext("never")
    before = [say.duration(one) for one in sorted(leads, reverse=True) if one]
    named = [say.gettext("{lengths} before", lengths=say.listing(before))] if before else []
    return say.listing([*named, *([say.gettext("at the start")] if timedelta(0) in leads else [])])


def _calls(calls: Iterable[CallRecord], session: ClubSession, say: Translator) -> Iterator[Line]:
    """What has become of the reminders of the schedule that holds now, where somebody was told or is to be."""
    _ = say.gettext
    for one in calls:
        if one.call.kind is not CallKind.REMINDER or one.call.schedule_version != session.schedule_version:
            continue
        if one.state is CallState.DONE:
            if one.told:
                told = say.ngettext("{number} person told", "{number} people told", one.told)
                yield (Text(f"{lead_name(one.call.lead, say)}: ", bold=True), Text(told))
        elif one.state is not CallState.FOLDED:
            yield (Text(f"{lead_name(one.call.lead, say)}: ", bold=True), Text(_(_CALLS[one.state])))


def _word(word: WordRecord, zone: ZoneInfo, say: Translator) -> Iterator[Inline]:
    """A word with its ways: "Reminder: Discord: direct messages are closed → mentioned on Discord 09:01"."""
    yield Text(say.gettext(_WORDS[word.kind]) + ": ")
    for number, route in enumerate(word.routes):
        if number:
            yield Text(" → ")
        yield from _route(word, route, zone, say)
    if word.lost_at is not None:
        yield Text((" → " if word.routes else "") + say.gettext("not told"))


def _route(word: WordRecord, route: Route, zone: ZoneInfo, say: Translator) -> Iterator[Inline]:
    _ = say.gettext
    platform = _(PLATFORM_NAMES.get(route.platform, route.platform))
    if route.arrived and route.at is not None:
        way = (
            _("mentioned on {platform} ", platform=platform)
            if route.mention
            else _("sent by {platform} ", platform=platform)
        )
        yield Text(way)
        yield Time(route.at, say.wall_time(route.at, zone))
        yield Text(_remarks(word, route.at, route.doubts, say))
        return
    if route.refusal is not None:
        reason = _(_REASONS[route.refusal]) if route.refusal in _REASONS else cut(route.refusal, LONGEST_REASON)
    else:
        reason = _(_STATES[route.state]) if route.state in _STATES else _("under way")
    yield Text(f"{platform}: {reason}")


def _remarks(word: WordRecord, at: datetime, doubts: int, say: Translator) -> str:
    _ = say.gettext
    remarks = [_("late")] if at - word.not_before >= LATE_AFTER else []
    remarks += [_("perhaps twice")] if doubts else []
    return f" ({', '.join(remarks)})" if remarks else ""


def _title(session: ClubSession, say: Translator) -> str:
    return cut(numbered_title(session, say), 120)


def _name(name: str) -> str:
    return cut(" ".join(name.split()), LONGEST_NAME) or "…"
