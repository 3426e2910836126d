"""What people are told of their places in sessions: the answer to an answer, and word of what others have moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.club import ClubSession
from bot.domain.messages import Block, Button, ButtonRow, Heading, Line, Message, Paragraph, Text, Time, text
from bot.domain.roster import MOST_GUESTS, Refusal, Role, Rsvp, Seat
from bot.domain.text import cut
from bot.locales import Translator
from bot.services.rosters import NewsKind, RosterNews, RsvpTruth
from bot.services.session_message import numbered_title, session_title, when_line

LABEL_LIMIT = 24
GAP = "\0"
"""Where a moment stands in a sentence, which no name can hold."""


def truth_lines(truth: RsvpTruth, say: Translator) -> Iterator[Line]:
    """What is true of somebody's place, in a few short sentences."""
    if truth.refusal is not None:
        yield _refused(truth, say)
    if truth.refusal is None or (truth.mine and truth.mine.is_coming):
        yield from _place(truth, say)
    if truth.guests:
        yield text(say.gettext("With you: {guests}.", guests=say.listing(_guest(one, say) for one in truth.guests)))


def truth_message(truth: RsvpTruth, say: Translator, *, buttons: bool) -> Message:
    """The answer to an answer. `buttons`: with what can be done next."""
    rows = next_buttons(truth, say) if buttons else ()
    return Message(tuple(Paragraph(line) for line in truth_lines(truth, say)), rows)


def panel_message(truth: RsvpTruth, say: Translator, *, organiser: bool) -> Message:
    """A session as somebody answers it: what is true now, and all that they can say."""
    session = truth.session
    blocks: list[Block] = [Heading(text(numbered_title(session, say)), level=1)]
    blocks += [Paragraph(when_line(session.plan, say)), *(Paragraph(line) for line in truth_lines(truth, say))]
    rows = () if truth.is_shut else (*answer_buttons(session, say, on_panel=True), *next_buttons(truth, say))
    people = Button(say.gettext("👥 People"), f"rsvp:{session.id}:people")
    return Message(tuple(blocks), (*rows, (people,)) if organiser else rows)


def answer_buttons(session: ClubSession, say: Translator, *, on_panel: bool = False) -> tuple[ButtonRow, ...]:
    """All answers that there are. `on_panel`: what is true then is shown in the place of what they stand below."""
    _, end = say.gettext, ":1" if on_panel else ""
    return (
        (
            Button(_("✅ Going"), f"rsvp:{session.id}:going{end}"),
            Button(_("🤔 Maybe"), f"rsvp:{session.id}:maybe{end}"),
            Button(_("✖ Can't"), f"rsvp:{session.id}:no{end}"),
        ),
        (Button(_("🎤 I'll speak"), f"rsvp:{session.id}:speak{end}"),),
    )


def next_buttons(truth: RsvpTruth, say: Translator) -> tuple[ButtonRow, ...]:
    """What somebody may want to say next: about an offer, about speaking, about guests."""
    mine, session = truth.mine, truth.session
    if mine is None or truth.is_shut:
        return ()
    _ = say.gettext
    rows: list[ButtonRow] = []
    if any(one.has_offer for one in (mine, *truth.guests)):
        rows.append(offer_buttons(session, say))
    if mine.speaks or mine.speaker_turn is not None:
        rows.append((Button(_("🎧 Only listen"), f"rsvp:{session.id}:listen"),))
    guests = [Button(f"✕ {cut(one.guest_name, LABEL_LIMIT)}", _unguest(session, one)) for one in truth.guests]
    if mine.is_coming and len(guests) < MOST_GUESTS and session.is_open(truth.now):
        guests.append(Button(_("➕ Bring a guest"), f"rsvp:{session.id}:guest", opens_form=True))
    return (*rows, *((one,) for one in guests))


def offer_buttons(session: ClubSession, say: Translator) -> ButtonRow:
    """Yes and no to a place that is kept for somebody."""
    _ = say.gettext
    yes = Button(_("✅ I take it"), f"rsvp:{session.id}:keep")
    return (yes, Button(_("✖ No, thanks"), f"rsvp:{session.id}:drop"))


def news_message(news: RosterNews, say: Translator) -> Message:
    """What a member is told of a place that others' doing has given or taken, on its own."""
    session = news.session
    words = _news_of_guest(news, say) if news.rsvp.guest_name else _news(news, say)
    blocks = (
        Heading(text(session_title(session, say)), level=1),
        Paragraph(words),
        Paragraph((Text("🗓 "), *when_line(session.plan, say))),
    )
    cannot = Button(say.gettext("✖ Can't"), f"rsvp:{session.id}:no")
    match news.kind:
        case NewsKind.OFFERED:
            return Message(blocks, (offer_buttons(session, say),))
        case NewsKind.PROMOTED | NewsKind.ADDED if not news.rsvp.guest_name:
            return Message(blocks, ((cannot,),))
        case NewsKind.LAPSED if not news.rsvp.guest_name:
            return Message(blocks, answer_buttons(session, say)[:1])
    return Message(blocks)


def news_aloud(news: RosterNews, say: Translator) -> str:
    """What may be said of it where others read."""
    _, title = say.gettext, session_title(news.session, say)
    match news.kind:
        case NewsKind.PROMOTED:
            return _("a place has become free for you: “{title}”.", title=title)
        case NewsKind.OFFERED:
            return _("a place is kept for you for a while: “{title}”. Press Going to take it.", title=title)
        case NewsKind.LAPSED:
            return _("the place that was kept for you went to the next one: “{title}”.", title=title)
        case NewsKind.ADDED:
            return _("an organiser has put you on the list: “{title}”.", title=title)
        case NewsKind.REMOVED:
            return _("an organiser has taken you off the list: “{title}”.", title=title)


# What is true


def _refused(truth: RsvpTruth, say: Translator) -> Line:
    _, plan = say.gettext, truth.session.plan
    match truth.refusal:
        case Refusal.CANCELLED:
            return text(_("This session is cancelled."))
        case Refusal.OVER:
            return text(_("This session is over."))
        case _closed:
            return _timed(
                _("Sign-up closed on {time}. Organisers can still add you.", time=GAP), plan.closes_at, plan.zone, say
            )


def _place(truth: RsvpTruth, say: Translator) -> Iterator[Line]:
    _, mine = say.gettext, truth.mine
    match mine and mine.seat:
        case None:
            yield text(_("You have not answered yet."))
        case Seat.GOING if mine and mine.speaks:
            yield text(_("You are down as a speaker already.") if truth.repeated else _("You speak."))
        case Seat.GOING:
            going = _("You were going already.") if truth.repeated else _("You are going.")
            yield text(f"{going} {_taken(truth, say)}")
        case Seat.WAITLISTED:
            place = say.ordinal(truth.position or 1)
            yield text(f"{_taken(truth, say)} " + _("You are {place} on the waitlist.", place=place))
        case Seat.OFFERED if mine and mine.offered_until:
            words = _("A place is kept for you until {time}. Going takes it, Can't lets it go.", time=GAP)
            yield _timed(words, mine.offered_until, truth.session.plan.zone, say)
        case Seat.MAYBE:
            yield text(
                _("You were down as maybe already.")
                if truth.repeated
                else _("You are down as maybe. No place is kept for you.")
            )
        case _declined:
            yield text(_("You were down as not coming already.") if truth.repeated else _("You are not coming."))
    yield from _speaking(truth, say)


def _speaking(truth: RsvpTruth, say: Translator) -> Iterator[Line]:
    _, mine = say.gettext, truth.mine
    if mine is None:
        return
    if mine.speaker_until is not None:
        words = _("A speaker's place is kept for you until {time}. I'll speak takes it.", time=GAP)
        yield _timed(words, mine.speaker_until, truth.session.plan.zone, say)
    elif mine.speaker_turn is not None:
        place = say.ordinal(truth.speaker_position or 1)
        yield text(_("All speakers' places are taken. You are {place} in line to speak.", place=place))


def _taken(truth: RsvpTruth, say: Translator) -> str:
    """How many places are taken, of how many; where there is no limit, how many people come."""
    places, taken = truth.session.plan.listeners, truth.listeners_taken
    if places is None:
        return say.ngettext("{number} person is going so far.", "{number} people are going so far.", taken)
    return say.ngettext(
        "{taken} of {number} place taken.", "{taken} of {number} places taken.", places, taken=say.number(taken)
    )


def _guest(guest: Rsvp, say: Translator) -> str:
    match guest.seat:
        case Seat.WAITLISTED:
            return say.gettext("{name} (on the waitlist)", name=guest.guest_name)
        case Seat.OFFERED:
            return say.gettext("{name} (a place is kept)", name=guest.guest_name)
    return guest.guest_name


def _unguest(session: ClubSession, guest: Rsvp) -> str:
    return f"rsvp:{session.id}:unguest:{guest.id}"


# What others have moved


def _news(news: RosterNews, say: Translator) -> Line:
    _, mine = say.gettext, news.rsvp
    speaks = mine.role is Role.SPEAKER or mine.speaker_until is not None
    match news.kind:
        case NewsKind.PROMOTED:
            if speaks:
                return text(_("A speaker's place has become free: you speak."))
            return text(_("A place has become free: you are going."))
        case NewsKind.OFFERED:
            return _offer(news, say, speaks=speaks)
        case NewsKind.LAPSED:
            if mine.is_coming:
                return text(
                    _("The speaker's place that was kept for you went to the next one. You still come to listen.")
                )
            return text(
                _(
                    "The place that was kept for you went to the next one. You are down as maybe: press Going if you "
                    "still want to come."
                )
            )
        case NewsKind.ADDED:
            if mine.role is Role.SPEAKER:
                return text(_("An organiser has put you on the list: you speak."))
            return text(_("An organiser has put you on the list: you are going."))
        case NewsKind.REMOVED:
            return text(_("An organiser has taken you off the list."))


def _offer(news: RosterNews, say: Translator, *, speaks: bool) -> Line:
    _, mine, zone = say.gettext, news.rsvp, news.session.plan.zone
    until = mine.speaker_until or mine.offered_until
    assert until is not None  # it is an offer
    if speaks:
        words = _(
            "A speaker's place has become free. It is kept for you until {time}; then it goes to the next one.",
            time=GAP,
        )
    else:
        words = _("A place has become free. It is kept for you until {time}; then it goes to the next one.", time=GAP)
    return _timed(words, until, zone, say)


def _news_of_guest(news: RosterNews, say: Translator) -> Line:
    _, guest = say.gettext, news.rsvp
    match news.kind:
        case NewsKind.OFFERED if guest.offered_until:
            words = _(
                "A place has become free for your guest {name}. It is kept until {time}.",
                name=guest.guest_name,
                time=GAP,
            )
            return _timed(words, guest.offered_until, news.session.plan.zone, say)
        case NewsKind.LAPSED:
            words = _("The place that was kept for your guest {name} went to the next one.", name=guest.guest_name)
            return text(words)
    return text(_("Your guest {name} has a place now.", name=guest.guest_name))


def _timed(words: str, at: datetime, zone: str, say: Translator) -> Line:
    """A sentence with a moment in it, in each reader's own time where that can be."""
    before, _gap, after = words.partition(GAP)
    wall = f"{say.wall_time(at, ZoneInfo(zone))} {say.city(zone)}"
    return (Text(before), Time(at, wall), Text(after))
